"""Long downloads: few at a time and not for ever, since each holds a thread as long as somebody reads."""

from __future__ import annotations

from collections.abc import Iterator
from threading import BoundedSemaphore, Lock
from time import monotonic

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from portal.pages.errors import RETRY_AFTER_SECONDS

# Of the threads of one web process; reports and pages have the others.
MOST = 3
LONGEST_SECONDS = 600.0
CUT_SHORT = "下载太慢，后面的没有下完。请选小一点的地方再下。\r\n"
_free = BoundedSemaphore(MOST)


class _Stream:
    """Lines that hold one place among the downloads until they end, are closed or take too long."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._until = monotonic() + LONGEST_SECONDS
        self._lock = Lock()
        self._is_open = True

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self._is_open:
            raise StopIteration
        if monotonic() >= self._until:
            self.close()
            return CUT_SHORT
        try:
            return next(self._lines)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the place back, once; the server closes what nobody reads to its end."""
        with self._lock:
            was_open, self._is_open = self._is_open, False
        if was_open:
            _free.release()

    def __del__(self) -> None:
        """Give the place back where nobody closed it."""
        self.close()


def as_csv(request: HttpRequest, lines: Iterator[str], *, name: str) -> HttpResponseBase:
    """Hand out lines as a CSV file; 503 while as many others as may are downloading."""
    if not _free.acquire(blocking=False):
        return _later(request)
    response = StreamingHttpResponse(_Stream(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["Cache-Control"] = "no-cache"
    return response


def _later(request: HttpRequest) -> HttpResponse:
    context = {"say": "现在下载的人多", "line": "等半分钟，再点一次。"}
    response = render(request, "portal/pages/download_later.html", context, status=503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    response["Cache-Control"] = "no-store"
    return response
