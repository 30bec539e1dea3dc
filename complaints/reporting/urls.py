"""Addresses of reports: handed in, and followed by their 查询码."""

from __future__ import annotations

from django.urls import path

from complaints.reporting.views import follow, report

app_name = "complaints"
urlpatterns = [
    path("report/", report.report, name="report"),
    path("ticket/", follow.ticket, name="ticket"),
]
