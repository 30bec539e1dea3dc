"""Whether a village's books carry over: what a month begins with is what the one before it ended with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from portal.imports.origins import current_rows
from portal.pages import words
from portal.places.models import Level
from portal.releases.models import Release, Via
from villages import books
from villages.models import Direction, Nature


def objections(release: Release) -> list[str]:
    """Return why a ledger may not be submitted: no opening for the first, one that differs without a reason.

    Source: 农村集体经济组织财务公开规定（农经发〔2011〕13号）: income, expense and balance are disclosed line
    by line. Books of former years are loaded as they are.
    """
    if release.kind != books.KIND or release.is_correction or release.via == Via.BULK:
        return []
    before, first = _known(release)
    opening = release.opening_amount
    if before is None:
        if opening is None and first is None:
            return ["还没有公开过账上一共有多少钱，请写上期初余额（月初的余额），或先公开各账户的余额。"]
        return []
    if opening is None or opening == before or release.opening_reason:
        return []
    told = f"期初余额 {words.yuan(opening)} 元，上次公开的月底余额 {words.yuan(before)} 元"
    return [f"{told}，相差 {words.yuan(opening - before)} 元。请改对，或写明原因。"]


def _known(release: Release) -> tuple[Decimal | None, Decimal | None]:
    """Return the last closing before a release, and what else is published of its first day.

    That is the opening of an earlier batch of the same month, or what the accounts held.
    """
    region = release.body.region
    accounts = books.accounts_of(region)
    found = books.months(region, accounts)
    earlier = [month for month in found if month.start_on < release.start_on]
    same = next((month.opening for month in found if month.start_on == release.start_on), None)
    first = books.openings_of(accounts).get(release.start_on) if same is None else same
    return earlier[-1].closing if earlier else None, first


@dataclass(frozen=True, kw_only=True)
class Carrying:
    """A month's books from its first day to its last, in yuan; None where nobody said what was there."""

    opening: Decimal | None
    is_carried: bool
    before: Decimal | None
    income: Decimal
    expense: Decimal
    passing: Decimal
    reason: str

    @property
    def closing(self) -> Decimal | None:
        """What is there at the end."""
        return None if self.opening is None else self.opening + self.income - self.expense + self.passing

    @property
    def gap(self) -> Decimal | None:
        """How much more than the last closing the month begins with; None where nothing differs."""
        if self.opening is None or self.before is None or self.opening == self.before:
            return None
        return self.opening - self.before


def carrying(release: Release) -> Carrying:
    """Return a village's month as its rows stand; a correction's with the public rows it leaves alone."""
    sums = {(direction, nature): amount for direction, nature, amount in _sums(release)}
    income = sums.pop((Direction.IN, Nature.OWN), books.ZERO)
    expense = sums.pop((Direction.OUT, Nature.OWN), books.ZERO)
    signed = (amount if side == Direction.IN else -amount for (side, _), amount in sums.items())
    before, first = _known(release)
    told = release.opening_amount
    if told is None and release.corrects is not None:
        told = release.corrects.opening_amount
    carried = first if before is None else before
    return Carrying(
        opening=carried if told is None else told,
        is_carried=told is None,
        before=before,
        income=income,
        expense=expense,
        passing=sum(signed, books.ZERO),
        reason=release.opening_reason or (release.corrects.opening_reason if release.corrects else ""),
    )


def _sums(release: Release) -> list[tuple[str, str, Decimal]]:
    rows = current_rows(release).order_by().values_list("direction", "nature")
    return list(rows.annotate(sum=Sum("amount")))


def panel(release: Release) -> dict[str, Any]:
    """Return what the review screen says of a village's ledger; nothing for any other release."""
    if release.kind != books.KIND or release.body.region.level != Level.VILLAGE:
        return {}
    return {"books": carrying(release)}
