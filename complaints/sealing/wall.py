"""The wall of interests: which office a report goes to, and who may never read it.

Always one office above whom it concerns, never the concerned one. Nobody reads a report who holds any
appointment in the place it concerns or below, or whom the reporter ticked; superusers are not exempt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from complaints.models import Office, OfficerKey
from complaints.sealing.officers import keys_of
from portal.people.models import Appointment, User
from portal.places.models import PREFIX_LENGTH, Level, Region

# What a reporter can say of whom it concerns; blank: nothing was said, the county's commission sorts it.
ABOUT = [
    ("village", "村里"),
    ("township", "乡镇（街道）"),
    ("county", "县（市、区）的部门"),
    ("city", "市里的部门"),
    ("", "说不清"),
]
_DEPTH: dict[str, int] = {level: depth for depth, level in enumerate(Level)}  # widest first

# Who may not read while the level is known and the place is not.
_LOW = frozenset({Level.TOWNSHIP, Level.VILLAGE})
_UNPLACED = {"county": _LOW | {Level.COUNTY}, "city": _LOW | {Level.COUNTY, Level.CITY}}


@dataclass(frozen=True, kw_only=True, repr=False)
class Concern:
    """Whom a report concerns, as its content says: level, 12-digit code of a place, users shut out."""

    about: str = ""
    region: str = ""
    excluded: frozenset[int] = field(default_factory=frozenset)

    def touches(self, code: str, level: str) -> bool:
        """Return whether a post in a place is too near to what is concerned.

        Where the place said is wider than the level said, everybody of that level and below inside it; where
        no level was said, townships and villages.
        """
        if not self.region:
            return level in _UNPLACED.get(self.about, _LOW)
        place = _level_of(self.region)
        concerned = self.about if self.about in _DEPTH else Level.TOWNSHIP
        if _DEPTH[concerned] <= _DEPTH[place]:
            return code.startswith(self.region[: PREFIX_LENGTH[concerned]])
        return code.startswith(self.region[: PREFIX_LENGTH[place]]) and _DEPTH[level] >= _DEPTH[concerned]

    def told(self) -> dict[str, Any]:
        """Return it as the sealed content keeps it."""
        return {"about": self.about, "region": self.region, "excluded": sorted(self.excluded)}

    @classmethod
    def read(cls, told: dict[str, Any]) -> Concern:
        """Return what a sealed content says."""
        return cls(
            about=str(told.get("about", "")),
            region=str(told.get("region", "")),
            excluded=frozenset(int(one) for one in told.get("excluded", [])),
        )


def _level_of(code: str) -> Level:
    """Return the level of a place from its code: what is not used of the twelve digits is zeros."""
    if code[9:] != "000":
        return Level.VILLAGE
    if code[6:9] != "000":
        return Level.TOWNSHIP
    return Level.COUNTY if code[4:6] != "00" else Level.CITY


def office_for(concern: Concern) -> Office:
    """Return the office that decides: the county's for villages and townships, the city's for a county.

    Raises:
        Office.DoesNotExist: the installation has no office at all.
    """
    region = Region.objects.with_ancestors().filter(code=concern.region).first() if concern.region else None
    offices = Office.objects.select_related("body__region", "superior__body__region")
    here = list(offices.above(region).order_by("-body__region__code")) if region else list(offices)
    lowest = {"county": {Level.CITY}, "city": set()}.get(concern.about, {Level.COUNTY, Level.CITY})
    able = [one for one in here if one.body.region.level in lowest]
    counties = [one for one in able if one.body.region.level == Level.COUNTY]
    # Without a place the county is known only where there is one county.
    if len(counties) == 1:
        return counties[0]
    cities = [one for one in offices if one.body.region.level == Level.CITY]
    if cities or here:
        return (cities or here)[0]
    raise Office.DoesNotExist


def refusal(user: User, concern: Concern, *, today: date) -> str:
    """Return why somebody may not read a report, in plain Chinese; empty where nothing stands against it."""
    return stands_between(user, posts_of(user, today=today), concern)


def posts_of(user: User, *, today: date) -> list[tuple[str, str]]:
    """Return code and level of every place somebody is appointed in today."""
    held = Appointment.objects.valid(today).filter(user=user).select_related("body__region")
    return [(one.body.region.code, one.body.region.level) for one in held]


def stands_between(user: User, posts: list[tuple[str, str]], concern: Concern) -> str:
    """Return why somebody with these appointments may not read a report; empty where they may."""
    if user.pk in concern.excluded:
        return "举报人请这位同志回避。"
    if not any(concern.touches(code, level) for code, level in posts):
        return ""
    if concern.region:
        return "这位同志在被反映的地方或单位任职，应当回避。"
    return "还不清楚反映的是哪里，这一级和下级任职的人不能看。"


def recipients(office: Office, concern: Concern, *, today: date) -> tuple[Office, list[OfficerKey]]:
    """Return the office a report is sealed to, and its officers' keys: none left, the next office up."""
    for at in upwards(office):
        found = [
            key for key in keys_of(at.body.code, today=today) if not refusal(key.user, concern, today=today)
        ]
        if found:
            return at, found
    return office, []


def upwards(office: Office) -> Iterator[Office]:
    """Yield an office and those above it, each once: a ring in the table must not hold up a report."""
    seen: set[int] = set()
    at: Office | None = office
    while at is not None and at.pk not in seen:
        seen.add(at.pk)
        yield at
        at = at.superior
