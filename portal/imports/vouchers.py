"""Photographs and scans given to rows of a draft by hand: added, matched by name, named, ordered, covered.

A public row that a correction shows gets a new version first (`own_versions`); what it had is carried over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from portal.documents.actions import take_in
from portal.documents.filenames import bad_path, base_name, shown
from portal.documents.given import GivenFileError, GivenFiles, UnreadableZipError
from portal.documents.models import Document, DocumentState
from portal.documents.picked import Picked, PickedMembers
from portal.documents.receiving import SealedUpload
from portal.documents.redacting import Box, RedactionError, redact
from portal.findings.actions import run_rules
from portal.imports.origins import current_rows
from portal.imports.typed import own_versions
from portal.people.models import User
from portal.releases.actions.attachments import (
    Named,
    add_documents,
    change_document,
    move_document,
    put_behind,
    remove_document,
)
from portal.releases.actions.drafting import may_draft, note_edit
from portal.releases.actions.steps import locked
from portal.releases.errors import NotAllowedError, NotReadyError
from portal.releases.models import Attachment, Release, State
from portal.releases.registry import kind

_LONGEST_NAME = 100
_GONE = "这张票据已经不在了，可能有人刚改过。请看一看现在有哪些。"
_NO_ROW = "这一行已经不在了，可能有人刚改过。请回到列表再看。"


@dataclass(frozen=True)
class Photo:
    """One received file; `name` is what its row calls it, the file's own name where that is empty."""

    upload: SealedUpload
    name: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Added:
    """What became of the files given to one row: the row from now on, new ones, and those it had."""

    row_id: UUID
    count: int = 0
    again: int = 0


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who changes what stands behind a row of which draft, and when."""

    release_id: UUID
    by: User
    at: datetime
    today: date


@transaction.atomic
def add_photos(hand: Hand, row_id: UUID, photos: Sequence[Photo]) -> Added:
    """Put files behind a row of a draft; the same bytes twice, as a second click sends them, count once.

    Raises:
        WrongStateError: no draft any more. NotAllowedError: not a clerk of the body.
        NotReadyError: the row is gone, or has too many. RefusedError: the public row needs mending first.
    """
    release = _draft(hand)
    there = Attachment.objects.filter(row_id=row_id).exclude(document__state=DocumentState.REFUSED)
    known = {bytes(one) for one in there.values_list("document__original_sha256", flat=True)}
    taken = set(there.values_list("name", flat=True))
    fresh: list[Photo] = []
    for photo in photos:
        if photo.upload.sha256 in known:
            transaction.on_commit(photo.upload.destroy)
        else:
            known.add(photo.upload.sha256)
            fresh.append(photo)
    if not fresh:
        return Added(row_id, again=len(photos))
    own, documents = _own(hand, row_id), []
    for photo in fresh:
        name = photo.name or _free_name(photo.upload.name or "", taken)
        document = take_in(photo.upload, county=release.county, by=hand.by, now=hand.at)
        documents.append(Named(name, document, photo.caption))
    add_documents(release.pk, own, documents, by=hand.by, at=hand.at)
    run_rules(release)
    return Added(own, len(fresh), len(photos) - len(fresh))


def _free_name(path: str, taken: set[str]) -> str:
    """Return a file's name, or one beside it: every photograph of a phone may be called image.jpg."""
    name = base_name(path)
    name = "照片.jpg" if not name or bad_path(name) else shown(name)
    stem, dot, end = name.rpartition(".")
    stem, end = (stem, dot + end[:10]) if dot else (end, "")
    name, number = stem[:_LONGEST_NAME] + end, 2
    while name in taken:
        name, number = f"{stem[:_LONGEST_NAME]}（{number}）{end}", number + 1
    taken.add(name)
    return name


def say(hand: Hand, row_id: UUID, attachment_id: UUID, *, caption: str) -> UUID:
    """Say what a document is; return its row from now on. This and what follows raise as `add_photos`."""
    return _change(hand, row_id, attachment_id, partial(change_document, caption=caption))


def move(hand: Hand, row_id: UUID, attachment_id: UUID, *, places: int) -> UUID:
    """Move a document among those of its row, up (less than zero) or down."""
    return _change(hand, row_id, attachment_id, partial(move_document, places=places))


def remove(hand: Hand, row_id: UUID, attachment_id: UUID) -> UUID:
    """Take a document away from a row."""
    return _change(hand, row_id, attachment_id, remove_document)


def cover(hand: Hand, row_id: UUID, attachment_id: UUID, boxes: dict[int, list[Box]]) -> UUID:
    """Put a redacted document in the place of one; the boxes are by page number."""
    release = _draft(hand, lock=False)
    attachment = Attachment.objects.select_related("document").filter(pk=attachment_id, row_id=row_id).first()
    if attachment is None or not current_rows(release).filter(pk=row_id).exists():
        raise NotReadyError([_GONE])
    try:
        redacted = redact(attachment.document, boxes, by=hand.by, now=hand.at)
    except RedactionError as error:
        raise NotReadyError([str(error)]) from error
    return _change(hand, row_id, attachment_id, partial(change_document, document=redacted))


def uncover(hand: Hand, row_id: UUID, attachment_id: UUID) -> UUID:
    """Put the document as it was before anything of it was covered in the place of a redacted one."""
    attachment = Attachment.objects.select_related("document").filter(pk=attachment_id, row_id=row_id).first()
    if attachment is None:
        raise NotReadyError([_GONE])
    before = attachment.document
    while before.redacts is not None:
        before = before.redacts
    return _change(hand, row_id, attachment_id, partial(change_document, document=before))


@transaction.atomic
def _change(hand: Hand, row_id: UUID, attachment_id: UUID, act: Callable[..., object]) -> UUID:
    release = _draft(hand)
    chosen = Attachment.objects.filter(pk=attachment_id, row_id=row_id).first()
    if chosen is None:
        raise NotReadyError([_GONE])
    own = _own(hand, row_id)
    # Behind a new version stand copies, in the same order and under the same names.
    same = Attachment.objects.filter(row_id=own, position=chosen.position, name=chosen.name)
    mine = same.filter(document=chosen.document_id).first()
    if mine is None:
        raise NotReadyError([_GONE])
    act(mine.pk, by=hand.by, at=hand.at)
    run_rules(release)
    return own


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A file that a row names and does not have."""

    row_id: UUID
    position: int
    name: str
    caption: str = ""


def lost_files(release: Release) -> Iterator[Lost]:
    """Yield the files that rows of a draft name and that are not there, in the order of the rows."""
    disclosure = kind(release.kind)
    if not disclosure.files:
        return
    nothing = dict.fromkeys(disclosure.files, "")
    rows = current_rows(release).exclude(**nothing).values_list("pk", "position", *disclosure.files)
    there = Attachment.objects.filter(row_id__in=current_rows(release).order_by().values("pk"))
    there = there.exclude(document__state=DocumentState.REFUSED)
    known = set(there.values_list("row_id", "name"))
    for row_id, position, *cells in rows:
        for one in disclosure.files_in(cells):
            if (row_id, one.name) not in known:
                yield Lost(row_id=row_id, position=position, name=one.name, caption=one.caption)


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What became of files that were matched by name: what rows got, and what was left over and why."""

    rows: int
    files: int
    unused: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def match_files(hand: Hand, files: Sequence[Picked]) -> Matched:
    """Put files behind the rows that name them and lack them; keep no others. Raises as `add_photos`."""
    release = _draft(hand)
    lost = list(lost_files(release))
    try:
        given = GivenFiles.among(PickedMembers(files))
    except UnreadableZipError as error:
        raise NotReadyError([str(error)]) from error
    with given:
        found: dict[UUID, list[tuple[Lost, str]]] = {}
        for one in lost:
            if actual := given.find(one.name):
                found.setdefault(one.row_id, []).append((one, actual))
        wanted = {actual for row in found.values() for _, actual in row}
        taken, problems = _taken(hand, release, given, wanted)
        unused = sorted(set(given.names) - wanted)
        problems = {**given.problems, **problems}
    documents = {
        row_id: [Named(one.name, taken[actual], one.caption) for one, actual in row if actual in taken]
        for row_id, row in found.items()
    }
    filled = [row_id for row_id, some in documents.items() if some]
    own = own_versions(hand.release_id, filled, by=hand.by, at=hand.at, today=hand.today)
    behind = {own[row_id]: documents[row_id] for row_id in filled if row_id in own}
    put_behind(release, behind)
    note_edit(release, by=hand.by, at=hand.at)
    run_rules(release)
    return Matched(rows=len(behind), files=len(taken), unused=unused, problems=problems)


def _taken(
    hand: Hand, release: Release, given: GivenFiles, names: set[str]
) -> tuple[dict[str, Document], dict[str, str]]:
    taken: dict[str, Document] = {}
    problems: dict[str, str] = {}
    for name in sorted(names):
        try:
            with given.open_file(name) as stream:
                taken[name] = take_in(stream, county=release.county, by=hand.by, now=hand.at)
        except GivenFileError as error:
            problems[name] = str(error)
    return taken, problems


def _draft(hand: Hand, *, lock: bool = True) -> Release:
    """Return the draft, locked; raise for what is no draft, or another's."""
    if lock:
        release = locked(hand.release_id, State.DRAFT)
    else:
        release = Release.objects.select_related("body").get(pk=hand.release_id)
    if not may_draft(hand.by, release.body):
        raise NotAllowedError(f"您不是“{release.body.name}”的录入员，不能改它的草稿。")
    return release


def _own(hand: Hand, row_id: UUID) -> UUID:
    own = own_versions(hand.release_id, [row_id], by=hand.by, at=hand.at, today=hand.today)
    if row_id not in own:
        raise NotReadyError([_NO_ROW])
    return own[row_id]
