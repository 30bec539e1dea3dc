"""Blacking out what of a document nobody may see: boxes drawn on a page, or typed in percent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal.columns.folding import half_width
from portal.documents.models import DocumentState, Page
from portal.documents.redacting import Box
from portal.imports import vouchers
from portal.imports.staff.documents import behind, hand_of, row_of, told
from portal.imports.staff.frame import missing, no_draft, own_draft, render
from portal.releases.models import Attachment, Release
from portal.releases.registry import kind

BOXES = 8
SIDES = {"left": "左边", "top": "上边", "width": "宽", "height": "高"}


@dataclass
class BoxFields:
    """One box as four fields, in percent of the page; `error` says what is wrong with it."""

    number: int
    values: dict[str, str]
    error: str = ""
    box: Box | None = None
    rectangle: tuple[int, int, int, int] | None = None

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """Name, word and value of each field."""
        return [(f"b{self.number}-{name}", word, self.values[name]) for name, word in SIDES.items()]


def cover(request: HttpRequest, release_id: UUID, row_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Show a page of a document with its boxes; show them black, burn them in, or undo it all."""
    release = own_draft(request, release_id)
    if release is None:
        return no_draft(request, release_id)
    row = row_of(release, row_id)
    found = behind([row.pk]).get(row.pk, []) if row and kind(release.kind).files else []
    attachment = next((one for one in found if one.pk == attachment_id), None)
    if attachment is None or attachment.document.state != DocumentState.READY:
        return missing(request)
    page = attachment.document.pages.filter(number=_number(request)).first()
    if page is None:
        return missing(request)
    boxes = _boxes(request, page)
    if request.method == "POST":
        if request.POST.get("do") == "undo":
            return _undone(request, release, attachment)
        is_right = request.POST.get("do") == "save" and not any(one.error for one in boxes)
        if is_right and (response := _saved(request, release, attachment, page, boxes)) is not None:
            return response
    wrong = sum(bool(one.error) for one in boxes)
    context = {
        "title": "涂黑一处",
        "subtitle": str(release),
        "release": release,
        "row_id": attachment.row_id,
        "attachment": attachment,
        "page": page,
        "boxes": boxes,
        "drawn": [one.rectangle for one in boxes if one.rectangle],
        "error_count": wrong,
    }
    return render(request, "cover.html", context, status=422 if wrong else 200)


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0


def _boxes(request: HttpRequest, page: Page) -> list[BoxFields]:
    boxes = []
    for number in range(1, BOXES + 1):
        values = {name: request.POST.get(f"b{number}-{name}", "").strip()[:20] for name in SIDES}
        boxes.append(_read(BoxFields(number, values), page))
    return boxes


def _read(one: BoxFields, page: Page) -> BoxFields:
    """Read a box from its fields; blank ones are no box."""
    if not any(one.values.values()):
        return one
    try:
        parts = {name: _share(text) for name, text in one.values.items()}
    except (InvalidOperation, ValueError):
        one.error = f"第 {one.number} 个框：四个数都要写，从 0 到 100，如 25"
        return one
    one.box = Box(**parts)
    pixels = one.box.pixels(page.width, page.height)
    if pixels is None:
        one.error = f"第 {one.number} 个框不在图上，请改小左边、上边，宽和高要大于 0"
        return one
    left, top, right, bottom = pixels
    one.rectangle = (left, top, right - left, bottom - top)
    return one


def _share(text: str) -> float:
    value = Decimal(half_width(text).rstrip("%"))
    if not (value.is_finite() and 0 <= value <= 100):
        raise ValueError(text)
    return float(value / 100)


def _saved(
    request: HttpRequest, release: Release, attachment: Attachment, page: Page, boxes: list[BoxFields]
) -> HttpResponse | None:
    wanted = [one.box for one in boxes if one.box]
    with told(request):
        row_id = vouchers.cover(
            hand_of(request, release), attachment.row_id, attachment.pk, {page.number: wanted}
        )
        messages.success(request, f"涂黑了 {len(wanted)} 处。盖住的地方已经抹掉，请再看一眼有没有漏。")
        return _back(release, row_id)
    return None


def _undone(request: HttpRequest, release: Release, attachment: Attachment) -> HttpResponse:
    row_id = attachment.row_id
    with told(request):
        row_id = vouchers.uncover(hand_of(request, release), attachment.row_id, attachment.pk)
        messages.success(request, "换回没有涂黑的那一份了。")
    return _back(release, row_id)


def _back(release: Release, row_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:imports_row_documents", args=[release.pk, row_id]))
