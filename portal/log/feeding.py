"""Send checkpoints to the witnesses and keep the lines they add."""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.db import connection

from portal.log import reading
from portal.log.models import Checkpoint, Cosignature
from portal.log.witness import request_body
from portal.record import verifying
from portal.record.verifying import RefusedError

logger = logging.getLogger(__name__)
_TIMEOUT = 10
_MOST_BYTES = 16_384


@dataclass(frozen=True)
class Watcher:
    """A witness the county named: its public key, and where it listens (empty: it comes by itself)."""

    vkey: str
    url: str

    @property
    def name(self) -> str:
        """The name in its key."""
        return self.vkey.split("+", 1)[0]


def watchers(path: Path | None = None) -> list[Watcher]:
    """Return the witnesses of `log.witnesses` beside the key: one a line, a vkey and an address."""
    file = path or settings.LOG_KEY.with_suffix(".witnesses")
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    parts = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return [Watcher(part[0], part[1] if len(part) > 1 else "") for part in parts]


def quorum(path: Path | None = None) -> int:
    """Return how many witnesses a reader asks for: `# quorum N` in the file, else more than half."""
    file = path or settings.LOG_KEY.with_suffix(".witnesses")
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    told = [line.split()[2] for line in lines if line.startswith("# quorum ")]
    return int(told[0]) if told else len(watchers(path)) // 2 + 1


def feed() -> int:
    """Ask every witness for its line under the newest checkpoint; return how many gave one."""
    checkpoint = reading.newest()
    if checkpoint is None:
        return 0
    given = 0
    for watcher in watchers():
        if watcher.url and not checkpoint.cosignatures.filter(witness=watcher.name).exists():
            try:
                keep(checkpoint, _ask(watcher, checkpoint), [watcher])
            except (OSError, RefusedError, ValueError) as error:
                logger.warning("witness %s gave no signature: %s", watcher.name, error)
            else:
                given += 1
    return given


def _ask(watcher: Watcher, checkpoint: Checkpoint) -> str:
    known = Cosignature.objects.filter(witness=watcher.name).order_by("-checkpoint_id")
    old = known.values_list("checkpoint_id", flat=True).first() or 0
    status, answer = _post(watcher, old, checkpoint)
    if status == HTTPStatus.CONFLICT:
        status, answer = _post(watcher, int(answer), checkpoint)
    if status != HTTPStatus.OK:
        raise RefusedError(f"answered {status}: {answer.strip()[:200]}")
    return answer


def _post(watcher: Watcher, old: int, checkpoint: Checkpoint) -> tuple[int, str]:
    if not watcher.url.startswith(("http://", "https://")):
        raise RefusedError("not a web address")
    body = request_body(old, reading.consistency(old, checkpoint.size), checkpoint.note)
    address = f"{watcher.url.rstrip('/')}/add-checkpoint"
    request = urllib.request.Request(address, body, {"Content-Type": "text/plain"})  # noqa: S310 # checked above
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
            return answer.status, answer.read(_MOST_BYTES).decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(_MOST_BYTES).decode(errors="replace")


def keep(checkpoint: Checkpoint, line: str, known: list[Watcher]) -> str:
    """Store a witness's line under a checkpoint and return the witness's name.

    Raises:
        RefusedError: it is no valid line of a known witness.
    """
    keys = reading.vkeys()
    head = verifying.open_checkpoint(
        checkpoint.note + line, keys, witnesses=[watcher.vkey for watcher in known]
    )
    if len(head.cosigned) != 1:
        raise RefusedError("not the line of a known witness")
    ((name, at),) = head.cosigned.items()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT log_cosign(%s, %s, %s, %s)",
            [checkpoint.size, name, line, datetime.fromtimestamp(at, UTC)],
        )
    return name
