"""Addresses: operation here, everything else where it belongs."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from portal import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("manage/", admin.site.urls),
]
handler500 = "portal.health.server_error"
