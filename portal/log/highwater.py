"""The signer's memory outside the database: the largest head it ever signed (knows no Django)."""

from __future__ import annotations

import fcntl
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class MarkError(Exception):
    """The file is damaged, or another signer moved it meanwhile."""


@dataclass(frozen=True)
class Mark:
    """A signed head: its size and its root (32 bytes)."""

    size: int
    root: bytes

    def to_text(self) -> str:
        """Return the one line of the file."""
        return f"{self.size} {b64encode(self.root).decode()}\n"


def read(path: Path) -> Mark | None:
    """Return the mark; None before anything was signed.

    Raises:
        MarkError: the file does not hold a mark.
    """
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    try:
        size, root = text.split()
        mark = Mark(int(size), b64decode(root, validate=True))
    except ValueError as error:
        raise MarkError(f"{path.name} is damaged") from error
    if mark.to_text() != text:
        raise MarkError(f"{path.name} is damaged")
    return mark


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep every other signer of this key off the mark."""
    with path.with_suffix(".lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def move(path: Path, *, seen: Mark | None, to: Mark) -> None:
    """Put a new mark in the place of the one that was seen, durably; the caller holds the lock.

    Raises:
        MarkError: the mark is another one by now.
    """
    if read(path) != seen:
        raise MarkError(f"{path.name} was moved by another signer")
    if seen == to:
        return
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with fresh.open("x", encoding="ascii") as file:
        file.write(to.to_text())
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
