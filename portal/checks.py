"""System checks on the configuration: production does not start half configured."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from portal.keys import key_problems


@register(deploy=True)
def key_files(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Every key file exists, is whole, and is closed to others."""
    return [Error(problem, id="portal.E001") for problem in key_problems(settings.KEYS_DIR)]
