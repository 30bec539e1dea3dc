"""The catalogue for staff: everybody reads it, administrators of a county or a city edit it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from portal.catalogue.models import CatalogueItem
from portal.people.managing import administers_catalogue
from portal.people.models import User
from portal.people.scoped import ScopedAdmin, staff
from portal.people.signin import may_enter
from portal.people.site import Entry, is_at, menu


@admin.register(CatalogueItem)
class CatalogueItemAdmin(ScopedAdmin[CatalogueItem]):
    """Items with their deadline and what of a name becomes public."""

    list_display = ["code", "name", "section", "level", "period", "names", "is_active"]
    list_display_links = ["code", "name"]
    list_filter = ["section", "level", "names", "is_active"]
    search_fields = ["code", "name"]
    search_help_text = "输入编码或名称，如 MS-P02、耕地"
    fieldsets = [
        (None, {"fields": ["code", "section", "name", "kind", "must_show", "level", "is_active"]}),
        (
            "期限",
            {"fields": ["period", "deadline_days", "deadline_unit", "window_days", "window_unit"]},
        ),
        (
            "姓名怎么公开",
            {
                "fields": ["names", "names_months"],
                "description": (
                    "改了以后，还没提交的草稿要作废重录；已经公开的不变。"
                    "已公开的也要改严，到“姓名改严”里办，要两个人。"
                ),
            },
        ),
        ("依据", {"fields": ["legal_basis", "confidence"]}),
    ]

    def scope(self, request: HttpRequest) -> QuerySet[CatalogueItem]:
        """Return the whole catalogue: it is public and belongs to no place."""
        return CatalogueItem.objects.all()

    def may_see(self, user: User) -> bool:
        """Let all staff read it."""
        return may_enter(user)

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogueItem | None = None) -> list[str]:
        """Keep code and template of an item that exists: releases point at them."""
        return ["code", "kind"] if obj else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let administrators of a county or a city add items."""
        return administers_catalogue(staff(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators of a county or a city edit items."""
        return administers_catalogue(staff(request))


def _entries(request: HttpRequest) -> Iterable[Entry]:
    url = reverse("admin:catalogue_catalogueitem_changelist")
    yield Entry(word="公开目录", url=url, is_current=is_at(request, url))


menu.append(_entries)
