"""Posters of codes: what the sheet of a place or a programme says, under this site's name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils import timezone

from portal.codes import qr
from portal.codes.models import Code
from portal.codes.poster import Imprint, Poster, render
from portal.log import anchors
from portal.places.models import Level, Region

_COMMUNITIES = ("社区", "居委会", "生活区")


def code_address(code: Code) -> str:
    """Return the full address that the code's QR picture holds."""
    return qr.address(settings.SITE_URL, code.slug)


def poster_pdf(code: Code, *, today: date | None = None) -> bytes:
    """Return the A4 poster of one code as PDF.

    Raises:
        MissingGlyphError: a character of its name cannot be printed.
        PosterError: the sheet could not be set.
    """
    return posters_pdf([code], today=today)


def posters_pdf(codes: Iterable[Code], *, today: date | None = None) -> bytes:
    """Return one PDF with a poster per page, in this order; raises what `poster_pdf` raises."""
    printed_on = today or timezone.localdate()
    seal = anchors.line(printed_on)
    imprint = Imprint(
        site=settings.SITE_NAME,
        hotline=settings.HOTLINE,
        printed_on=printed_on,
        is_example=settings.PORTAL_ENV == "demo",
        seal=f" · {seal}" if seal else "",
    )
    return render([poster_of(code) for code in codes], imprint)


def poster_of(code: Code) -> Poster:
    """Return the words of a code's poster."""
    if code.region is None:
        county = Region.objects.with_ancestors().filter(code=f"{code.county}000000").first()
        place, call = county.full_name if county else "", "扫一扫，看这项补贴"
    else:
        place, call = code.region.place, _call(code.region)
    return Poster(name=code.name, place=place, call=call, address=code_address(code))


def _call(region: Region) -> str:
    if region.level != Level.VILLAGE:
        return "扫一扫，看这里的账"
    if region.name.endswith(_COMMUNITIES):
        return "扫一扫，看社区的账"
    return "扫一扫，看村里的账"
