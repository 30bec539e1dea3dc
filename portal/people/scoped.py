"""The base of every staff list and form: limited by place, silent about what lies outside it."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from portal.people.managing import is_administrator, visible_users
from portal.people.models import User

M = TypeVar("M", bound=models.Model)


def staff(request: HttpRequest) -> User:
    """Return the person who is signed in; only behind the site's own check."""
    return cast("User", request.user)


class ScopedAdmin(admin.ModelAdmin[M]):
    """Shows what `scope` allows; another place's object is answered like one that does not exist."""

    actions = None
    view_on_site = False
    list_per_page = 50
    show_full_result_count = False
    save_as = False
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
    }

    def scope(self, request: HttpRequest) -> QuerySet[M]:
        """Return the objects this person may see; the one place a subclass decides it."""
        raise NotImplementedError

    def may_see(self, user: User) -> bool:
        """Return whether this part of the site is for a person at all."""
        return is_administrator(user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        """Limit every list, form, popup, history and search to the scope."""
        if not self.may_see(staff(request)):
            return self.model._default_manager.none()
        found = self.scope(request)
        return found if found.ordered or not self.ordering else found.order_by(*self.ordering)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the part in the menu to those it is for."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Let those it is for look; which objects they find, the queryset decides."""
        return self.may_see(staff(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody add unless a subclass says who."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Let nobody change unless a subclass says who."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Delete nothing: what is no longer in use gets an end or a flag, and stays explainable."""
        return False

    def _get_obj_does_not_exist_redirect(  # Django's one door for an object it cannot find
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        return self.missing(request)

    def missing(self, request: HttpRequest) -> HttpResponse:
        """Answer for what does not exist and for what is another place's: the same words."""
        context = {**self.admin_site.each_context(request), "title": "没有找到", "opts": self.opts}
        context["has_view_permission"] = self.has_view_permission(request)
        return TemplateResponse(request, "admin/missing.html", context, status=404)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was changed and when; by whom only where that person is the reader's own staff."""
        known = set(visible_users(staff(request)).values_list("pk", flat=True))
        return super().history_view(request, object_id, {"known_users": known, **(extra_context or {})})

    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> Any:
        """Note an addition without a name in it."""
        return _log(request, [obj], ADDITION, message)

    def log_change(self, request: HttpRequest, obj: M, message: Any) -> Any:
        """Note a change without a name in it."""
        return _log(request, [obj], CHANGE, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[M]) -> Any:
        """Note deletions without a name in them."""
        return _log(request, list(queryset), DELETION, "")

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        add: bool = False,  # noqa: FBT001, FBT002
    ) -> list[dict[str, dict[str, Any]]]:
        """Describe a change by the fields' names; `str()` of an inline object may name a person."""
        message = super().construct_change_message(request, form, formsets, add)
        parts: list[dict[str, dict[str, Any]]] = message
        for part in parts:
            for told in part.values():
                if "object" in told:
                    told["object"] = "1 条"
        return parts


def _log(request: HttpRequest, objects: list[Any], flag: int, message: Any) -> Any:
    return [
        LogEntry.objects.create(
            user=staff(request),
            content_type_id=get_content_type_for_model(one).pk,
            object_id=one.pk,
            object_repr=f"{one._meta.verbose_name} {one.pk}",
            action_flag=flag,
            change_message=_as_json(message),
        )
        for one in objects
    ]


def _as_json(message: Any) -> str:
    import json

    return json.dumps(message) if isinstance(message, list) else str(message)
