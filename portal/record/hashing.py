"""RFC 6962 §2.1 hashes (pure)."""

from __future__ import annotations

from hashlib import sha256

HASH_BYTES = 32


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a log entry (32 bytes)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node from its two children (32 bytes)."""
    return sha256(b"\x01" + left + right).digest()
