"""Addresses of duties and of a county's overview."""

from __future__ import annotations

from django.urls import path, re_path

from portal.overview import views

app_name = "overview"
urlpatterns = [
    path("duties/", views.duties, name="duties"),
    path("duties/county/", views.county, name="county"),
    # Where the front finds the kept pages.
    re_path(r"^r/(?P<code>[0-9]{12})/duties/$", views.duties, name="place-duties"),
    re_path(r"^r/(?P<code>[0-9]{12})/standing/$", views.county, name="place-county"),
    path("duties.csv", views.download, name="download"),
]
