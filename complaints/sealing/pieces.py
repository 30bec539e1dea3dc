"""Pieces of a ticket's content: put together, sealed, opened again; files beside them on disk."""

from __future__ import annotations

import base64
import hmac
import io
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from complaints.models import Entry, Part, SealedFile, Ticket, Topic
from complaints.sealing import boxes
from portal.people.models import User
from portal.vault import keys
from portal.vault.sealed import DamagedFileError, Sealer, fresh_file, unseal


@dataclass(frozen=True, kw_only=True, repr=False)
class File:
    """A cleaned file before it is sealed: a WebP picture of one page, or a sound as it came.

    `thumb` is the small WebP of a picture; it rests inside the entry, so that a page can show what was sent
    without opening every file.
    """

    name: str
    media_type: str
    data: bytes
    thumb: bytes = b""


@dataclass(frozen=True, kw_only=True, repr=False)
class Piece:
    """One opened entry: its words and whatever else was said, its files' descriptions."""

    id: UUID
    kind: str
    part: str
    by: User | None
    on: date
    is_for_reporter: bool
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The words."""
        return str(self.told.get("text", ""))

    @property
    def topic(self) -> str:
        """What the page it came from says it is about, in a word (营商环境); empty for most."""
        return dict(Topic.choices).get(str(self.told.get("topic", "")), "")

    @property
    def files(self) -> list[dict[str, Any]]:
        """Id, name, media type, size and SHA-256 of each file, and the small picture in base64."""
        found: list[dict[str, Any]] = self.told.get("files", [])
        return found


def grant_place(ticket: Ticket, part: str) -> bytes:
    """Return what binds a sealed key to its ticket and part, and says that this server sealed it.

    Anybody can seal to a public key. Without the mark, who writes into the database could put a key of
    their own in a grant, and read what is written next.
    """
    return hmac.digest(keys.load("receipt"), b"grant\x00" + ticket.place + str(part).encode(), "sha256")


def put(
    ticket: Ticket,
    key: bytes,
    *,
    kind: str,
    told: dict[str, Any],
    on: date,
    files: Sequence[File] = (),
    part: Part = Part.CONTENT,
    by: User | None = None,
    is_for_reporter: bool = True,
) -> Entry:
    """Seal a piece and its files and store them, inside the caller's transaction.

    The files are on disk, synced, before this returns; a rollback leaves them for the sweep.
    """
    position = ticket.entries.count() + 1
    entry = Entry(ticket=ticket, kind=kind, part=part, by=by, on=on, position=position)
    entry.is_for_reporter = is_for_reporter
    sealed = [_seal_file(ticket, entry, key, file) for file in files]
    described = [
        {
            "id": str(row.pk),
            "name": file.name,
            "type": file.media_type,
            "size": len(file.data),
            "sha256": sha256(file.data).hexdigest(),
            **({"thumb": base64.b64encode(file.thumb).decode()} if file.thumb else {}),
        }
        for row, file in zip(sealed, files, strict=True)
    ]
    plain = json.dumps({**told, "files": described}, ensure_ascii=False).encode()
    entry.box = boxes.seal(plain, key, entry.place)
    entry.save(force_insert=True)
    SealedFile.objects.bulk_create(sealed)
    return entry


def opened(entries: Iterable[Entry], key: bytes) -> list[Piece]:
    """Open entries of one part; raise NotOpenError where one was altered or moved."""
    found = []
    for entry in entries:
        told = json.loads(boxes.unseal(bytes(entry.box), key, entry.place))
        found.append(
            Piece(
                id=entry.pk,
                kind=entry.kind,
                part=entry.part,
                by=entry.by,
                on=entry.on,
                is_for_reporter=entry.is_for_reporter,
                told=told,
            )
        )
    return found


def read_file(file: SealedFile, key: bytes) -> bytes:
    """Return the bytes of a sealed file; raise NotOpenError where it is gone or altered."""
    try:
        plain = b"".join(unseal(path_of(file.pk), boxes.file_key(key, file.pk.bytes)))
    except (DamagedFileError, OSError) as error:
        raise boxes.NotOpenError from error
    return boxes.unpad_file(plain)


def path_of(file_id: UUID) -> Path:
    """Return where a sealed file rests."""
    return Path(settings.REPORTS_DIR) / file_id.hex[:2] / file_id.hex


def sweep(*, before: float) -> int:
    """Remove files of reports never acknowledged, older than seconds since 1970; return how many."""
    done = 0
    for path in Path(settings.REPORTS_DIR).glob("??/*"):
        is_old = path.stat().st_mtime < before
        if is_old and not SealedFile.objects.filter(pk=UUID(hex=path.name)).exists():
            path.unlink(missing_ok=True)
            done += 1
    return done


def _seal_file(ticket: Ticket, entry: Entry, key: bytes, file: File) -> SealedFile:
    row = SealedFile(pk=uuid4(), ticket=ticket, entry=entry)
    padded = boxes.pad_file(file.data)
    row.padded_size = len(padded)
    path = path_of(row.pk)
    sealed = io.BytesIO()
    sealer = Sealer(sealed, boxes.file_key(key, row.pk.bytes))
    sealer.write(padded)
    sealer.finish()
    with fresh_file(path) as stream:
        stream.write(sealed.getvalue())
        stream.flush()
        os.fsync(stream.fileno())
    # A file's time would say when somebody stood there with a telephone. The coming midnight, so that the
    # sweep never takes it for older than it is.
    tomorrow = timezone.localdate() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), timezone.get_current_timezone())
    os.utime(path, (midnight.timestamp(), midnight.timestamp()))
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return row
