"""Originals sealed for an offline archive: whoever runs the site can put them in, and cannot read them.

Format: a SealedBox (X25519, 80 bytes) that holds a fresh key, then the file under that key as in `sealed.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random

from portal.vault.sealed import DamagedFileError, Sealer, fresh_file, unseal_stream

_KEY = 32
_BOXED = _KEY + 48


def new_private_key() -> bytes:
    """Return a new private half, 32 bytes."""
    return bytes(PrivateKey.generate())


def public_half(private: bytes) -> bytes:
    """Return the public half that belongs to a private one, 32 bytes."""
    return bytes(PrivateKey(private).public_key)


def seal_for_archive(chunks: Iterable[bytes], path: Path, public: bytes) -> None:
    """Write chunks to a new file that only the holder of the private half can open."""
    key = random(_KEY)
    with fresh_file(path) as stream:
        stream.write(SealedBox(PublicKey(public)).encrypt(key))
        sealer = Sealer(stream, key)
        for chunk in chunks:
            sealer.write(chunk)
        sealer.finish()


def open_from_archive(path: Path, private: bytes) -> Iterator[bytes]:
    """Yield the plain chunks of an archived file.

    Raises:
        DamagedFileError: the file was cut or altered, or the key is another.
    """
    with path.open("rb") as stream:
        try:
            key = SealedBox(PrivateKey(private)).decrypt(stream.read(_BOXED))
        except (CryptoError, ValueError) as error:
            raise DamagedFileError(f"archived file {path.name} does not open") from error
        yield from unseal_stream(stream, key, path.name)
