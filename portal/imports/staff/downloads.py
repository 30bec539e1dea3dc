"""Workbooks for clerks: the empty template of an item, a published release to be corrected."""

from __future__ import annotations

import io
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from portal.imports.exporting import write_export, write_numbered
from portal.imports.forms import offered_items
from portal.imports.staff.frame import clerk, missing, own_draft, own_published, render
from portal.imports.workbooks import write_template
from portal.releases.registry import kind, kinds

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(content: bytes, name: str, kind_: str) -> HttpResponse:
    """Return a file to be saved; no browser and no proxy keeps a copy."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=kind_, headers=headers)


def template_list(request: HttpRequest) -> HttpResponse:
    """List the templates: one per item, named as the clerk knows it."""
    clerk(request)
    titles = {one.code: one.title for one in kinds()}
    items = [(item, titles[item.kind]) for item in offered_items()]
    return render(request, "template_list.html", {"title": "下载模板", "items": items})


def template_download(request: HttpRequest, item_code: str) -> HttpResponse:
    """Hand out the empty workbook of an item."""
    clerk(request)
    item = offered_items().filter(code=item_code).first()
    if item is None:
        return missing(request)
    made = io.BytesIO()
    disclosure = kind(item.kind)
    write_template(disclosure.title, disclosure.columns, made)
    return attachment(made.getvalue(), f"{item.name}_模板.xlsx", WORKBOOK)


def release_export(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Hand out a published release of an own body as a workbook to be corrected."""
    release = own_published(request, release_id)
    if release is None:
        return missing(request)
    made = io.BytesIO()
    write_export(release, made)
    name = f"{release.item.name}_{release.body.name}_{release.period.label()}_更正.xlsx"
    return attachment(made.getvalue(), name, WORKBOOK)


def draft_numbered(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Hand out an own draft as a table with the numbers that were proposed, to be kept."""
    release = own_draft(request, release_id)
    if release is None or not kind(release.kind).numbered:
        return missing(request)
    made = io.BytesIO()
    write_numbered(release, made, by=clerk(request))
    name = f"{release.item.name}_{release.period.label()}_带编号.xlsx"
    return attachment(made.getvalue(), name, WORKBOOK)
