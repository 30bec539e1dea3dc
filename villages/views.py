"""A month of a village's books as a file to print; all of a township's for its staff."""

from __future__ import annotations

import hashlib
import logging
from datetime import date
from functools import partial

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal.codes.actions import MAY_PRINT
from portal.codes.glyphs import MissingGlyphError
from portal.codes.models import Code, Target
from portal.codes.staff.listing import villages_of
from portal.codes.typeset import TypesetError
from portal.columns.column import CellError
from portal.columns.periods import Period
from portal.pages import answers, words
from portal.pages.asked import address
from portal.pages.errors import MissingError, UnreadableError
from portal.people import scope
from portal.places.models import Level, Region
from villages import paper, sheets
from villages.paper import Paper
from villages.printed import BusyError, Press

logger = logging.getLogger(__name__)

PDF = "application/pdf"
_RETRY_AFTER_SECONDS = "10"
_press = Press()


@require_safe
def month_sheet(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Hand out a village's month (`?paper=a3` or `a4`); to a township's staff all its villages'."""
    books_at = f"/r/{code}/ledger/"
    period, size = _asked(month, request.GET.get("paper", Paper.A4), path=books_at)
    region = _region(code)
    try:
        if region.level == Level.VILLAGE:
            return _village(request, region, period, size)
        if region.level == Level.TOWNSHIP and _may_print(request, region):
            return _township(request, region, period, size)
    except sheets.UnpublishedError:
        raise MissingError(
            f"{words.period(period.start, period.end)}的账还没公开",
            line="公开了才能打印。",
            href=books_at,
            word=f"看{region.short_name}最近的账",
        ) from None
    except MissingGlyphError as error:
        month_at = address(books_at, period=period.label())
        raise MissingError("这一月印不了", line=str(error), href=month_at, word="看这一月的账") from error
    except (BusyError, sheets.ChangingError):
        return _later(request, region)
    except TypesetError:
        logger.exception("sheet of %s %s not set", code, period)
        return _later(request, region)
    raise MissingError("没有这张单子", line="一个村一个月印一张。", href=books_at, word="先选一个村")


def _asked(month: str, size: str, *, path: str) -> tuple[Period, Paper]:
    try:
        return Period.parse(month), Paper(size)
    except (CellError, ValueError) as error:
        raise UnreadableError(
            "网址里的月份或纸张不对", line="纸张只有 a3 和 a4。", href=path, word="从账本选一个月"
        ) from error


def _region(code: str) -> Region:
    slug = Code.objects.valid().filter(region=OuterRef("pk"), target=Target.PLACE).values("slug")
    region = Region.objects.with_ancestors().annotate(slug=Subquery(slug)).filter(code=code).first()
    if region is None:
        raise MissingError("没有这个地方的页面", line="可能抄错了一个数。")
    return region


def _village(request: HttpRequest, region: Region, period: Period, size: Paper) -> HttpResponse:
    """Answer with the village's sheet, made at most once for what it depends on."""
    today = timezone.localdate()
    slug, sheet = getattr(region, "slug", None), None
    if slug is None:  # The first print makes the code, and only for a month that can be printed.
        sheet = sheets.sheet_of(region, period, today=today)
        slug = sheet.address.rpartition("/")[2]
    key = _key(region, slug, period, size, today)
    tag = f'"{key}"'
    if answers.is_fresh(request.headers.get("If-None-Match", ""), tag):
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        make = partial(_printed, region, period, size, today, sheet)
        response = HttpResponse(_press.printed(key, make), content_type=PDF)
        name = f"{region.short_name}{words.period(period.start, period.end)}的账（{size.upper()}）.pdf"
        response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or ""
        response["X-Robots-Tag"] = "noindex"
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response


def _key(region: Region, slug: str, period: Period, size: Paper, today: date) -> str:
    """Return 32 hexadecimal digits of everything the sheet depends on."""
    site = (settings.SITE_URL, settings.SITE_NAME, settings.HOTLINE, settings.PORTAL_ENV)
    place = (region.code, region.full_name, region.generation, slug)
    told = repr((site, place, period.label(), str(size), today.isoformat()))
    return hashlib.sha256(told.encode() + paper.TEMPLATE.read_bytes()).hexdigest()[:32]


def _printed(region: Region, period: Period, size: Paper, today: date, sheet: paper.Sheet | None) -> bytes:
    sheet = sheet or sheets.sheet_of(region, period, today=today)
    return paper.render([sheet], sheets.imprint(today), paper=size)


def _may_print(request: HttpRequest, region: Region) -> bool:
    return any(region.code.startswith(prefix) for prefix in scope.places(request.user, MAY_PRINT))


def _township(request: HttpRequest, region: Region, period: Period, size: Paper) -> HttpResponse:
    """Answer with the sheets of all villages, and a last page that names those without one."""
    today = timezone.localdate()
    batch = sheets.batch_of(villages_of(region, today), period, today=today)
    kept, refused = sheets.printable(batch.sheets)
    if not kept and not refused:
        raise sheets.UnpublishedError
    absent = batch.absent(period, refused)
    pdf = paper.render(kept, sheets.imprint(today), paper=size, absent=absent)
    name = f"{region.short_name}各村{words.period(period.start, period.end)}的账（{size.upper()}）.pdf"
    told = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    headers = {"Content-Disposition": told, "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type=PDF, headers=headers)


def _later(request: HttpRequest, region: Region) -> HttpResponse:
    response = render(request, "villages/sheet_later.html", {"region": region}, status=503)
    response["Retry-After"] = _RETRY_AFTER_SECONDS
    response["Cache-Control"] = "no-store"
    return response
