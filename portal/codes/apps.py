"""The codes app."""

from __future__ import annotations

from django.apps import AppConfig


class CodesConfig(AppConfig):
    """Short addresses on paper and what is printed with them."""

    name = "portal.codes"
    verbose_name = "二维码与海报"
