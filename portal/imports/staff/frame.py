"""The frame of the clerk's pages: whose they are, what everybody else is answered, how they look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from portal.imports.models import Upload
from portal.people.models import Role, User
from portal.people.scope import bodies, has_role
from portal.people.scoped import staff
from portal.releases.models import Release, State


def clerk(request: HttpRequest) -> User:
    """Return the clerk who asks; raise PermissionDenied for any other role."""
    user = staff(request)
    if not has_role(user, Role.CLERK):
        raise PermissionDenied
    return user


def own_upload(request: HttpRequest, upload_id: UUID) -> Upload | None:
    """Return a clerk's own upload; None for one that does not exist or is somebody else's."""
    return Upload.objects.of_clerk(staff(request)).with_names().filter(pk=upload_id).first()


def own_draft(request: HttpRequest, release_id: UUID) -> Release | None:
    """Return a draft the clerk may change; None for what does not exist, is another's, or no draft.

    What was sent to a release that is no draft any more still finds it: the action refuses, and the form
    comes back with everything that was typed.
    """
    found = _of_own_bodies(request, release_id)
    return found if found and (found.state == State.DRAFT or request.method == "POST") else None


def _of_own_bodies(request: HttpRequest, release_id: UUID) -> Release | None:
    mine = Release.objects.filter(body__in=bodies(staff(request), {Role.CLERK}))
    return mine.with_names().filter(pk=release_id).first()


def no_draft(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Lead to an own release that is no draft any more; say of everything else that it is not there."""
    found = _of_own_bodies(request, release_id)
    if found is None:
        return missing(request)
    messages.warning(request, f"这一批现在是“{found.get_state_display()}”，不能再录入和改动。")
    return HttpResponseRedirect(reverse("admin:releases_release_change", args=[found.pk]))


def own_published(request: HttpRequest, release_id: UUID) -> Release | None:
    """Return a published release of a body the person is a clerk for."""
    found = _of_own_bodies(request, release_id)
    return found if found and found.state == State.PUBLISHED else None


def missing(request: HttpRequest) -> HttpResponse:
    """Answer for what does not exist and for what is another's: the same words."""
    context = {
        **admin.site.each_context(request),
        "title": "没有找到",
        "opts": Upload._meta,
        "has_view_permission": has_role(staff(request), Role.CLERK),
    }
    return TemplateResponse(request, "admin/missing.html", context, status=404)


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page inside the staff's site."""
    limits = {
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "most_megabytes": settings.DOCUMENTS_MOST_BYTES >> 20,
        "most_zip_megabytes": settings.DOCUMENTS_MOST_ZIP_BYTES >> 20,
    }
    shared = {**admin.site.each_context(request), "opts": Upload._meta, **limits}
    return TemplateResponse(request, f"portal/imports/{template}", {**shared, **context}, status=status)
