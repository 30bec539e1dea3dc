"""The documents behind the rows of a draft: seen, added from a phone's camera or by name, taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from portal.documents.models import DocumentState
from portal.documents.picked import picked
from portal.documents.receiving import SealedUpload, forget_uploads, sealed_uploads, too_big
from portal.imports import vouchers
from portal.imports.forms import too_large_documents
from portal.imports.origins import current_rows
from portal.imports.reading.errors import harmless
from portal.imports.request import RefusedError
from portal.imports.staff.frame import missing, no_draft, own_draft, render
from portal.imports.vouchers import Hand, Lost, Matched, Photo
from portal.people.scoped import staff
from portal.releases.errors import NotReadyError, ReleaseError
from portal.releases.models import Attachment, DisclosedRow, Release
from portal.releases.models.attachment import Caption
from portal.releases.registry import NamedFile, kind
from portal.releases.staff.rows import table

_MOVES = {"up": -1, "down": 1}
# Of what a page lists; the rest is counted.
_LISTED = 100


def hand_of(request: HttpRequest, release: Release) -> Hand:
    """Return who changes which draft now."""
    now = timezone.now()
    return Hand(release_id=release.pk, by=staff(request), at=now, today=timezone.localdate(now))


def behind(rows: Collection[UUID]) -> dict[UUID, list[Attachment]]:
    """Return the documents behind some rows, with their pages, in their order."""
    found: dict[UUID, list[Attachment]] = {}
    attachments = Attachment.objects.filter(row_id__in=rows).select_related("document").in_order()
    for one in attachments.prefetch_related("document__pages"):
        found.setdefault(one.row_id, []).append(one)
    return found


def row_of(release: Release, row_id: UUID) -> DisclosedRow | None:
    """Return a row of a draft; for a public one that has a new version by now, the new one."""
    planned = release.replacements.filter(row_id=row_id).values_list("by_row_id", flat=True).first()
    rows = current_rows(release).filter(pk=planned or row_id)
    found: DisclosedRow | None = rows.select_related("region").first()
    return found


@contextmanager
def told(request: HttpRequest) -> Iterator[None]:
    """Say why what was asked for was not done, and keep none of the files of the form."""
    try:
        yield
    except NotReadyError as error:
        messages.error(request, "；".join(error.reasons))
    except ReleaseError as error:
        messages.error(request, str(error))
    except RefusedError as error:
        said = "；".join(f"{one.column}：{one.message}" for one in error.built.errors[:5])
        messages.error(request, f"这一行还有要改的，请先改好这一行。{said}")
    else:
        return
    forget_uploads(request)


@sealed_uploads
def row_documents(request: HttpRequest, release_id: UUID, row_id: UUID) -> HttpResponse:
    """Show the documents behind a row; take more, say what one is, order them, take one away."""
    release = own_draft(request, release_id)
    row = row_of(release, row_id) if release else None
    if release is None or row is None or not kind(release.kind).files:
        if request.method == "POST":
            forget_uploads(request)
        return no_draft(request, release_id) if release is None else missing(request)
    if request.method == "POST":
        return HttpResponseRedirect(_url(release, _changed(request, release, row)))
    documents = behind([row.pk]).get(row.pk, [])
    names = {one.name for one in documents if one.document.state != DocumentState.REFUSED}
    said = kind(release.kind).named_files(row)
    context = {
        "title": f"第 {row.position} 行的票据",
        "subtitle": str(release),
        "release": release,
        "row": row,
        "is_public": row.release_id != release.pk,
        "table": table(kind(release.kind), [row]),
        "documents": documents,
        "lost": [(at, one.name) for at, one in enumerate(said) if one.name not in names],
        "is_waiting": any(not one.document.page_count and not one.document.reason for one in documents),
        "captions": Caption.choices,
    }
    return render(request, "row_documents.html", context)


def photos_of(request: HttpRequest, said: list[NamedFile]) -> list[Photo]:
    """Return the files of a form; those of a field `lost-3` under the fourth name that the row tells."""
    photos = []
    for place, files in request.FILES.lists():
        number = place.removeprefix("lost-")
        named = NamedFile("")
        if number != place and number.isascii() and number.isdigit() and int(number) < len(said):
            named = said[int(number)]
        photos += [Photo(one, named.name, named.caption) for one in files if isinstance(one, SealedUpload)]
    return photos


def take_photos(request: HttpRequest, release: Release, row: DisclosedRow, *, is_asked: bool = True) -> UUID:
    """Put the files of a form behind a row and say what came of it; return the row from now on."""
    if names := [name for _, name in too_big(request)]:
        messages.error(request, too_large_documents(names))
    said = kind(release.kind).named_files(row)
    photos = photos_of(request, said)
    if not photos:
        if is_asked and not names:
            messages.error(request, "一个文件也没有选。请先选照片，再交。")
        return row.pk
    row_id = row.pk
    with told(request):
        added = vouchers.add_photos(hand_of(request, release), row.pk, photos)
        row_id = added.row_id
        if added.count:
            messages.success(request, f"收到 {added.count} 个文件，过一会儿就能看到。")
        if added.again:
            messages.info(request, f"有 {added.again} 个文件这一行已经有了，没有再收。")
    return row_id


def _changed(request: HttpRequest, release: Release, row: DisclosedRow) -> UUID:
    """Do what was asked for and say what happened; return the row as it is from now on."""
    if not (asked := request.POST.get("attachment")):
        return take_photos(request, release, row)
    row_id: UUID = row.pk
    with told(request):
        try:
            chosen = UUID(asked)
        except ValueError:
            return row_id
        hand = hand_of(request, release)
        if "remove" in request.POST:
            row_id = vouchers.remove(hand, row.pk, chosen)
            messages.success(request, "去掉了。")
        elif places := _MOVES.get(request.POST.get("move", "")):
            row_id = vouchers.move(hand, row.pk, chosen, places=places)
        elif (caption := request.POST.get("caption", "")) in Caption.values:
            row_id = vouchers.say(hand, row.pk, chosen, caption=caption)
            messages.success(request, f"改成了“{Caption(caption).label}”。")
    return row_id


def _url(release: Release, row_id: UUID) -> str:
    return reverse("admin:imports_row_documents", args=[release.pk, row_id])


@dataclass(frozen=True, kw_only=True)
class _Report:
    """What was matched, with names that can be shown; of the many the first."""

    matched: Matched
    unused: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


@sealed_uploads
def draft_documents(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Take many files or a zip, put each behind the rows that name it, and say what did not match."""
    release = own_draft(request, release_id)
    if release is None or not kind(release.kind).files:
        if request.method == "POST":
            forget_uploads(request)
        return no_draft(request, release_id) if release is None else missing(request)
    report = None
    if request.method == "POST":
        try:
            report = _matched(request, release)
        finally:
            forget_uploads(request)
    lost = list(vouchers.lost_files(release))
    context = {
        "title": "补票据",
        "subtitle": str(release),
        "release": release,
        "report": report,
        "lost": lost[:_LISTED],
        "lost_count": len(lost),
        "rows_count": len({one.row_id for one in lost}),
    }
    return render(request, "draft_documents.html", context)


def _matched(request: HttpRequest, release: Release) -> _Report | None:
    if names := [name for _, name in too_big(request)]:
        messages.error(request, too_large_documents(names))
    files = [one for one in request.FILES.getlist("documents") if isinstance(one, SealedUpload)]
    if not files:
        if not names:
            messages.error(request, "一个文件也没有选。请先选照片或压缩包，再交。")
        return None
    with told(request):
        matched = vouchers.match_files(hand_of(request, release), [picked(one) for one in files])
        problems = [(harmless(name), said) for name, said in matched.problems.items()]
        unused = [harmless(name) for name in matched.unused]
        return _Report(matched=matched, unused=unused[:_LISTED], problems=problems[:_LISTED])
    return None


__all__ = ["Lost", "behind", "draft_documents", "hand_of", "row_documents", "row_of", "take_photos", "told"]
