"""Duties in the staff's site: what is to be done, who takes part since when, which office answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from portal.catalogue.models import CatalogueItem
from portal.catalogue.standing import says
from portal.duties.generating import refresh
from portal.duties.models import Assignment, Duty, DutyQuerySet, Participation, State
from portal.duties.staff import today
from portal.duties.staff.assigning import AssignmentForm, ParticipationForm
from portal.duties.staff.lines import lines, place, progress, with_due_day, with_last, with_progress
from portal.duties.staff.listing import STATE, ItemFilter, PlaceFilter, StateFilter, is_done
from portal.people.managing import (
    administered_bodies,
    administered_regions,
    administers_places,
    is_administrator,
)
from portal.people.models import User
from portal.people.scope import bodies, has_role
from portal.people.scoped import ScopedAdmin, staff
from portal.people.site import Entry, is_at, menu, sections
from portal.releases.actions.drafting import may_draft
from portal.releases.staff.tools import due_days
from portal.releases.staff.words import period_word
from portal.workdays.left import Left, left

# Who enters begins with what is owed; who reviews finds it after what waits for them.
sections.insert(0, today.for_clerk)
sections.append(today.for_reviewer)
menu.append(today.entries)
due_days.append(with_due_day)


@admin.register(Duty)
class DutyAdmin(ScopedAdmin[Duty]):
    """What the bodies a person acts for owe: to look at, and to begin."""

    list_display = ["deadline", "what", "whose", "when", "how_far"]
    list_display_links = ["what"]
    list_filter = [StateFilter, ItemFilter, PlaceFilter]
    search_fields = ["item__name", "item__code", "body__name", "region__short_name"]
    search_help_text = "输入事项或单位，如 收支、大浦村"
    change_list_template = "portal/duties/duty_list.html"
    sortable_by = ()

    def scope(self, request: HttpRequest) -> DutyQuerySet:
        """Return what is owed by the bodies of the own place."""
        mine = bodies(staff(request), today.READERS)
        return with_progress(Duty.objects.filter(body__in=mine).with_names())

    def may_see(self, user: User) -> bool:
        """Let clerks, reviewers and inspectors in."""
        return has_role(user, *today.READERS)

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """Put the tightest first; of what is done, the newest."""
        return ["-due_on", "-pk"] if is_done(request.GET.get(STATE, "")) else ["due_on", "pk"]

    @admin.display(description="期限")
    def deadline(self, duty: Duty) -> SafeString:
        """Return the chip and the day."""
        return render_to_string("portal/duties/deadline.html", {"duty": duty, "left": _left(duty)})

    @admin.display(description="什么")
    def what(self, duty: Duty) -> str:
        """Return the item."""
        return duty.item.name

    @admin.display(description="由谁公开")
    def whose(self, duty: Duty) -> str:
        """Return the body."""
        return place(duty)

    @admin.display(description="哪一期")
    def when(self, duty: Duty) -> str:
        """Return the period."""
        return period_word(duty.start_on, duty.end_on)

    @admin.display(description="做到哪里")
    def how_far(self, duty: Duty) -> str:
        """Return the draft's or review's state, or when it was published."""
        if duty.release_id is not None and duty.met_on is not None:
            return f"{duty.met_on.month}月{duty.met_on.day}日公开"
        found = progress(duty)
        return found.word if found else "还没开始"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one duty with the ways to begin it; nothing here can be typed."""
        duty = self._duty(request, object_id)
        if duty is None:
            return self.missing(request)
        clerks = may_draft(staff(request), duty.body)
        (line,) = lines([duty], today=timezone.localdate(), clerks=clerks)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": duty.item.name,
            "subtitle": f"{line.place} · {line.period}",
            "line": line,
            "left": _left(duty),
            "clerks": clerks,
            "reminders": duty.reminders.order_by("true_on", "pk"),
        }
        return TemplateResponse(request, "portal/duties/duty.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the duty: nobody changes it, so there is no history but its own page."""
        return self.change_view(request, object_id)

    def _duty(self, request: HttpRequest, object_id: str) -> Duty | None:
        number = int(object_id) if object_id.isascii() and object_id.isdigit() and len(object_id) < 19 else 0
        found: DutyQuerySet = self.get_queryset(request)  # type: ignore[assignment] # this model's own queryset
        return with_last(found).filter(pk=number).first()


def _left(duty: Duty) -> Left:
    """Return the chip of a duty: how it went, or how much time there is."""
    now = timezone.localdate()
    match duty.state_on(now):
        case State.LATE:
            return Left(state="warn", word=f"晚了 {duty.days_late} 天")
        case State.ON_TIME | State.NIL as state:
            return Left(state="ok", word=state.label)
    return left(duty.due_on, now)


class _Ruling(ScopedAdmin[Any]):
    """What administrators say about duties; every change makes them anew and says what came of it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let those in whom it is for."""
        return self.may_see(staff(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let them change what is of their own place."""
        return self.may_see(staff(request))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save, then make the duties anew."""
        super().save_model(request, obj, form, change)
        done = refresh(today=timezone.localdate())
        told = f"公开责任重新算过：多了 {done.added} 项，少了 {done.dropped} 项，改期 {done.moved} 项。"
        messages.info(request, told)


@admin.register(Participation)
class ParticipationAdmin(_Ruling):
    """Since when places disclose by the catalogue."""

    form = ParticipationForm
    list_display = ["place", "start_on", "with_below"]
    search_fields = ["region__name", "region__short_name", "region__code"]
    search_help_text = "输入地方的名称或区划代码"
    ordering = ["region__code"]

    def may_see(self, user: User) -> bool:
        """Let administrators of places in; an office speaks for no place."""
        return administers_places(user)

    def scope(self, request: HttpRequest) -> QuerySet[Participation]:
        """Return the places the administrator answers for."""
        mine = administered_regions(staff(request)).values("pk")
        return Participation.objects.filter(region__in=mine).select_related("region__parent__parent__parent")

    @admin.display(description="地方")
    def place(self, one: Participation) -> str:
        """Return the place with what lies above it."""
        return one.region.full_name

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Let places of the own be named, and no others."""
        own = {"regions": administered_regions(staff(request))}
        return super().get_form(request, obj, *args, form=type("Form", (ParticipationForm,), own), **kwargs)


@admin.register(Assignment)
class AssignmentAdmin(_Ruling):
    """Offices that answer for an item instead of the place's own body."""

    form = AssignmentForm
    list_display = ["item", "body", "start_on", "end_on"]
    list_filter = ["item__section"]
    search_fields = ["item__name", "item__code", "body__name", "body__code"]
    search_help_text = "输入事项或单位，如 耕地、农业农村局"
    ordering = ["item", "body__code", "start_on"]

    def scope(self, request: HttpRequest) -> QuerySet[Assignment]:
        """Return what the bodies of the own place answer for."""
        mine = administered_bodies(staff(request)).values("pk")
        return Assignment.objects.filter(body__in=mine).select_related("item", "body__region")

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Let bodies of the own place be named, and no others."""
        own = {"bodies": administered_bodies(staff(request))}
        return super().get_form(request, obj, *args, form=type("Form", (AssignmentForm,), own), **kwargs)


def _entries(request: HttpRequest) -> Iterable[Entry]:
    user = staff(request)
    for word, name, is_shown in (
        ("责任分工", "assignment", is_administrator(user)),
        ("开始公开的地方", "participation", administers_places(user)),
    ):
        if is_shown:
            url = reverse(f"admin:duties_{name}_changelist")
            yield Entry(word=word, url=url, is_current=is_at(request, url))


def _says(item: CatalogueItem) -> str:
    """Return how an item is kept, for the page of the catalogue."""
    now = timezone.localdate()
    owed = Duty.objects.filter(item=item)
    if not owed.exists():
        return "还没有地方要公开这一项。"
    return (
        f"现在没公开 {owed.missing(now).count()} 项，还要公开 {owed.open(now).count()} 项（没公开的也算）。"
    )


menu.append(_entries)
says.append(_says)
