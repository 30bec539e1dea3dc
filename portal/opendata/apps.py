"""The opendata app: public rows as files."""

from __future__ import annotations

from django.apps import AppConfig


class OpendataConfig(AppConfig):
    """The opendata app: public rows as files."""

    name = "portal.opendata"
    verbose_name = "开放数据"
