"""What a place's first page says of what is not there: since when, and whose duty it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.duties import standing
from portal.duties.models import Duty
from portal.duties.standing import Standing
from portal.pages import words
from portal.places.models import Region

FIRST = 5


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing that should be public and is not."""

    title: str
    period: str
    office: str
    telephone: str
    due_on: date
    days: int
    is_withdrawn: bool


@dataclass(frozen=True, kw_only=True)
class Silence:
    """The gaps of a place's own offices (the first few), and how it stands with everything below it."""

    figures: Standing
    gaps: list[Gap]

    @property
    def more(self) -> int:
        """How many gaps, here and below, are not told on this page."""
        return self.figures.missing - len(self.gaps)


def of_place(region: Region, today: date) -> Silence:
    """Return what is missing in a place: named for its own offices, counted for those below; two queries."""
    figures = standing.of_place(region, today)
    own = standing.last_year(today).missing(today).of(region).with_names() if figures.missing else None
    gaps = [] if own is None else list(own.order_by("due_on", "pk")[:FIRST])
    return Silence(figures=figures, gaps=[_gap(duty, today) for duty in gaps])


def _gap(duty: Duty, today: date) -> Gap:
    return Gap(
        title=duty.title,
        period=words.period(duty.start_on, duty.end_on),
        office=duty.body.name,
        telephone=duty.body.telephone,
        due_on=duty.due_on,
        days=duty.days_over(today),
        is_withdrawn=duty.withdrawn_on is not None,
    )
