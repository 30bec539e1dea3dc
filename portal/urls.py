"""Addresses: operation here, everything else where it belongs. Apps above are named, never imported."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from portal import health, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("manage/", admin.site.urls),
    path("desk/", include("complaints.desk.urls")),
    path("", include("complaints.reporting.urls")),
    path("", include("portal.codes.urls")),
    path("", include("villages.urls")),
    path("", include("funds.urls")),
    path("", include("complaints.results.urls")),
    path("", include("portal.search.urls")),
    path("", include("portal.opendata.urls")),
    path("", include("portal.proofs.urls")),
    path("", include("portal.overview.urls")),
    path("", include("portal.pages.urls")),
]
handler400 = "portal.pages.errors.bad_request"
handler403 = "portal.pages.errors.refused"
handler404 = "portal.pages.errors.not_found"
handler500 = "portal.pages.errors.server_error"
