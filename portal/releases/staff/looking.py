"""The documents of a release as its clerks and reviewers look at them, one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Abs, Coalesce, Greatest, NullIf

from portal.documents import store
from portal.documents.models import DocumentState, Page
from portal.people.models import Role, User
from portal.people.scope import bodies
from portal.releases.models import Attachment, Release, Seen, State
from portal.releases.registry import Disclosure, kind
from portal.releases.staff.rows import Table, table

SIZES = {"full", "preview", "thumb"}
_TAKING_PART = {Role.CLERK, Role.TOWNSHIP_REVIEWER, Role.COUNTY_REVIEWER}
_REVIEWING = {Role.TOWNSHIP_REVIEWER, Role.COUNTY_REVIEWER}
# Rows without vouchers, and pictures, on the release page; the rest is reached from picture to picture.
_THIN, _TILES = 20, 24


@dataclass(frozen=True, kw_only=True)
class Thin:
    """A row with fewer documents than it names, or none."""

    position: int
    title: str
    amount: Decimal | None
    said: int
    given: int


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One document with its first page, and when the reader opened it."""

    attachment: Attachment
    page: Page | None
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Vouchers:
    """What stands behind the rows of a release; `unopened` counts what the reader has not looked at."""

    rows: int
    bare: int
    documents: int
    may_look: bool
    unopened: int = 0
    first: Attachment | None = None
    following: Attachment | None = None
    thin: list[Thin] = field(default_factory=list)
    thin_count: int = 0
    tiles: list[Tile] = field(default_factory=list)


def may_look(user: User, release: Release) -> bool:
    """Return whether a person may open the documents of a release: its clerks and its reviewers."""
    return bodies(user, _TAKING_PART).filter(pk=release.body_id).exists()


def in_order(release: Release) -> list[Attachment]:
    """Return the documents of a release by the order of its rows."""
    rows = kind(release.kind).model._default_manager.filter(release=release)
    places = dict(rows.values_list("pk", "position"))
    found = release.attachments.shown().select_related("document")
    return sorted(found, key=lambda one: (places.get(one.row_id, 0), str(one.row_id), one.position, one.pk))


def opened(user: User, release: Release) -> dict[UUID, datetime]:
    """Return when a person opened which documents of a release."""
    found = Seen.objects.filter(user=user, attachment__release=release)
    return dict(found.values_list("attachment_id", "at"))


def vouchers(user: User, release: Release) -> Vouchers | None:
    """Return the panel of the release page; None for kinds without documents and releases without rows."""
    disclosure = kind(release.kind)
    if not disclosure.files or not release.row_count:
        return None
    documents, seen = in_order(release), opened(user, release)
    unseen = [one for one in documents if one.pk not in seen]
    told = _counted(disclosure, release)
    thin = told.filter(given__lt=Greatest(F("said"), Value(disclosure.expected_documents)))
    return Vouchers(
        rows=told.count(),
        bare=told.filter(given=0).count(),
        documents=len(documents),
        may_look=may_look(user, release),
        unopened=len(unseen),
        first=next(iter(documents), None),
        following=next(iter(unseen), None),
        thin=_thin(disclosure, thin),
        thin_count=thin.count(),
        tiles=_tiles(documents[:_TILES], seen),
    )


def _counted(disclosure: Disclosure, release: Release) -> QuerySet[Any]:
    """Return a release's rows with how many documents they name (`said`) and have (`given`)."""
    named = Func(
        Value(";"),
        *(NullIf(F(field), Value("")) for field in disclosure.files),
        template="(SELECT count(DISTINCT s) FROM unnest(string_to_array(concat_ws(%(expressions)s), ';')) s)",
        output_field=IntegerField(),
    )
    behind = Attachment.objects.filter(row_id=OuterRef("pk")).exclude(document__state=DocumentState.REFUSED)
    given = behind.order_by().values("row_id").annotate(count=Count("pk")).values("count")
    rows: QuerySet[Any] = disclosure.model._default_manager.filter(release=release)
    counted: QuerySet[Any] = rows.annotate(
        said=named,
        given=Coalesce(Subquery(given), 0),
    )
    return counted


def _thin(disclosure: Disclosure, rows: QuerySet[Any]) -> list[Thin]:
    """Return the rows that lack most money's worth of documents."""
    order = [Abs(disclosure.amount).desc()] if disclosure.amount else []
    return [
        Thin(
            position=row.position,
            title=disclosure.heading(row) if disclosure.heading else "",
            amount=getattr(row, disclosure.amount) if disclosure.amount else None,
            said=row.said,
            given=row.given,
        )
        for row in rows.select_related("region").order_by(*order, "position")[:_THIN]
    ]


def _tiles(documents: list[Attachment], seen: dict[UUID, datetime]) -> list[Tile]:
    first = Page.objects.filter(number=1, document__in=[one.document_id for one in documents])
    pages = {page.document_id: page for page in first}
    return [Tile(attachment=one, page=pages.get(one.document_id), at=seen.get(one.pk)) for one in documents]


def note_seen(user: User, attachment: Attachment, *, at: datetime) -> None:
    """Remember that a reviewer opened a document while its release is in review."""
    release = attachment.release
    reviews = bodies(user, _REVIEWING).filter(pk=release.body_id).exists()
    if release.state == State.IN_REVIEW and reviews:
        Seen.objects.get_or_create(attachment=attachment, user=user, defaults={"at": at})


@dataclass(frozen=True, kw_only=True)
class Look:
    """One document at full size, with its row and the way to its neighbours."""

    attachment: Attachment
    pages: list[Page]
    number: int
    count: int
    before: Attachment | None
    after: Attachment | None
    unseen: Attachment | None
    row: Table


def look(user: User, release: Release, attachment_id: UUID) -> Look | None:
    """Return a document of a release that a person may open; None for any other."""
    if not may_look(user, release):
        return None
    documents = in_order(release)
    at = next((number for number, one in enumerate(documents) if one.pk == attachment_id), None)
    if at is None:
        return None
    seen, disclosure = opened(user, release), kind(release.kind)
    rest = [*documents[at + 1 :], *documents[:at]]
    rows = disclosure.model._default_manager.filter(pk=documents[at].row_id).select_related("region")
    return Look(
        attachment=documents[at],
        pages=list(documents[at].document.pages.order_by("number")),
        number=at + 1,
        count=len(documents),
        before=documents[at - 1] if at else None,
        after=documents[at + 1] if at + 1 < len(documents) else None,
        unseen=next((one for one in rest if one.pk not in seen), None),
        row=table(disclosure, list(rows)),
    )


def picture(user: User, release: Release, attachment_id: UUID, number: int, size: str) -> bytes | None:
    """Return one picture of a document that a person may open; None for any other."""
    if size not in SIZES or not may_look(user, release):
        return None
    page = Page.objects.filter(
        number=number, document__attachments=attachment_id, document__attachments__release=release
    ).first()
    return store.read(bytes(getattr(page, f"{size}_sha256")).hex()) if page else None
