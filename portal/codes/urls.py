"""Addresses of printed codes: short, permanent, and in the capitals that QR codes prefer."""

from __future__ import annotations

from django.urls import re_path

from portal.codes import views

app_name = "codes"
urlpatterns = [
    re_path(r"^[cC]/(?P<slug>[^/]{1,40})/?$", views.scan, name="scan"),
    re_path(r"^[cC]/(?P<slug>[^/]{1,40})/poster\.pdf$", views.poster, name="code-poster"),
]
