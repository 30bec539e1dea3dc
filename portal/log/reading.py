"""Read the log: tiles, proofs, checkpoints, keys; what is served to anybody comes from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from django.conf import settings

from portal.log.models import Checkpoint, Head, Leaf, Tile
from portal.record import proofs, tiles
from portal.record.notes import proof_text
from portal.record.tiles import TileTree


def head_size() -> int:
    """Return how many entries the log has, signed or not."""
    return Head.objects.values_list("size", flat=True).first() or 0


def newest() -> Checkpoint | None:
    """Return the newest signed checkpoint; None before the first."""
    return Checkpoint.objects.order_by("-size").first()


def tile_hashes(level: int, number: int) -> Sequence[bytes]:
    """Return the hashes a tile has today, full or growing."""
    full = Tile.objects.filter(level=level, number=number).values_list("data", flat=True).first()
    if full is not None:
        return tiles.hashes(bytes(full))
    first = number * tiles.WIDTH
    if level == 0:
        leaves = Leaf.objects.filter(idx__gte=first, idx__lt=first + tiles.WIDTH).order_by("idx")
        return [bytes(found) for found in leaves.values_list("hash", flat=True)]
    below = Tile.objects.filter(level=level - 1, number__gte=first, number__lt=first + tiles.WIDTH)
    return [bytes(root) for root in below.order_by("number").values_list("root", flat=True)]


def tree() -> TileTree:
    """Return the tree over what is stored; it reads each tile once."""
    return TileTree(tile_hashes)


def tile(wanted: tiles.Address) -> bytes | None:
    """Return a tile's bytes; None for one that no checkpoint ever covered."""
    if not _was_signed(wanted):
        return None
    first = wanted.number * tiles.WIDTH
    if wanted.level < 0:
        leaves = Leaf.objects.filter(idx__gte=first, idx__lt=first + wanted.width).order_by("idx")
        return tiles.bundle(bytes(entry) for entry in leaves.values_list("entry", flat=True))
    return b"".join(tile_hashes(wanted.level, wanted.number)[: wanted.width])


def _was_signed(wanted: tiles.Address) -> bool:
    """Say whether a checkpoint of exactly this width of the tile exists, or a larger one for a full tile."""
    unit = tiles.WIDTH ** max(wanted.level, 0)
    least = (wanted.number * tiles.WIDTH + wanted.width) * unit
    signed = Checkpoint.objects.filter(size__gte=least)
    if wanted.width < tiles.WIDTH:
        signed = signed.filter(size__lt=least + unit)
    return signed.exists()


def inclusion(index: int, size: int) -> list[bytes]:
    """Return the audit path of an entry in the tree of a size; raise ValueError where there is none."""
    return path_in(tree(), index, size)


def path_in(stored: TileTree, index: int, size: int) -> list[bytes]:
    """Return the audit path of an entry from tiles that are read already; for many entries at once."""
    return proofs.inclusion(index, size, stored.root)


def consistency(old: int, new: int) -> list[bytes]:
    """Return the consistency proof between two sizes; raise ValueError for a wrong order."""
    return proofs.consistency(old, new, tree().root)


def proof(index: int) -> str | None:
    """Return the tlog-proof of an entry under the newest checkpoint; None while none covers it."""
    checkpoint = newest()
    if checkpoint is None or index >= checkpoint.size:
        return None
    return proof_text(index, inclusion(index, checkpoint.size), full_note(checkpoint))


def full_note(checkpoint: Checkpoint) -> str:
    """Return the signed note with the lines of its witnesses."""
    lines = checkpoint.cosignatures.order_by("witness").values_list("line", flat=True)
    return checkpoint.note + "".join(lines)


@dataclass(frozen=True)
class Key:
    """A key the log was or is signed with: since which entry, and until which (None: still)."""

    vkey: str
    since: int
    until: int | None


def key_history() -> list[Key]:
    """Return every key the log itself names, oldest first."""
    found: dict[str, Key] = {}
    for index, entry in Leaf.objects.filter(kind="key").order_by("idx").values_list("idx", "entry"):
        told = orjson.loads(bytes(entry))
        vkey = told["vkey"]
        if told["act"] == "retire":
            found[vkey] = Key(vkey, found[vkey].since if vkey in found else index, index)
        else:
            found[vkey] = Key(vkey, index, None)
    return list(found.values())


def vkeys() -> list[str]:
    """Return every key a checkpoint of this log may carry.

    Those of the public key file where there is one, for they stand outside the database.
    """
    try:
        lines = settings.LOG_KEY.with_suffix(".pub").read_text(encoding="utf-8").split()
    except OSError:
        lines = []
    return lines or [key.vkey for key in key_history()]


def at(size: int) -> Checkpoint | None:
    """Return the checkpoint of exactly this size."""
    return Checkpoint.objects.filter(size=size).first()


def code_of(root: bytes) -> str:
    """Return a root as paper shows it: its first 16 hexadecimal digits in groups of four (总指纹)."""
    digits = root.hex()[:16]
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))
