"""Who stands where, and who moved: by punctuality, then completeness, then fewer corrections (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.duties.standing import Standing
from portal.overview.figures import Fixes, Member

# Of 100 things due, how many came in time: from here on a place is in the class.
BEST, GOOD, FAIR = 95, 90, 80
_WIDE = 300
_COLOURS = {"ok": "#0a5843", "warn": "#f2b632", "bad": "#971b1b"}


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One place or office: `place` from 1 on, equal ones share it.

    `moved` is by how many places up since a month ago, None where it was not ranked then.
    """

    member: Member
    place: int
    moved: int | None

    @property
    def share(self) -> int:
        """Of 100 things due, how many came in time."""
        return self.member.now.punctuality or 0

    @property
    def state(self) -> str:
        """The class by its shape: ok, warn or bad."""
        return "ok" if self.share >= GOOD else "warn" if self.share >= FAIR else "bad"

    @property
    def parts(self) -> list[tuple[int, int, str]]:
        """What the meter draws."""
        return [(0, self.share * _WIDE // 100, _COLOURS[self.state])]

    @property
    def words(self) -> str:
        """The meter in words."""
        return f"100 项里 {self.share} 项按时"

    @property
    def change(self) -> str:
        """How it moved, in words."""
        if self.moved is None:
            return "新排上"
        if not self.moved:
            return "没变"
        return f"{'升' if self.moved > 0 else '降'} {abs(self.moved)} 名"

    @property
    def change_class(self) -> str:
        """The class of the change's colour."""
        return "up" if self.moved and self.moved > 0 else "dn" if self.moved else "s"


def rank(members: Sequence[Member]) -> list[Ranked]:
    """Return those who owed anything, best first."""
    then = _places({id(one): _key(one.then, one.fixes_then) for one in members if one.then.due})
    now = _places({id(one): _key(one.now, one.fixes) for one in members if one.now.due})
    ranked = [
        Ranked(
            member=one,
            place=now[id(one)],
            moved=then[id(one)] - now[id(one)] if id(one) in then else None,
        )
        for one in members
        if id(one) in now
    ]
    return sorted(ranked, key=lambda one: (one.place, one.member.key.place, one.member.name))


def _key(standing: Standing, fixes: Fixes) -> tuple[Fraction, Fraction, int]:
    """Return what is compared, the better the greater. Not the rounded share: 96.9 is less than 97."""
    return (
        Fraction(standing.on_time, standing.due),
        Fraction(standing.due - standing.missing, standing.due),
        -fixes.all,
    )


def _places(keys: dict[int, tuple[Fraction, Fraction, int]]) -> dict[int, int]:
    best_first = sorted(keys.values(), reverse=True)
    return {one: best_first.index(key) + 1 for one, key in keys.items()}
