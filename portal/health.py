"""Whether this server works, for monitors; and the page people see while its database does not."""

from __future__ import annotations

import logging
import sys
from functools import cache

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from kombu.exceptions import OperationalError as BrokerError

from portal.celery import app

logger = logging.getLogger(__name__)

# No template, no query, no style of another file: it must work when nothing else does.
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>现在打不开</title></head>
<body><main><h1>现在打不开</h1><p>过一会儿再试，或打 <a href="tel:{hotline}">{hotline}</a>。</p>
<p><a href="">再试一次</a></p></main></body></html>
"""
_RETRY_SECONDS = "10"


class NotReady(Exception):  # noqa: N818
    """The server cannot answer visitors; the text is for whoever runs it."""


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether visitors can be answered: 200 or 503, and why.

    A lost broker is named but does not count: pages work without it, and background work waits.
    """
    facts = {"database": "ok", "broker": "ok" if broker_answers() else "down"}
    try:
        check_database()
    except NotReady as cause:
        facts["database"] = str(cause)
    return JsonResponse(facts, status=200 if facts["database"] == "ok" else 503)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer with a page that needs nothing: 503 while the database is away, 500 for our own faults."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    page = format_html(_PAGE, hotline=settings.HOTLINE)
    response = HttpResponse(page, status=503 if away else 500)
    response["Cache-Control"] = "no-store"
    if away:
        response["Retry-After"] = _RETRY_SECONDS
    return response


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
