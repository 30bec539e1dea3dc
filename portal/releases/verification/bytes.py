"""The log as bytes: leaves, tiles, head, checkpoints, and the signer's memory.

The whole tree is grown again from the entries; nothing that is stored above them is believed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.log import highwater, reading
from portal.log.highwater import MarkError
from portal.log.models import Checkpoint, Head, Leaf, Tile
from portal.record import tiles, verifying
from portal.record.tiles import WIDTH
from portal.record.tree import EMPTY_ROOT
from portal.record.verifying import RefusedError
from portal.releases.verification.difference import DifferenceError

_AT_ONCE = 2000
_LAST = 1000


def check_quick(mark_file: Path) -> int:
    """Check head, newest checkpoint, the signer's memory and the last 1,000 leaves; return the size."""
    head = _head()
    for leaf in Leaf.objects.filter(idx__gte=head.size - _LAST).order_by("idx").iterator(_AT_ONCE):
        _check_leaf(leaf)
    _check_no_more(head.size)
    if reading.tree().root(0, head.size) != bytes(head.root):
        raise DifferenceError("head", head.size, "root", "和日志的行算出来的不一样")
    newest = reading.newest()
    if newest is not None:
        _check_note(newest)
        _check_growth(newest.size, bytes(newest.root), head, ("checkpoint", "root"))
    _check_mark(mark_file, head, None)
    return head.size


def check_full(mark_file: Path) -> int:
    """Check every entry, every tile of every level, every checkpoint; return the size."""
    head = _head()
    wanted = {checkpoint.size: checkpoint for checkpoint in Checkpoint.objects.order_by("size")}
    roots = _roots_while_growing(sorted({*wanted, head.size}), head.size)
    for size, checkpoint in wanted.items():
        if size > head.size:
            raise DifferenceError("checkpoint", size, "size", f"日志只有 {head.size} 行")
        if bytes(checkpoint.root) != roots[size]:
            raise DifferenceError("checkpoint", size, "root", "和日志的行算出来的不一样")
        _check_note(checkpoint)
    if bytes(head.root) != roots[head.size]:
        raise DifferenceError("head", head.size, "root", "和日志的行算出来的不一样")
    if _frontier_root(bytes(head.frontier)) != roots[head.size]:
        raise DifferenceError("head", head.size, "frontier", "和日志的行算出来的不一样")
    _check_mark(mark_file, head, roots)
    return head.size


def _head() -> Head:
    head = Head.objects.first()
    if head is None:
        if Leaf.objects.exists() or Checkpoint.objects.exists():
            raise DifferenceError("head", 1, "size", "日志头不见了")
        return Head(id=1, size=0, root=EMPTY_ROOT, frontier=b"")
    return head


def _check_leaf(leaf: Leaf) -> bytes:
    entry = bytes(leaf.entry)
    found = verifying.entry_hash(entry)
    if found != bytes(leaf.hash):
        raise DifferenceError("leaf", leaf.idx, "entry", "内容和指纹对不上", index=leaf.idx)
    told = verifying.entry_of(entry)
    if told is None or told.get("t") != leaf.kind:
        raise DifferenceError("leaf", leaf.idx, "kind", "和内容写的不一样", index=leaf.idx)
    if (told.get("rel") or "") != str(leaf.release or ""):
        raise DifferenceError("leaf", leaf.idx, "release", "和内容写的不一样", index=leaf.idx)
    return found


def _check_no_more(size: int) -> None:
    beyond = Leaf.objects.filter(idx__gte=size).order_by("idx").first()
    if beyond is not None:
        raise DifferenceError("leaf", beyond.idx, "idx", f"日志头只到 {size} 行", index=beyond.idx)


def _roots_while_growing(sizes: list[int], size: int) -> dict[int, bytes]:
    """Return the root at each size, hashing every entry anew and comparing every full tile on the way."""
    roots: dict[int, bytes] = {}
    frontier: list[tuple[int, bytes]] = []
    if 0 in sizes:
        roots[0] = EMPTY_ROOT

    def hashes() -> Iterator[bytes]:
        for expected, leaf in enumerate(Leaf.objects.order_by("idx").iterator(_AT_ONCE)):
            if leaf.idx != expected:
                raise DifferenceError("leaf", expected, "idx", "这一行不见了", index=expected)
            found = _check_leaf(leaf)
            _push(frontier, found)
            if expected + 1 in wanted:
                roots[expected + 1] = tiles.bag([node for _, node in frontier])
            yield found

    wanted = set(sizes)
    _check_tiles(hashes())
    _check_no_more(size)
    if Leaf.objects.count() < size:
        raise DifferenceError("leaf", Leaf.objects.count(), "idx", f"日志头说有 {size} 行")
    for beyond in wanted - set(roots):
        raise DifferenceError("checkpoint", beyond, "size", f"日志只有 {size} 行")
    return roots


def _push(frontier: list[tuple[int, bytes]], node: bytes) -> None:
    width = 1
    while frontier and frontier[-1][0] == width:
        node = verifying.join(frontier.pop()[1], node)
        width *= 2
    frontier.append((width, node))


def _check_tiles(hashes: Iterator[bytes]) -> None:
    stored = {
        (tile.level, tile.number): tile
        for tile in Tile.objects.filter(level__gt=0)  # one in 256: they fit in memory
    }
    lowest = Tile.objects.filter(level=0).order_by("number").iterator(64)
    for level, number, found in tiles.grow(hashes):
        if len(found) < WIDTH:
            continue
        tile = stored.pop((level, number), None) if level else next(lowest, None)
        if tile is None or tile.number != number or bytes(tile.data) != b"".join(found):
            raise DifferenceError("tile", f"{level}/{number}", "data", "和日志的行算出来的不一样")
        if bytes(tile.root) != tiles.fold(found):
            raise DifferenceError("tile", f"{level}/{number}", "root", "和日志的行算出来的不一样")
    extra = [f"0/{tile.number}" for tile in lowest] + [f"{level}/{number}" for level, number in stored]
    if extra:
        raise DifferenceError("tile", extra[0], "number", "这一块还没有满，不该有")


def _check_note(checkpoint: Checkpoint) -> None:
    try:
        head = verifying.open_checkpoint(checkpoint.note, reading.vkeys())
    except RefusedError as error:
        raise DifferenceError("checkpoint", checkpoint.size, "note", f"签名不对（{error}）") from error
    if (head.size, head.root) != (checkpoint.size, bytes(checkpoint.root)):
        raise DifferenceError("checkpoint", checkpoint.size, "note", "签的不是这一个")


def _check_growth(size: int, root: bytes, head: Head, what: tuple[str, str]) -> None:
    if size > head.size:
        raise DifferenceError(what[0], size, "size", f"日志只有 {head.size} 行，可能是旧备份")
    try:
        proof = reading.consistency(size, head.size)
        verifying.check_growth(size, root, head.size, bytes(head.root), proof)
    except (RefusedError, ValueError) as error:
        raise DifferenceError(what[0], size, what[1], "现在的日志接不上它") from error


def _check_mark(mark_file: Path, head: Head, roots: dict[int, bytes] | None) -> None:
    """Compare with the largest head ever signed: it stands outside the database and its backups."""
    try:
        mark = highwater.read(mark_file)
    except MarkError as error:
        raise DifferenceError("signer", mark_file.name, "mark", "文件坏了") from error
    except PermissionError:
        return  # the signer's own file: `doctor` as the signer's user reads it
    if mark is None:
        return
    if roots is not None and mark.size in roots:
        if roots[mark.size] != mark.root:
            raise DifferenceError("signer", mark.size, "mark", "现在的日志接不上签过的")
        return
    _check_growth(mark.size, mark.root, head, ("signer", "mark"))


def _frontier_root(frontier: bytes) -> bytes:
    return tiles.bag(tiles.hashes(frontier))
