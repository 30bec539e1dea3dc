"""Tags for notices: {% load notice_words %}."""

from __future__ import annotations

from django import template
from django.utils import timezone

from funds.models import Notice
from funds.noticeboard import queries
from portal.pages.windows import Window
from portal.workdays.calendar import current

register = template.Library()


@register.simple_tag
def window_of(row: Notice) -> Window | None:
    """Return the window of a notice as it stands today; one query."""
    return queries.window_of(row, current(), today=timezone.localdate())
