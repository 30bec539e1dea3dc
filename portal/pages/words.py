"""Money, dates and periods as a villager reads them (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"
WAN = Decimal(10_000)
# From here on county and project figures are told in 万元.
WAN_FROM = Decimal(100_000)
_CENT = Decimal("0.01")


def yuan(amount: Decimal) -> str:
    """Return an amount with two decimals and separators: 12,600.00, −120.50."""
    return _signed(amount.quantize(_CENT, ROUND_HALF_UP), ",.2f")


def whole_yuan(amount: Decimal) -> str:
    """Return an amount rounded half up to whole yuan: 286,704."""
    return _signed(amount.quantize(Decimal(1), ROUND_HALF_UP), ",.0f")


def wan(amount: Decimal) -> str:
    """Return an amount of yuan in 万元 with two decimals: 642.18."""
    return _signed((amount / WAN).quantize(_CENT, ROUND_HALF_UP), ",.2f")


def _signed(rounded: Decimal, form: str) -> str:
    sign = MINUS if rounded < 0 else ""
    return sign + format(abs(rounded), form)


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount as shown: its figure and the unit beside it."""

    figure: str
    unit: str


def money(amount: Decimal, *, in_wan: bool = False) -> Money:
    """Return an amount in 万元 or in whole 元."""
    if in_wan:
        return Money(figure=wan(amount), unit="万元")
    return Money(figure=whole_yuan(amount), unit="元")


def in_one_unit(amounts: Sequence[Decimal | None]) -> list[Money | None]:
    """Return the amounts of one list in one unit: 万元 where the largest reaches 100,000, else 元.

    What may not be told (None) stays untold.
    """
    largest = max((abs(amount) for amount in amounts if amount is not None), default=Decimal(0))
    in_wan = largest >= WAN_FROM
    return [None if amount is None else money(amount, in_wan=in_wan) for amount in amounts]


def day(value: date, *, today: date) -> str:
    """Return 11月8日, with the year where it is not the current one."""
    year = "" if value.year == today.year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日"


def full_day(value: date) -> str:
    """Return 2026年11月8日."""
    return f"{value.year}年{value.month}月{value.day}日"


def period(start_on: date, end_on: date) -> str:
    """Return the everyday name of a half-open range of dates: 2026年, 2026年上半年, 2026年10月."""
    months = (end_on.year - start_on.year) * 12 + end_on.month - start_on.month
    if (start_on.day, end_on.day) == (1, 1) and (start_on.month - 1) % max(months, 1) == 0:
        first = (start_on.month - 1) // max(months, 1)
        names = {
            12: "",
            6: ("上半年", "下半年")[first % 2],
            3: f"第{first + 1}季度",
            1: f"{start_on.month}月",
        }
        if months in names:
            return f"{start_on.year}年{names[months]}"
    last = date.fromordinal(end_on.toordinal() - 1)
    if last <= start_on:
        return full_day(start_on)
    return f"{full_day(start_on)}到{day(last, today=start_on)}"


def names(words: Iterable[str]) -> str:
    """Return words as a Chinese list: 甲、乙、丙."""
    return "、".join(words)
