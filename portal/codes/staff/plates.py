"""Plates printed from the staff's site: of a place, a release, one row; codes are made on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from portal.codes import things
from portal.codes.actions import MAY_PRINT
from portal.codes.glyphs import MissingGlyphError
from portal.codes.plate import PosterError
from portal.codes.staff.listing import own_places
from portal.people.models import User
from portal.people.scope import has_role, places, within
from portal.releases import registry
from portal.releases.models import Release, State
from portal.releases.plates import Plated
from portal.releases.registry import Disclosure
from portal.releases.staff.tools import Tool


class CannotPrintError(Exception):
    """Plates that cannot be printed as asked: why, and how many others of the part can."""

    def __init__(self, reasons: Sequence[str], rest: int = 0) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons
        self.rest = rest


@dataclass(frozen=True, kw_only=True)
class Job:
    """Plates that a person may print: those of `rows`, which stand in a place (`where`) or are one."""

    kind: Disclosure
    plated: Plated
    rows: Any  # a queryset of rows of the kind
    where: str = ""

    @property
    def parts(self) -> list[tuple[int, int, int]]:
        """The files they come in, each (number, first, last)."""
        count, most = self.rows.count(), self._most
        return [
            (part + 1, part * most + 1, min(count, (part + 1) * most)) for part in range(ceil(count / most))
        ]

    def printed(self, part: int, *, is_large: bool, leaves_out: bool) -> tuple[str, bytes]:
        """Return name and bytes of one part; things that lack a code get it now, for good.

        Raises:
            CannotPrintError: some have signs the font cannot draw (left out where told), or all of them.
        """
        kept, reasons = [], []
        for row in self.rows[(part - 1) * self._most : part * self._most]:
            try:
                kept.append(things.printed_of(self.plated, row, things.code_of(self.kind, self.plated, row)))
            except MissingGlyphError as error:
                reasons.append(str(error))
        if not kept or (reasons and not leaves_out):
            raise CannotPrintError(reasons, len(kept))
        try:
            pdf = things.plates_pdf(self.plated, kept, is_large=is_large)
        except PosterError as error:
            raise CannotPrintError([str(error)]) from error
        return f"{self.where or kept[0].name}的{self.plated.word}{len(kept)}块.pdf", pdf

    @property
    def _most(self) -> int:
        return things.MOST_SIGNS if self.plated.is_sign else things.MOST_LABELS


def of_place(user: User, region_id: int, kind: str) -> Job | None:
    """Return the plates of a place's things of one kind; None where there are none for this person."""
    found = _kind(kind)
    region = own_places(user, timezone.localdate()).filter(pk=region_id).first()
    if found is None or region is None:
        return None
    return _job(user, *found, things.of_place(*found, region), region.short_name)


def of_release(user: User, release_id: UUID) -> Job | None:
    """Return the plates of a public release's things; None as above."""
    release = Release.objects.published().select_related("body").filter(pk=release_id).first()
    found = _kind(release.kind) if release else None
    if release is None or found is None:
        return None
    return _job(user, *found, things.of_release(*found, release), release.body.name)


def of_row(user: User, kind: str, row_id: UUID) -> Job | None:
    """Return the plate of one thing; None as above."""
    found = _kind(kind)
    return _job(user, *found, things.of_row(*found, row_id)) if found else None


def release_tools(user: User, release: Release) -> Iterable[Tool]:
    """Return the link that prints the plates of a public release."""
    found = _kind(release.kind)
    if found is not None and release.state == State.PUBLISHED and has_role(user, *MAY_PRINT):
        url = reverse("admin:codes_code_release_plates", args=[release.pk])
        yield Tool(word=f"打印{found[1].word}", url=url)


def _kind(code: str) -> tuple[Disclosure, Plated] | None:
    kind = registry.get(code)
    return (kind, kind.plated) if kind is not None and kind.plated is not None else None


def _job(user: User, kind: Disclosure, plated: Plated, rows: Any, where: str = "") -> Job | None:
    own = rows.filter(within("region__code", places(user, MAY_PRINT)))
    return Job(kind=kind, plated=plated, rows=own, where=where) if own.exists() else None
