"""Releases in the staff's site: a work list, and a page on which one reads and decides."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.documents import store
from portal.people.models import User
from portal.people.scope import has_role
from portal.people.scoped import ScopedAdmin, staff
from portal.people.site import menu, sections
from portal.releases.errors import NotAllowedError, NotReadyError, ReleaseError
from portal.releases.models import NamesOrder, Release
from portal.releases.registry import kind
from portal.releases.staff import erasures, looking, orders, today, words
from portal.releases.staff.acts import ACTS
from portal.releases.staff.page import Failure, page
from portal.releases.staff.rows import PER_PAGE, rows_of, table
from portal.releases.staff.tools import list_tools
from portal.releases.staff.worklist import EMPTY, PARAMETER, TabFilter, tabs

# What waits for somebody comes before the lists that are only looked up.
menu.insert(0, today.entries)
menu.insert(1, erasures.entries)
sections.insert(0, today.today)
sections.insert(1, erasures.today)
menu.append(orders.entries)
admin.site.register(NamesOrder, orders.NamesOrderAdmin)


@admin.register(Release)
class ReleaseAdmin(ScopedAdmin[Release]):
    """The releases of the bodies a clerk, reviewer or inspector acts for."""

    list_display = ["what", "place", "state_word", "rows", "total", "drafted_by", "created_at"]
    list_display_links = ["what"]
    list_filter = [TabFilter]
    search_fields = ["item__name", "item__code", "body__name", "body__region__short_name"]
    search_help_text = "输入事项或单位，如 耕地、大浦村"
    ordering = ["-created_at"]
    change_list_template = "admin/releases/work_list.html"

    def scope(self, request: HttpRequest) -> QuerySet[Release]:
        """Return the releases of the own place, with their names joined."""
        return Release.objects.for_staff(staff(request)).with_names()

    def may_see(self, user: User) -> bool:
        """Let clerks, reviewers and inspectors in; administrators keep accounts, not drafts."""
        return has_role(user, *today.STAFF)

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """Put what has waited longest first where somebody waits."""
        waits = request.GET.get(PARAMETER) in {"waiting", "returned"}
        return ["created_at"] if waits else ["-created_at"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Add tabs with counts, and words for an empty list."""
        if not self.has_view_permission(request):
            return super().changelist_view(request)
        user, tab = staff(request), request.GET.get(PARAMETER, "")
        context = {
            "title": "公开批次",
            "tabs": tabs(user, tab),
            "empty": EMPTY.get(tab, "还没有批次。"),
            "tools": [tool for make in list_tools for tool in make(user)],
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.display(description="公开事项", ordering="item__name")
    def what(self, release: Release) -> str:
        """Return item, period and whether it corrects another."""
        return words.title(release)

    @admin.display(description="责任主体", ordering="body__code")
    def place(self, release: Release) -> str:
        """Return the body with its place where the name alone repeats."""
        return words.place(release)

    @admin.display(description="状态", ordering="state")
    def state_word(self, release: Release) -> str:
        """Return the state, for a release in review with its level."""
        return words.state_word(release)

    @admin.display(description="行数", ordering="row_count")
    def rows(self, release: Release) -> SafeString:
        """Return the number of rows, to the right."""
        return format_html('<span class="num-c">{}</span>', f"{release.row_count:,}")

    @admin.display(description="合计（元）", ordering="amount")
    def total(self, release: Release) -> SafeString:
        """Return the sum, to the right."""
        return format_html('<span class="num-c">{}</span>', f"{release.amount:,.2f}".replace("-", "−"))

    def get_urls(self) -> list[URLPattern]:
        """Add the rows and one address per act."""
        view = self.admin_site.admin_view
        own = [
            path("<uuid:object_id>/rows/", view(self.rows_view), name="releases_release_rows"),
            path(
                "<uuid:object_id>/rows/<uuid:row_id>/erase/",
                view(self.erase_view),
                name="releases_release_erase",
            ),
            path(
                "<uuid:object_id>/documents/<uuid:attachment_id>/",
                view(self.document_view),
                name="releases_release_document",
            ),
            path(
                "<uuid:object_id>/documents/<uuid:attachment_id>/<int:number>/",
                view(self.picture_view),
                name="releases_release_picture",
            ),
            *(
                path(
                    f"<uuid:object_id>/{verb}/",
                    view(partial(self.act_view, verb=verb)),
                    name=f"releases_release_{verb}",
                )
                for verb in ACTS
            ),
        ]
        return own + super().get_urls()

    def release_for(self, request: HttpRequest, object_id: object) -> Release | None:
        """Return a release of the own place; None for one that does not exist, or not for this person."""
        try:
            return self.get_queryset(request).filter(pk=object_id).first()  # type: ignore[misc] # text or UUID
        except ValidationError:
            return None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the release page; acts have their own addresses."""
        release = self.release_for(request, object_id)
        return self.missing(request) if release is None else self._page(request, release)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the steps: a release keeps its own history."""
        release = self.release_for(request, object_id)
        return self.missing(request) if release is None else HttpResponseRedirect(f"{_url(release)}#way")

    def rows_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Show all rows, a page by position at a time."""
        release = self.release_for(request, object_id)
        if release is None:
            return self.missing(request)
        text = request.GET.get("from", "")
        start = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
        table = rows_of(kind(release.kind), release, start=start, count=PER_PAGE + 1)
        following = table.lines[PER_PAGE].position if len(table.lines) > PER_PAGE else None
        del table.lines[PER_PAGE:]
        context = {
            "release": release,
            "title": f"{self.what(release)}：全部行",
            "table": table,
            "start": start,
            "following": following,
            "before": max(1, start - PER_PAGE) if start > 1 else None,
            "may_erase": erasures.may_ask(staff(request), release),
        }
        return self._render(request, "admin/releases/rows.html", context)

    def erase_view(self, request: HttpRequest, object_id: UUID, row_id: UUID) -> HttpResponse:
        """Ask that personal values and documents of one row go; another person decides."""
        release, user = self.release_for(request, object_id), staff(request)
        row = erasures.row_of(release, row_id) if release else None
        if release is None or row is None or not erasures.may_ask(user, release):
            return self.missing(request)
        form = erasures.AskForm(request.POST or None, papers=erasures.papers_of([row_id]))
        reasons: list[str] = []
        if form.is_valid():
            try:
                asked = erasures.ask(user, release, row_id, form)
            except ReleaseError as error:
                reasons = error.reasons if isinstance(error, NotReadyError) else [str(error)]
            else:
                messages.success(request, "已经提出。要另一位县级审核批准以后才删。")
                return HttpResponseRedirect(reverse("admin:releases_erasure_change", args=[asked.pk]))
        context = {"title": "提出依法删除", "subtitle": self.what(release), "release": release}
        context |= {"form": form, "reasons": reasons, "table": table(kind(release.kind), [row])}
        return self._render(request, "admin/releases/erase.html", context)

    def document_view(self, request: HttpRequest, object_id: UUID, attachment_id: UUID) -> HttpResponse:
        """Show one document at full size, with its row; remember that a reviewer has opened it."""
        release = self.release_for(request, object_id)
        found = looking.look(staff(request), release, attachment_id) if release else None
        if release is None or found is None:
            return self.missing(request)
        if found.pages:
            looking.note_seen(staff(request), found.attachment, at=timezone.now())
        title = f"{found.attachment.get_caption_display()}，第 {found.number} 份，共 {found.count} 份"
        context = {"title": title, "subtitle": self.what(release), "release": release, "look": found}
        response = self._render(request, "admin/releases/document.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def picture_view(
        self, request: HttpRequest, object_id: UUID, attachment_id: UUID, number: int
    ) -> HttpResponse:
        """Hand out one picture of a document to those who take part; nobody keeps a copy."""
        release = self.release_for(request, object_id)
        data = None
        if release is not None:
            size = request.GET.get("size", "full")
            data = looking.picture(staff(request), release, attachment_id, number, size)
        if data is None:
            return self.missing(request)
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(data, content_type=store.MEDIA_TYPE, headers=headers)

    def act_view(self, request: HttpRequest, object_id: UUID, *, verb: str) -> HttpResponse:
        """Do one act; on refusal show the page again, with the reason beside what was typed."""
        release = self.release_for(request, object_id)
        if release is None:
            return self.missing(request)
        if request.method != "POST":
            return HttpResponseRedirect(_url(release))
        try:
            done = ACTS[verb](release, staff(request), request.POST)
        except ReleaseError as error:
            return self._refused(request, object_id, verb, error)
        messages.success(request, done.message)
        where = _url(done.release) if done.release else reverse("admin:releases_release_changelist")
        return HttpResponseRedirect(where)

    def _refused(self, request: HttpRequest, object_id: UUID, verb: str, error: ReleaseError) -> HttpResponse:
        release = self.release_for(request, object_id)  # as it stands now: somebody may have been faster
        if release is None:
            return self.missing(request)
        reasons = error.reasons if isinstance(error, NotReadyError) else [str(error)]
        failure = Failure(verb=verb, reasons=reasons, typed=request.POST.dict())
        status = 403 if isinstance(error, NotAllowedError) else 409
        return self._page(request, release, failure, status=status)

    def _page(
        self, request: HttpRequest, release: Release, failure: Failure | None = None, status: int = 200
    ) -> HttpResponse:
        context = {"title": self.what(release), "subtitle": self.place(release)}
        context |= page(request, release, failure)
        return self._render(request, "admin/releases/release.html", context, status=status)

    def _render(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**shared, **context}, status=status)


def _url(release: Release) -> str:
    return reverse("admin:releases_release_change", args=[release.pk])
