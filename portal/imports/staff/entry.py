"""Typing rows into a draft: one form, or a table of several; nothing typed is lost where a check refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from portal.columns.cells import Place
from portal.documents.receiving import forget_uploads, sealed_uploads
from portal.imports.forms import BatchForm, begun
from portal.imports.loading import RefusedError
from portal.imports.reading.errors import FileError
from portal.imports.staff.documents import behind, row_of, take_photos
from portal.imports.staff.frame import clerk, missing, no_draft, own_draft, render
from portal.imports.staff.slots import Slot, Slots, is_of_row, is_shared, is_usual
from portal.imports.typed import TypedRow, save_row, save_rows
from portal.people.scoped import staff
from portal.releases.actions import start_draft
from portal.releases.errors import ReleaseError
from portal.releases.models import Release
from portal.releases.registry import kind

ROWS, MOST_ROWS = 10, 30
Errors = dict[int, dict[str, list[str]]]


@dataclass(frozen=True)
class FormRow:
    """One row of the table form."""

    number: int
    slots: list[Slot]
    errors: list[str]


def draft_add(request: HttpRequest) -> HttpResponse:
    """Open an empty draft to type rows into."""
    user = clerk(request)
    form = BatchForm(request.POST or None, user=user, initial=begun(request.GET.dict()))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            draft = start_draft(
                by=user,
                item=told["item"],
                body=told["body"],
                start_on=told["period"].start,
                end_on=told["period"].end,
                batch=told["batch"],
                stage=told["stage"],
                expected_amount=told["expected"],
                opening_amount=told["opening"],
                is_nil=told["is_nil"],
            )
        except ReleaseError as error:
            form.add_error(None, str(error))
        else:
            if draft.is_nil:
                messages.success(request, "草稿建好了，写明本期无发生。核对以后请提交审核。")
                return HttpResponseRedirect(reverse("admin:releases_release_change", args=[draft.pk]))
            messages.success(request, "草稿建好了，请录入。")
            return HttpResponseRedirect(_table_url(draft))
    context = {"title": "手工录入一批", "form": form, "errors": form.errors}
    return render(request, "draft_form.html", context, status=422 if form.errors else 200)


@sealed_uploads
def row_edit(request: HttpRequest, release_id: UUID, row_id: UUID | None = None) -> HttpResponse:
    """Add one row (`?copy=` begins it like another), or change one, with the photographs of its vouchers."""
    release = own_draft(request, release_id)
    slots = Slots(release) if release else None
    begun = _begun(request, slots, row_id) if slots else None
    if release is None or slots is None or begun is None:
        if request.method == "POST":
            forget_uploads(request)
        return no_draft(request, release_id) if release is None else missing(request)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        begun = {column.field: request.POST.get(column.field, "") for column in slots.columns()}
        found = _save_one(request, release, TypedRow(begun, row_id))
        if found is None:
            return HttpResponseRedirect(_after(request, release))
        errors = found.get(1, {})
        forget_uploads(request)
    columns = slots.columns()
    context = {
        "title": "改一行" if row_id else "录一行",
        "subtitle": str(release),
        "release": release,
        "is_new": row_id is None,
        "usual": slots.make(
            [one for one in columns if is_usual(one) or one.conditional], begun, errors=errors
        ),
        "others": slots.make(
            [one for one in columns if not (is_usual(one) or one.conditional)], begun, errors=errors
        ),
        "general": errors.get("", []),
        "error_count": sum(map(len, errors.values())),
        "has_files": bool(slots.disclosure.files),
        "row_id": row_id,
        "papers": behind([row_id]).get(row_id, []) if row_id and slots.disclosure.files else [],
    }
    return render(request, "row_form.html", context, status=422 if errors else 200)


def _save_one(request: HttpRequest, release: Release, typed: TypedRow) -> Errors | None:
    """Save a row, then the photographs given with it; return what is wrong as `_save` does."""
    now = timezone.now()
    try:
        row_id = save_row(release.pk, typed, by=staff(request), at=now, today=timezone.localdate(now))
    except (RefusedError, ReleaseError, FileError) as error:
        return _errors(error, release)
    messages.success(request, "已经改好。" if typed.row_id else "已经录入 1 行。")
    row = row_of(release, row_id) if kind(release.kind).files else None
    if row is not None:
        take_photos(request, release, row, is_asked=False)
    return None


def _begun(request: HttpRequest, slots: Slots, row_id: UUID | None) -> dict[str, str] | None:
    """Return what the form begins with; None for a row that is not there."""
    if row_id is not None:
        return slots.texts(row_id)
    try:
        copied = UUID(request.GET.get("copy", ""))
    except ValueError:
        return slots.defaults()
    return slots.copied(copied)


def row_table(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Add several rows at once; what they share is said once above them."""
    release = own_draft(request, release_id)
    if release is None:
        return no_draft(request, release_id)
    slots = Slots(release)
    shared = [column for column in slots.columns() if is_shared(column)]
    own = [column for column in slots.columns() if is_usual(column) and is_of_row(column)]
    above, typed = slots.defaults(), dict[int, dict[str, str]]()
    errors: Errors = {}
    if request.method == "POST":
        above = {column.field: request.POST.get(f"s-{column.field}", "") for column in shared}
        typed = _typed(request, [column.field for column in own])
        filled = {number: cells for number, cells in typed.items() if _is_filled(slots, cells)}
        rows = [TypedRow({**above, **_not_blank(cells)}) for cells in filled.values()]
        found = _save(request, release, rows) if rows else {0: {"": ["一行也没有填。"]}}
        if found is None:
            messages.success(request, f"已经录入 {len(rows)} 行。")
            return HttpResponseRedirect(_after(request, release))
        errors = _in_place(found, list(filled), {column.field for column in own})
    count = max(len(typed), ROWS)
    place = {column.field: above.get(column.field, "") for column in own if isinstance(column.cell, Place)}
    lines = [
        FormRow(
            number,
            slots.make(
                own,
                typed.get(number, place),
                prefix=f"r{number}-",
                label=f"第 {number} 行",
                errors=errors.get(number),
            ),
            errors.get(number, {}).get("", []),
        )
        for number in range(1, count + 1)
    ]
    context = {
        "title": "录几行",
        "subtitle": str(release),
        "release": release,
        "shared": slots.make(shared, above, prefix="s-"),
        "columns": own,
        "lines": lines,
        "general": errors.get(0, {}).get("", []),
        "error_count": sum(len(one) for row in errors.values() for one in row.values()),
    }
    return render(request, "row_table.html", context, status=422 if errors else 200)


def _typed(request: HttpRequest, names: Sequence[str]) -> dict[int, dict[str, str]]:
    """Return what was typed, by the number of the row on the page."""
    told = request.POST.get("count", "")
    count = min(int(told), MOST_ROWS) if told.isascii() and told.isdigit() and len(told) < 4 else ROWS
    return {
        number: {name: request.POST.get(f"r{number}-{name}", "") for name in names}
        for number in range(1, count + 1)
    }


def _is_filled(slots: Slots, cells: Mapping[str, str]) -> bool:
    """Return whether anything but the village, which stands there from the start, was typed."""
    places = {column.field for column in slots.disclosure.columns if isinstance(column.cell, Place)}
    return any(text.strip() for name, text in cells.items() if name not in places)


def _not_blank(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in cells.items() if text.strip()}


def _save(request: HttpRequest, release: Release, rows: Sequence[TypedRow]) -> Errors | None:
    """Save typed rows; return what is wrong by row (from 1; 0 for all) and field, None when saved."""
    now = timezone.now()
    try:
        save_rows(release.pk, rows, by=staff(request), at=now, today=timezone.localdate(now))
    except (RefusedError, ReleaseError, FileError) as error:
        return _errors(error, release)
    return None


def _errors(error: Exception, release: Release) -> Errors:
    """Return what is wrong by row (from 1; 0 for all) and field."""
    if not isinstance(error, RefusedError):
        return {0: {"": [str(error)]}, 1: {"": [str(error)]}}
    fields = {column.header: column.field for column in kind(release.kind).columns}
    found: Errors = {}
    for one in error.built.errors:
        row = found.setdefault(one.row or 0, {})
        row.setdefault(fields.get(one.column, ""), []).append(one.message)
    return found


def _in_place(found: Errors, numbers: Sequence[int], shown: set[str]) -> Errors:
    """Return errors by the row on the page; those of columns that the table lacks go to the row."""
    placed: Errors = {}
    for row, by_field in found.items():
        number = numbers[row - 1] if 0 < row <= len(numbers) else 0
        for name, said in by_field.items():
            placed.setdefault(number, {}).setdefault(name if name in shown else "", []).extend(said)
    return placed


def _after(request: HttpRequest, release: Release) -> str:
    """Return where to go on: another row, another table, or the list."""
    following = request.POST.get("then", "")
    if following == "row":
        return reverse("admin:imports_row_add", args=[release.pk])
    return _table_url(release) if following == "table" else rows_url(release)


def _table_url(release: Release) -> str:
    return reverse("admin:imports_row_table", args=[release.pk])


def rows_url(release: Release) -> str:
    """Return the address of a draft's rows."""
    return reverse("admin:imports_row_list", args=[release.pk])
