"""Legal erasure at the desk: asked for beside a row, decided by another person of the county."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from portal.people.models import Role, User
from portal.people.scope import bodies, has_role
from portal.people.scoped import ScopedAdmin, staff
from portal.people.site import Entry, Section, is_at
from portal.releases.actions.erasure import ASKING, DECIDING, ask_erasure, decide_erasure, drop_erasure
from portal.releases.errors import NotAllowedError, NotReadyError, ReleaseError
from portal.releases.models import Attachment, DisclosedRow, Erasure, Ground, Release, State
from portal.releases.registry import kind
from portal.releases.staff import words
from portal.releases.staff.rows import Table, table

_PUBLIC = (State.PUBLISHED, State.WITHDRAWN)
GROUPS = {
    "who": "网上看得到的姓名和文字",
    "kept": "不公开的个人信息（全名、证件和账号的记号）",
}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document behind a row, and on how many other rows the same file is shown."""

    attachment: Attachment
    elsewhere: int

    @property
    def label(self) -> str:
        """What stands beside its tick."""
        pages = self.attachment.document.page_count
        also = f"，别的 {self.elsewhere} 处也用它，那里还留着" if self.elsewhere else ""
        return f"{self.attachment}（{self.attachment.name or '没有文件名'}，{pages} 页{also}）"


class AskForm(forms.Form):
    """Which values and documents of a row go, and on which ground."""

    groups = forms.MultipleChoiceField(
        label="删哪些内容", choices=list(GROUPS.items()), widget=forms.CheckboxSelectMultiple
    )
    documents = forms.MultipleChoiceField(
        label="删哪几张票据（连同封存的原件）", required=False, widget=forms.CheckboxSelectMultiple
    )
    ground = forms.ChoiceField(label="依据", choices=Ground.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, papers: Iterable[Paper], **kwargs: Any) -> None:  # a form's own arguments
        super().__init__(*args, **kwargs)
        choices = [(str(paper.attachment.pk), paper.label) for paper in papers]
        self.fields["documents"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["documents"]


def may_ask(user: User, release: Release) -> bool:
    """Return whether a person may ask for an erasure in a release."""
    return release.state in _PUBLIC and bodies(user, ASKING).filter(pk=release.body_id).exists()


def papers_of(rows: Iterable[UUID]) -> list[Paper]:
    """Return the documents that some rows still show."""
    found = Attachment.objects.filter(row_id__in=list(rows)).shown().select_related("document").in_order()
    return [
        Paper(attachment=one, elsewhere=one.document.attachments.shown().exclude(pk=one.pk).count())
        for one in found
    ]


def row_of(release: Release, row_id: UUID) -> DisclosedRow | None:
    """Return a row of a release."""
    rows = kind(release.kind).model._default_manager.filter(release=release, pk=row_id)
    return rows.select_related("region").first()


def ask(user: User, release: Release, row_id: UUID, form: AskForm) -> Erasure:
    """Ask for what a valid form says."""
    told = form.cleaned_data
    return ask_erasure(
        release.pk,
        [row_id],
        told["groups"],
        ground=told["ground"],
        by=user,
        at=timezone.now(),
        documents=[UUID(one) for one in told.get("documents", [])],
    )


def waiting_for(user: User) -> QuerySet[Erasure]:
    """Return the erasures that a person may decide: asked for by somebody else."""
    own = bodies(user, DECIDING).values("pk")
    waiting = Erasure.objects.filter(decided_at__isnull=True, release__body__in=own).exclude(asked_by=user)
    return waiting.select_related("release__item", "release__body__region", "asked_by").order_by("asked_at")


def entries(request: HttpRequest) -> Iterable[Entry]:
    """Return the word in the menu of those who decide."""
    user = staff(request)
    if has_role(user, Role.COUNTY_REVIEWER):
        url = reverse("admin:releases_erasure_changelist")
        count = waiting_for(user).count()
        yield Entry(word="依法删除", url=url, count=count, is_current=is_at(request, url))


def today(request: HttpRequest) -> Iterable[Section]:
    """Return what waits for a decision; nothing where nothing does."""
    user = staff(request)
    if has_role(user, Role.COUNTY_REVIEWER) and (found := list(waiting_for(user)[:10])):
        yield Section(
            title="等您批准的依法删除",
            template="admin/releases/erasures_today.html",
            count=len(found),
            context={"erasures": found},
        )


def _table(erasure: Erasure) -> Table:
    disclosure = kind(erasure.release.kind)
    rows = disclosure.model._default_manager.filter(pk__in=erasure.rows).select_related("region")
    return table(disclosure, list(rows.order_by("position")))


@admin.register(Erasure)
class ErasureAdmin(ScopedAdmin[Erasure]):
    """The erasures of the own place: asked for, decided; the county's reviewer decides."""

    list_display = ["what", "place", "asked_by", "asked_at", "state"]
    list_display_links = ["what"]
    ordering = ["-asked_at"]

    def scope(self, request: HttpRequest) -> QuerySet[Erasure]:
        """Return those of the bodies a person drafts or reviews for."""
        own = bodies(staff(request), ASKING).values("pk")
        found = Erasure.objects.filter(release__body__in=own)
        return found.select_related("release__item", "release__body__region", "asked_by", "decided_by")

    def may_see(self, user: User) -> bool:
        """Let in whoever may ask or decide."""
        return has_role(user, *ASKING)

    @admin.display(description="哪一批")
    def what(self, erasure: Erasure) -> str:
        """Return the release."""
        return words.title(erasure.release)

    @admin.display(description="责任主体")
    def place(self, erasure: Erasure) -> str:
        """Return the body."""
        return words.place(erasure.release)

    @admin.display(description="办得怎样")
    def state(self, erasure: Erasure) -> str:
        """Return whether it was carried out."""
        return "已删除" if erasure.decided_at else "等批准"

    def get_urls(self) -> list[URLPattern]:
        """Add the two answers."""
        view = self.admin_site.admin_view
        return [
            path("<uuid:object_id>/decide/", view(self.decide_view), name="releases_erasure_decide"),
            path("<uuid:object_id>/drop/", view(self.drop_view), name="releases_erasure_drop"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Give the list its plain name."""
        return super().changelist_view(request, {"title": "依法删除", **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what would go, or went; the answers have their own addresses."""
        erasure = self.get_object(request, object_id)
        return self.missing(request) if erasure is None else self._page(request, erasure)

    def decide_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Carry it out."""
        return self._act(request, object_id, decide_erasure, "已经删除，公开日志里记了一行。")

    def drop_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Do not carry it out."""
        return self._act(request, object_id, drop_erasure, "没有删除，这件申请去掉了。")

    def _act(self, request: HttpRequest, object_id: UUID, do: Any, said: str) -> HttpResponse:  # Any: a verb
        erasure = self.get_object(request, str(object_id))
        if erasure is None:
            return self.missing(request)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:releases_erasure_change", args=[object_id]))
        try:
            do(object_id, by=staff(request), at=timezone.now())
        except ReleaseError as error:
            reasons = error.reasons if isinstance(error, NotReadyError) else [str(error)]
            status = 403 if isinstance(error, NotAllowedError) else 409
            return self._page(request, erasure, reasons, status=status)
        if do is drop_erasure:
            self.log_deletions(request, [erasure])  # type: ignore[arg-type] # gone already
        messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:releases_erasure_changelist"))

    def _page(
        self, request: HttpRequest, erasure: Erasure, reasons: Iterable[str] = (), status: int = 200
    ) -> HttpResponse:
        user = staff(request)
        chosen = Attachment.objects.filter(pk__in=erasure.documents).select_related("document").in_order()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"依法删除：{words.title(erasure.release)}",
            "erasure": erasure,
            "groups": [GROUPS[group] for group in erasure.groups],
            "documents": list(chosen),
            "table": _table(erasure),
            "reasons": list(reasons),
            "may_decide": waiting_for(user).filter(pk=erasure.pk).exists(),
            "may_drop": erasure.decided_at is None
            and (erasure.asked_by_id == user.pk or waiting_for(user).filter(pk=erasure.pk).exists()),
        }
        return TemplateResponse(request, "admin/releases/erasure.html", context, status=status)
