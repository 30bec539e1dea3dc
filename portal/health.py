"""Whether this server works, for monitors; and the page people see while its database does not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain")
def readyz(request): return healthz(request)
def server_error(request): return healthz(request)
