"""A long log served over HTTP, and bent copies of what it serves."""

from __future__ import annotations

import urllib.request
from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace

from django.db import connections

from portal.log import keyfile
from portal.record.hashing import leaf_hash
from portal.record.notes import Signer, checkpoint_text, note
from portal.record.proofs import consistency, inclusion
from portal.record.tiles import TileTree, grow
from tests.portal.log.keeping import Keeper, fill

SIZES = [*range(41), 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 66_000]


def entries_of(keeper: Keeper, size: int) -> list[bytes]:
    """Return the entries of a log that names its key first."""
    (signer,) = keyfile.load(keeper.key)
    first = f'{{"act":"begin","at":"2026-07-01T02:00:00Z","t":"key","v":"1","vkey":"{signer.vkey}"}}'
    rest = (b'{"count":"%d","t":"inbox","v":"1","week":"2026-W27"}' % number for number in range(1, size))
    return [first.encode(), *rest][:size]


def serve(keeper: Keeper, sizes: list[int]) -> list[bytes]:
    """Fill the log to the largest size, as if it had been signed at each; return its entries."""
    entries = entries_of(keeper, max(sizes))
    fill(entries)
    (signer,) = keyfile.load(keeper.key)
    tree = tree_over(entries)
    with connections["owner"].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO log_checkpoint (size, root, note, at) VALUES (%s, %s, %s, now())",
            [(size, tree.root(0, size), signed(signer, size, tree.root(0, size))) for size in sizes],
        )
    return entries


def tree_over(entries: list[bytes]) -> TileTree:
    """Return the tree over entries."""
    tiles = {(level, number): found for level, number, found in grow(map(leaf_hash, entries))}
    return TileTree(lambda level, number: tiles[level, number])


def signed(signer: Signer, size: int, root: bytes) -> str:
    """Return a signed checkpoint."""
    text = checkpoint_text(signer.name, size, root)
    return note(text, [signer.line(text)])


def fetch(address: str) -> bytes:
    """Return what an address of the running site answers."""
    with urllib.request.urlopen(address, timeout=20) as answer:
        body: bytes = answer.read()
    return body


@dataclass(frozen=True)
class Claim:
    """Everything somebody must believe about one entry and one older head; any part may be bent."""

    note: str
    vkey: str
    index: int
    entry: bytes
    path: list[bytes] = field(default_factory=list)
    old_size: int = 0
    old_root: bytes = b""
    old_note: str = ""
    growth: list[bytes] = field(default_factory=list)


def true_claim(signer: Signer, entries: list[bytes], index: int, old: int) -> Claim:
    """Return what holds of a log's entries."""
    size, tree = len(entries), tree_over(entries)
    return Claim(
        note=signed(signer, size, tree.root(0, size)),
        vkey=signer.vkey,
        index=index,
        entry=entries[index],
        path=inclusion(index, size, tree.root),
        old_size=old,
        old_root=tree.root(0, old),
        old_note=signed(signer, old, tree.root(0, old)),
        growth=consistency(old, size, tree.root),
    )


def bent(claim: Claim, signer: Signer, entries: list[bytes]) -> dict[str, Claim]:
    """Return the claim with one thing wrong each time, by what is wrong."""
    fork = [*entries[: claim.old_size - 1], b'{"t":"fork","v":"1"}', *entries[claim.old_size :]]
    forked = true_claim(signer, fork, claim.index, claim.old_size)
    shorter = true_claim(signer, entries[:-1], min(claim.index, len(entries) - 2), claim.old_size)
    swapped = [*entries[: claim.index - 1], entries[claim.index], entries[claim.index - 1]]
    swapped += entries[claim.index + 1 :]
    reordered = true_claim(signer, swapped, claim.index, claim.old_size)
    return {
        "entry": replace(claim, entry=flip(claim.entry)),
        "index": replace(claim, index=claim.index - 1),
        "proof hash": replace(claim, path=[flip(claim.path[0]), *claim.path[1:]]),
        "proof too short": replace(claim, path=claim.path[:-1]),
        "proof too long": replace(claim, path=[*claim.path, claim.path[-1]]),
        "consistency hash": replace(claim, growth=[*claim.growth[:-1], flip(claim.growth[-1])]),
        "consistency too short": replace(claim, growth=claim.growth[:-1]),
        "root": replace(claim, note=with_line(claim.note, 2, _flipped_text)),
        "size": replace(claim, note=with_line(claim.note, 1, lambda line: str(int(line) + 1))),
        "origin": replace(claim, note=with_line(claim.note, 0, lambda line: f"x{line}")),
        "signature": replace(claim, note=_bent_signature(claim.note)),
        "truncated tree": replace(claim, note=shorter.note),
        "reordered pair": replace(reordered, entry=claim.entry),
        "fork with the right key": replace(claim, note=forked.note, path=forked.path, growth=forked.growth),
    }


def flip(data: bytes) -> bytes:
    """Return bytes with one bit changed."""
    return bytes([data[0] ^ 1]) + data[1:]


def with_line(text: str, number: int, change: object) -> str:
    """Return a note with one line of its text changed."""
    lines = text.split("\n")
    lines[number] = change(lines[number])  # type: ignore[operator] # a function of a line
    return "\n".join(lines)


def _flipped_text(line: str) -> str:
    return b64encode(flip(b64decode(line))).decode()


def _bent_signature(text: str) -> str:
    head, _, encoded = text.rstrip("\n").rpartition(" ")
    blob = bytearray(b64decode(encoded))
    blob[40] ^= 1
    return f"{head} {b64encode(bytes(blob)).decode()}\n"
