"""The row a report came from: as it was shown, whether its proof holds, and how the row stands today."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.pages.rowpage import chain_of
from portal.record.verifying import RefusedError, check_path, opened_leaf
from portal.releases import registry
from portal.releases.models import State

_READABLE = ("what", "who")


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


def shown(snapshot: Mapping[str, Any] | None) -> Shown | None:
    """Return what a report's snapshot says; None where it came from no row."""
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
        title=entry.title if entry else "公开的一行",
        values=_values(kind, snapshot, opening),
        version=str(opening.get("version", "")),
        log_index=str(opening.get("log_index", "")),
        is_proven=_is_proven(opening),
        now=now,
        state=state,
        address=f"/row/{kind}/{row_id}/" if kind and row_id else "",
    )


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
    told = opening.get("values")
    groups = told if isinstance(told, Mapping) else {"what": snapshot.get("values", {})}
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
    """Judge the snapshot by itself: values to leaf, leaf to the root that the log's entry carries."""
    try:
        release = opening["release"]
        entry = json.loads(str(opening["entry"]))
        check_path(
            opened_leaf(opening),
            int(release["index"]),
            int(release["size"]),
            [bytes.fromhex(node) for node in release["path"]],
            bytes.fromhex(entry["root"]),
        )
    except (RefusedError, KeyError, TypeError, ValueError):
        return False
    return True


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
