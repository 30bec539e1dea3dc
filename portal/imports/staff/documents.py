"""The documents behind one row of a draft: seen, added from a phone's camera, named, taken away."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from portal.documents import store
from portal.documents.actions import take_in
from portal.documents.models import Page
from portal.documents.receiving import forget_uploads, sealed_uploads, too_big
from portal.imports.forms import too_large_documents
from portal.imports.origins import current_rows
from portal.imports.request import RefusedError
from portal.imports.staff.frame import missing, no_draft, own_draft, render
from portal.imports.staff.slots import Slots
from portal.imports.typed import TypedRow, save_rows
from portal.people.scoped import staff
from portal.releases.actions.attachments import Named, add_documents, change_document, remove_document
from portal.releases.errors import NotReadyError, ReleaseError
from portal.releases.models import Attachment, DisclosedRow, Release
from portal.releases.models.attachment import Caption
from portal.releases.registry import kind
from portal.releases.staff.rows import table

_SIZES = {"full", "preview", "thumb"}
_LONGEST_NAME = 180


@sealed_uploads
def row_documents(request: HttpRequest, release_id: UUID, row_id: UUID) -> HttpResponse:
    """Show the documents behind a row; take more, say what one is, take one away."""
    release = own_draft(request, release_id)
    if release is None:
        return no_draft(request, release_id)
    row = current_rows(release).filter(pk=row_id).select_related("region").first()
    if row is None or not kind(release.kind).files:
        forget_uploads(request)
        return missing(request)
    if request.method == "POST":
        return HttpResponseRedirect(_url(release, _changed(request, release, row)))
    context = {
        "title": f"第 {row.position} 行的票据",
        "subtitle": str(release),
        "release": release,
        "row": row,
        "is_public": row.release_id != release.pk,
        "table": table(kind(release.kind), [row]),
        "documents": _behind(row.pk),
        "captions": Caption.choices,
    }
    return render(request, "row_documents.html", context)


def _behind(row_id: UUID) -> Iterable[Attachment]:
    found = Attachment.objects.filter(row_id=row_id).select_related("document").in_order()
    return found.prefetch_related("document__pages")


def _changed(request: HttpRequest, release: Release, row: DisclosedRow) -> UUID:
    """Do what was asked for and say what happened; return the row as it is from now on."""
    chosen = None
    if told := request.POST.get("attachment"):
        chosen = next((one for one in _behind(row.pk) if str(one.pk) == told), None)
        if chosen is None:
            messages.error(request, "这张票据已经不在了。请看一看现在有哪些。")
            return row.pk
    try:
        if chosen is None:
            return _added(request, release, row)
        row_id = _own_version(request, release, row)
        mine = Attachment.objects.get(row_id=row_id, position=chosen.position, name=chosen.name)
        return _mended(request, mine)
    except NotReadyError as error:
        messages.error(request, "；".join(error.reasons))
    except ReleaseError as error:
        messages.error(request, str(error))
    except RefusedError as error:
        said = "；".join(f"{one.column}：{one.message}" for one in error.built.errors[:5])
        messages.error(request, f"这一行还有要改的，改好再加票据。{said}")
    forget_uploads(request)
    return row.pk


def _mended(request: HttpRequest, attachment: Attachment) -> UUID:
    user, now = staff(request), timezone.now()
    if "remove" in request.POST:
        remove_document(attachment.pk, by=user, at=now)
        messages.success(request, "去掉了。")
    elif (caption := request.POST.get("caption", "")) in Caption.values:
        change_document(attachment.pk, by=user, at=now, caption=caption)
        messages.success(request, f"改成了“{Caption(caption).label}”。")
    return attachment.row_id


def _added(request: HttpRequest, release: Release, row: DisclosedRow) -> UUID:
    user, now = staff(request), timezone.now()
    if names := [name for _, name in too_big(request)]:
        messages.error(request, too_large_documents(names))
    files = request.FILES.getlist("documents")
    if not files:
        if not names:
            messages.error(request, "一个文件也没有选。请先选照片，再交。")
        return row.pk
    row_id = _own_version(request, release, row)
    taken = {one.name for one in _behind(row_id)}
    documents = [
        Named(_free_name(file, taken), take_in(file, county=release.county, by=user, now=now))
        for file in files
    ]
    add_documents(release.pk, row_id, documents, by=user, at=now)
    messages.success(request, f"收到 {len(documents)} 个文件，过一会儿就能看到。")
    return row_id


def _free_name(file: UploadedFile[bytes], taken: set[str]) -> str:
    """Return a file's name, or one beside it: every photograph of a phone may be called image.jpg."""
    stem, dot, end = (file.name or "照片").rpartition(".")
    stem, end = (stem[:_LONGEST_NAME], dot + end[:10]) if dot else (end[:_LONGEST_NAME], "")
    name, number = stem + end, 2
    while name in taken:
        name, number = f"{stem}（{number}）{end}", number + 1
    taken.add(name)
    return name


def _own_version(request: HttpRequest, release: Release, row: DisclosedRow) -> UUID:
    """Return the draft's own row; a public one that is corrected gets a new version, its cells unchanged."""
    if row.release_id == release.pk:
        return row.pk
    now = timezone.now()
    cells = Slots(release).texts(row.pk) or {}
    typed = TypedRow(cells, row.pk, is_forced=True)
    save_rows(release.pk, [typed], by=staff(request), at=now, today=timezone.localdate(now))
    found = release.replacements.get(row_id=row.pk).by_row_id
    assert found is not None  # noqa: S101 # it was written just now
    return found


def _url(release: Release, row_id: UUID) -> str:
    return reverse("admin:imports_row_documents", args=[release.pk, row_id])


def document_picture(
    request: HttpRequest, release_id: UUID, attachment_id: UUID, number: int
) -> HttpResponse:
    """Hand out one picture of a document to those who may see its release; nobody keeps a copy."""
    size = request.GET.get("size", "full")
    found = (
        Page.objects.filter(number=number, document__attachments=attachment_id)
        .filter(
            document__attachments__release__in=Release.objects.for_staff(staff(request)).filter(pk=release_id)
        )
        .first()
    )
    data = None
    if found is not None and size in _SIZES:
        data = store.read(bytes(getattr(found, f"{size}_sha256")).hex())
    if data is None:
        return missing(request)
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(data, content_type=store.MEDIA_TYPE, headers=headers)
