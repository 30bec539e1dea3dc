"""Addresses of printed codes: short, permanent, and in the capitals that QR codes prefer."""

from __future__ import annotations

from django.urls import path

from portal.codes import views

app_name = "codes"
urlpatterns = [
    path("C/<slug>", views.scan, name="scan-printed"),
    path("c/<slug>", views.scan, name="scan"),
    path("c/<slug>/poster.pdf", views.poster, name="code-poster"),
]
