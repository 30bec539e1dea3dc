"""Keyed digests: what the database holds in place of a citizen's id or account number (pure)."""

from __future__ import annotations

import hmac

DIGEST_BYTES = 16
# Counts up with every new matching key, so that digests of different keys are never compared.
KEY_NO = 1


def identity_digest(number: str, key: bytes) -> bytes:
    """Return 16 bytes of HMAC-SHA256 over an identity or credit number, in its own domain."""
    return hmac.digest(key, b"identity\x00" + number.encode(), "sha256")[:DIGEST_BYTES]


def account_digest(number: str, key: bytes) -> bytes:
    """Return 16 bytes of HMAC-SHA256 over an account number, in its own domain."""
    return hmac.digest(key, b"account\x00" + number.encode(), "sha256")[:DIGEST_BYTES]
