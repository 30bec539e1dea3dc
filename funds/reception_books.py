"""What the receptions of a place come to: by month and unit, which were declared empty, which lack papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from funds.models import Reception
from funds.receptions import KIND
from portal.columns.periods import Period
from portal.documents.models import DocumentState
from portal.duties.models import Duty
from portal.pages.asked import DayKey
from portal.places.models import Level, Region
from portal.releases import registry
from portal.releases.models import Attachment, Release, Total

PAGE = 20
ZERO = Decimal(0)
MOST_UNITS = 200


@dataclass(frozen=True, kw_only=True)
class Sums:
    """How many receptions of one unit or month, and yuan."""

    name: str = ""
    start_on: date | None = None
    rows: int = 0
    amount: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class Year:
    """The receptions of a place in one year, by month and by unit."""

    months: dict[date, Sums]
    units: list[Sums]

    @property
    def rows(self) -> int:
        """How many receptions."""
        return sum(month.rows for month in self.months.values())

    @property
    def amount(self) -> Decimal:
        """What they cost together, in yuan."""
        return sum((month.amount for month in self.months.values()), ZERO)


def years(region: Region) -> list[int]:
    """Return the years that have receptions or say that there were none, newest first; two queries."""
    told = Total.objects.public().filter(region=region, kind=KIND, row_count__gt=0)
    found = set(told.annotate(year=ExtractYear("start_on")).values_list("year", flat=True).distinct())
    found |= {release.start_on.year for release in _releases(region)}
    return sorted(found, reverse=True)


def year_of(region: Region, year: int, *, unit: str = "") -> Year:
    """Return the sums of a year, from the totals that publishing wrote; one query.

    With `unit` the months are that unit's; the units are always all.
    """
    found = (
        Total.objects.public()
        .filter(region=region, kind=KIND, start_on__year=year)
        .values("subject", "start_on")
        .annotate(rows=Sum("row_count"), sum=Sum("amount"))
        .filter(rows__gt=0)
        .order_by("start_on", "subject")
    )
    months: dict[date, Sums] = {}
    units: dict[str, Sums] = {}
    for row in found:
        name = row["subject"]
        units[name] = _added(units.get(name, Sums(name=name)), row["rows"], row["sum"])
        if unit in {"", name}:
            start = row["start_on"]
            months[start] = _added(months.get(start, Sums(start_on=start)), row["rows"], row["sum"])
    return Year(months=months, units=sorted(units.values(), key=lambda one: (-one.amount, one.name)))


def _added(sums: Sums, rows: int, amount: Decimal) -> Sums:
    return Sums(name=sums.name, start_on=sums.start_on, rows=sums.rows + rows, amount=sums.amount + amount)


def _releases(region: Region) -> QuerySet[Release]:
    """Return what the offices of a place itself have published of receptions."""
    return Release.objects.published().filter(kind=KIND, body__region=region)


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What a place's own offices have published or owe: periods [start, end), owed ones with their day."""

    periods: list[tuple[date, date]]
    owed: list[tuple[date, date, date]]

    def covers(self, day: date) -> bool:
        """Return whether a day lies in a published period."""
        return any(start <= day < end for start, end in self.periods)

    def due_on(self, day: date) -> date | None:
        """Return by when the open period of a day must be public; None where nothing is owed for it."""
        return min((due for start, end, due in self.owed if start <= day < end), default=None)


def spoken_of(region: Region) -> Spoken:
    """Return what a place's own offices have published of receptions, and still owe; two queries."""
    owed = Duty.objects.of(region).filter(item__kind=KIND, release=None, source=None)
    return Spoken(
        periods=list(_releases(region).order_by("start_on").values_list("start_on", "end_on")),
        owed=list(owed.order_by("start_on").values_list("start_on", "end_on", "due_on")),
    )


def declared_empty(regions: Iterable[int], year: int) -> set[int]:
    """Return which of some places say of any part of a year that there was no reception; one query."""
    found = Release.objects.published().filter(
        kind=KIND, is_nil=True, body__region__in=list(regions), start_on__year=year
    )
    return set(found.values_list("body__region_id", flat=True))


def rows_of(region: Region, period: Period, *, unit: str = "") -> QuerySet[Reception]:
    """Return the public receptions of a place and of everything below it, newest first."""
    rows: QuerySet[Reception] = Reception.objects.listed().filter(
        received_on__gte=period.start, received_on__lt=period.end
    )
    if region.level == Level.VILLAGE:
        rows = rows.filter(region=region)
    elif region.level == Level.TOWNSHIP:
        rows = rows.filter(region__in=Region.objects.within(region).values("pk"))
    else:
        rows = rows.filter(county=region.county_code)
    if unit:
        rows = rows.filter(unit=unit)
    return rows.select_related("release", "region").order_by("-received_on", "-id")


def page_of(rows: QuerySet[Reception], after: DayKey | None) -> list[Reception]:
    """Return the receptions behind a key, one more than a page, each with what it lacks; two queries."""
    if after is not None:
        day, row_id = after
        rows = rows.filter(Q(received_on__lt=day) | Q(received_on=day, pk__lt=row_id))
    found = list(rows[: PAGE + 1])
    add_missing(found)
    return found


def add_missing(rows: Sequence[Reception]) -> None:
    """Note on each reception which of its documents cannot be seen; one query."""
    ready: dict[UUID, list[tuple[str, str]]] = {row.pk: [] for row in rows}
    shown = Attachment.objects.filter(row_id__in=ready, document__state=DocumentState.READY)
    for row_id, name, caption in shown.values_list("row_id", "name", "caption"):
        ready[row_id].append((name, caption))
    kind = registry.kind(KIND)
    for row in rows:
        row.missing = kind.missing_documents(row, ready[row.pk])


def lacking(rows: QuerySet[Reception]) -> int:
    """Return how many of some receptions lack at least one document; one query."""
    statement, parameters = rows.order_by().values("pk").query.sql_with_params()
    captions = registry.kind(KIND).captions
    quote = connection.ops.quote_name
    has_all = " AND ".join(
        f"(%s = ANY (t.captions) OR string_to_array(n.{quote(field)}, ';') && t.names)" for field in captions
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM funds_reception n LEFT JOIN LATERAL (
                SELECT array_agg(a.caption::text) AS captions, array_agg(a.name::text) AS names
                FROM releases_attachment a JOIN documents_document d ON d.id = a.document_id
                WHERE a.row_id = n.id AND d.state = 'ready') t ON true
            WHERE n.id IN ({statement}) AND NOT COALESCE({has_all}, false)""",  # noqa: S608 # own fields
            [*parameters, *captions.values()],
        )
        found: int = cursor.fetchone()[0]
    return found
