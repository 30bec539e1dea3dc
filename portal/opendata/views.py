"""What can be downloaded in a place, and the tables themselves."""

from __future__ import annotations

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from portal.opendata.records import Table, has_names
from portal.opendata.writing import as_csv
from portal.pages import downloads, kept
from portal.pages.errors import MissingError
from portal.pages.regions import city, region_of
from portal.places.models import Region
from portal.releases import registry
from portal.releases.models import Total

_PATH = "/data/"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the tables of a place, with how many rows each has."""
    region = _region(request)
    counts = _counts(region) if region else {}
    context = {
        "region": region,
        "tables": [
            {"kind": kind, "rows": counts.get(kind.code, 0)}
            for kind in registry.kinds()
            if counts.get(kind.code)
        ],
        "names_people": region is not None and has_names(region),
        "tab": "",
    }
    body = render_to_string("portal/opendata/index.html", context, request).encode()
    return kept.respond(request, body)


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Hand out the newest public rows of a kind in a place, as a stream."""
    disclosure, region = registry.get(kind), _region(request)
    if disclosure is None or region is None:
        raise MissingError("没有这张表", href=_PATH, word="看有哪些表")
    table = Table(disclosure, region)
    name = f"{disclosure.title}-{region.full_name}.csv"
    response = downloads.as_csv(request, as_csv(table), name=name)
    response["X-Robots-Tag"] = "noindex"
    return response


def _region(request: HttpRequest) -> Region | None:
    """Return the place asked for; without one the whole city."""
    code = request.GET.get("region", "")
    if code and not (len(code) == 12 and code.isascii() and code.isdecimal()):
        raise MissingError("网址里的地方不对", href=_PATH, word="看有哪些表")
    return region_of(code) if code else city()


def _counts(region: Region) -> dict[str, int]:
    """Return the rows of each kind in a place, from the totals of publications; one query."""
    found = Total.objects.public().filter(region=region).order_by().values("kind")
    return dict(found.annotate(rows=Sum("row_count")).values_list("kind", "rows"))
