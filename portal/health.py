"""Whether this server works, for monitors."""

from __future__ import annotations

import logging
from functools import cache

from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from kombu.exceptions import OperationalError as BrokerError

from portal import troubles
from portal.celery import app
from portal.log import condition
from portal.outbox import condition as outbox

logger = logging.getLogger(__name__)


class NotReady(Exception):  # noqa: N818
    """The server cannot answer visitors; the text is for whoever runs it."""


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether visitors can be answered: 200 or 503, and why.

    A lost broker is named but does not count: pages work without it, and background work waits. So are
    effects that wait for longer than a poll takes, or are dead: somebody must look, visitors need not. A log
    that was altered, or that its signer refuses, does count: pages would show what was never published.
    """
    facts = {"database": "ok", "broker": "ok" if broker_answers() else "down", "log": "unknown"}
    facts["outbox"] = "unknown"
    try:
        check_database()
        facts["log"] = log_condition()
        facts["outbox"] = outbox_condition()
        facts |= parts_condition()
    except NotReady as cause:
        facts["database"] = str(cause)
    is_ready = facts["database"] == "ok" and not facts["log"].startswith("damaged")
    return JsonResponse(facts, status=200 if is_ready else 503, json_dumps_params={"ensure_ascii": False})


def log_condition() -> str:
    """Return ok, or what is wrong with the public log; `damaged` where it was altered or refused."""
    try:
        troubles = condition.troubles(timezone.now())
        if not troubles:
            return "ok"
        return f"{'waiting' if condition.is_trusted() else 'damaged'}: {' '.join(troubles)}"
    except DatabaseError:
        raise NotReady("down") from None


def outbox_condition() -> str:
    """Return ok, or that effects wait for too long or are dead."""
    try:
        return str(outbox.look())
    except DatabaseError:
        raise NotReady("down") from None


def parts_condition() -> dict[str, str]:
    """Return what the apps above say of themselves; it is named, and does not count."""
    try:
        return troubles.facts(timezone.localdate())
    except DatabaseError:
        raise NotReady("down") from None


def check_database() -> None:
    """Raise NotReady unless the application's role can read a database whose schema is this code's."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        check_migrations()
    except (OperationalError, InterfaceError):
        raise NotReady("down") from None


@cache
def check_migrations() -> None:
    """Raise NotReady while migrations are missing; once complete, they stay so for this process's code."""
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady("migrations missing")


def broker_answers() -> bool:
    """Say whether background work can be woken; takes about a second at most."""
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)
    except BrokerError:
        return False
    return True
