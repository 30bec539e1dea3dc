"""A correction, old and new side by side: only what changes is marked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from portal.releases.models import DisclosedRow, Release
from portal.releases.registry import Disclosure, kind
from portal.releases.staff.rows import is_number, private_values, texts

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Part:
    """One column of one corrected row."""

    header: str
    was: str
    now: str
    is_number: bool

    @property
    def differs(self) -> bool:
        """Whether this is what the correction changes."""
        return self.was != self.now


@dataclass(frozen=True, kw_only=True)
class Pair:
    """An old row and the one that takes its place; withdrawn when there is none."""

    position: int
    is_withdrawn: bool
    reason: str
    parts: list[Part]


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The corrected rows of one page, and the sums over all of them."""

    pairs: list[Pair]
    count: int
    was: Decimal
    now: Decimal
    has_amount: bool
    next_page: int | None

    @property
    def difference(self) -> Decimal:
        """What the correction adds, in yuan."""
        return self.now - self.was


def side_by_side(release: Release, *, page: int = 1) -> Sides | None:
    """Return the old and new versions of the rows a release replaces; None where it replaces none."""
    plans = release.replacements.order_by("pk")
    if not release.is_correction and not plans.exists():
        return None
    disclosure = kind(release.kind)
    # A row of another place is never shown, whatever a draft claims to replace.
    rows: QuerySet[Any] = disclosure.model._default_manager.filter(
        region__code__startswith=release.body.region.prefix
    )
    start = (page - 1) * SHOWN
    shown = list(plans[start : start + SHOWN + 1])
    ids = {plan.row_id for plan in shown} | {plan.by_row_id for plan in shown if plan.by_row_id}
    found = {row.pk: row for row in rows.filter(pk__in=ids).select_related("region")}
    private = private_values(disclosure, ids)
    pairs = []
    for plan in shown[:SHOWN]:
        old, new = found.get(plan.row_id), found.get(plan.by_row_id)
        if old is not None:
            parts = _parts(
                disclosure, texts(disclosure, old, private), new and texts(disclosure, new, private)
            )
            pairs.append(
                Pair(
                    position=(new or old).position,
                    is_withdrawn=new is None,
                    reason=plan.reason or release.reason,
                    parts=parts,
                )
            )
    return Sides(
        pairs=pairs,
        count=plans.count(),
        was=_sum(disclosure, rows.filter(pk__in=release.replacements.values("row_id"))),
        now=_sum(disclosure, rows.filter(release=release)),
        has_amount=bool(disclosure.amount),
        next_page=page + 1 if len(shown) > SHOWN else None,
    )


def _parts(disclosure: Disclosure, was: list[str], now: list[str] | None) -> list[Part]:
    after = now if now is not None else [""] * len(was)
    return [
        Part(
            header="所在地" if column.field == "region" else column.header,
            was=old,
            now=new,
            is_number=is_number(column),
        )
        for column, old, new in zip(disclosure.columns, was, after, strict=True)
        if old or new
    ]


def _sum(disclosure: Disclosure, rows: QuerySet[DisclosedRow]) -> Decimal:
    if not disclosure.amount:
        return Decimal(0)
    return rows.aggregate(total=Sum(disclosure.amount))["total"] or Decimal(0)
