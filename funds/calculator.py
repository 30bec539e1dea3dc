"""What a quantity of a standard comes to, for whoever wants to know beforehand (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from funds.entitlement import due_of
from funds.models import Method, Programme, Standard, StandardType
from funds.standard_page import rate_words
from portal.columns.column import CellError
from portal.columns.numbers import exact
from portal.pages import words


@dataclass(frozen=True, kw_only=True)
class Sum:
    """The calculator's answer: what is due and how it came about, or why there is none."""

    due: Decimal | None = None
    how: str = ""
    error: str = ""
    why_not: str = ""


def computed(raw: str, standard: Standard, programme: Programme | None) -> Sum:
    """Return what a quantity of a standard comes to, or in plain words why not."""
    reason = _why_no_sum(standard, programme)
    if reason or programme is None:
        return Sum(why_not=reason)
    try:
        quantity = exact(raw.strip(), places=4, digits=8)
    except CellError as error:
        return Sum(error=str(error))
    if quantity <= 0:
        return Sum(error="要写大于 0 的数，如 6.2")
    due = due_of(quantity, standard.rate, programme.rounding)
    plain = f"{quantity:f}".rstrip("0").rstrip(".")
    how = f"{rate_words(standard.rate)} 元 × {plain} {standard.unit} = {words.yuan(due)} 元"
    return Sum(due=due, how=how)


def _why_no_sum(standard: Standard, programme: Programme | None) -> str:
    if programme is None:
        return "这项补贴的办法还没有公开，这里算不出。"
    if programme.method == Method.TOP_UP or standard.type == StandardType.TOP_UP_BASE:
        return "这项是补差：按家里收入补不足的部分，这里算不出。"
    if programme.method == Method.ASSESSED:
        return "这项按户核定，这里算不出。"
    if standard.type == StandardType.CEILING:
        return "标准只定了最多多少，这里算不出。"
    return "这项按比例补，这里算不出。" if standard.type == StandardType.SHARE else ""
