"""An officer's private key under a passphrase: Argon2id, apart from the password that signs in (pure)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from complaints.sealing.boxes import KEY, NotOpenError

_OPS = 3


@dataclass(frozen=True)
class Opened:
    """What a passphrase opens: the private half (32 bytes) and the secret of the second factor."""

    private: bytes = field(repr=False)
    totp: str = field(repr=False)


def wrap(opened: Opened, passphrase: str, *, memory: int) -> tuple[bytes, bytes]:
    """Return salt and box; `memory` in bytes (256 MiB outside tests) is part of what opens it again."""
    salt = random(argon2id.SALTBYTES)
    plain = sodium_pad(opened.private + opened.totp.encode("ascii"), 128)
    return salt, bytes(SecretBox(_key(passphrase, salt, memory)).encrypt(plain))


def unwrap(box: bytes, salt: bytes, passphrase: str, *, memory: int) -> Opened:
    """Return what was wrapped; raise NotOpenError for a wrong passphrase."""
    try:
        plain = sodium_unpad(SecretBox(_key(passphrase, salt, memory)).decrypt(box), 128)
    except CryptoError as error:
        raise NotOpenError from error
    return Opened(plain[:KEY], plain[KEY:].decode("ascii"))


def _key(passphrase: str, salt: bytes, memory: int) -> bytes:
    # One keyboard writes a letter in one piece, another in two, a third at full width.
    typed = unicodedata.normalize("NFKC", passphrase).encode()
    return argon2id.kdf(KEY, typed, salt, opslimit=_OPS, memlimit=memory)
