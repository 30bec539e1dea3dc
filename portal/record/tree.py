"""RFC 6962 Merkle trees over leaf hashes (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the RFC 6962 §2.1 tree hash over leaf hashes (32 bytes each) in order.

    Holds one hash per level, so a million rows need no memory.
    """
    stack: list[tuple[int, bytes]] = []
    for leaf_hash in leaf_hashes:
        level, node = 0, leaf_hash
        while stack and stack[-1][0] == level:
            node = sha256(b"\x01" + stack.pop()[1] + node).digest()
            level += 1
        stack.append((level, node))
    if not stack:
        return EMPTY_ROOT
    root = stack.pop()[1]
    while stack:
        root = sha256(b"\x01" + stack.pop()[1] + root).digest()
    return root
