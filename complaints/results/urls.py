"""Addresses of what the public sees of reports."""

from __future__ import annotations

from django.urls import path

from complaints.results import views as public

app_name = "tickets"
urlpatterns = [
    path("tickets/", public.ledger, name="ledger"),
    path("tickets.csv", public.download, name="download"),
    path("tickets/<uuid:pk>/", public.result, name="result"),
]
