"""Warnings in the staff's site: no list of their own, but a page of one release's, and the answering."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.findings.actions import answer
from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.findings.panels import groups_of
from portal.people.models import INSPECTORS, Role, User
from portal.people.scope import has_role
from portal.people.scoped import ScopedAdmin, staff
from portal.releases.errors import ReleaseError
from portal.releases.models import Release

_READERS = {Role.CLERK, Role.TOWNSHIP_REVIEWER, Role.COUNTY_REVIEWER, *INSPECTORS}
# As long a list of numbers as a page can show.
_MOST_CHOSEN = 1000


@admin.register(Warning)
class WarningAdmin(ScopedAdmin[Warning]):
    """Reached from the release only; it stands in no menu."""

    def scope(self, request: HttpRequest) -> QuerySet[Warning]:
        """Return the warnings of the releases of the own place."""
        return Warning.objects.filter(release__in=Release.objects.for_staff(staff(request)))

    def may_see(self, user: User) -> bool:
        """Let those in who draft, review or inspect."""
        return has_role(user, *_READERS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Stay out of the menu."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Serve only what belongs to a release."""
        view = self.admin_site.admin_view
        return [
            path("<uuid:release_id>/", view(self.list_view), name="findings_warning_list"),
            path(
                "<uuid:release_id>/answer/",
                view(require_POST(self.answer_view)),
                name="findings_warning_answer",
            ),
        ]

    def _release(self, request: HttpRequest, release_id: UUID) -> Release | None:
        if not self.may_see(staff(request)):
            return None
        return Release.objects.for_staff(staff(request)).with_names().filter(pk=release_id).first()

    def missing(self, request: HttpRequest) -> HttpResponse:
        """Answer as the site does; this part has no list to lead back to."""
        context: dict[str, Any] = {**self.admin_site.each_context(request), "title": "没有找到"}
        return TemplateResponse(request, "admin/missing.html", {**context, "opts": self.opts}, status=404)

    def list_view(self, request: HttpRequest, release_id: UUID) -> HttpResponse:
        """Show every warning of a release, or those of one rule."""
        release = self._release(request, release_id)
        if release is None:
            return self.missing(request)
        wanted = request.GET.get("rule", "")
        groups = [group for group in groups_of(release) if wanted in {"", group.code}]
        context = {
            **self.admin_site.each_context(request),
            "title": "有疑点的行",
            "subtitle": str(release),
            "opts": self.opts,
            "release": release,
            "groups": groups,
        }
        return TemplateResponse(request, "portal/findings/warning_list.html", context)

    def answer_view(self, request: HttpRequest, release_id: UUID) -> HttpResponse:
        """Answer one warning, or all of a rule that are still open, with one sentence."""
        release = self._release(request, release_id)
        if release is None:
            return self.missing(request)
        try:
            count = answer(
                release.pk,
                _chosen(request, release),
                by=staff(request),
                at=timezone.now(),
                text=request.POST.get("text", ""),
            )
        except ReleaseError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已经答复 {count} 条。")
        return HttpResponseRedirect(_back(request, release))


def _chosen(request: HttpRequest, release: Release) -> list[int]:
    """Return the warnings meant: one by its number, or the open ones of a rule."""
    if rule := request.POST.get("rule", ""):
        found = Warning.objects.filter(release=release, rule_code=rule).unanswered()
        return list(found.values_list("pk", flat=True))
    told = request.POST.getlist("warning")[:_MOST_CHOSEN]
    return [int(one) for one in told if one.isascii() and one.isdigit() and len(one) < 19]


def _back(request: HttpRequest, release: Release) -> str:
    if request.POST.get("from") == "list":
        return reverse("admin:findings_warning_list", args=[release.pk])
    return reverse("admin:releases_release_change", args=[release.pk]) + "#doubtful"
