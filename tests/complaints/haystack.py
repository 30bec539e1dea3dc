"""Everything a server leaves behind, searched for words in every spelling a computer gives them."""

from __future__ import annotations

import base64
import gzip
import json
import os
import stat
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connections

_GZIP = b"\x1f\x8b\x08"
_MOST_FILE = 64 << 20


@dataclass(frozen=True)
class Hit:
    """Where something was found, and how it was spelled; never what."""

    where: str
    spelling: str


def spellings(word: str | bytes) -> dict[str, bytes]:
    """Return a word as bytes in every way it could have been written down."""
    plain = word.encode() if isinstance(word, str) else word
    found = {"plain": plain, "hex": plain.hex().encode(), "HEX": plain.hex().upper().encode()}
    found |= {f"base64 at {shift}": _base64(plain, shift) for shift in range(3)}
    found |= {f"base64url at {shift}": base64_url for shift in range(3) if (base64_url := _url(plain, shift))}
    if isinstance(word, str):
        found["utf-16-le"], found["utf-16-be"] = word.encode("utf-16-le"), word.encode("utf-16-be")
        found["json"] = json.dumps(word)[1:-1].encode()
        found["percent"] = quote(word).encode()
        found["gb18030"] = word.encode("gb18030")
    return found


def _base64(plain: bytes, shift: int) -> bytes:
    """Return the part of the base64 that does not depend on what stands before and after."""
    encoded = base64.b64encode(b"\0" * shift + plain)
    return encoded[4 if shift else 0 : (len(plain) + shift) // 3 * 4]


def _url(plain: bytes, shift: int) -> bytes:
    return _base64(plain, shift).translate(bytes.maketrans(b"+/", b"-_"))


def search(places: Iterable[tuple[str, bytes]], words: dict[str, str | bytes]) -> set[Hit]:
    """Return where any of the named words stands, in any spelling, also inside gzip."""
    needles = {
        f"{name}, {how}": spelled for name, word in words.items() for how, spelled in spellings(word).items()
    }
    found = set()
    for where, data in places:
        for layer, content in (("", data), *((" (gzip)", inner) for inner in _inflated(data))):
            found |= {Hit(where + layer, how) for how, needle in needles.items() if needle in content}
    return found


def _inflated(data: bytes) -> Iterator[bytes]:
    at = data.find(_GZIP)
    while at >= 0:
        with suppress(zlib.error):
            yield zlib.decompressobj(31).decompress(data[at : at + _MOST_FILE], _MOST_FILE)
        at = data.find(_GZIP, at + 1)


def everything(since: float) -> Iterator[tuple[str, bytes]]:
    """Yield tables, write-ahead log, server logs, broker, data folders, and new temporary files."""
    yield from tables()
    yield from broker()
    yield from files(Path(settings.DATA_DIR), since=since)
    yield from files(Path(settings.REPORTS_DIR), since=0)
    yield from files(Path(settings.INCOMING_DIR), since=0)
    yield from files(Path(tempfile.gettempdir()), since=since, skip="portal-test-")


def tables() -> Iterator[tuple[str, bytes]]:
    """Yield every table as its rows are, columns the application may not read included."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        names = [name for (name,) in cursor.fetchall()]
        for name in names:
            with cursor.copy(f"COPY {name} TO STDOUT (FORMAT binary)") as copied:
                yield f"table {name}", b"".join(bytes(part) for part in copied)
        cursor.execute("SELECT coalesce(string_agg(query, ' '), '') FROM pg_stat_activity")
        yield "statements", cursor.fetchone()[0].encode()


def broker() -> Iterator[tuple[str, bytes]]:
    """Yield what stands in the broker."""
    url = settings.REDIS_URL.replace("redis+socket://", "unix://")
    client: Any = redis.Redis.from_url(url)  # its answers may be text, as far as its types know
    for key in client.scan_iter():
        read = {
            b"string": client.get,
            b"list": lambda one: b"\n".join(client.lrange(one, 0, -1)),
            b"set": lambda one: b"\n".join(client.smembers(one)),
            b"hash": lambda one: b"\n".join(part for pair in client.hgetall(one).items() for part in pair),
            b"zset": lambda one: b"\n".join(client.zrange(one, 0, -1)),
        }[client.type(key)]
        yield f"broker {key!r}", key + b"\n" + (read(key) or b"")
    client.close()


def files(folder: Path, *, since: float, skip: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the files below a folder that were written since a moment; a database's own too.

    `skip`: beginning of the names of folders that belong to other runs.
    """
    for parent, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if not (skip and one.startswith(skip))]
        for name in names:
            path = Path(parent) / name
            try:
                told = path.lstat()
                if not stat.S_ISREG(told.st_mode) or told.st_mtime < since:
                    continue
                yield str(path), path.read_bytes()
            except OSError:  # Somebody else's, or gone meanwhile.
                continue


def compressed(data: bytes) -> bytes:
    """Return data as a log rotation would leave it."""
    return gzip.compress(data)
