"""The signer: signs the head when it has moved on, and nothing that contradicts what it signed before.

The order makes every crash harmless: the note is stored, the high-water file is written and flushed,
then the transaction commits. After a crash in between, the same head is signed again with the same bytes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, connection, transaction

from portal.log import appending, highwater, hooks, reading
from portal.log.highwater import Mark, MarkError
from portal.log.models import Checkpoint, Head, Leaf, SignerState
from portal.record import verifying
from portal.record.notes import Signer, checkpoint_text, note
from portal.record.verifying import RefusedError

logger = logging.getLogger(__name__)


class InconsistentError(Exception):
    """The stored log contradicts what was signed; the text says where. Nothing is signed."""


@dataclass(frozen=True)
class Sealed:
    """What one look did: the sizes before and after; equal when there was nothing to sign."""

    before: int
    after: int


def look(signers: list[Signer], mark_file: Path, *, at: datetime) -> Sealed:
    """Sign the head if it is newer than the last checkpoint; note the outcome for the website.

    Raises:
        InconsistentError: the log lost or changed something; publishing stops until it is repaired.
    """
    try:
        sealed = _seal(signers, mark_file, at=at)
    except InconsistentError as error:
        _note(at, str(error))
        raise
    _note(at, "")
    if sealed.after != sealed.before:
        for tell in hooks.after_checkpoint:
            try:
                tell(sealed.before, sealed.after)
            except Exception:
                # The checkpoint stands; whoever is not told looks again by himself.
                logger.exception("after checkpoint %s", sealed.after)
    return sealed


def _note(at: datetime, refusal: str) -> None:
    SignerState.objects.update_or_create(pk=1, defaults={"seen_at": at, "refusal": refusal})


def _seal(signers: list[Signer], mark_file: Path, *, at: datetime) -> Sealed:
    with highwater.held(mark_file), transaction.atomic():
        _begin(signers[0], at)
        head = _locked_head()
        last = reading.newest()
        try:
            mark = highwater.read(mark_file)
        except MarkError as error:
            raise InconsistentError(f"签名记录 {mark_file} 坏了，请从备份恢复。") from error
        _check(head, last, mark, [signer.vkey for signer in signers])
        if last is None or last.size < head.size:
            _store(signers, head, at)
        highwater.move(mark_file, seen=mark, to=Mark(head.size, bytes(head.root)))
    return Sealed(last.size if last else 0, head.size)


def _begin(signer: Signer, at: datetime) -> None:
    """Let the log name its first key itself, once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT log_take_turn()")
    if not Leaf.objects.filter(kind="key").exists():
        told = {"t": "key", "act": "begin", "vkey": signer.vkey, "at": appending.moment(at)}
        appending.append(told)


def _locked_head() -> Head:
    return Head.objects.get(pk=1)


def _check(head: Head, last: Checkpoint | None, mark: Mark | None, vkeys: list[str]) -> None:
    """Raise InconsistentError unless the head continues the last checkpoint and the high-water mark."""
    root = bytes(head.root)
    tree = reading.tree()
    _check_new_leaves(last.size if last else 0, head.size)
    if tree.root(0, head.size) != root:
        raise InconsistentError(f"日志头和日志的行对不上（共 {head.size} 行）。")
    if mark is not None and mark.size > head.size:
        raise InconsistentError(f"签过 {mark.size} 行的日志，现在只有 {head.size} 行。数据库可能是旧备份。")
    if last is not None and last.size > head.size:
        raise InconsistentError(f"检查点到了 {last.size} 行，日志只有 {head.size} 行。")
    try:
        if mark is not None:
            _check_growth(mark.size, mark.root, head)
        if last is not None:
            verifying.open_checkpoint(last.note, [*vkeys, *reading.vkeys()])
            _check_growth(last.size, bytes(last.root), head)
    except RefusedError as error:
        raise InconsistentError(f"日志改过以前的内容：{error}。") from error


def _check_growth(size: int, root: bytes, head: Head) -> None:
    proof = reading.consistency(size, head.size)
    verifying.check_growth(size, root, head.size, bytes(head.root), proof)


def _check_new_leaves(before: int, size: int) -> None:
    """Hash again what nobody has signed yet: a leaf changed since would be sealed for ever."""
    leaves = Leaf.objects.filter(idx__gte=before, idx__lt=size).order_by("idx")
    for expected, leaf in enumerate(leaves.iterator(), before):
        if leaf.idx != expected or verifying.entry_hash(bytes(leaf.entry)) != bytes(leaf.hash):
            raise InconsistentError(f"日志第 {expected} 行和它的指纹对不上。")


def _store(signers: list[Signer], head: Head, at: datetime) -> None:
    root = bytes(head.root)
    text = checkpoint_text(signers[0].name, head.size, root)
    signed = note(text, [signer.line(text) for signer in signers])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT log_seal(%s, %s, %s, %s)", [head.size, root, signed, at])
    except IntegrityError as error:
        raise InconsistentError(f"{head.size} 行的日志已经有人签过。") from error
