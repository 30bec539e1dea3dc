"""The row behind a report: sealed as it was shown, whatever becomes of it afterwards."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from complaints import limits, opening, snapshots
from complaints.models import Ticket
from funds.models import Payment
from portal.catalogue.models import NamesPolicy
from portal.log import keyfile
from portal.record import verifying
from portal.releases.models import Attachment, State
from tests.builders import Line, make_correction, make_item, make_programme, make_release, withdraw
from tests.complaints.cases import NOW, Officers
from tests.complaints.forms import Sender, code_in
from tests.portal.log.keeping import Keeper
from tests.villages.books import folder_of, line, picture, publish_books

pytestmark = pytest.mark.django_db(transaction=True)
