"""Grow, sign and bend a log in tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from portal.log import appending, keyfile, reading, signing
from portal.log.models import Checkpoint
from portal.log.signing import Sealed
from portal.record import verifying
from portal.record.hashing import leaf_hash
from portal.record.leaves import canonical
from portal.record.tiles import WIDTH, TileTree, fold, grow
from tests.builders import NOW


@dataclass(frozen=True)
class Keeper:
    """Holds the key of a test's log."""

    key: Path

    @property
    def mark(self) -> Path:
        """The high-water file."""
        return self.key.with_suffix(".mark")

    def sign(self) -> Sealed:
        """Look once, as the signer does each second."""
        return signing.look(keyfile.load(self.key), self.mark, at=NOW)

    def newest(self) -> Checkpoint:
        """Return the newest checkpoint after the signer looked."""
        self.sign()
        found = reading.newest()
        assert found is not None
        return found

    def head(self) -> verifying.Head:
        """Return the newest checkpoint as anybody would read it."""
        return verifying.open_checkpoint(self.newest().note, reading.vkeys())


def entry(number: int) -> dict[str, str]:
    """Return one of many different entries."""
    return {"t": "bridge", "count": str(number), "week": "2026-W27"}


def append(*numbers: int) -> list[int]:
    """Append entries as an act would; return their indexes."""
    with transaction.atomic():
        return [appending.append(entry(number)) for number in numbers]


def entry_bytes(number: int) -> bytes:
    """Return the canonical bytes of an entry."""
    return canonical({"v": "1", **entry(number)})


def fill(entries: Iterable[bytes]) -> None:
    """Write a long log as the owner, past the function that appends one by one."""
    told = list(entries)
    hashes = [leaf_hash(one) for one in told]
    tiles = {(level, number): found for level, number, found in grow(hashes)}
    tree = TileTree(lambda level, number: tiles[level, number])
    with connections["owner"].cursor() as cursor:
        with cursor.copy("COPY log_leaf (idx, entry, hash, kind) FROM STDIN") as copy:
            for index, (one, leaf) in enumerate(zip(told, hashes, strict=True)):
                copy.write_row([index, one, leaf, "key" if b'"t":"key"' in one else "inbox"])
        with cursor.copy("COPY log_tile (level, number, data, root) FROM STDIN") as copy:
            for (level, number), found in tiles.items():
                if len(found) == WIDTH:
                    copy.write_row([level, number, b"".join(found), fold(found)])
        size = len(told)
        frontier = b"".join(tree.root(start, end) for start, end in _perfect(size))
        cursor.execute(
            "INSERT INTO log_head (id, size, root, frontier) VALUES (1, %s, %s, %s)",
            [size, tree.root(0, size), frontier],
        )


def _perfect(size: int) -> Iterable[tuple[int, int]]:
    start = 0
    for bit in range(size.bit_length() - 1, -1, -1):
        if size >> bit & 1:
            yield start, start + (1 << bit)
            start += 1 << bit


def bend(statement: str, values: list[Any] | None = None) -> None:
    """Run one statement as a superuser would: past every trigger."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
