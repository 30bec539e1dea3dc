"""Addresses of open data."""

from __future__ import annotations

from django.urls import path

from portal.opendata import views

app_name = "opendata"
urlpatterns = [
    path("data/", views.index, name="index"),
    path("data/<slug:kind>.csv", views.download, name="download"),
]
