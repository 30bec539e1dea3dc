"""The workdays app."""

from __future__ import annotations

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    """The calendar of days off and make-up working days."""

    name = "portal.workdays"
    verbose_name = "工作日历"
