"""What may stand in an effect: numbers, uuids and words of the code; never anything a person wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from uuid import UUID

# The database holds the same three patterns (models.py).
TOPIC = r"^[a-z][a-z0-9_.]{0,39}$"
KEY = r"^[a-z0-9][a-z0-9:._-]{0,199}$"
PRINTABLE = r"^[ -~]{2,255}[ -~]{0,255}$"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORD = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
# As long as a telephone or an identity number; no id of a table of ours gets there.
_LONG_NUMBER = re.compile(r"[0-9]{11}")
_MOST = 10**10
_LONGEST = 400

Ref = Mapping[str, int | str]


class NotAnIdentifierError(ValueError):
    """Something else than an id was about to be written down; the text names the place, not the value."""


def checked_topic(topic: str) -> str:
    """Return a topic; raise NotAnIdentifierError unless it is a word of the code."""
    if not re.fullmatch(TOPIC, topic, re.ASCII):
        raise NotAnIdentifierError("A topic is a short lower-case word.")
    return topic


def checked_key(key: str) -> str:
    """Return a key; raise NotAnIdentifierError for other signs than those of ids, or a long number."""
    if not re.fullmatch(KEY, key, re.ASCII):
        raise NotAnIdentifierError("A key is made of lower-case words and ids, joined by colons.")
    if _LONG_NUMBER.search(_UUID.sub("", key)):
        raise NotAnIdentifierError("A key holds no number as long as a telephone or identity number.")
    return key


def checked_ref(ref: Mapping[str, int | str | UUID] | None) -> dict[str, int | str]:
    """Return what may be stored of a ref, uuids as text; raise NotAnIdentifierError for anything but ids."""
    found: dict[str, int | str] = {}
    for name, value in (ref or {}).items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise NotAnIdentifierError("A ref names its values by short lower-case words.")
        found[name] = _checked_value(name, value)
    if len(json.dumps(found)) > _LONGEST:
        raise NotAnIdentifierError("A ref is a few ids, not a record.")
    return found


def _checked_value(name: str, value: object) -> int | str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST:
        return value
    if isinstance(value, str) and (_UUID.fullmatch(value) or _is_word(value)):
        return str(value)
    raise NotAnIdentifierError(f"`{name}` of a ref is neither an id nor a short word of the code.")


def _is_word(value: str) -> bool:
    return bool(_WORD.fullmatch(value)) and not _LONG_NUMBER.search(value)
