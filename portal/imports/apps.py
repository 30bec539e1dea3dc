"""The imports app: from a clerk's workbook to a draft release."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """The imports app: from a clerk's workbook to a draft release."""

    name = "portal.imports"
    verbose_name = "报送导入"
