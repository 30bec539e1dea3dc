"""People, appointments, bodies and places for system administrators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin  # also registers groups, taken away below
from django.contrib.auth.models import Group
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from portal.outbox.actions import revive
from portal.outbox.admin import EffectLook
from portal.outbox.models import Effect
from portal.people.forms import AppointmentForm, AppointmentFormSet, NewUserForm, UserForm
from portal.people.managing import (
    administered_bodies,
    administered_regions,
    administers_catalogue,
    administers_places,
    is_administrator,
    visible_users,
    why_not_manage,
)
from portal.people.models import Appointment, User
from portal.people.scoped import ScopedAdmin, staff
from portal.people.site import Entry, Section, is_at, menu, sections
from portal.places.admin import BodyForm, BodyLook, RegionLook
from portal.places.models import Body, Region

# Roles are appointments here; Django's groups and permissions would be a second, silent way in.
admin.site.unregister(Group)


class AppointmentInline(admin.TabularInline[Appointment, User]):
    """A person's appointments, as far as they are of the administrator's own place."""

    model = Appointment
    form = AppointmentForm
    formset = AppointmentFormSet  # type: ignore[assignment] # narrower than the stub's invariant type
    template = "admin/people/appointments.html"
    extra = 1
    fields = ["body", "role", "start_on", "end_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        """Leave out the appointments of other places."""
        return (
            super()
            .get_queryset(request)
            .filter(body__in=administered_bodies(staff(request)))
            .select_related("body__region", "user")
        )

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        """Let bodies of the own place be named, and no others."""
        own = {"bodies": administered_bodies(staff(request))}
        return super().get_formset(request, obj, form=type("Form", (AppointmentForm,), own), **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Show them with the person."""
        return is_administrator(staff(request))

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let whoever may change the person appoint."""
        return _may_manage(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let whoever may change the person end an appointment."""
        return _may_manage(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let whoever may change the person take back what has not begun."""
        return _may_manage(request, obj)


def _may_manage(request: HttpRequest, obj: User | None) -> bool:
    user = staff(request)
    return is_administrator(user) and (obj is None or not why_not_manage(user, obj, on=timezone.localdate()))


@admin.register(User)
class StaffUserAdmin(ScopedAdmin[User], UserAdmin[User]):
    """Accounts of the people appointed in the own place."""

    add_form_template = None
    change_user_password_template = "admin/people/password.html"  # noqa: S105 # a template
    form = UserForm
    add_form = NewUserForm
    inlines = [AppointmentInline]
    fieldsets = [(None, {"fields": ["username", "name", "email", "is_active"]})]
    add_fieldsets = [(None, {"fields": ["username", "name", "email", "password1", "password2"]})]
    list_display = ["name", "username", "roles", "is_active", "last_login"]
    list_filter = ["is_active"]
    filter_horizontal = []
    search_fields = ["name", "username"]
    search_help_text = "输入姓名或用户名"
    ordering = ["name", "username"]

    def scope(self, request: HttpRequest) -> QuerySet[User]:
        """Return the people appointed in the own place, with those appointments."""
        user = staff(request)
        own = Appointment.objects.valid(timezone.localdate()).filter(body__in=administered_bodies(user))
        return visible_users(user).prefetch_related(
            Prefetch("appointments", own.select_related("body"), to_attr="own_appointments")
        )

    @admin.display(description="现任")
    def roles(self, user: User) -> str:
        """Return today's appointments in the own place."""
        held: Iterable[Appointment] = getattr(user, "own_appointments", [])
        return "、".join(f"{one.body.name} {one.get_role_display()}" for one in held) or "没有"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let administrators open accounts."""
        return is_administrator(staff(request))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let administrators change those who are appointed nowhere else, and not themselves."""
        return _may_manage(request, obj)

    def render_change_form(  # the signature is Django's
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,  # noqa: FBT001, FBT002
        change: bool = False,  # noqa: FBT001, FBT002
        form_url: str = "",
        obj: User | None = None,
    ) -> HttpResponse:
        """Say why a person can only be looked at."""
        if obj is not None:
            context["why_not"] = why_not_manage(staff(request), obj, on=timezone.localdate())
            context["tools"] = [("改密码", reverse("admin:auth_user_password_change", args=[obj.pk]))]
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(Appointment)
class AppointmentAdmin(ScopedAdmin[Appointment]):
    """Who is what, where and since when; changed on the person's own page."""

    list_display = ["user", "body", "role", "start_on", "end_on"]
    list_filter = ["role"]
    list_select_related = ["user", "body"]
    search_fields = ["user__name", "user__username", "body__name"]
    search_help_text = "输入姓名或单位。要改任职，请到“用户”里打开这个人。"
    ordering = ["body__code", "user__name"]

    def scope(self, request: HttpRequest) -> QuerySet[Appointment]:
        """Return the appointments of the own place."""
        user = staff(request)
        return Appointment.objects.filter(body__in=administered_bodies(user), user__in=visible_users(user))


@admin.register(Body)
class StaffBodyAdmin(ScopedAdmin[Body], BodyLook):
    """The bodies of the own place."""

    def scope(self, request: HttpRequest) -> QuerySet[Body]:
        """Return the bodies of the own place."""
        return administered_bodies(staff(request)).select_related("region__parent__parent__parent")

    def get_form(self, request: HttpRequest, obj: Body | None = None, *args: Any, **kwargs: Any) -> Any:
        """Let offices be founded in places of the own, and no others."""
        own = {"regions": administered_regions(staff(request))}
        return super().get_form(request, obj, *args, form=type("Form", (BodyForm,), own), **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Body | None = None) -> list[str]:
        """Keep the code of a body that exists: releases and posters carry it."""
        return ["code"] if obj else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let administrators of a place found offices in it."""
        return administers_places(staff(request))

    def has_change_permission(self, request: HttpRequest, obj: Body | None = None) -> bool:
        """Let administrators change name and telephone."""
        return is_administrator(staff(request))


@admin.register(Region)
class StaffRegionAdmin(ScopedAdmin[Region], RegionLook):
    """The places of the own, read-only: the list is the state's."""

    def scope(self, request: HttpRequest) -> QuerySet[Region]:
        """Return the own place and those below it."""
        return administered_regions(staff(request)).with_ancestors()  # type: ignore[attr-defined,no-any-return] # a RegionQuerySet


@admin.register(Effect)
class StaffEffectAdmin(ScopedAdmin[Effect], EffectLook):
    """What waits or was given up, for those who run the whole installation."""

    def may_see(self, user: User) -> bool:
        """Let administrators of a county or a city in: an effect belongs to no township."""
        return administers_catalogue(user)

    def scope(self, request: HttpRequest) -> QuerySet[Effect]:
        """Return what is not done; what is done is nobody's business any more."""
        return Effect.objects.filter(done_at__isnull=True)

    def get_urls(self) -> list[URLPattern]:
        """Add the button for what was given up."""
        view = self.admin_site.admin_view(self.retry_view)
        return [path("<int:object_id>/retry/", view, name="outbox_effect_retry"), *super().get_urls()]

    def retry_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Let a dead effect be tried again."""
        effect = self.get_queryset(request).filter(pk=object_id).first()
        if effect is None:
            return self.missing(request)
        if request.method == "POST":
            if revive(effect.pk):
                self.log_change(request, effect, "再试一次")
                messages.success(request, "马上再试。")
            else:
                messages.warning(request, "这件事没有放弃过，到时候会自己再试。")
        return HttpResponseRedirect(reverse("admin:outbox_effect_changelist"))


_MENU = (
    ("用户", "admin:people_user_changelist"),
    ("任职", "admin:people_appointment_changelist"),
    ("责任主体", "admin:places_body_changelist"),
    ("行政区划", "admin:places_region_changelist"),
)


def _entries(request: HttpRequest) -> Iterable[Entry]:
    if not is_administrator(staff(request)):
        return
    for word, name in _MENU:
        url = reverse(name)
        yield Entry(word=word, url=url, is_current=is_at(request, url))


def _effects(request: HttpRequest) -> Iterable[Entry]:
    if administers_catalogue(staff(request)):
        url, dead = reverse("admin:outbox_effect_changelist"), Effect.objects.dead().count()
        yield Entry(word="待办的事", url=url, count=dead or None, is_current=is_at(request, url))


def _ending(request: HttpRequest) -> Iterable[Section]:
    """Return the appointments of the own place that end within a month, to be renewed or handed on."""
    user, today = staff(request), timezone.localdate()
    if not is_administrator(user):
        return
    soon = Appointment.objects.valid(today).filter(
        body__in=administered_bodies(user),
        user__in=visible_users(user),
        end_on__lte=today + timedelta(days=30),
    )
    listed = list(soon.select_related("user", "body").order_by("end_on")[:50])
    yield Section(
        title="一个月内到期的任职",
        template="admin/people/today.html",
        count=len(listed),
        context={"appointments": listed},
    )


menu.extend([_entries, _effects])
sections.append(_ending)
