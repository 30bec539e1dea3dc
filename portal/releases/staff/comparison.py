"""A draft beside the last period: sums, rows and standards, by place and subject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum, Value

from portal.columns.cells import Rate
from portal.places.models import Region
from portal.releases.models import Release
from portal.releases.registry import Disclosure, kind
from portal.releases.staff.rows import number

# The largest differences are read; a list of all 300 villages is not.
SHOWN = 12
Key = tuple[int, str]
Figures = dict[Key, tuple[int, Decimal]]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One place and subject, now and then."""

    what: str
    rows_now: int
    rows_then: int
    now: Decimal
    then: Decimal

    @property
    def difference(self) -> Decimal:
        """What is more (or, negative, less) than last time, in yuan."""
        return self.now - self.then

    @property
    def word(self) -> str:
        """The kind of change, in one word."""
        if not self.rows_then:
            return "新来的"
        return "没了" if not self.rows_now else "变了"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All that is compared; `changes` holds the largest of `changed`."""

    previous: Release
    rows_now: int
    rows_then: int
    now: Decimal
    then: Decimal
    new: int
    gone: int
    changed: int
    changes: list[Change]
    rates: list[tuple[str, str, str]]
    has_amount: bool

    @property
    def difference(self) -> Decimal:
        """Difference of the sums."""
        return self.now - self.then

    @property
    def shortfall(self) -> Decimal:
        """What is less than last time, as a positive sum."""
        return -self.difference

    @property
    def fewer_rows(self) -> int:
        """Rows less than last time, as a positive number."""
        return -self.row_difference

    @property
    def percent(self) -> Decimal | None:
        """Difference of the sums in percent of the last; None where there is nothing to divide by."""
        return self.difference * 100 / self.then if self.then else None

    @property
    def row_difference(self) -> int:
        """Rows more (or less) than last time."""
        return self.rows_now - self.rows_then


def previous_releases(release: Release) -> list[Release]:
    """Return what was published for the last period before: the same batch where there is one."""
    same = Release.objects.published().filter(item=release.item, body=release.body, stage=release.stage)
    last = same.filter(corrects=None, end_on__lte=release.start_on).order_by("-start_on", "batch").first()
    if last is None:
        return []
    found = list(same.filter(start_on=last.start_on, end_on=last.end_on).order_by("created_at"))
    return [one for one in found if one.batch == release.batch] or found


def compare(release: Release) -> Comparison | None:
    """Return the comparison with the last period; None for the first, and for corrections."""
    if release.is_correction or not (before := previous_releases(release)):
        return None
    disclosure = kind(release.kind)
    rows = disclosure.model._default_manager
    current: QuerySet[Any] = rows.filter(release=release)
    earlier: QuerySet[Any] = rows.public().filter(release__in=before)
    now, then = _figures(disclosure, current), _figures(disclosure, earlier)
    keys = [key for key in now.keys() | then.keys() if now.get(key) != then.get(key)]
    return Comparison(
        previous=before[0],
        rows_now=sum(count for count, _ in now.values()),
        rows_then=sum(count for count, _ in then.values()),
        now=sum((amount for _, amount in now.values()), Decimal(0)),
        then=sum((amount for _, amount in then.values()), Decimal(0)),
        new=len(now.keys() - then.keys()),
        gone=len(then.keys() - now.keys()),
        changed=sum(1 for key in keys if key in now and key in then),
        changes=_largest(release, disclosure, keys, now, then),
        rates=_rates(release, disclosure, current, earlier),
        has_amount=bool(disclosure.amount),
    )


def _figures(disclosure: Disclosure, rows: QuerySet[Any]) -> Figures:
    subject = F(disclosure.subject) if disclosure.subject else Value("")
    amount = Sum(disclosure.amount) if disclosure.amount else Value(Decimal(0))
    found = rows.order_by().values("region", about=subject).annotate(lines=Count("pk"), total=amount)
    return {(one["region"], one["about"]): (one["lines"], one["total"] or Decimal(0)) for one in found}


def _largest(
    release: Release, disclosure: Disclosure, keys: list[Key], now: Figures, then: Figures
) -> list[Change]:
    none = (0, Decimal(0))
    largest = sorted(
        keys,
        key=lambda key: (abs(now.get(key, none)[1] - then.get(key, none)[1]), key),
        reverse=True,
    )[:SHOWN]
    places = Region.objects.in_bulk({region for region, _ in largest})
    titles = _titles(release, disclosure, {subject for _, subject in largest})
    return [
        Change(
            what=" ".join(
                part
                for part in (
                    places[key[0]].short_name if key[0] in places else "",
                    titles.get(key[1], key[1]),
                )
                if part
            ),
            rows_now=now.get(key, none)[0],
            rows_then=then.get(key, none)[0],
            now=now.get(key, none)[1],
            then=then.get(key, none)[1],
        )
        for key in largest
    ]


def _titles(release: Release, disclosure: Disclosure, subjects: Iterable[str]) -> dict[str, str]:
    wanted = {subject for subject in subjects if subject}
    if not wanted or disclosure.subject_titles is None:
        return {}
    return disclosure.subject_titles(release.county, wanted)


def _rates(
    release: Release, disclosure: Disclosure, now: QuerySet[Any], then: QuerySet[Any]
) -> list[tuple[str, str, str]]:
    """Return (what, standards now, standards then) for each subject whose standards differ."""
    found: list[tuple[str, str, str]] = []
    for column in disclosure.columns:
        if isinstance(column.cell, Rate):
            one, other = _standards(disclosure, now, column.field), _standards(disclosure, then, column.field)
            differing = sorted(s for s in one.keys() | other.keys() if one.get(s) != other.get(s))[:SHOWN]
            titles = _titles(release, disclosure, differing)
            found += [
                (
                    titles.get(subject, subject) or column.header,
                    one.get(subject, "没有"),
                    other.get(subject, "没有"),
                )
                for subject in differing
            ]
    return found


def _standards(disclosure: Disclosure, rows: QuerySet[Any], field: str) -> dict[str, str]:
    subject = F(disclosure.subject) if disclosure.subject else Value("")
    pairs = rows.order_by().exclude(**{field: None}).values_list(subject, field).distinct()
    grouped: dict[str, list[Decimal]] = {}
    for about, rate in pairs[:500]:
        grouped.setdefault(about, []).append(rate)
    return {
        about: "、".join(number(rate, places=None) for rate in sorted(rates)[:5])
        + ("等" if len(rates) > 5 else "")
        for about, rates in grouped.items()
    }
