"""Sealed files: what a clerk hands in rests encrypted until it is published or discarded.

Format: 24-byte header of libsodium's secretstream, then chunks of 64 KiB + 17 bytes; the last chunk
carries the final tag, so that a file cut at a chunk border does not pass for a whole one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError

_CHUNK = 64 * 1024
_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class DamagedFileError(Exception):
    """A sealed file was cut, altered, or sealed under another key."""


class Sealer:
    """Seals what is pushed to it into an open stream; what was never finished does not open."""

    def __init__(self, stream: BinaryIO, key: bytes) -> None:
        """Write the header."""
        self._stream = stream
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        self._held = bytearray()
        stream.write(bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key))

    def write(self, chunk: bytes) -> None:
        """Seal more; the last chunk is kept back, because it alone carries the final tag."""
        self._held += chunk
        while len(self._held) > _CHUNK:
            self._push(bytes(self._held[:_CHUNK]), _MESSAGE)
            del self._held[:_CHUNK]

    def finish(self) -> None:
        """Seal the last chunk."""
        self._push(bytes(self._held), _FINAL)

    def _push(self, part: bytes, tag: int) -> None:
        push = bindings.crypto_secretstream_xchacha20poly1305_push
        self._stream.write(push(self._state, part, None, tag))


def seal(chunks: Iterable[bytes], path: Path, key: bytes) -> int:
    """Write chunks sealed to a new file readable by its owner only; return the plain size in bytes."""
    size = 0
    with fresh_file(path) as stream:
        sealer = Sealer(stream, key)
        for chunk in chunks:
            size += len(chunk)
            sealer.write(chunk)
        sealer.finish()
    return size


def fresh_file(path: Path) -> BinaryIO:
    """Open a file that did not exist, readable by its owner only, in a folder closed to others."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=False)
    return path.open("wb")


def unseal(path: Path, key: bytes) -> Iterator[bytes]:
    """Yield the plain chunks of a sealed file.

    Raises:
        DamagedFileError: the file was cut or altered, or the key is another.
    """
    with path.open("rb") as stream:
        yield from unseal_stream(stream, key, path.name)


def unseal_stream(stream: BinaryIO, key: bytes, name: str) -> Iterator[bytes]:
    """Yield the plain chunks of what is sealed from here to the end of an open stream; see `unseal`."""
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    try:
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, stream.read(_HEADER), key)
        tag = _MESSAGE
        while sealed := stream.read(_CHUNK + _OVERHEAD):
            plain, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed)
            yield plain
    except (CryptoError, RuntimeError, ValueError) as error:
        raise DamagedFileError(f"sealed file {name} does not open") from error
    if tag != _FINAL:
        raise DamagedFileError(f"sealed file {name} was cut")
