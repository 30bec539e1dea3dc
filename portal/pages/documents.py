"""Published documents: a page to look at closely, and the pictures. Visible exactly while their row is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from portal.catalogue.models import NamesPolicy
from portal.documents import store
from portal.documents.models import DocumentState, Page
from portal.pages import errors
from portal.pages.errors import MissingError
from portal.pages.rowpage import chain_of
from portal.places.models import Region
from portal.releases import registry
from portal.releases.models import Attachment, State

_SIZES = {"": "full", "-m": "preview", "-s": "thumb"}
# A picture behind an address never changes; a day is how long a withdrawn one may linger on a phone.
_KEPT_SECONDS = 86_400
# The first pictures are loaded with the page, the others when they come into view.
_AT_ONCE = 2


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One document on a row's page: its caption with its number, its first page, how many pages it has."""

    attachment: Attachment
    number: str
    page: Page
    pages: int
    is_lazy: bool

    @property
    def href(self) -> str:
        """Where it is seen large."""
        return reverse("pages:document", args=[self.attachment.pk, 1])

    @property
    def thumb(self) -> str:
        """Where its small picture stands."""
        return reverse("pages:picture", args=[self.attachment.pk, 1, "-s"])

    @property
    def source(self) -> str:
        """Where its picture for a row's page stands."""
        return reverse("pages:picture", args=[self.attachment.pk, 1, "-m"])


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One of the documents that every row of a kind must show: its name, and what there is of it."""

    title: str
    pictures: list[Picture]

    @property
    def first(self) -> Picture | None:
        """The picture the tile shows; None where the document is missing."""
        return next(iter(self.pictures), None)


def of_row(_region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather the documents behind a row for its page: two queries at most."""
    kind = registry.kind(row.release.kind)
    if not kind.files or kind.own_documents:
        return {}
    found = (
        Attachment.objects.filter(row_id=row.pk, document__state=DocumentState.READY)
        .select_related("document")
        .prefetch_related("document__pages")
        .in_order()
    )
    there = list(found)
    shown = [one for one in there if one.erased_at is None]
    erased = len(there) - len(shown)
    pictures = [_picture(number, attachment) for number, attachment in enumerate(shown)]
    told = kind.named_files(row)
    names = {picture.attachment.name for picture in pictures}
    tiles = _tiles(kind, row, pictures)
    in_tiles = {id(picture) for tile in tiles for picture in tile.pictures[:1]}
    return {
        "has_files": bool(pictures or told or tiles or erased or kind.needs_papers),
        "papers": kind.papers,
        "tiles": tiles,
        "pictures": [picture for picture in pictures if id(picture) not in in_tiles],
        # The law took the names of erased ones too: the row may still speak of so many.
        "lost": max(0, sum(one.name not in names for one in told) - erased),
        "erased": erased,
        "row": row,
    }


def _tiles(kind: registry.Disclosure, row: Any, pictures: list[Picture]) -> list[Tile]:
    """Return a tile for each document the kind must show; one file may stand for several of them."""
    return [
        Tile(
            title=kind.column(field).header,
            pictures=[
                picture
                for picture in pictures
                if picture.attachment.caption == caption
                or picture.attachment.name in filter(None, getattr(row, field).split(";"))
            ],
        )
        for field, caption in kind.captions.items()
        if caption
    ]


def _picture(at: int, attachment: Attachment) -> Picture:
    pages = list(attachment.document.pages.all())
    number = chr(0x2460 + at) if at < 20 else f"{at + 1}"  # ① and so on
    return Picture(
        attachment=attachment, number=number, page=pages[0], pages=len(pages), is_lazy=at >= _AT_ONCE
    )


@require_safe
def document_page(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Show one page of a document as large as a phone allows, with the way to the others and back."""
    attachment = _visible(request, pk)
    if isinstance(attachment, HttpResponse):
        return attachment
    page = _page(attachment, number)
    kind = registry.kind(attachment.release.kind)
    row = kind.model._default_manager.select_related("region__parent__parent__parent").get(
        pk=attachment.row_id
    )
    response = render(
        request,
        "portal/pages/document.html",
        {
            "attachment": attachment,
            "page": page,
            "row": row,
            "region": row.region,
            "title": kind.heading(row) if kind.heading else kind.title,
            "href": reverse("pages:row", args=[kind.code, row.pk]),
            "source": reverse("pages:picture", args=[pk, number, ""]),
            "before": reverse("pages:document", args=[pk, number - 1]) if number > 1 else "",
            "after": (
                reverse("pages:document", args=[pk, number + 1])
                if number < attachment.document.page_count
                else ""
            ),
            "kilobytes": round(page.full_size / 1000),
            "tab": kind.section,
        },
    )
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def picture(request: HttpRequest, pk: UUID, number: int, size: str) -> HttpResponse:
    """Hand out one picture: cleaned pixels under their own hash, nothing of the file that was handed in."""
    attachment = _visible(request, pk)
    if isinstance(attachment, HttpResponse):
        return attachment
    name = bytes(getattr(_page(attachment, number), f"{_SIZES[size]}_sha256")).hex()
    tag = f'"{name[:32]}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        data = store.read(name)
        if data is None:
            raise MissingError("这张票据的图片打不开了", line="请告诉下面的电话。")
        response = HttpResponse(data, content_type=store.MEDIA_TYPE)
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _visible(request: HttpRequest, pk: UUID) -> Attachment | HttpResponse:
    """Return a published attachment, or the answer that it was withdrawn; raise MissingError."""
    found = (
        Attachment.objects.select_related("document", "release__body")
        .filter(pk=pk, document__state=DocumentState.READY)
        .filter(release__state__in=[State.PUBLISHED, State.WITHDRAWN])
        .exclude(release__names=NamesPolicy.HIDDEN)
        .first()
    )
    if found is None:
        raise MissingError("没有这张票据", line="可能抄错了。从村里的账本再找一遍。")
    href = reverse("pages:row", args=[found.release.kind, found.row_id])
    if found.erased_at is not None:
        say = {"say": "这张票据已依法删除", "line": "里面有个人信息。这一笔的金额没有动。"}
        return errors.gone(request, {**say, "href": href, "word": "看这一笔"})
    links = chain_of(found.row_id)
    if found.release.state == State.WITHDRAWN or (links and links[-1].by_row_id is None):
        return errors.gone(
            request,
            {"say": "这张票据撤下了", "line": "它的那一笔撤下了。", "href": href, "word": "看为什么撤下"},
        )
    return found


def _page(attachment: Attachment, number: int) -> Page:
    page = Page.objects.filter(document=attachment.document_id, number=number).first()
    if page is None:
        raise MissingError("这张票据没有这一页", line="回到那一笔再看。")
    return page
