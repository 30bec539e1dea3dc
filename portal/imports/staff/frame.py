"""The frame of the clerk's pages: whose they are, what everybody else is answered, how they look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from portal.imports.models import Upload
from portal.people.models import Role, User
from portal.people.scope import has_role
from portal.people.scoped import staff
from portal.releases.actions.drafting import may_draft
from portal.releases.models import Release


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
    """Return a draft the clerk may change; None for what does not exist, is another's, or no draft."""
    return Release.objects.editable_by(staff(request)).with_names().filter(pk=release_id).first()


def own_published(request: HttpRequest, release_id: UUID) -> Release | None:
    """Return a published release of a body the person is a clerk for."""
    user = staff(request)
    mine = Release.objects.for_staff(user).published().with_names().filter(pk=release_id).first()
    return mine if mine is not None and may_draft(user, mine.body) else None


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
    shared = {**admin.site.each_context(request), "opts": Upload._meta}
    return TemplateResponse(request, f"portal/imports/{template}", {**shared, **context}, status=status)
