"""Filters for figures of projects: {% load project_words %}."""

from __future__ import annotations

from decimal import Decimal

from django import template

from portal.pages import words
from portal.pages.words import Money

register = template.Library()


@register.filter
def project_money(amount: Decimal) -> Money:
    """Return a figure by itself: in 万元 from 100,000 yuan on, else in yuan."""
    if abs(amount) >= words.WAN_FROM:
        return words.money(amount, in_wan=True)
    return Money(figure=words.yuan(amount), unit="元")
