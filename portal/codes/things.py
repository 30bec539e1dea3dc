"""Things that carry a printed code: which row is theirs today, and the plates that are stuck on them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Value, When
from django.urls import reverse
from django.utils import timezone

from portal.codes import plate
from portal.codes.actions import code_for_thing
from portal.codes.models import Code
from portal.codes.papers import Offer
from portal.codes.qr import in_clear
from portal.codes.sheets import code_address
from portal.log import anchors
from portal.places.models import Region
from portal.releases import registry
from portal.releases.models import NamesShown, Release, Replaced, State
from portal.releases.plates import Plated
from portal.releases.registry import Disclosure

# Labels of one file: eight to a sheet of A4.
MOST_LABELS = 240
MOST_SIGNS = 40


def kinds() -> Iterator[tuple[Disclosure, Plated]]:
    """Yield the kinds whose rows are things, with what they print."""
    for kind in registry.kinds():
        if kind.plated is not None:
            yield kind, kind.plated


def newest(code: Code) -> Any | None:  # Any: a row of any kind
    """Return the row a thing's code leads to: its newest public version, else the last one that was public.

    Of several with one number that of the code's own place.
    """
    kind = registry.get(code.kind)
    if kind is None or kind.plated is None:
        return None
    rows = kind.model._default_manager.filter(
        **{kind.plated.number: code.number}, region=code.place, release__state__in=_WAS_PUBLIC
    ).select_related("release", "region__parent__parent__parent")
    replaced = Exists(Replaced.objects.filter(row_id=OuterRef("pk")))
    order = Case(
        When(replaced, then=Value(2)),
        When(release__state=State.PUBLISHED, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return rows.order_by(order, "-release__published_at", "-version", "-pk").first()


_WAS_PUBLIC = (State.PUBLISHED, State.WITHDRAWN)


def of_place(kind: Disclosure, plated: Plated, region: Region) -> Any:  # Any: a queryset of rows of the kind
    """Return the public things that stand in a place, by number."""
    return _with_numbers(plated, kind.model._default_manager.public().filter(region=region))


def of_release(kind: Disclosure, plated: Plated, release: Release) -> Any:  # Any: as above
    """Return the public things of a release, by place and number."""
    return _with_numbers(plated, kind.model._default_manager.public().filter(release=release))


def of_row(kind: Disclosure, plated: Plated, row_id: UUID) -> Any:  # Any: as above
    """Return the one public thing that a row tells of, or none."""
    return _with_numbers(plated, kind.model._default_manager.public().filter(pk=row_id))


def _with_numbers(plated: Plated, rows: Any) -> Any:
    return (
        rows.exclude(**{plated.number: ""})
        .exclude(release__names=NamesShown.HIDDEN)
        .select_related("release", "region__parent__parent__parent")
        .order_by("region__code", plated.number, "pk")
    )


def code_of(kind: Disclosure, plated: Plated, row: Any) -> Code:
    """Return the code of a row's thing, made on first use."""
    name = plated.plate(row).name
    return code_for_thing(
        kind=kind.code, place=row.region, number=getattr(row, plated.number), name=name[:200]
    )


def offers(places: Collection[Region]) -> Mapping[int, Sequence[Offer]]:
    """Return the plates that can be printed for these places: one query for each kind of things."""
    found: dict[int, list[Offer]] = {}
    by_code = {place.code: place for place in places}
    for kind, plated in kinds():
        rows = kind.model._default_manager.public().filter(region__in=places)
        counted = (
            rows.exclude(**{plated.number: ""})
            .exclude(release__names=NamesShown.HIDDEN)
            .values_list("region__code")
            .annotate(n=Count("pk"))
        )
        for place_code, count in counted.order_by():
            place = by_code[place_code]
            word = f"{plated.word} {count} 块"
            href = reverse("admin:codes_code_plates", args=[place.pk, kind.code])
            found.setdefault(place.pk, []).append(Offer(word=word, href=href))
    return found


def plate_pdf(code: Code, *, is_large: bool = False, today: date | None = None) -> bytes | None:
    """Return the plate of a thing's code alone; None where no row is public under it, or only in sums.

    A label is a page of 90 by 60 mm, a sign A4 or, `is_large`, A3. Raises what `plates_pdf` raises.
    """
    kind = registry.get(code.kind)
    row = newest(code)
    if kind is None or kind.plated is None or row is None or row.release.state != State.PUBLISHED:
        return None
    if row.release.names == NamesShown.HIDDEN:
        return None
    printed = printed_of(kind.plated, row, code)
    if kind.plated.is_sign:
        return plate.signs([printed], imprint(today), is_large=is_large)
    return plate.labels([printed], imprint(today), on_sheets=False)


def plates_pdf(plated: Plated, printed: Sequence[plate.Printed], *, is_large: bool = False) -> bytes:
    """Return the plates of many things: labels eight to a sheet, signs one to a sheet.

    Raises:
        PosterError: they could not be set.
    """
    if plated.is_sign:
        return plate.signs(printed, imprint(), is_large=is_large)
    return plate.labels(printed, imprint(), on_sheets=True)


def printed_of(plated: Plated, row: Any, code: Code) -> plate.Printed:
    """Return the words of a row's plate.

    Raises:
        MissingGlyphError: a character of them cannot be printed.
    """
    told = plated.plate(row)
    return plate.Printed(
        name=told.name,
        number=code.number,
        place=row.region.full_name,
        village=row.region.short_name,
        call=plated.call,
        facts=told.facts,
        address=code_address(code),
        clear=in_clear(code_address(code)),
    )


def imprint(today: date | None = None) -> plate.Imprint:
    """Return what all plates of this site share."""
    printed_on = today or timezone.localdate()
    return plate.Imprint(
        site=settings.SITE_NAME,
        hotline=settings.HOTLINE,
        printed_on=printed_on,
        is_example=settings.PORTAL_ENV == "demo",
        seal=anchors.line(printed_on) or "",
    )
