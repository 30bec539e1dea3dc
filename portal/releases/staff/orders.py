"""按更严的办法处理已公开的: asked for by one person, approved by another, followed to the end."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from celery import current_app
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.people.managing import administers_catalogue, catalogue_places, visible_users
from portal.people.models import User
from portal.people.scoped import ScopedAdmin, staff
from portal.people.site import Entry, is_at
from portal.releases.actions import narrowing
from portal.releases.errors import ReleaseError
from portal.releases.models import NamesOrder

log = logging.getLogger(__name__)


def entries(request: HttpRequest) -> Iterable[Entry]:
    """Return the word in the menu of those who ask and decide."""
    if _takes_part(staff(request)):
        url = reverse("admin:releases_namesorder_changelist")
        yield Entry(word="姓名改严", url=url, is_current=is_at(request, url))


def _takes_part(user: User) -> bool:
    return bool(narrowing.deciding_places(user))


class OrderForm(forms.ModelForm[NamesOrder]):
    """What shall be shown less, how, and why."""

    user: User

    class Meta:
        model = NamesOrder
        fields = ("item", "after", "reason")

    def clean(self) -> dict[str, Any]:
        """Refuse what would change nothing."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                places = catalogue_places(self.user)
                narrowing.check_order(
                    NamesOrder(asked_by=self.user, asked_at=timezone.now(), places=places, **told)
                )
            except ReleaseError as error:
                raise ValidationError(str(error)) from error
        return told


class NamesOrderAdmin(ScopedAdmin[NamesOrder]):
    """Orders with how far each has come."""

    list_display = ["item", "after", "asked_at", "decided_at", "done", "left"]
    list_select_related = ["item"]

    def scope(self, request: HttpRequest) -> QuerySet[NamesOrder]:
        """Return those that touch the own places."""
        own = narrowing.deciding_places(staff(request))
        touching = [
            key
            for key, theirs in NamesOrder.objects.values_list("pk", "places")
            if narrowing.shared(theirs, own)
        ]
        found = NamesOrder.objects.filter(pk__in=touching)
        return found.select_related("item", "asked_by", "decided_by")

    def may_see(self, user: User) -> bool:
        """Let those in who ask and decide."""
        return _takes_part(user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let administrators of the catalogue ask."""
        return administers_catalogue(staff(request))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **more: Any) -> Any:  # noqa: FBT001, FBT002
        """Let the form know who asks."""
        return super().get_form(
            request, obj, change, form=type("Form", (OrderForm,), {"user": staff(request)}), **more
        )

    def save_model(self, request: HttpRequest, obj: NamesOrder, form: Any, change: bool) -> None:  # noqa: FBT001
        """Ask."""
        obj.asked_by, obj.asked_at = staff(request), timezone.now()
        obj.places = catalogue_places(obj.asked_by)
        obj.save()

    @admin.display(description="办了几批")
    def done(self, order: NamesOrder) -> int:
        """Return how many releases it was carried out on."""
        return order.narrowings.count()

    @admin.display(description="还剩几批")
    def left(self, order: NamesOrder) -> int:
        """Return how many releases are still to come."""
        return narrowing.remaining(order).count()

    def get_urls(self) -> list[URLPattern]:
        """Add the address that approves."""
        view = self.admin_site.admin_view(self.decide_view)
        return [
            path("<uuid:object_id>/decide/", view, name="releases_namesorder_decide"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show an order, how far it has come, and who may approve it."""
        order = self.get_object(request, object_id)
        if order is None:
            return self.missing(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(order),
            "order": order,
            "done": self.done(order),
            "left": self.left(order),
            # The catalogue is everybody's, a person's name is not.
            "known": set(visible_users(staff(request)).values_list("pk", flat=True)),
            "why_not": narrowing.why_not_decide(staff(request), order),
        }
        return TemplateResponse(request, "admin/releases/order.html", context)

    def decide_view(self, request: HttpRequest, object_id: object) -> HttpResponse:
        """Approve an order, then carry it out in the background."""
        user, order = staff(request), self.get_object(request, str(object_id))
        if not self.may_see(user):
            raise PermissionDenied
        if order is None:
            return self.missing(request)
        back = HttpResponseRedirect(reverse("admin:releases_namesorder_change", args=[order.pk]))
        if request.method != "POST":
            return back
        try:
            narrowing.decide_order(order.pk, by=user, at=timezone.now())
        except ReleaseError as error:
            messages.error(request, str(error))
            return back
        self.log_change(request, order, "批准")
        messages.success(request, "批准了，正在一批一批地办。过一会儿刷新，看还剩几批。")
        _wake()
        return back


def _wake() -> None:
    """Tell the worker that there is something to do; without a broker the hour's task finds it."""
    try:
        current_app.send_task("releases.narrow_names")
    except (OperationalError, OSError):
        log.warning("No broker: the order waits for the hour.")
