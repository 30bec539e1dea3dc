"""What is said of one result: the row it is about, and its place in the public log, checked when asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from complaints.models import Result
from complaints.results import publishing
from portal.log import condition, reading
from portal.log.models import Leaf
from portal.record import verifying
from portal.record.verifying import RefusedError
from portal.releases import registry
from portal.releases.models import State


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is said of a result. `state`: sealed, waiting, wrong, or doubt (of the whole log)."""

    state: str
    index: int | None
    entry: str = ""
    words: str = ""
    words_hash: str = ""
    address: str = ""
    vkey: str = ""


def standing_of(result: Result) -> Standing:
    """Return where a result stands in the log: its entry says the same, and the signed head covers it."""
    if not condition.is_trusted():
        return Standing(state="doubt", index=result.index)
    leaf = Leaf.objects.filter(kind="result", idx=-1 if result.index is None else result.index).first()
    told = verifying.entry_of(bytes(leaf.entry)) or {} if leaf else {}
    expected = publishing.stated(result)
    if leaf is None or {name: told.get(name) for name in expected} != expected:
        return Standing(state="wrong", index=result.index)
    state = _sealed(leaf)
    return Standing(
        state=state,
        index=leaf.idx,
        entry=bytes(leaf.entry).decode(),
        words=publishing.words_of(result).decode(),
        words_hash=expected["words"],
        address=f"{settings.SITE_URL}/log",
        vkey=next((key.vkey for key in reversed(reading.key_history()) if key.until is None), ""),
    )


def _sealed(leaf: Leaf) -> str:
    checkpoint = reading.newest()
    if checkpoint is None or checkpoint.size <= leaf.idx:
        return "waiting"
    try:
        head = verifying.open_checkpoint(checkpoint.note, reading.vkeys())
        path = reading.inclusion(leaf.idx, head.size)
        verifying.check_inclusion(verifying.entry_hash(bytes(leaf.entry)), leaf.idx, head, path)
    except (RefusedError, ValueError):
        return "wrong"
    return "sealed"


def row_of(result: Result) -> Any:  # Any: a row of any kind
    """Return the row a result is about, as long as its page shows it or says why it is gone."""
    disclosure = registry.get(result.row_kind)
    if disclosure is None:
        return None
    rows = disclosure.model._default_manager.select_related("release", "region")
    return rows.filter(pk=result.row_id, release__state__in=[State.PUBLISHED, State.WITHDRAWN]).first()
