"""Lines of a village's books, by day, for public pages and printed sheets."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from portal.columns.periods import Period
from portal.documents.models import DocumentState
from portal.places.models import Region
from portal.releases.models import Attachment, DisclosedRowQuerySet
from portal.releases.models.attachment import AttachmentQuerySet
from villages.asked import PASSING, Key
from villages.models import Direction, LedgerEntry, Nature

PAGE = 20


def of_side(region: Region, period: Period, side: str) -> DisclosedRowQuerySet:
    """Return the public lines of one side in a village and period, by day.

    The sides are the village's own income and expense, and everything that only passed through.
    """
    rows = of_period(region, period)
    if side == PASSING:
        rows = rows.exclude(nature=Nature.OWN)
    else:
        rows = rows.filter(nature=Nature.OWN, direction=side)
    shown: DisclosedRowQuerySet = rows.annotate(thumb=Subquery(_documents().in_order().values("pk")[:1]))
    return shown


def of_period(region: Region, period: Period) -> DisclosedRowQuerySet:
    """Return all public lines of a village and period, by day, each with how many documents it shows."""
    rows: DisclosedRowQuerySet = LedgerEntry.objects.listed().filter(
        region=region, happened_on__gte=period.start, happened_on__lt=period.end
    )
    counted = _documents().order_by().values("row_id").annotate(number=Count("pk")).values("number")
    rows = rows.annotate(documents=Coalesce(Subquery(counted), 0), names_shown=F("release__names"))
    return rows.order_by("happened_on", "position", "pk")


def _documents() -> AttachmentQuerySet:
    return Attachment.objects.filter(row_id=OuterRef("pk"), document__state=DocumentState.READY).shown()


def first_of_each(region: Region, period: Period) -> dict[str, list[LedgerEntry]]:
    """Return the first page of the village's own income and of its expense; one query."""
    income, expense = (of_side(region, period, side)[:PAGE] for side in (Direction.IN, Direction.OUT))
    found: dict[str, list[LedgerEntry]] = {Direction.IN.value: [], Direction.OUT.value: []}
    for row in income.union(expense, all=True):
        found[row.direction].append(row)
    return {side: sorted(rows, key=key_of) for side, rows in found.items()}


def page_of(rows: DisclosedRowQuerySet, after: Key | None, *, most: int = PAGE) -> list[LedgerEntry]:
    """Return the lines behind a key, one more than a page."""
    if after is not None:
        day, position, row_id = after
        rows = rows.filter(
            Q(happened_on__gt=day)
            | Q(happened_on=day, position__gt=position)
            | Q(happened_on=day, position=position, pk__gt=row_id)
        )
    return list(rows[: most + 1])


def key_of(row: LedgerEntry) -> Key:
    """Return where a page ends that ends with this line."""
    return row.happened_on, row.position, row.pk
