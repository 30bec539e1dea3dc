"""Fills invented villages with plausible households."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from portal.demo import names
from portal.demo.people import Household, Person, Place, Registry
from portal.places.actions import OFFICIAL_LIST
from portal.places.names import short_name

COUNTY = "360902"
# How likely a household is to be in a situation that something is paid for.
SITUATIONS = {
    "特困": 0.012,
    "生活补贴": 0.025,
    "护理补贴": 0.03,
    "孤儿": 0.006,
    "公益性岗位": 0.028,
    "雨露": 0.03,
    "医疗": 0.05,
    "临时": 0.012,
    "农机": 0.02,
}


def villages(township: str, path: Path = OFFICIAL_LIST) -> list[Place]:
    """Return the villages of a township (12 digits) in the order of their codes."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Place(row["code"], short_name(row["name"]), township)
            for row in csv.DictReader(stream)
            if row["parent_code"] == township
        ]


def populate(
    village: Place, count: int, *, registry: Registry, chance: Random, today: date
) -> list[Household]:
    """Return `count` households of a village, whose groups are settled by a few families each."""
    groups = chance.randint(4, 9)
    families = [[names.surname(chance) for _ in range(3)] for _ in range(groups)]
    hills = chance.uniform(0.1, 0.5)
    return [
        _household(village, number, 1 + number * groups // count, families, hills, registry, chance, today)
        for number in range(count)
    ]


def _household(
    village: Place,
    number: int,
    group: int,
    families: list[list[str]],
    hills: float,
    registry: Registry,
    chance: Random,
    today: date,
) -> Household:
    clan = families[group - 1]
    family = chance.choices(clan, (6, 3, 1))[0] if chance.random() < 0.85 else names.surname(chance)
    marks = frozenset(mark for mark, share in SITUATIONS.items() if chance.random() < share)
    members = tuple(_members(family, marks, registry, chance, today))
    return Household(
        number=f"{village.code[6:]}{number + 1:04d}",
        village=village,
        group=f"第{group}组",
        members=members,
        land=f"{min(max(chance.lognormvariate(1.35, 0.55), 0.4), 24):.2f}" if chance.random() < 0.92 else "",
        wood=f"{min(max(chance.lognormvariate(2.2, 0.7), 1), 90):.1f}" if chance.random() < hills else "",
        top_up=str(chance.randrange(26, 52) * 10 * min(len(members), 3)) if chance.random() < 0.07 else "",
        marks=marks,
    )


def _members(
    family: str, marks: frozenset[str], registry: Registry, chance: Random, today: date
) -> Iterator[Person]:
    """Yield the householder, then spouse, old parents and children."""
    age = chance.randint(66, 79) if "特困" in marks else chance.randint(34, 74)
    yield registry.person(family, _born(age, chance, today), is_woman=chance.random() < 0.12)
    if "特困" in marks:
        return
    if chance.random() < 0.8:
        wife = names.surname(chance)
        yield registry.person(wife, _born(max(age - 3, 25), chance, today), is_woman=True)
    if age > 45 and chance.random() < 0.13:
        yield registry.person(
            family, _born(chance.randint(79, 98), chance, today), is_woman=chance.random() < 0.6
        )
    needs_child = bool(marks & {"孤儿", "雨露"})
    for _ in range(max(chance.randint(0, 2), int(needs_child))):
        young = chance.randint(16, 19) if "雨露" in marks else chance.randint(4, 14)
        yield registry.person(family, _born(young, chance, today), is_woman=chance.random() < 0.5)


def _born(age: int, chance: Random, today: date) -> date:
    """Return a birthday on which somebody is now that old."""
    return date(today.year - age, 1, 1) - timedelta(days=chance.randrange(1, 360))
