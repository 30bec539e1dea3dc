"""The villages app: books of villages."""

from __future__ import annotations

from django.apps import AppConfig


class VillagesConfig(AppConfig):
    """The villages app: books of villages."""

    name = "villages"
    verbose_name = "村级三资"
