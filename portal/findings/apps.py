"""The findings app: the rules and what they found."""

from __future__ import annotations

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """The findings app: the rules and what they found."""

    name = "portal.findings"
    verbose_name = "疑点"
