"""The funds app: programmes, standards and payments to households."""

from __future__ import annotations

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """The funds app: programmes, standards and payments to households."""

    name = "funds"
    verbose_name = "到户资金"
