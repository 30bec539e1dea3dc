"""C2SP signed-note and tlog-checkpoint: keys, signatures, the text of a tree head (pure)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from nacl.signing import SigningKey

ED25519 = 1
COSIGNATURE = 4
_PRIVATE = "PRIVATE+KEY+"
_SEED_BYTES = 32


class KeyTextError(ValueError):
    """A key file does not hold a signing key; the message never repeats it."""


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the four bytes by which a signature line names its key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey(name: str, kind: int, public: bytes) -> str:
    """Return a public key as one line of text: name+id+key."""
    return f"{name}+{key_id(name, kind, public).hex()}+{b64encode(bytes([kind]) + public).decode()}"


@dataclass(frozen=True)
class Signer:
    """A named Ed25519 key; as a log's key it signs notes, as a witness's it cosigns them."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def public(self) -> bytes:
        """The public key (32 bytes)."""
        return bytes(SigningKey(self.seed).verify_key)

    @property
    def vkey(self) -> str:
        """The public key of a log, as a line of text."""
        return vkey(self.name, ED25519, self.public)

    @property
    def witness_vkey(self) -> str:
        """The public key of a witness, as a line of text."""
        return vkey(self.name, COSIGNATURE, self.public)

    def line(self, text: str) -> str:
        """Return the signature line over a note's text (which ends in a newline)."""
        signature = SigningKey(self.seed).sign(text.encode()).signature
        return signature_line(self.name, key_id(self.name, ED25519, self.public) + signature)

    def cosign(self, text: str, at: int) -> str:
        """Return the cosignature/v1 line of a witness over a checkpoint's text, at a time in Unix seconds."""
        message = f"cosignature/v1\ntime {at}\n{text}".encode()
        signature = SigningKey(self.seed).sign(message).signature
        blob = key_id(self.name, COSIGNATURE, self.public) + at.to_bytes(8, "big") + signature
        return signature_line(self.name, blob)

    def to_text(self) -> str:
        """Return the private key as signed-note writes it; for the key file only."""
        ident = key_id(self.name, ED25519, self.public).hex()
        return f"{_PRIVATE}{self.name}+{ident}+{b64encode(bytes([ED25519]) + self.seed).decode()}"

    @classmethod
    def from_text(cls, text: str) -> Signer:
        """Read what `to_text` wrote.

        Raises:
            KeyTextError: it is something else, or was damaged.
        """
        try:
            name, ident, encoded = text.strip().removeprefix(_PRIVATE).split("+", 2)
            raw = b64decode(encoded, validate=True)
        except ValueError as error:
            raise KeyTextError("not a signing key") from error
        signer = cls(name, raw[1:])
        is_whole = len(raw) == 1 + _SEED_BYTES and raw[0] == ED25519 and text.startswith(_PRIVATE)
        if not is_whole or ident != key_id(name, ED25519, signer.public).hex():
            raise KeyTextError("damaged signing key")
        return signer


def signature_line(name: str, blob: bytes) -> str:
    """Return one signature line with its newline."""
    return f"— {name} {b64encode(blob).decode()}\n"


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Return the text of a checkpoint without its signatures."""
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n"


def note(text: str, lines: list[str]) -> str:
    """Return a text with its signature lines as a signed note."""
    return f"{text}\n{''.join(lines)}"


def proof_text(index: int, path: list[bytes], signed_note: str) -> str:
    """Return a C2SP tlog-proof of one entry (`.tlog-proof`)."""
    lines = "".join(f"{b64encode(node).decode()}\n" for node in path)
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{lines}\n{signed_note}"
