"""Filters for rates: {% load rates %}."""

from __future__ import annotations

from decimal import Decimal

from django import template

from funds.standard_page import rate_words

register = template.Library()


@register.filter
def rate(value: Decimal | None) -> str:
    """Return 112.50 or 124.9788302; nothing for nothing."""
    return "" if value is None else rate_words(value)
