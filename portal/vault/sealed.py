"""Sealed files: what a clerk hands in rests encrypted until it is published or discarded.

Format: 24-byte header of libsodium's secretstream, then chunks of 64 KiB + 17 bytes; the last chunk
carries the final tag, so that a file cut at a chunk border does not pass for a whole one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from nacl import bindings
from nacl.exceptions import CryptoError

_CHUNK = 64 * 1024
_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class DamagedFileError(Exception):
    """A sealed file was cut, altered, or sealed under another key."""


def seal(chunks: Iterable[bytes], path: Path, key: bytes) -> int:
    """Write chunks sealed to a new file readable by its owner only; return the plain size in bytes."""
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    size = 0
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb") as stream:
        stream.write(bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key))
        held = bytearray()
        for chunk in chunks:
            size += len(chunk)
            held += chunk
            while len(held) > _CHUNK:
                stream.write(_push(state, bytes(held[:_CHUNK]), _MESSAGE))
                del held[:_CHUNK]
        stream.write(_push(state, bytes(held), _FINAL))
    return size


def _push(state: bindings.crypto_secretstream_xchacha20poly1305_state, part: bytes, tag: int) -> bytes:
    return bindings.crypto_secretstream_xchacha20poly1305_push(state, part, None, tag)


def unseal(path: Path, key: bytes) -> Iterator[bytes]:
    """Yield the plain chunks of a sealed file.

    Raises:
        DamagedFileError: the file was cut or altered, or the key is another.
    """
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    with path.open("rb") as stream:
        try:
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, stream.read(_HEADER), key)
            tag = _MESSAGE
            while sealed := stream.read(_CHUNK + _OVERHEAD):
                plain, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed)
                yield plain
        except (CryptoError, RuntimeError, ValueError) as error:
            raise DamagedFileError(f"sealed file {path.name} does not open") from error
    if tag != _FINAL:
        raise DamagedFileError(f"sealed file {path.name} was cut")
