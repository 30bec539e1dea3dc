"""The accounts (科目) of a village's income and expense, by the day of the line (pure after reading).

Source: 财会〔2004〕12号 until the end of 2023, 财会〔2023〕14号 from 2024-01-01; a code may change sides
between the two (502, 511), so an account is always asked for with a day.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from portal.columns.folding import without_spaces

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account: its code, official name, side (`in` or `out`), and what a villager calls it."""

    code: str
    name: str
    direction: str
    plain: str
    source: str


@dataclass(frozen=True)
class Chart:
    """The accounts in force in a half-open range of days; `by_word` holds official names and aliases."""

    start_on: date
    end_on: date
    by_code: dict[str, Account]
    by_word: dict[tuple[str, str], Account]

    def find(self, *, code: str, word: str, direction: str) -> Account | None:
        """Return the account of a code (sub-accounts count to theirs), else of a word, on one side."""
        if code:
            return self.by_code.get(code[:3])
        return self.by_word.get((direction, _folded(word)))

    def fallback(self, direction: str) -> Account:
        """Return the account of what fits nowhere."""
        return self.by_word[direction, "其他收入" if direction == "in" else "其他支出"]


def chart_on(day: date) -> Chart:
    """Return the chart in force on a day; the oldest for days before any."""
    return next((chart for chart in reversed(_charts()) if chart.start_on <= day), _charts()[0])


def plain_name(code: str, day: date) -> str:
    """Return what a villager calls the account of a code on a day; the code itself where it is unknown."""
    account = chart_on(day).by_code.get(code[:3])
    return account.plain if account else code


def other_codes() -> Iterator[tuple[str, date, date]]:
    """Yield each code that means 其他收入 or 其他支出, with the half-open range of days on which it does."""
    for chart in _charts():
        for direction in ("in", "out"):
            yield chart.fallback(direction).code, chart.start_on, chart.end_on


@cache
def _charts() -> tuple[Chart, ...]:
    grouped: dict[tuple[date, date], list[Account]] = {}
    for row in _rows("accounts.csv"):
        end = date.fromisoformat(row["end_on"]) if row["end_on"] else date.max
        grouped.setdefault((date.fromisoformat(row["start_on"]), end), []).append(
            Account(
                code=row["code"],
                name=row["name"],
                direction=row["direction"],
                plain=row["plain"],
                source=row["source"],
            )
        )
    aliases = [(row["alias"], row["account"]) for row in _rows("aliases.csv")]
    return tuple(_chart(start, end, accounts, aliases) for (start, end), accounts in sorted(grouped.items()))


def _chart(start: date, end: date, accounts: list[Account], aliases: list[tuple[str, str]]) -> Chart:
    by_name = {account.name: account for account in accounts}
    by_word = {(account.direction, _folded(account.name)): account for account in accounts}
    for alias, name in aliases:
        if account := by_name.get(name):
            by_word.setdefault((account.direction, _folded(alias)), account)
    return Chart(start, end, {account.code: account for account in accounts}, by_word)


def _folded(word: str) -> str:
    return without_spaces(word)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
