"""Check characters of identity numbers (GB 11643-1999) and of credit codes (GB 32100-2015)."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from operator import mul

_IDENTITY = re.compile(r"[1-9][0-9]{16}[0-9X]")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {sign: value for value, sign in enumerate(_CREDIT_SIGNS)}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_EARLIEST_BIRTH = date(1880, 1, 1)


def is_identity_form(text: str) -> bool:
    """Say whether `text` has the 18 characters of an identity number, upper case."""
    return _IDENTITY.fullmatch(text) is not None


def identity_check(text: str) -> str:
    """Return the check character that belongs to the first 17 digits of `text`."""
    total = _weighed(text[:6], 0) + _weighed(text[6:14], 6) + _weighed(text[14:17], 14)
    return _IDENTITY_CHECKS[total % 11]


# Areas, birthdays and numbers of a day repeat, so a file of a million persons needs few sums.
@lru_cache(maxsize=65536)
def _weighed(digits: str, place: int) -> int:
    """Return the weighted sum of `digits`, of which the first stands at `place`."""
    return sum(map(mul, _IDENTITY_WEIGHTS[place:], map(int, digits)))


@lru_cache(maxsize=65536)
def birth_date(digits: str) -> date | None:
    """Return the date that eight digits name; None for a day that never was."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born if born >= _EARLIEST_BIRTH else None


def is_credit_form(text: str) -> bool:
    """Say whether `text` has 18 characters of the credit code's alphabet (no I, O, S, V, Z)."""
    return _CREDIT.fullmatch(text) is not None


def credit_check(text: str) -> str:
    """Return the check character that belongs to the first 17 characters of `text`."""
    total = sum(map(mul, _CREDIT_WEIGHTS, (_CREDIT_VALUES[sign] for sign in text[:17])))
    return _CREDIT_SIGNS[-total % 31]
