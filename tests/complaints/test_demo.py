"""The demo's reports: every state, the finished and the open one by their printed code, nothing twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from complaints import demo
from complaints.demo.cases import CASES
from complaints.demo.staff import CHIEF, INSPECTOR, PASSPHRASE
from complaints.models import Result, Ticket
from complaints.reporting import following
from complaints.sealing import keys, officers, receipts
from complaints.states import State
from portal.demo.cast import appoint, open_offices
from portal.people.models import User
from portal.places.actions import found_principal_bodies, load_regions
from portal.workdays.actions import load_calendar
from tests.complaints.cases import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def county(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo's reports, told once for this file and taken back at its end."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(settings.KEYS_DIR, folder / "keys", ignore=shutil.ignore_patterns(officers.FILE))
    own = override_settings(KEYS_DIR=folder / "keys", REPORTS_DIR=folder / "reports")
    with django_db_blocker.unblock(), own, transaction.atomic():
        load_regions()
        load_calendar()
        found_principal_bodies()
        open_offices()
        appoint(NOW)
        demo.tell(lambda _line: None, NOW)
        yield
        transaction.set_rollback(True)


def _codes() -> list[str]:
    (line,) = (one for one in demo.sign_ins() if "查询码" in one)
    digits = "".join(one for one in line if one.isdigit())
    return [digits[:20], digits[20:]]


def test_the_demo_shows_every_state_and_is_told_once(county: None) -> None:
    states = set(Ticket.objects.values_list("state", flat=True))
    assert states == {state.value for state in State}
    assert Ticket.objects.count() == len(CASES)
    demo.tell(lambda _line: None, NOW)
    assert Ticket.objects.count() == len(CASES)
    assert Result.objects.count() >= 8
    assert not officers.troubles(today=NOW.date())


def test_the_printed_codes_open_one_under_way_and_one_finished(county: None) -> None:
    way, finished = (following.hold(receipts.read(code) or "") for code in _codes())
    assert way
    assert finished
    assert (way.ticket.state, finished.ticket.state) == ("verifying", "written_off")
    assert [piece.kind for piece in following.read(way)] == ["report", "question", "supplement"]
    assert finished.ticket.rating == 5


def test_nothing_happens_before_its_report_or_after_today(county: None) -> None:
    for ticket in Ticket.objects.prefetch_related("events"):
        days = [event.on for event in ticket.events.all()]
        assert days == sorted(days), ticket.events.all()
        assert ticket.received_on == days[0]
        assert days[-1] <= NOW.date()


def test_a_desk_opens_with_what_the_terminal_prints(county: None) -> None:
    user = User.objects.get(username=INSPECTOR)
    secret = keys.unlock(user, PASSPHRASE, demo.totp_code(NOW), session="s", now=NOW)
    assert keys.desk(user, secret, session="s", now=NOW).user == user
    assert User.objects.get(username=CHIEF).appointments.get().body.name == "袁州区纪委监委"


def test_some_are_overdue_and_each_month_has_three(county: None) -> None:
    assert Ticket.objects.unfinished().filter(due_on__lt=NOW.date()).exists()
    months = [
        ticket.received_on.replace(day=1)
        for ticket in Ticket.objects.filter(office__body__code="360902000000-09")
    ]
    whole = sorted(set(months))[1:-1]
    assert all(months.count(month) >= 3 for month in whole), months


def test_production_has_no_demo_code(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        demo.totp_code(datetime(2026, 11, 9, tzinfo=ZoneInfo("UTC")))
