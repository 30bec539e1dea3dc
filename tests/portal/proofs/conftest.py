"""A signed log for each test, and the two judges that cannot be pinned on Python 3.11 (see .ci/run)."""

from __future__ import annotations

import sys

from portal import env
from tests.portal.log.conftest import keeper
from tests.portal.pages.conftest import pages_dir

__all__ = ["keeper", "pages_dir"]

if judges := env.text("JUDGES"):
    sys.path.append(judges)
