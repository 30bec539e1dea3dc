"""Handing a file in, watching it being read, mending it, loading it: the pages of one upload."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone

from portal.documents.picked import picked
from portal.documents.receiving import SealedUpload, forget_uploads, sealed_uploads, too_big
from portal.imports import actions, staging
from portal.imports.forms import CorrectionForm, UploadForm, begun, too_large, too_large_documents
from portal.imports.models import Upload, UploadState
from portal.imports.processing import open_upload
from portal.imports.staff.downloads import WORKBOOK, attachment
from portal.imports.staff.frame import clerk, missing, own_published, own_upload, render
from portal.imports.staff.grid import changes_of, grid
from portal.imports.workbooks import write_marked
from portal.people.models import User
from portal.people.scoped import staff
from portal.releases.errors import NotReadyError, ReleaseError
from portal.releases.models import Release
from portal.releases.registry import kind

PER_PAGE = 50
_BATCH = ("item", "body", "period", "batch", "stage", "expected", "opening")
# A worker that has nothing else to do begins within a second.
_SOON = timedelta(seconds=6)
_with_files = partial(sealed_uploads, tables=["file"])


def upload_list(request: HttpRequest) -> HttpResponse:
    """Show a clerk's own uploads, newest first."""
    user = clerk(request)
    found = Upload.objects.of_clerk(user).with_names()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "upload_list.html", {"title": "导入", "page": page})


@_with_files
def upload_add(request: HttpRequest) -> HttpResponse:
    """Take a file and what it is; everything typed stays where something is wrong."""
    user = clerk(request)
    form = UploadForm(
        request.POST or None, request.FILES or None, user=user, initial=begun(request.GET.dict())
    )
    if request.method == "POST" and _is_valid(request, form):
        told = form.cleaned_data
        said = actions.Told(
            **{name: told[name] for name in _BATCH},
            is_nil=told["is_nil"],
            all_sheets=told["all_sheets"],
        )
        if response := _received(request, form, said):
            return response
    forget_uploads(request)
    context = {"title": "导入一份表", "form": form, "errors": form.errors}
    return render(request, "upload_form.html", context, status=422 if form.errors else 200)


@_with_files
def correction_add(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Take an exported release that was edited, with the reason."""
    release = own_published(request, release_id)
    if release is None:
        return missing(request)
    has_files = bool(kind(release.kind).files)
    form = CorrectionForm(request.POST or None, request.FILES or None, has_files=has_files)
    if request.method == "POST" and _is_valid(request, form):
        told = form.cleaned_data
        original = release.corrects or release
        said = actions.Told(
            item=release.item,
            body=release.body,
            period=release.period,
            batch=original.batch,
            stage=original.stage,
            corrects=original,
            reason=told["reason"],
        )
        if response := _received(request, form, said):
            return response
    forget_uploads(request)
    context = {"title": "更正这一批", "subtitle": str(release), "release": release, "form": form}
    return render(
        request,
        "correction_form.html",
        {**context, "errors": form.errors},
        status=422 if form.errors else 200,
    )


def _is_valid(request: HttpRequest, form: UploadForm | CorrectionForm) -> bool:
    """Return whether a form is right; a file that memory did not take is named as what it is."""
    form.is_valid()
    left_out = too_big(request)
    if any(field == "file" for field, _ in left_out):
        form.errors.pop("file", None)
        form.add_error("file", too_large())
    if names := [name for field, name in left_out if field == "documents"]:
        form.add_error("documents", too_large_documents(names))
    return not form.errors


def _received(
    request: HttpRequest, form: UploadForm | CorrectionForm, said: actions.Told
) -> HttpResponse | None:
    """Seal the file and go on to its page; on refusal note why in the form."""
    file = form.cleaned_data["file"]
    try:
        upload = actions.receive(
            said,
            by=staff(request),
            at=timezone.now(),
            file_name=file.name or "",
            chunks=file.chunks(),
            documents=[picked(one) for one in form.cleaned_data.get("documents", [])],
        )
    except NotReadyError as error:
        form.add_error(None, "；".join(error.reasons))
        return None
    except ReleaseError as error:
        form.add_error(None, str(error))
        return None
    file.destroy()  # it is sealed again, as a table
    return HttpResponseRedirect(upload.get_absolute_url())


def upload_page(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Show how far an upload is: waiting, its errors, its totals, or the draft it became."""
    upload = own_upload(request, object_id)
    if upload is None:
        return missing(request)
    if upload.state == UploadState.LOADED and upload.release is not None and "stay" not in request.GET:
        for note in upload.notes:
            messages.info(request, note)
        messages.success(request, f"已经导入 {upload.right_rows:,} 行，成了一份草稿。核对以后请提交审核。")
        return HttpResponseRedirect(_url_of(upload.release))
    return render(request, "upload.html", _context(request, upload))


def _context(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    start = request.GET.get("from", "")
    shown = None
    if upload.state == UploadState.REFUSED and upload.errors:
        shown = grid(
            upload, start=int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
        )
    wrong = f"有 {upload.error_count} 处要改" if upload.error_count else ""
    return {
        "title": f"导入{upload.item.name}",
        "subtitle": f"{upload.body.name} · {upload.period.label()}",
        "wrong": wrong,
        "upload": upload,
        "grid": shown,
        "is_late": upload.is_working
        and upload.heartbeat_at is None
        and upload.queued_at < timezone.now() - _SOON,
        "disclosure": kind(upload.kind),
    }


def upload_progress(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Say in a few bytes how far an upload is, for the page's script."""
    upload = own_upload(request, object_id)
    if upload is None:
        return missing(request)
    told = {
        "state": upload.state,
        "rows": upload.rows_read,
        "files": upload.files_read,
        "named": upload.files_named,
    }
    return JsonResponse({**told, "working": upload.is_working}, headers={"Cache-Control": "no-store"})


def _acting(act: Callable[[Upload, User, HttpRequest], str]) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """Make the view of a button: do it once, say what happened, show the upload again."""

    def view(request: HttpRequest, object_id: UUID) -> HttpResponse:
        upload = own_upload(request, object_id)
        if upload is None:
            return missing(request)
        if request.method == "POST":
            try:
                said = act(upload, staff(request), request)
            except NotReadyError as error:
                messages.error(request, "；".join(error.reasons))
            except ReleaseError as error:
                messages.error(request, str(error))
            else:
                if said:
                    messages.success(request, said)
        return HttpResponseRedirect(upload.get_absolute_url())

    return view


def _confirm(upload: Upload, user: User, request: HttpRequest) -> str:
    actions.confirm(upload.pk, by=user, at=timezone.now())
    return ""


def _repair(upload: Upload, user: User, request: HttpRequest) -> str:
    changes = changes_of(upload, request.POST.dict())
    actions.repair(upload.pk, changes, by=user, at=timezone.now())
    return "改过的格子已经记下，正在重新检查。"


def _retry(upload: Upload, user: User, request: HttpRequest) -> str:
    actions.retry(upload.pk, by=user, at=timezone.now())
    return ""


def _discard(upload: Upload, user: User, request: HttpRequest) -> str:
    actions.throw_away(upload.pk, by=user, at=timezone.now())
    return "文件已经销毁。"


def _hand_in(upload: Upload, user: User, request: HttpRequest) -> str:
    if names := [name for _, name in too_big(request)]:
        forget_uploads(request)
        raise NotReadyError([too_large_documents(names)])
    files = [file for file in request.FILES.getlist("documents") if isinstance(file, SealedUpload)]
    try:
        actions.hand_in(upload.pk, [picked(one) for one in files], by=user, at=timezone.now())
    except BaseException:
        forget_uploads(request)
        raise
    return f"收到 {len(files)} 个文件，正在重新检查。"


upload_documents = sealed_uploads(_acting(_hand_in))
upload_confirm = _acting(_confirm)
upload_repair = _acting(_repair)
upload_retry = _acting(_retry)
upload_discard = _acting(_discard)


def upload_marked(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Hand the clerk's own rows back with the errors marked; made and kept in memory only."""
    upload = own_upload(request, object_id)
    if upload is None or not upload.sealed_name or not upload.errors:
        return missing(request)
    made = io.BytesIO()
    with staging.opened(upload.sealed_name) as path:
        write_marked(open_upload(upload, path), upload.row_errors, made)
    name = upload.file_name.rpartition(".")[0] or upload.file_name
    return attachment(made.getvalue(), f"{name}_标红.xlsx", WORKBOOK)


def _url_of(release: Release) -> str:
    return reverse("admin:releases_release_change", args=[release.pk])
