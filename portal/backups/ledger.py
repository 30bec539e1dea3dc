"""What was taken away by law, outside the database: a restored backup learns from it what happened since.

One act a line, in a file of ids and moments that only grows. It stands in the data folder and, where
backups are made, beside them. An order's reason is in it, for the act must be told again word by word; values
of rows never are.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.backups.errors import BackupError
from portal.log.appending import moment
from portal.log.models import Leaf
from portal.releases.models import Erasure, NamesOrder, Narrowing

FILE = "erasures.jsonl"
Act = dict[str, Any]  # Any: JSON


def paths() -> list[Path]:
    """Return where the ledger stands; the last one is beside the backups, where there are any."""
    beside = [Path(settings.BACKUP_DIR) / FILE] if settings.BACKUP_DIR else []
    return [Path(settings.DATA_DIR) / FILE, *beside]


def note(act: Erasure | Narrowing, index: int) -> None:
    """Write an act down, after its COMMIT; what fails here is made good by `catch_up`."""
    leaf = Leaf.objects.get(idx=index)
    for path in paths():
        add(path, [_told(act, leaf)])


def catch_up() -> None:
    """Write down what the database knows and the ledger does not: a crash may have come in between."""
    for path in paths():
        known = {one["key"] for one in read(path)}
        add(path, [one for one in _all() if one["key"] not in known])


def merge(target: Path) -> None:
    """Let another copy of the ledger know what this installation's knows."""
    known = {one["key"] for one in read(target)}
    add(target, [one for one in read(paths()[0]) if one["key"] not in known])


def read(path: Path) -> list[Act]:
    """Return the acts of a ledger, in the order of the log; a line that a power cut tore is left out.

    Raises:
        BackupError: it cannot be read, or a line is damaged: what it said would come back to light.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{path}（依法删除的记录）读不出来。") from error
    found = []
    for number, line in enumerate(lines):
        try:
            act = json.loads(line)
            found.append((act["index"], act))
        except (ValueError, KeyError, TypeError) as error:
            if not line.endswith("\n"):
                continue
            raise BackupError(f"{path}（依法删除的记录）第 {number + 1} 行坏了。") from error
    return [act for _, act in sorted(found, key=lambda one: one[0])]


def add(path: Path, acts: Iterable[Act]) -> None:
    """Append acts, on the disk when this returns."""
    lines = [json.dumps(act, ensure_ascii=False, sort_keys=True) + "\n" for act in acts]
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        if is_torn:  # A power cut came in the middle of a line: it was never whole.
            whole = os.pread(descriptor, size, 0).rfind(b"\n") + 1
            os.ftruncate(descriptor, whole)
        file.write("".join(lines).encode())
        os.fsync(descriptor)


def _all() -> Iterable[Act]:
    """Tell every act of the database, in the order of the log."""
    erasures = {
        (str(one.release_id), ",".join(str(row) for row in one.rows), _second(one)): one
        for one in Erasure.objects.filter(decided_at__isnull=False)
    }
    narrowings = {(str(one.release_id), one.after): one for one in Narrowing.objects.select_related("order")}
    for leaf in Leaf.objects.filter(kind__in=["erase", "policy"]).order_by("idx"):
        told = json.loads(bytes(leaf.entry))
        act: Erasure | Narrowing | None = (
            erasures.get((told["rel"], told["ids"], told["at"]))
            if leaf.kind == "erase"
            else narrowings.get((told["rel"], told["after"]))
        )
        if act is not None:
            yield _told(act, leaf)


def _exact(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _second(act: Erasure) -> str:
    return moment(act.decided_at) if act.decided_at else ""


def _told(act: Erasure | Narrowing, leaf: Leaf) -> Act:
    told = {
        "index": leaf.idx,
        "entry": bytes(leaf.entry).decode(),
        "release": str(act.release_id),
    }
    if isinstance(act, Erasure):
        return told | {
            "key": f"erase {act.pk}",
            "id": str(act.pk),
            "rows": [str(row) for row in act.rows],
            "groups": act.groups,
            "documents": [str(one) for one in act.documents],
            "ground": act.ground,
            "asked_by": act.asked_by_id,
            "asked_at": _exact(act.asked_at),
            "decided_by": act.decided_by_id,
            "decided_at": _exact(act.decided_at),
        }
    return told | {
        "key": f"narrow {act.release_id} {act.after}",
        "cause": act.cause,
        "after": act.after,
        "from_on": act.from_on.isoformat(),
        "at": _exact(act.at),
        "reason": act.reason,
        "order": _order(act.order) if act.order else None,
    }


def _order(order: NamesOrder) -> Act:
    return {
        "id": str(order.pk),
        "item": order.item_id,
        "after": order.after,
        "reason": order.reason,
        "asked_by": order.asked_by_id,
        "asked_at": _exact(order.asked_at),
        "decided_by": order.decided_by_id,
        "decided_at": _exact(order.decided_at),
    }
