"""The room of the public log."""

from __future__ import annotations

from django.apps import AppConfig


class LogConfig(AppConfig):
    """The stored log and its signer."""

    name = "portal.log"
    label = "log"
    verbose_name = "公开日志"
