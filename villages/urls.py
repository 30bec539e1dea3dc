"""Addresses of villages beside the sections of places."""

from __future__ import annotations

from django.urls import re_path

from villages import views

app_name = "villages"
urlpatterns = [
    re_path(
        r"^r/(?P<code>[0-9]{12})/ledger/(?P<month>[0-9]{4}-[0-9]{2})\.pdf$",
        views.month_sheet,
        name="month-sheet",
    ),
]
