"""Addresses of funds: 我的钱发够了吗, and the policy standards with their calculator."""

from __future__ import annotations

from django.urls import path, re_path

from funds import views

app_name = "funds"
urlpatterns = [
    re_path(
        r"^r/(?P<code>[0-9]{12})/subsidies/same/"
        r"(?P<pk>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/$",
        views.same_person,
        name="household-same",
    ),
    re_path(r"^r/(?P<code>[0-9]{12})/subsidies/mine/$", views.mine, name="household-mine"),
    path("standards/", views.standard_list, name="standard-list"),
    path("standards/<uuid:pk>/", views.standard_detail, name="standard-detail"),
]
