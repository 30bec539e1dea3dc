"""Duties, places that take part, and offices that answer: found again when they are there already."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.catalogue.models import CatalogueItem
from portal.duties.models import Assignment, Duty, Participation
from portal.places.models import Body, Region
from tests.builders import body_of, make_item

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def make_duty(
    region: Region,
    due_on: date = date(2026, 10, 20),
    *,
    item: CatalogueItem | None = None,
    body: Body | None = None,
    start_on: date = SEPTEMBER,
    **more: Any,
) -> Duty:
    """Return what a place's own body owes for one month."""
    end_on = date(start_on.year + start_on.month // 12, start_on.month % 12 + 1, 1)
    told = {"item": item or make_item(period="monthly"), "body": body or body_of(region)}
    span = {"start_on": start_on, "end_on": end_on}
    return Duty.objects.get_or_create(**told, **span, defaults={"region": region, "due_on": due_on, **more})[
        0
    ]


def take_part(region: Region, start_on: date = SEPTEMBER, *, with_below: bool = True) -> Participation:
    """Let a place take part since a day."""
    told = {"start_on": start_on, "with_below": with_below}
    return Participation.objects.get_or_create(region=region, defaults=told)[0]


def assign(region: Region, item: CatalogueItem | None = None, start_on: date = SEPTEMBER) -> Assignment:
    """Let the own body of a place answer for an item."""
    told: dict[str, Any] = {"item": item or make_item(), "body": body_of(region), "start_on": start_on}
    return Assignment.objects.get_or_create(**told)[0]
