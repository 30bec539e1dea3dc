"""The 查询码: 18 digits and two check digits, the only key to a report (pure).

The digits follow from the form's nonce and what was written, so that a form sent twice shows the same code
although only a slow hash of it is stored. Check digits: ISO 7064 MOD 97-10.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256

from nacl.pwhash import argon2id

_DIGITS = 18
_OPS, _MEMORY = 2, 64 * 1024**2
_SHAPE = re.compile(r"[0-9]{20}")
_BETWEEN = re.compile(r"[\s\-－—·.,，、]+")


@dataclass(frozen=True)
class Unlocking:
    """What a code gives: where its report is found, and what opens the reporter's key; 32 bytes each."""

    lookup: bytes = field(repr=False)
    wrap: bytes = field(repr=False)


def code_of(secret: bytes, nonce: bytes, body: bytes) -> str:
    """Return the 20 digits for a form's nonce and the hash of what was sent with it."""
    digest = hmac.digest(secret, b"code\x00" + nonce + sha256(body).digest(), "sha256")
    number = int.from_bytes(digest, "big") % 10**_DIGITS
    return f"{number:0{_DIGITS}d}{check_digits(number):02d}"


def check_digits(number: int) -> int:
    """Return the check number of ISO 7064 MOD 97-10."""
    return 98 - number * 100 % 97


def read(written: str) -> str | None:
    """Return 20 right digits as somebody wrote them (spaces, dashes, full-width digits), or None."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", written))
    if not _SHAPE.fullmatch(digits) or int(digits) % 97 != 1:
        return None
    return digits


def fault(written: str) -> str:
    """Return what is wrong with digits that `read` did not accept, for whoever copied them."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", written))
    if odd := re.sub(r"[0-9]", "", digits):
        return f"里面有“{odd[0]}”，不是数字，请对着单子改"
    length = _DIGITS + 2
    if len(digits) != length:
        return f"您写了 {len(digits)} 个数字，要 {length} 个"
    return "有数字抄错了，请对着单子再看一遍"


def unlocking(code: str, pepper: bytes) -> Unlocking:
    """Return what a code gives: one Argon2id (64 MiB, 2 passes), then two keyed hashes."""
    salt = hmac.digest(pepper, b"receipt-salt", "sha256")[: argon2id.SALTBYTES]
    slow = argon2id.kdf(32, code.encode(), salt, opslimit=_OPS, memlimit=_MEMORY)
    return Unlocking(
        lookup=hmac.digest(pepper, b"receipt-lookup\x00" + slow, "sha256"),
        wrap=hmac.digest(pepper, b"receipt-wrap\x00" + slow, "sha256"),
    )


def groups(code: str) -> list[str]:
    """Return the five groups of four digits."""
    return [code[at : at + 4] for at in range(0, len(code), 4)]
