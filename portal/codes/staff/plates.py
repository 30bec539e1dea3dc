"""Plates printed from the staff's site: of a place, a release, one row; codes are made on the way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header

from portal.codes import things
from portal.codes.actions import MAY_PRINT
from portal.codes.glyphs import MissingGlyphError
from portal.codes.plate import PosterError
from portal.codes.staff.listing import own_places
from portal.people.models import User
from portal.people.scope import has_role, places
from portal.people.scoped import staff
from portal.releases import registry
from portal.releases.models import Release, State
from portal.releases.plates import Plated
from portal.releases.registry import Disclosure
from portal.releases.staff.tools import Tool


def of_place(request: HttpRequest, region_id: int, kind: str) -> HttpResponse | None:
    """Hand out the plates of a place's things of one kind; None for a place that is not the person's."""
    found = _kind(kind)
    region = own_places(staff(request), timezone.localdate()).filter(pk=region_id).first()
    if found is None or region is None:
        return None
    return _printed(request, *found, things.of_place(*found, region), region.short_name)


def of_release(request: HttpRequest, release_id: UUID) -> HttpResponse | None:
    """Hand out the plates of a release's things; None for one that is not the person's, or not public."""
    release = Release.objects.published().select_related("body").filter(pk=release_id).first()
    found = _kind(release.kind) if release else None
    if release is None or found is None:
        return None
    rows = things.of_release(*found, release)
    return _printed(request, *found, rows, release.body.name)


def of_row(request: HttpRequest, kind: str, row_id: UUID) -> HttpResponse | None:
    """Hand out the plate of one thing; None for a row that is not public, or another place's."""
    found = _kind(kind)
    if found is None:
        return None
    rows = found[0].model._default_manager.public().filter(pk=row_id)
    rows = rows.select_related("release", "region__parent__parent__parent")
    return _printed(request, *found, rows, "")


def release_tools(user: User, release: Release) -> Iterable[Tool]:
    """Return the link that prints the plates of a public release."""
    found = _kind(release.kind)
    if found is not None and release.state == State.PUBLISHED and has_role(user, *MAY_PRINT):
        url = reverse("admin:codes_code_release_plates", args=[release.pk])
        yield Tool(word=f"打印{found[1].word}", url=url)


def _kind(code: str) -> tuple[Disclosure, Plated] | None:
    kind = registry.get(code)
    return (kind, kind.plated) if kind is not None and kind.plated is not None else None


def _printed(
    request: HttpRequest, kind: Disclosure, plated: Plated, rows: Any, where: str
) -> HttpResponse | None:
    """Return one part of the plates as a file; what the font cannot draw is named and can be left out."""
    most = things.MOST_SIGNS if plated.is_sign else things.MOST_LABELS
    own = places(staff(request), MAY_PRINT)
    start = (_part(request.GET.get("part", "1")) - 1) * most
    asked = [row for row in rows[start : start + most] if row.region.code.startswith(tuple(own))]
    kept, refused = [], []
    for row in asked:
        try:
            kept.append(things.printed_of(plated, row, things.code_of(kind, plated, row)))
        except MissingGlyphError as error:
            refused.append(str(error))
    if refused and "rest" not in request.GET:
        return _told(request, refused, len(kept))
    if not kept:
        return None
    try:
        pdf = things.plates_pdf(plated, kept, is_large=request.GET.get("paper") == "a3")
    except PosterError as error:
        return _told(request, [str(error)], 0)
    name = f"{where or kept[0].name}的{plated.word}{len(kept)}块.pdf"
    told = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": told})


def _told(request: HttpRequest, refused: list[str], rest: int) -> HttpResponse:
    asked = request.GET.copy()
    asked["rest"] = "1"
    link = (
        format_html(' <a href="{}?{}">印其余 {} 块</a>', request.path, asked.urlencode(), rest)
        if rest
        else ""
    )
    messages.error(request, format_html("{}{}", "\n".join(refused), link))
    return HttpResponseRedirect(reverse("admin:codes_code_changelist"))


def _part(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 4 and int(text) else 1
