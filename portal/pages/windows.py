"""Public windows (公示): which days somebody may object on, and where today stands among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from portal.catalogue.models import CatalogueItem, DayUnit
from portal.releases.models import Stage, Total
from portal.workdays.calendar import current

if TYPE_CHECKING:
    from portal.pages.totals import Group
    from portal.places.models import Region
    from portal.workdays.arithmetic import Calendar

_DAY = timedelta(days=1)
# More days than this are told in words only: boxes would fill the screen.
MOST_BOXES = 14


@dataclass(frozen=True, kw_only=True)
class Box:
    """One day of a window: its number, and whether it is over, today, or still to come."""

    number: int
    is_over: bool
    is_today: bool


@dataclass(frozen=True, kw_only=True)
class Window:
    """The counted days of a window, in order, seen from today; the last is the last to object on."""

    days: tuple[date, ...]
    today: date
    # Posted before the first counted day: the day of posting itself is not counted.
    posted_on: date | None = None

    @property
    def start_on(self) -> date:
        """The first counted day."""
        return self.days[0]

    @property
    def end_on(self) -> date:
        """The last day on which somebody may object."""
        return self.days[-1]

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return self.today > self.end_on

    @property
    def is_before(self) -> bool:
        """Whether the first day is still to come."""
        return self.today < self.start_on

    @property
    def is_open(self) -> bool:
        """Whether somebody may object today: from the day it is posted to the last."""
        return not self.is_over and self.today >= (self.posted_on or self.start_on)

    @property
    def number(self) -> int:
        """Which counted day today is; a day that is not counted belongs to the one before."""
        return sum(day <= self.today for day in self.days)

    @property
    def left(self) -> int:
        """How many days after today are left, and how many have passed since where it is negative."""
        return (self.end_on - self.today).days

    @property
    def passed(self) -> int:
        """How many days ago it ended."""
        return -self.left

    @property
    def boxes(self) -> list[Box]:
        """One box a day; none where there are too many."""
        if len(self.days) > MOST_BOXES:
            return []
        now = self.number
        return [
            Box(number=at, is_over=self.is_over or at < now, is_today=not self.is_over and at == now)
            for at in range(1, len(self.days) + 1)
        ]


def told_window(start_on: date, end_on: date, *, today: date) -> Window:
    """Return a window whose first and last day are written in the notice."""
    days = (end_on - start_on).days + 1
    return Window(days=tuple(start_on + _DAY * at for at in range(days)), today=today)


def counted_window(posted_on: date, item: CatalogueItem, calendar: Calendar, *, today: date) -> Window | None:
    """Return the window that an item asks for, counted from the day of posting; None where it asks none."""
    if not item.window_days:
        return None
    unit = DayUnit(item.window_unit or DayUnit.CALENDAR).counted
    end_on = calendar.add(posted_on, item.window_days, unit)
    if end_on is None:
        return None
    days = [posted_on + _DAY * at for at in range(1, (end_on - posted_on).days + 1)]
    if unit == "workdays":
        days = [day for day in days if calendar.is_workday(day)]
    return Window(days=tuple(days), today=today, posted_on=posted_on)


def of_posted(region: Region, group: Group) -> Window | None:
    """Return the window of a list of payments that is posted before it is paid; at most three queries."""
    newest = (
        Total.objects.public()
        .filter(
            region=region,
            kind=group.kind,
            subject=group.subject,
            start_on=group.start_on,
            end_on=group.end_on,
            release__stage=Stage.POSTED,
            release__corrects=None,
        )
        .order_by("-release__published_on")
        .values_list("release__item_id", "release__published_on")
        .first()
    )
    if newest is None:
        return None
    item_id, posted_on = newest
    if posted_on is None:
        return None
    item = CatalogueItem.objects.get(pk=item_id)
    return counted_window(posted_on, item, current(), today=timezone.localdate())
