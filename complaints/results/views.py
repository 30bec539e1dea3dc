"""Public pages of reports: the ledger, one result, and all results as a file."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from complaints.models import Office
from complaints.results import ledgerwords, publicledger, publicresults, resultproof, resultrows
from complaints.results.publicresults import Asked
from portal.pages import kept
from portal.pages.errors import MissingError
from portal.pages.regions import region_of
from portal.places.models import Level

# One with a place of its own has its county's figures.
_NARROW = frozenset({Level.TOWNSHIP, Level.VILLAGE})


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the figures that may be told, and the published results, narrowed and page by page."""
    asked = Asked.read(request.GET)
    region = region_of(asked.region) if asked.region else None
    today = timezone.localdate()
    results, following = publicresults.page_of(asked, region)
    if asked.after and not results:
        raise MissingError("后面没有了", line="这些看完了。", href=asked.address(), word="回到最前面")
    offices = publicledger.offices_of(region)
    told = publicledger.figures_of(offices, year=asked.year, today=today)
    groups = publicresults.groups(region)
    context = {
        "asked": asked,
        "region": region,
        "offices": offices,
        "office_places": _office_places(offices, asked) if region is None else [],
        "is_narrow": region is not None and region.level in _NARROW,
        "results": results,
        "counted": publicresults.counted(groups, asked),
        "told": told,
        "open": ledgerwords.open_of(told),
        "overdue": ledgerwords.overdue_of(told),
        "lines": ledgerwords.lines_of(told),
        "charts": ledgerwords.charts_of(told.bars),
        "narrowings": [publicresults.places(asked, region), *publicresults.narrowings(groups, asked)],
        "logged": publicledger.logged(),
        "first": asked.address() if asked.after else "",
        "next": following,
        "csv": asked.address().replace("/?", ".csv?", 1) if asked != Asked() else "/tickets.csv",
        "tab": "",
    }
    response = kept.respond(request, render_to_string("complaints/ledger.html", context, request).encode())
    if asked.is_narrowed or asked.after:
        response["X-Robots-Tag"] = "noindex"
    return response


def _office_places(offices: list[Office], asked: Asked) -> list[dict[str, str]]:
    """Return links to the figures of each office's own county."""
    places = {office.body.region for office in offices if office.body.region.level != Level.CITY}
    return [
        {"href": asked.address(region=place.code), "word": place.short_name}
        for place in sorted(places, key=lambda place: place.code)
    ]


@require_safe
def result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one published result, the row it is about, and how to check it."""
    found = publicresults.public().filter(pk=pk).first()
    if found is None:
        raise MissingError("没有这个结果", line="可能抄错了。", href=publicresults.PATH, word="看全部结果")
    context = {
        "result": found,
        "region": found.region,
        "row": resultproof.row_of(found),
        "standing": resultproof.standing_of(found),
        "tab": "",
    }
    return kept.respond(request, render_to_string("complaints/result.html", context, request).encode())


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Hand out the results asked for as CSV that spreadsheets open."""
    asked = Asked.read(request.GET)
    region = region_of(asked.region) if asked.region else None
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(resultrows.HEADINGS)
    for one in publicresults.wanted(asked, region).order_by("-published_on", "id").iterator(500):
        writer.writerow(resultrows.cells(one))
    # The mark lets spreadsheets read it as UTF-8.
    response = HttpResponse("\ufeff" + sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename="举报办理结果.csv") or ""
    )
    response["Cache-Control"] = "no-cache"
    return response
