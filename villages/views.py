"""The month of a village's books on paper, made on request from what is published."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from portal.codes.glyphs import MissingGlyphError
from portal.columns.column import CellError
from portal.columns.periods import Granularity, Period
from portal.pages import regions, words
from portal.pages.errors import MissingError, UnreadableError
from portal.places.models import Level, Region
from villages import sheets
from villages.paper import Paper, render
from villages.sheets import UnpublishedError


@require_safe
def month_sheet(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Hand out the PDF of a village's month: `?paper=a3` for the notice board, `a4` for the desk."""
    region = regions.region_of(code)
    books = f"{region.get_absolute_url()}ledger/"
    try:
        period, paper = Period.parse(month), Paper(request.GET.get("paper", Paper.A4))
    except (CellError, ValueError) as error:
        raise UnreadableError("网址里的月份或纸张不对", href=books, word="回到账本") from error
    if region.level != Level.VILLAGE or period.granularity is not Granularity.MONTH:
        raise MissingError("只有村的一个月有这张单子", href=books, word="看账本")
    today = timezone.localdate()
    # The same generation, day and paper make the same bytes.
    made_from = f"{code}/{period.label()}/{paper}/{region.generation}/{today}"
    tag = f'"{sha256(made_from.encode()).hexdigest()[:32]}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(_pdf(region, period, paper, today), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{code}-{period.label()}-{paper}.pdf"'
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _pdf(region: Region, period: Period, paper: Paper, today: date) -> bytes:
    try:
        return _made(region, period, paper, today, region.generation)
    except UnpublishedError as error:
        raise MissingError(
            f"{words.period(period.start, period.end)}的账还没公开",
            line="换一个月再看。",
            href=f"{region.get_absolute_url()}ledger/",
            word=f"看{region.short_name}最近的账",
        ) from error
    except MissingGlyphError as error:
        raise MissingError(
            "这个月的单子印不出来", line=f"{error}请告诉下面的电话，网页上照样能看。"
        ) from error


@lru_cache(maxsize=32)
def _made(region: Region, period: Period, paper: Paper, today: date, _generation: int) -> bytes:
    """Keep what was asked for lately: a new generation or day is another key."""
    sheet = sheets.sheet_of(region, period, today=today)
    return render([sheet], sheets.imprint(today), paper=paper)
