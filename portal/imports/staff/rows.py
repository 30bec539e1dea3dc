"""The rows of a draft as a list to change: what is new, changed or withdrawn in a correction stands out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from portal.imports.origins import current_rows
from portal.imports.staff.documents import behind
from portal.imports.staff.entry import rows_url
from portal.imports.staff.frame import no_draft, own_draft, render
from portal.imports.typed import delete_rows, keep_rows
from portal.people.scoped import staff
from portal.releases.errors import ReleaseError
from portal.releases.models import Attachment, DisclosedRow, Release
from portal.releases.registry import kind
from portal.releases.staff.rows import Line, Table, table

PER_PAGE = 50
_MOST_AT_ONCE = 500
Marked = list[tuple[str, Line, list[tuple[str, str, bool]], list[Attachment]]]


@dataclass(frozen=True)
class Rows:
    """A page of rows with a word for each: 新加, 改过, or nothing."""

    table: Table
    marked: Marked
    number: int
    has_next: bool
    count: int


def _page(release: Release, number: int) -> Rows:
    found = current_rows(release).select_related("region")
    count = found.count()
    rows = list(found[(number - 1) * PER_PAGE : number * PER_PAGE])
    words = _words(release, rows)
    made = table(kind(release.kind), rows)
    papers = behind([row.pk for row in rows]) if kind(release.kind).files else {}
    marked = [(words.get(line.pk, ""), line, cells, papers.get(line.pk, [])) for line, cells in made.cells]
    return Rows(made, marked, number, count > number * PER_PAGE, count)


def _words(release: Release, rows: list[DisclosedRow]) -> dict[UUID, str]:
    """Return what a correction does to each of its own rows."""
    if not release.is_correction:
        return {}
    replacing = set(release.replacements.values_list("by_row_id", flat=True))
    return {row.pk: "改过" if row.pk in replacing else "新加" for row in rows if row.release_id == release.pk}


def _withdrawn(release: Release) -> Table:
    """Return the published rows that a correction withdraws."""
    planned = release.replacements.filter(by_row_id__isnull=True).values("row_id")[:_MOST_AT_ONCE]
    model = kind(release.kind).model
    inside = model._default_manager.filter(region__code__startswith=release.body.region.prefix)
    return table(
        kind(release.kind), list(inside.filter(pk__in=planned).select_related("region").order_by("position"))
    )


def row_list(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Show the rows of a draft, fifty a page, each to be changed, copied or taken out."""
    release = own_draft(request, release_id)
    if release is None:
        return no_draft(request, release_id)
    rows = _page(release, _wanted(request, release))
    context = {
        "title": "录入和改动",
        "subtitle": str(release),
        "release": release,
        "rows": rows,
        "has_files": bool(kind(release.kind).files),
        "withdrawn": _withdrawn(release) if release.is_correction else None,
    }
    return render(request, "row_list.html", context)


def _wanted(request: HttpRequest, release: Release) -> int:
    """Return the page asked for, or the one with the row of a given number."""
    at = _number(request, "at")
    if at:
        return current_rows(release).filter(position__lt=at).count() // PER_PAGE + 1
    return max(_number(request, "p"), 1)


def _number(request: HttpRequest, name: str) -> int:
    told = request.GET.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 8 else 0


def row_delete(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Ask once more, then take rows out of a draft; in a correction, note that they are withdrawn."""
    release = own_draft(request, release_id)
    if release is None:
        return no_draft(request, release_id)
    chosen = _chosen(request)
    if not chosen:
        if request.method == "POST":
            messages.error(request, "还没有勾选要删的行。")
        return HttpResponseRedirect(rows_url(release))
    if request.POST.get("sure"):
        return _deleted(request, release, chosen)
    rows = list(current_rows(release).filter(pk__in=chosen).select_related("region"))
    context = {
        "title": f"删掉这 {len(rows)} 行？" if not release.is_correction else f"撤下这 {len(rows)} 行？",
        "subtitle": str(release),
        "release": release,
        "table": table(kind(release.kind), rows),
    }
    return render(request, "row_delete.html", context)


def _deleted(request: HttpRequest, release: Release, chosen: list[UUID]) -> HttpResponse:
    now = timezone.now()
    try:
        count = delete_rows(release.pk, chosen, by=staff(request), at=now, today=timezone.localdate(now))
    except ReleaseError as error:
        messages.error(request, str(error))
    else:
        if release.is_correction:
            messages.success(request, f"这 {count} 行公开更正时撤下。弄错了，在最下面点“不撤了”。")
        else:
            messages.success(request, f"删掉了 {count} 行。删错了，请点“录一行”重新录入。")
    return HttpResponseRedirect(rows_url(release))


def row_restore(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Leave published rows as they are after all."""
    release = own_draft(request, release_id)
    if release is None:
        return no_draft(request, release_id)
    if request.method == "POST":
        try:
            now = timezone.now()
            today = timezone.localdate(now)
            count = keep_rows(release.pk, _chosen(request), by=staff(request), at=now, today=today)
        except ReleaseError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{count} 行不撤了，照旧公开。")
    return HttpResponseRedirect(rows_url(release))


def _chosen(request: HttpRequest) -> list[UUID]:
    found = []
    for told in request.POST.getlist("row")[:_MOST_AT_ONCE]:
        try:
            found.append(UUID(told))
        except ValueError:
            continue
    return found
