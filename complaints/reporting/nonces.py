"""The number of a form: signed and dated, it stands in for a cookie and makes a second press harmless."""

from __future__ import annotations

import base64
import binascii
import secrets
from datetime import timedelta

from django.core import signing

_SALT = "complaints.form"
_LENGTH = 16
LIFETIME = timedelta(days=7)


def fresh() -> str:
    """Return the signed number of a new form."""
    raw = base64.urlsafe_b64encode(secrets.token_bytes(_LENGTH)).decode()
    return signing.TimestampSigner(salt=_SALT).sign(raw)


def read(signed: str) -> bytes | None:
    """Return the 16 bytes of a form of ours that is not older than seven days; None for anything else."""
    try:
        raw = signing.TimestampSigner(salt=_SALT).unsign(signed, max_age=LIFETIME)
        number = base64.urlsafe_b64decode(raw)
    except (signing.BadSignature, binascii.Error, ValueError):
        return None
    return number if len(number) == _LENGTH else None
