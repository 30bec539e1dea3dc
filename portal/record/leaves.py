"""Row leaves: a commitment to a row in three groups, hidden by a seed that stays beside the row.

`what` holds amounts, dates, programme, place and codes; `who` the personal fields as the public sees
them and every free text; `kept` what is held back from the public (keyed digests, the unmasked name).
Whoever has a group's salt can test a guess of its values; whoever has only the leaf cannot.
Formats: RFC 8785 (JSON canonicalization) with every value a string, SHA-256.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson

Values = Mapping[str, str]
SEED_BYTES = 16
_CANONICAL = orjson.OPT_SORT_KEYS


def canonical(values: Values) -> bytes:
    """Return RFC 8785 bytes of a mapping of ASCII keys to strings.

    orjson's sorted output equals RFC 8785 for exactly this shape; tests judge it by `rfc8785`.
    """
    return orjson.dumps(values, option=_CANONICAL)


def text(value: str) -> str:
    """Return text in the normal form that is committed to (NFC)."""
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def salt(seed: bytes, group: str) -> bytes:
    """Return the 16-byte salt of a group."""
    return sha256(seed + group.encode()).digest()[:16]


def group_digest(group_salt: bytes, values: Values) -> str:
    """Return the hex digest of a group's values under its salt."""
    return sha256(group_salt + canonical(values)).hexdigest()


@dataclass(frozen=True, slots=True)
class RowName:
    """What a leaf says in clear: the kind, the row's id and its version."""

    kind: str
    row_id: str
    version: int


def row_leaf(name: RowName, seed: bytes, *, what: Values, who: Values, kept: Values) -> tuple[bytes, bytes]:
    """Return a row's leaf (canonical JSON) and its RFC 6962 leaf hash (32 bytes)."""
    digests = {
        "kept": group_digest(salt(seed, "kept"), kept),
        "what": group_digest(salt(seed, "what"), what),
        "who": group_digest(salt(seed, "who"), who),
    }
    return leaf_of(name, digests)


def leaf_of(name: RowName, digests: Values) -> tuple[bytes, bytes]:
    """Return leaf and leaf hash from the three group digests (what a verifier of an opening has)."""
    version = str(name.version)
    committed = orjson.dumps(
        {"d": dict(digests), "id": name.row_id, "kind": name.kind, "ver": version},
        option=_CANONICAL,
    )
    leaf = canonical(
        {
            "c": sha256(committed).hexdigest(),
            "id": name.row_id,
            "kind": name.kind,
            "v": "1",
            "ver": version,
        }
    )
    return leaf, sha256(b"\x00" + leaf).digest()
