"""C2SP tlog-tiles: hash tiles of height 8, bundles of entries, their addresses, the tree above (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from portal.record.hashing import HASH_BYTES, node_hash
from portal.record.proofs import split
from portal.record.tree import EMPTY_ROOT

WIDTH = 256
_LEVELS = 6  # 256^6 leaves are more than anybody will publish
_ADDRESS = re.compile(
    r"(?P<level>[0-5]|entries)/(?P<high>(?:x[0-9]{3}/)*)(?P<low>[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)
# (level, number) -> the hashes of a tile that are known so far.
Read = Callable[[int, int], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Address:
    """One tile: its level (-1 for entries), its number, its width; narrower than 256 while it grows."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The address below `tile/`, as the specification writes it."""
        parts = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        tail = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{'entries' if self.level < 0 else self.level}/{'/'.join(parts)}{tail}"


def address(path: str) -> Address | None:
    """Return what a path below `tile/` names; None unless it is what `Address.path` writes."""
    match = _ADDRESS.fullmatch(path)
    if match is None:
        return None
    number = int(match["high"].replace("x", "").replace("/", "") + match["low"])
    level = -1 if match["level"] == "entries" else int(match["level"])
    found = Address(level, number, int(match["width"] or WIDTH))
    return found if found.path == path else None


def width_at(level: int, number: int, size: int) -> int:
    """Return how many hashes a tile has in a tree of `size` leaves, 0 to 256 (level -1: entries)."""
    return min(max((size >> 8 * max(level, 0)) - number * WIDTH, 0), WIDTH)


def bundle(entries: Iterable[bytes]) -> bytes:
    """Return entries as an entry bundle: each behind its length in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a tile's bytes."""
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def fold(level: Sequence[bytes]) -> bytes:
    """Return the RFC 6962 root over hashes that stand side by side (SHA-256 of nothing for none)."""
    found = list(level)
    if not found:
        return EMPTY_ROOT
    while len(found) > 1:
        paired = [node_hash(found[at], found[at + 1]) for at in range(0, len(found) - 1, 2)]
        if len(found) % 2:
            paired.append(found[-1])
        found = paired
    return found[0]


def bag(frontier: Sequence[bytes]) -> bytes:
    """Return the root over the roots of perfect subtrees, largest first (SHA-256 of nothing for none)."""
    if not frontier:
        return EMPTY_ROOT
    node = frontier[-1]
    for left in reversed(frontier[:-1]):
        node = node_hash(left, node)
    return node


class TileTree:
    """Roots of subtrees, read from tiles; each tile is read once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[tuple[int, int], Sequence[bytes]] = {}

    @property
    def reads(self) -> int:
        """How many tiles were read so far."""
        return len(self._known)

    def root(self, start: int, end: int) -> bytes:
        """Return the root over the leaves [start, end) of a split that RFC 6962 makes."""
        if start == end:
            return EMPTY_ROOT
        level = 0
        while not (start >> 8 * level) % WIDTH and end - start >= WIDTH ** (level + 1):
            level += 1
        unit = WIDTH**level
        if (end - start) % unit == 0 and (end - 1) // unit // WIDTH == start // unit // WIDTH:
            number, first = divmod(start // unit, WIDTH)
            return fold(self._tile(level, number)[first : first + (end - start) // unit])
        middle = start + split(end - start)
        return node_hash(self.root(start, middle), self.root(middle, end))

    def _tile(self, level: int, number: int) -> Sequence[bytes]:
        if (level, number) not in self._known:
            self._known[level, number] = self._read(level, number)
        return self._known[level, number]


def grow(leaf_hashes: Iterable[bytes]) -> Iterator[tuple[int, int, list[bytes]]]:
    """Yield every tile of a tree as (level, number, hashes): full ones as they fill, then what is left.

    The narrow tiles at the end come in the order of their levels; an empty tree has none.
    """
    open_tiles: list[list[bytes]] = [[] for _ in range(_LEVELS)]
    done = [0] * _LEVELS
    for leaf_hash in leaf_hashes:
        level, node = 0, leaf_hash
        while True:
            open_tiles[level].append(node)
            if len(open_tiles[level]) < WIDTH:
                break
            yield level, done[level], open_tiles[level]
            node = fold(open_tiles[level])
            open_tiles[level] = []
            done[level] += 1
            level += 1
    for level, narrow in enumerate(open_tiles):
        if narrow:
            yield level, done[level], narrow
