"""What the law asks of a vote, by day and kind of meeting, and what a result says (pure after reading).

Comparisons are done in whole numbers: two thirds of 31 are 20.67, so 21 are needed and 20 are too few.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Protocol

_FILE = Path(__file__).parent / "data" / "votes.csv"
# One pattern for PostgreSQL and for Python.
PASSED = "通过|同意|赞成|批准"
NOT_PASSED = "(未|没|不).?.?.?(通过|同意|赞成|批准)|否决|暂缓|搁置"


@dataclass(frozen=True, kw_only=True)
class VoteRule:
    """What a meeting must reach on [start_on, end_on): of those called to come, of those that came to agree.

    Shares are numerator and denominator; with `is_more_than`, the share itself is not enough. `agreed_of` is
    what the votes are a share of: of those present, or of all that are called.
    """

    meeting: str
    start_on: date
    end_on: date | None
    present: tuple[int, int]
    present_is_more_than: bool
    agreed: tuple[int, int]
    agreed_is_more_than: bool
    agreed_of: str
    source: str
    confidence: str

    @property
    def quorum_words(self) -> str:
        """The share that must come, in words."""
        return share_words(self.present, is_more_than=self.present_is_more_than)

    @property
    def majority_words(self) -> str:
        """The share that must agree, in words."""
        return share_words(self.agreed, is_more_than=self.agreed_is_more_than)


class Votes(Protocol):
    """A vote as a decision holds it."""

    meeting: str
    met_on: date
    entitled: int
    present: int
    agreed: int


def share_words(share: tuple[int, int], *, is_more_than: bool) -> str:
    """Return 过半数 or 三分之二."""
    names = {(1, 2): "一半", (2, 3): "三分之二", (3, 4): "四分之三"}
    name = names.get(share, f"{share[1]} 分之 {share[0]}")
    return f"超过{name}" if is_more_than else f"{name}"


def is_reached(number: int, whole: int, share: tuple[int, int], *, is_more_than: bool) -> bool:
    """Say whether a number reaches its share of a whole."""
    have, need = number * share[1], whole * share[0]
    return have > need if is_more_than else have >= need


def rule_on(meeting: str, day: date) -> VoteRule | None:
    """Return what the law asks of a meeting on a day; None where no text is known."""
    for one in rules():
        if one.meeting == meeting and one.start_on <= day and (one.end_on is None or day < one.end_on):
            return one
    return None


def has_quorum(votes: Votes, rule: VoteRule) -> bool:
    """Say whether enough came."""
    return is_reached(votes.present, votes.entitled, rule.present, is_more_than=rule.present_is_more_than)


def has_majority(votes: Votes, rule: VoteRule) -> bool:
    """Say whether enough agreed."""
    whole = votes.entitled if rule.agreed_of == "entitled" else votes.present
    return is_reached(votes.agreed, whole, rule.agreed, is_more_than=rule.agreed_is_more_than)


def says_passed(result: str) -> bool:
    """Say whether a result in free words says that the matter passed."""
    return bool(re.search(PASSED, result)) and not re.search(NOT_PASSED, result)


def values_sql() -> str:
    """Return the rules as rows of VALUES, for a join on meeting and day.

    Columns: meeting, start_on, end_on, pn, pd, p_more, an, ad, a_more, agreed_of, quorum, majority, source.
    """
    return ", ".join(
        f"('{one.meeting}', date '{one.start_on}', "
        + (f"date '{one.end_on}'" if one.end_on else "NULL::date")
        + f", {one.present[0]}, {one.present[1]}, {one.present_is_more_than}"
        f", {one.agreed[0]}, {one.agreed[1]}, {one.agreed_is_more_than}, '{one.agreed_of}'"
        f", '{one.quorum_words}', '{one.majority_words}', '{one.source}')"
        for one in rules()
    )


@cache
def rules() -> tuple[VoteRule, ...]:
    """Return all rules, the newest first."""
    with _FILE.open(encoding="utf-8", newline="") as stream:
        found = [_rule(row) for row in csv.DictReader(stream)]
    return tuple(sorted(found, key=lambda one: -one.start_on.toordinal()))


def _rule(row: dict[str, str]) -> VoteRule:
    return VoteRule(
        meeting=row["meeting"],
        start_on=date.fromisoformat(row["start_on"]),
        end_on=date.fromisoformat(row["end_on"]) if row["end_on"] else None,
        present=_share(row["present"]),
        present_is_more_than=row["present_than"] == "more",
        agreed=_share(row["agreed"]),
        agreed_is_more_than=row["agreed_than"] == "more",
        agreed_of=row["agreed_of"],
        source=row["source"],
        confidence=row["confidence"],
    )


def _share(text: str) -> tuple[int, int]:
    above, _, below = text.partition("/")
    return int(above), int(below)
