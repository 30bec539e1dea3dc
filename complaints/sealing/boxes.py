"""What seals a report: a key of its own, boxes bound to their place, keys sealed to persons (pure).

Everything of one ticket rests under its content key K, name and telephone under K2. A box says by its
associated data which ticket and which piece it is, so that boxes moved about do not open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random

KEY = 32
_STEP = 4096
_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_GROWTH = 1.05


class NotOpenError(Exception):
    """A box does not open: another key, another place, or it was altered."""


@dataclass(frozen=True)
class Pair:
    """An X25519 key pair, 32 bytes each."""

    private: bytes = field(repr=False)
    public: bytes


def new_key() -> bytes:
    """Return 32 random bytes."""
    return random(KEY)


def new_pair() -> Pair:
    """Return a new key pair."""
    private = PrivateKey.generate()
    return Pair(bytes(private), bytes(private.public_key))


def public_of(private: bytes) -> bytes:
    """Return the public half of a private one."""
    return bytes(PrivateKey(private).public_key)


def seal(plain: bytes, key: bytes, place: bytes) -> bytes:
    """Return a box of steps of 4 KiB: nonce, then XChaCha20-Poly1305 with `place` as associated data."""
    nonce = random(_NONCE)
    padded = sodium_pad(plain, _STEP)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(padded, place, nonce, key)


def unseal(box: bytes, key: bytes, place: bytes) -> bytes:
    """Return what is in a box; raise NotOpenError."""
    try:
        padded = crypto_aead_xchacha20poly1305_ietf_decrypt(box[_NONCE:], place, box[:_NONCE], key)
        return sodium_unpad(padded, _STEP)
    except (CryptoError, ValueError, TypeError) as error:
        raise NotOpenError from error


def seal_key(key: bytes, public: bytes, place: bytes) -> bytes:
    """Return a key sealed to one person's public half, with the ticket and part it belongs to inside."""
    return SealedBox(PublicKey(public)).encrypt(key + place)


def unseal_key(box: bytes, private: bytes, place: bytes) -> bytes:
    """Return a key sealed to the owner of `private` for this very place; raise NotOpenError."""
    try:
        plain = SealedBox(PrivateKey(private)).decrypt(box)
    except (CryptoError, ValueError, TypeError) as error:
        raise NotOpenError from error
    if plain[KEY:] != place:
        raise NotOpenError
    return plain[:KEY]


def file_key(key: bytes, file_id: bytes) -> bytes:
    """Return the key of one file of a ticket, so that files of one ticket cannot be exchanged."""
    return blake2b(file_id, key=key, digest_size=KEY, person=b"report-file").digest()


def pad_file(data: bytes) -> bytes:
    """Return a file filled up to the next size of a ladder of 5 % steps from 4 KiB on."""
    target = float(_STEP)
    while target < len(data) + 1:
        target *= _GROWTH
    return data + b"\x80" + bytes(int(target) - len(data) - 1)


def unpad_file(data: bytes) -> bytes:
    """Return a file without its filling; raise NotOpenError where there is none."""
    plain = data.rstrip(b"\x00")
    if not plain.endswith(b"\x80"):
        raise NotOpenError
    return plain[:-1]
