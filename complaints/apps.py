"""The application of reports and tickets."""

from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Reports, tickets, the inspectors' desk."""

    name = "complaints"
    verbose_name = "投诉举报"
