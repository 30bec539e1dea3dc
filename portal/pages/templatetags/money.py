"""Filters for money: {% load money %}."""

from __future__ import annotations

from decimal import Decimal

from django import template

from portal.pages import words

register = template.Library()


@register.filter
def yuan(amount: Decimal | int | None) -> str:
    """Return 12,600.00; nothing for nothing."""
    return "" if amount is None else words.yuan(Decimal(amount))


@register.filter
def whole_yuan(amount: Decimal | int | None) -> str:
    """Return 286,704, rounded half up; nothing for nothing."""
    return "" if amount is None else words.whole_yuan(Decimal(amount))


@register.filter
def wan(amount: Decimal | int | None) -> str:
    """Return yuan in 万元, 642.18; nothing for nothing."""
    return "" if amount is None else words.wan(Decimal(amount))


@register.filter
def count(number: int | None) -> str:
    """Return a number with separators: 2,846,310."""
    return "" if number is None else f"{number:,}"


@register.filter
def plain(number: Decimal | None) -> str:
    """Return a quantity or rate without idle zeros: 6.2, 124.9788302."""
    if number is None:
        return ""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
