"""Who should have published what by when; a county on one sheet; all of it as a file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.overview import making, spreadsheet
from portal.overview.asked import Asked
from portal.overview.figures import listed
from portal.overview.places import widest
from portal.pages import downloads, kept, layout
from portal.pages.errors import MissingError
from portal.pages.regions import region_of
from portal.places.models import Level, Region


@require_safe
def duties(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show what a place and everything below it owed, and who kept to it."""
    asked = replace(Asked.read(request.GET), region=code) if code else Asked.read(request.GET)
    region = None if asked.region else widest()
    code = asked.region or (region.code if region else "")
    if not code:
        return _nothing_yet(request)
    if asked.is_plain:
        return kept.answer(request, place=code, section=making.SECTION, page=partial(_duties, code, region))
    page = making.duties_page(region or region_of(code), asked)
    if asked.after and not page.context["lines"]:
        raise MissingError("后面没有了", line="这些看完了。", href=page.context["first"], word="回到最前面")
    response = _unkept(request, page)
    response["X-Robots-Tag"] = "noindex"
    return response


def _duties(code: str, region: Region | None) -> kept.Page:
    found = region or region_of(code)
    return making.duties_page(found, Asked(region=code))


@require_safe
def county(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show a county on one sheet."""
    asked = Asked.read(request.GET)
    region = None if code or asked.region else widest()
    code = code or asked.region or (region.code if region else "")
    if not code:
        return _nothing_yet(request)
    return kept.answer(request, place=code, section=making.COUNTY, page=partial(_county, code))


def _county(code: str) -> kept.Page:
    region = region_of(code)
    if region.level == Level.VILLAGE:
        address = Asked(region=code).address()
        raise MissingError("村里没有这一页", href=address, word="看村里该公开什么")
    return making.county_page(region)


@require_safe
def download(request: HttpRequest) -> HttpResponseBase:
    """Hand out the duties asked for as CSV that spreadsheets open, however many."""
    asked = Asked.read(request.GET)
    region = region_of(asked.region) if asked.region else widest()
    if region is None:
        raise MissingError("还没有地方按目录公开", href="/", word="首页")
    today = timezone.localdate()
    lines = spreadsheet.lines(listed(region, today, asked), today)
    return downloads.as_csv(request, lines, name=f"{region.full_name}公开责任.csv")


def _nothing_yet(request: HttpRequest) -> HttpResponse:
    page = kept.Page(template="portal/overview/nothing.html", context={"region": None}, path=request.path)
    return _unkept(request, page)


def _unkept(request: HttpRequest, page: kept.Page) -> HttpResponse:
    context = {"canonical": page.path, **page.context}
    path = request.get_full_path()
    return kept.respond(request, layout.page(page.template, context, path=path, big=layout.is_big(request)))
