"""Every other address below the desk: the same answer as for another office's ticket."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from complaints.desk.views.gate import Visit, for_officers


@for_officers("GET", "POST", "HEAD")
def nowhere(visit: Visit, rest: str) -> HttpResponse:
    """There is nothing here."""
    raise Http404
