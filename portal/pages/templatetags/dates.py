"""Filters for dates: {% load dates %}."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from portal.pages import words

register = template.Library()


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day(value: date | datetime | None) -> str:
    """Return 11月8日, with the year where it is not the current one."""
    return "" if value is None else words.day(_local(value), today=timezone.localdate())


@register.filter
def full_day(value: date | datetime | None) -> str:
    """Return 2026年11月8日."""
    return "" if value is None else words.full_day(_local(value))


@register.filter
def moment(value: datetime | None) -> str:
    """Return 2026年11月8日 18:03."""
    return "" if value is None else f"{full_day(value)} {timezone.localtime(value):%H:%M}"


@register.filter
def period(start_on: date | None, end_on: date | None) -> str:
    """Return 2026年10月 for {{ start_on|period:end_on }}, a half-open range."""
    return "" if start_on is None or end_on is None else words.period(start_on, end_on)
