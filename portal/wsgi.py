"""The WSGI entry point: a web server that is not fully configured does not start."""

from __future__ import annotations

import os
import resource

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")  # noqa: TID251
_django = get_wsgi_application()

from portal.checks import refuse_errors  # noqa: E402  # Django must be set up first
from portal.pages.front import Front  # noqa: E402


def no_core_dumps() -> None:
    """Let a crash of this process write nothing of its memory: it may hold what somebody just sent."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


refuse_errors()
no_core_dumps()
application = Front(_django)
