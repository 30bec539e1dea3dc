"""The project's own judge of the log: checks what anybody can download (pure).

Written from RFC 9162 §2.1.3.2 and §2.1.4.2 and the C2SP texts; imports nothing of what writes the log,
so that one mistake cannot stand on both sides.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

_EMPTY = hashlib.sha256(b"").digest()
_HASH = 32
_CHECKPOINT_LINES = 3


class RefusedError(Exception):
    """Something does not hold; the text says what."""


@dataclass(frozen=True)
class Head:
    """A tree head that a trusted key signed."""

    origin: str
    size: int
    root: bytes
    text: str
    cosigned: Mapping[str, int]  # witness name -> Unix seconds


def entry_hash(entry: bytes) -> bytes:
    """Return the leaf hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def join(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def entry_of(entry: bytes) -> dict[str, str] | None:
    """Return what an entry says; None unless it is a flat canonical object of texts."""
    try:
        told = json.loads(entry)
    except ValueError:
        return None
    is_flat = isinstance(told, dict) and all(isinstance(value, str) for value in told.values())
    return told if is_flat and _canonical(told) == entry else None


def open_checkpoint(note: str, keys: Sequence[str], *, witnesses: Sequence[str] = ()) -> Head:
    """Return the head of a signed note; at least one of the log's keys must have signed it.

    A line under a known key that does not verify refuses the whole note; unknown keys are passed over.

    Raises:
        RefusedError: not a checkpoint, another origin, no known signature, a wrong one.
    """
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise RefusedError("not a signed note")
    text += "\n"
    head = read_head(text)
    known = dict(_key(line) for line in keys)
    watching = dict(_key(line) for line in witnesses)
    signed = False
    cosigned = {}
    for line in tail[:-1].split("\n"):
        name, ident, blob = _signature(line)
        if (name, ident) in known:
            if name != head.origin:
                raise RefusedError("signed for another origin")
            _check(known[name, ident], text.encode(), blob)
            signed = True
        elif (name, ident) in watching:
            cosigned[name] = _cosigned(watching[name, ident], text, blob)
    if not signed:
        raise RefusedError("no signature by a known key")
    return Head(head.origin, head.size, head.root, text, cosigned)


def read_head(text: str) -> Head:
    """Return the head that a checkpoint's text states, signed or not; raise RefusedError for other text."""
    lines = text.split("\n")
    if len(lines) != _CHECKPOINT_LINES + 1 or not lines[0]:
        raise RefusedError("not a checkpoint without extensions")
    size = _number(lines[1])
    return Head(lines[0], size, _hash(lines[2]), text, {})


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or str(int(text)) != text:
        raise RefusedError("not a decimal number")
    return int(text)


def _decoded(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError("not base64") from None
    if base64.b64encode(found).decode() != text:
        raise RefusedError("not canonical base64")
    return found


def _hash(text: str) -> bytes:
    found = _decoded(text)
    if len(found) != _HASH:
        raise RefusedError("not a hash")
    return found


def _key(line: str) -> tuple[tuple[str, bytes], bytes]:
    """Return ((name, key id), public key) of a vkey line."""
    try:
        name, ident, encoded = line.split("+", 2)
    except ValueError:
        raise RefusedError("not a vkey") from None
    raw = _decoded(encoded)
    expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 1 + _HASH or raw[0] not in {1, 4} or expected.hex() != ident:
        raise RefusedError("damaged vkey")
    return (name, expected), raw[1:]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.rpartition(" ")
    if dash != "—" or not name:
        raise RefusedError("not a signature line")
    blob = _decoded(encoded)
    return name, blob[:4], blob[4:]


def _check(public: bytes, message: bytes, signature: bytes) -> None:
    try:
        VerifyKey(public).verify(message, signature)
    except (BadSignatureError, ValueError):
        raise RefusedError("wrong signature") from None


def _cosigned(public: bytes, text: str, blob: bytes) -> int:
    at = int.from_bytes(blob[:8], "big")
    _check(public, f"cosignature/v1\ntime {at}\n{text}".encode(), blob[8:])
    return at


def check_inclusion(leaf: bytes, index: int, head: Head, path: Sequence[bytes]) -> None:
    """Raise RefusedError unless the path leads from a leaf hash at an index to a head's root."""
    check_path(leaf, index, head.size, path, head.root)


def check_path(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise RefusedError unless the path leads to the root of a tree of a size (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise RefusedError("no such leaf in a tree of this size")
    here, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise RefusedError("the path is too long")
        if here % 2 or here == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while here % 2 == 0 and here:
                here //= 2
                last //= 2
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        here //= 2
        last //= 2
    if last or node != root:
        raise RefusedError("the path does not lead to the root")


def check_consistency(old: Head, new: Head, proof: Sequence[bytes]) -> None:
    """Raise RefusedError unless a proof shows that the newer tree begins with the older one."""
    if old.origin != new.origin:
        raise RefusedError("two different logs")
    check_growth(old.size, old.root, new.size, new.root, proof)


def check_growth(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise RefusedError unless a tree of one root grew into a tree of another (RFC 9162 §2.1.4.2)."""
    if old_size > new_size:
        raise RefusedError("the older tree is the larger one")
    if old_size in {0, new_size}:
        _check_same(old_size, old_root, new_size, new_root, proof)
    elif _roots(old_size, new_size, old_root, proof) != (old_root, new_root):
        raise RefusedError("the newer tree does not begin with the older one")


def _check_same(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    expected = new_root if old_size == new_size else _EMPTY
    if proof or old_root != expected or (new_size == 0 and new_root != _EMPTY):
        raise RefusedError("two different trees of one size")


def _roots(old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of the older and the newer tree that a proof leads to."""
    nodes = list(proof)
    if old_size & (old_size - 1) == 0:
        nodes.insert(0, old_root)
    if not nodes:
        raise RefusedError("the proof is empty")
    here, last = old_size - 1, new_size - 1
    while here % 2:
        here //= 2
        last //= 2
    left = right = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise RefusedError("the proof is too long")
        if here % 2 or here == last:
            left = hashlib.sha256(b"\x01" + node + left).digest()
            right = hashlib.sha256(b"\x01" + node + right).digest()
            while here % 2 == 0 and here:
                here //= 2
                last //= 2
        else:
            right = hashlib.sha256(b"\x01" + right + node).digest()
        here //= 2
        last //= 2
    if last:
        raise RefusedError("the proof is too short")
    return left, right


def read_hashes(text: str) -> list[bytes]:
    """Return hashes that stand one a line, in base64; raise RefusedError for anything else."""
    if text and not text.endswith("\n"):
        raise RefusedError("not hashes")
    return [_hash(line) for line in text.split("\n")[:-1]]


@dataclass(frozen=True)
class Proof:
    """A tlog-proof read back: the index, the path, the signed note."""

    index: int
    path: list[bytes]
    note: str


def read_proof(text: str) -> Proof:
    """Return the parts of a tlog-proof; raise RefusedError for anything else."""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1:]:
        raise RefusedError("not a tlog-proof")
    word, _, number = lines[1].partition(" ")
    if word != "index":
        raise RefusedError("not a tlog-proof")
    return Proof(_number(number), [_hash(line) for line in lines[2:]], note)


def root_over(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes as RFC 6962 §2.1 defines it."""
    if not leaf_hashes:
        return _EMPTY
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    half = 1
    while half * 2 < len(leaf_hashes):
        half *= 2
    return hashlib.sha256(b"\x01" + root_over(leaf_hashes[:half]) + root_over(leaf_hashes[half:])).digest()


def opened_leaf(opening: Mapping[str, object]) -> bytes:
    """Return the leaf hash that an opening's values and salts give; raise RefusedError where they do not fit.

    `opening` has kind, id, version, `values` and `salts` of the groups shown, `digests` of the others.
    """
    digests = dict(_mapping(opening, "digests"))
    salts = _mapping(opening, "salts")
    for group, values in _mapping(opening, "values").items():
        told = _canonical(values)
        digests[group] = hashlib.sha256(bytes.fromhex(str(salts[group])) + told).hexdigest()
    if set(digests) != {"kept", "what", "who"}:
        raise RefusedError("a group is missing")
    kind, row, version = (str(opening[name]) for name in ("kind", "id", "version"))
    inner = _canonical({"d": digests, "id": row, "kind": kind, "ver": version})
    committed = hashlib.sha256(inner).hexdigest()
    leaf = _canonical({"c": committed, "id": row, "kind": kind, "v": "1", "ver": version})
    return entry_hash(leaf)


def _mapping(opening: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = opening.get(name)
    if not isinstance(found, Mapping):
        raise RefusedError(f"{name} is missing")
    return found


def _canonical(value: object) -> bytes:
    """Return RFC 8785 bytes of nested mappings of ASCII keys to strings."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
