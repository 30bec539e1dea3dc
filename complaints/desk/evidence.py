"""The row a report came from: as it was shown, whether its proof holds, and how the row stands today."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse

from portal.log.models import Leaf
from portal.pages.rowpage import chain_of
from portal.record.verifying import RefusedError, check_path, opened_leaf
from portal.releases import registry
from portal.releases.models import State

_READABLE = ("what", "who")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A page of one of the row's documents: the sealed picture, and whether it is the published one."""

    caption: str
    file: str
    is_same: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A row as its snapshot has it, beside its present state."""

    kind: str
    row_id: str
    title: str
    values: list[tuple[str, str]] = field(repr=False)
    version: str
    log_index: str
    is_proven: bool
    now: str
    state: str
    address: str
    documents: list[Document] = field(repr=False)


def shown(snapshot: Mapping[str, Any] | None, files: Sequence[Mapping[str, Any]] = ()) -> Shown | None:
    """Return what a report's snapshot says; None where it came from no row.

    `files` describes the report's sealed files, among them the pictures taken of the row's documents.
    """
    if not snapshot:
        return None
    inner = snapshot.get("opening")
    opening: Mapping[str, Any] = inner if isinstance(inner, Mapping) else snapshot
    kind, row_id = _reference(snapshot, opening)
    entry = registry.get(kind)
    now, state = _present(kind, row_id)
    return Shown(
        kind=kind,
        row_id=row_id,
        title=str(snapshot.get("title") or (entry.title if entry else "公开的一行")),
        values=_values(kind, snapshot, opening),
        version=str(opening.get("version") or snapshot.get("version", "")),
        log_index=str(opening.get("log_index", "")),
        is_proven=_is_proven(opening),
        now=now,
        state=state,
        address=reverse("pages:row", args=[kind, row_id]) if entry and row_id else "",
        documents=_documents(snapshot, files),
    )


def _documents(snapshot: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Return the pages of which a picture was sealed, each compared with the hash the public saw."""
    hashes = {str(one["name"]): str(one["sha256"]) for one in files}
    return [
        Document(
            caption=str(document.get("caption", "")),
            file=str(page["file"]),
            is_same=hashes[str(page["file"])] == page.get("sha256"),
        )
        for document in snapshot.get("documents", [])
        for page in document.get("pages", [])
        if page.get("file") in hashes
    ]


def _reference(snapshot: Mapping[str, Any], opening: Mapping[str, Any]) -> tuple[str, str]:
    """Return kind and id: as the opening has them, else as the form's `row` (KIND/UUID) said."""
    kind, row_id = str(opening.get("kind", "")), str(opening.get("id", ""))
    if not (kind and row_id):
        kind, _, row_id = str(snapshot.get("row", "")).partition("/")
    try:
        return kind, str(UUID(row_id))
    except ValueError:
        return "", ""


def _values(kind: str, snapshot: Mapping[str, Any], opening: Mapping[str, Any]) -> list[tuple[str, str]]:
    worded = snapshot.get("values")
    if isinstance(worded, list):  # As the page showed them, label and words.
        return [(str(label), str(text)) for label, text in worded]
    told = opening.get("values")
    groups = told if isinstance(told, Mapping) else {}
    entry = registry.get(kind)
    headers = {column.field: column.header for column in entry.columns} if entry else {}
    found = []
    for group in _READABLE:
        values = groups.get(group)
        if isinstance(values, Mapping):
            found += [
                (headers[name], str(value)) for name, value in values.items() if name in headers and value
            ]
    return found


def _is_proven(opening: Mapping[str, Any]) -> bool:
    """Judge the snapshot: values to leaf, leaf to the root of its entry, that entry in the public log."""
    try:
        release, raw = opening["release"], str(opening["entry"])
        entry = json.loads(raw)
        check_path(
            opened_leaf(opening),
            int(release["index"]),
            int(release["size"]),
            [bytes.fromhex(node) for node in release["path"]],
            bytes.fromhex(entry["root"]),
        )
        logged = Leaf.objects.filter(idx=int(opening["log_index"])).first()
    except (RefusedError, KeyError, TypeError, ValueError):
        return False
    return logged is not None and bytes(logged.entry) == raw.encode()


def _present(kind: str, row_id: str) -> tuple[str, str]:
    """Return how the row stands today: words and a shape."""
    entry = registry.get(kind)
    row: Any = (  # a row of any kind
        entry.model._default_manager.select_related("release").filter(pk=row_id).first()
        if entry and row_id
        else None
    )
    if row is None:
        return "现在找不到这一行", "warn"
    if row.release.state != State.PUBLISHED:
        return "现在已经撤下", "bad"
    links = chain_of(row.first_id)
    if not links or links[-1].by_row_id == row.pk:
        return "现在还是这样", "ok"
    return ("现在已经撤下", "bad") if links[-1].by_row_id is None else ("后来更正过", "warn")
