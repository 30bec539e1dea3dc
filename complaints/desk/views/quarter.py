"""The quarterly report, as a page and as a workbook."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode

from complaints.desk.quarters import Quarter, figures, workbook
from complaints.desk.views.gate import Visit, for_officers
from complaints.models import Ticket

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OFFERED = 6


@for_officers("GET")
def quarter(visit: Visit) -> HttpResponse:
    """Show the figures of one quarter; without one, of the present quarter."""
    asked = visit.request.GET
    present = Quarter.of(visit.today)
    chosen = Quarter.read(asked.get("q", "")) or present
    groups = figures(visit.user, chosen)
    readable = Ticket.objects.readable_by(visit.user).count()
    if asked.get("as") == "xlsx":
        note = f"只算{visit.user}能看的 {readable} 件，不是全部。"
        response = HttpResponse(
            workbook(groups, title=f"{chosen.word}举报办理情况", note=note), content_type=_XLSX
        )
        name = content_disposition_header(as_attachment=True, filename=f"{chosen.word}.xlsx")
        response["Content-Disposition"] = name or ""
        return response
    offered = [present]
    while len(offered) < _OFFERED:
        offered.append(offered[-1].before)
    context = {
        "title": f"{chosen.word}报表",
        "groups": groups,
        "readable": readable,
        "first": chosen.first,
        "last": chosen.last,
        "quarters": [(_address(one), one.word, one == chosen) for one in offered],
        "download": _address(chosen, **{"as": "xlsx"}),
    }
    return visit.page("quarter.html", context)


def _address(one: Quarter, **more: str) -> str:
    return f"{reverse('desk:quarter')}?{urlencode({'q': str(one), **more})}"
