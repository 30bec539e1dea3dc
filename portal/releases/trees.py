"""The tree of a release: its root and stored upper levels, and the path of one leaf."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.record import proofs, tiles
from portal.record.tiles import WIDTH, TileTree
from portal.releases import leaves
from portal.releases.leaves import Leaf
from portal.releases.models import Release, ReleaseTile

_START = UUID(int=0)


def plant(release: Release) -> bytes:
    """Compute a release's root (32 bytes) and store the upper levels of its tree; replaces an earlier one.

    Reads every leaf once and keeps one hash in 256.
    """
    firsts: list[UUID] = []
    size = 0

    def hashes() -> Iterator[bytes]:
        nonlocal size
        for leaf in leaves.of_release(release):
            if size % WIDTH == 0:
                firsts.append(leaf.id)
            size += 1
            yield leaf.hash

    # Of the lowest level only the last, narrow tile is needed: the level above says the rest.
    grown = {
        (level, number): found for level, number, found in tiles.grow(hashes()) if level or len(found) < WIDTH
    }
    release.tiles.all().delete()
    if size > WIDTH:
        ReleaseTile.objects.bulk_create(_stored(release, grown, firsts))
    return TileTree(lambda level, number: grown[level, number]).root(0, size)


def _stored(
    release: Release, grown: dict[tuple[int, int], list[bytes]], firsts: list[UUID]
) -> Iterator[ReleaseTile]:
    for number, at in enumerate(range(0, len(firsts), WIDTH)):
        yield ReleaseTile(
            release=release,
            level=1,
            number=number,
            hashes=b"".join(grown.get((1, number), [])),
            firsts=firsts[at : at + WIDTH],
        )
    for (level, number), found in grown.items():
        if level > 1:
            yield ReleaseTile(release=release, level=level, number=number, hashes=b"".join(found))


@dataclass(frozen=True)
class Path:
    """Where a leaf stands in its release's tree, and the hashes that lead to the root."""

    index: int
    size: int
    hashes: list[bytes]


def path_of(release: Release, kind: str, leaf_id: UUID) -> Path | None:
    """Return the path of one leaf; None where the release has no such leaf."""
    reader = _Reader(release)
    index = reader.index_of(kind, leaf_id)
    if index is None:
        return None
    return Path(index, reader.size, proofs.inclusion(index, reader.size, TileTree(reader.hashes).root))


class _Reader:
    """Reads a release's tree tile by tile: the lowest level from the leaves, the others as stored."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.parts = leaves.parts(release)
        self.size = sum(part.count for part in self.parts)
        self._chunks: dict[int, list[Leaf]] = {}

    def hashes(self, level: int, number: int) -> Sequence[bytes]:
        """Return the hashes of one tile."""
        if level == 0:
            return [leaf.hash for leaf in self._chunk(number)]
        stored = self._stored(level, number)
        return tiles.hashes(bytes(stored.hashes)) if stored else []

    def index_of(self, kind: str, leaf_id: UUID) -> int | None:
        """Return a leaf's index; the lookup reads one chunk."""
        number = self._chunk_of(kind, leaf_id)
        for at, leaf in enumerate(self._chunk(number)):
            if (leaf.kind, leaf.id) == (kind, leaf_id):
                return number * WIDTH + at
        return None

    def _chunk_of(self, kind: str, leaf_id: UUID) -> int:
        """Return the chunk a leaf must stand in: the last one of its part that begins at or before it."""
        start = 0
        for part in self.parts:
            if part.kind == kind:
                break
            start += part.count
        else:
            return 0
        # Chunks that begin inside the part; the leaf may also stand in the one before them.
        low, high = -(-start // WIDTH), -(-(start + part.count) // WIDTH)
        later = self.release.tiles.filter(
            level=1, number__gt=low // WIDTH, number__lt=-(-high // WIDTH), firsts__0__lte=leaf_id
        )
        begin = later.order_by("-number").values_list("number", flat=True).first()
        if begin is not None:
            low = begin * WIDTH
        starts = self._firsts(low, min(high, (low // WIDTH + 1) * WIDTH))
        return max(low + bisect_right(starts, leaf_id) - 1, 0)

    def _firsts(self, low: int, high: int) -> list[UUID]:
        found: list[UUID] = []
        upper = self.release.tiles.filter(level=1, number__gte=low // WIDTH, number__lte=high // WIDTH)
        for number, firsts in upper.order_by("number").values_list("number", "firsts"):
            base = number * WIDTH
            found += firsts[max(low - base, 0) : max(high - base, 0)]
        return found

    def _chunk(self, number: int) -> list[Leaf]:
        """Return the up to 256 leaves of a tile of the lowest level."""
        if number not in self._chunks:
            self._chunks[number] = list(self._read_chunk(number))
        return self._chunks[number]

    def _read_chunk(self, number: int) -> Iterator[Leaf]:
        at, wanted = number * WIDTH, min(WIDTH, self.size - number * WIDTH)
        first = next(iter(self._firsts(number, number + 1)), _START)
        before = next(iter(self._firsts(number + 1, number + 2)), None)
        start = 0
        for part in self.parts:
            end = start + part.count
            inside = min(end, at + wanted) - max(start, at)
            if inside > 0:
                is_whole = at + wanted <= end  # the next chunk's first leaf is of this part, or there is none
                yield from leaves.between(
                    self.release,
                    part,
                    first=first if at >= start else _START,
                    before=before if is_whole and at + wanted < end else None,
                    limit=inside,
                )
            start = end

    def _stored(self, level: int, number: int) -> ReleaseTile | None:
        return self.release.tiles.filter(level=level, number=number).first()
