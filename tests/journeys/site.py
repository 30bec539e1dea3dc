"""The whole site behind a real port: the front, Django, and the staff's static files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from django.test import override_settings

from portal.pages.front import Front

_FOLDERS = ("PAGES_DIR", "SCANS_DIR", "STAGING_DIR", "DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR")


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # the base class's name
        """Say nothing: the suite's output is for its own results."""


class _Server(ThreadedWSGIServer):
    """Each request in a thread that closes its database connections when it ends."""

    request_queue_size = 50

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in mid-answer is none of the suite's business."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve the suite's database on a free port of this machine; yield the address."""
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(Front(StaticFilesHandler(WSGIHandler())))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def clean(folder: Path) -> Iterator[None]:
    """Keep what is written in here out of every other test: files in their own folder, rows flushed.

    A browser's walk needs committed rows, and costs too much to write them again for each test.
    """
    own = {name: folder / name.lower() for name in _FOLDERS}
    try:
        with override_settings(**own):
            yield
    finally:
        options: dict[str, Any] = {"verbosity": 0, "interactive": False, "database": "owner"}
        call_command("flush", **options, reset_sequences=False, inhibit_post_migrate=True)
        connections.close_all()
