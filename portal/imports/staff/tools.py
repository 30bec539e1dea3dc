"""Where the import screens appear on pages of the rooms below: in the menu, on lists, on a release."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from portal.duties.models import Duty
from portal.imports.models import WORKING, Upload, UploadState
from portal.people.models import Role, User
from portal.people.scope import has_role
from portal.people.scoped import staff
from portal.people.site import Entry, is_at
from portal.releases.actions.drafting import may_draft
from portal.releases.models import Release, State
from portal.releases.registry import get, kind
from portal.releases.staff.tools import Tool


def entries(request: HttpRequest) -> Iterable[Entry]:
    """Return 导入 with the number of files that wait for their clerk."""
    user = staff(request)
    if not has_role(user, Role.CLERK):
        return
    url = reverse("admin:imports_upload_changelist")
    waiting = Upload.objects.of_clerk(user).filter(
        state__in=[UploadState.REFUSED, UploadState.READY, UploadState.FAILED, *WORKING]
    )
    yield Entry(word="导入", url=url, count=waiting.count() or None, is_current=is_at(request, url))


def for_list(user: User) -> Iterable[Tool]:
    """Return how a clerk begins a batch."""
    if has_role(user, Role.CLERK):
        yield Tool(word="导入一份表", url=reverse("admin:imports_upload_add"), is_main=True)
        yield Tool(word="手工录入一批", url=reverse("admin:imports_draft_add"))
        yield Tool(word="下载模板", url=reverse("admin:imports_template_list"))


def for_duty(duty: Duty) -> Iterable[Tool]:
    """Return how a clerk begins what a duty asks for; nothing where no template takes it."""
    if get(duty.item.kind) is None:
        return
    told: dict[str, str | int] = {
        "item": duty.item.code,
        "body": duty.body.code,
        "period": duty.period.label(),
    }
    typed = reverse("admin:imports_draft_add")
    yield Tool(word="导入", url=f"{reverse('admin:imports_upload_add')}?{urlencode(told)}", is_main=True)
    yield Tool(word="手工录入", url=f"{typed}?{urlencode(told)}")
    if not duty.thing:  # what must follow something that was done cannot be nothing
        yield Tool(word="本期没有", url=f"{typed}?{urlencode({**told, 'nil': 1})}")
    yield Tool(word="空表", url=reverse("admin:imports_template_download", args=[duty.item.code]))


def for_release(user: User, release: Release) -> Iterable[Tool]:
    """Return what a clerk can do with the rows of a draft, or with a published release."""
    if not may_draft(user, release.body):
        return
    key = [release.pk]
    if release.state == State.DRAFT:
        yield Tool(word="录入和改动", url=reverse("admin:imports_row_list", args=key), is_main=True)
        yield Tool(word="录几行", url=reverse("admin:imports_row_table", args=key))
        if kind(release.kind).files:
            yield Tool(word="补票据", url=reverse("admin:imports_draft_documents", args=key))
        if kind(release.kind).numbered and release.row_count and not release.is_correction:
            yield Tool(word="带编号的表", url=reverse("admin:imports_draft_numbered", args=key))
    if release.state == State.PUBLISHED:
        yield Tool(word="下载来更正", url=reverse("admin:imports_release_export", args=key))
        yield Tool(word="交改好的表", url=reverse("admin:imports_correction_add", args=key))
