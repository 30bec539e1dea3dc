from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from portal.documents import store

NOW = datetime(2026, 7, 1, tzinfo=UTC)
PICTURE = b"RIFF a picture"


def test_a_picture_is_read_by_its_hash() -> None:
    digest = store.put(PICTURE)
    assert digest == sha256(PICTURE).digest()
    assert store.read(digest.hex()) == PICTURE


def test_only_the_owner_may_read_a_picture_and_its_folders() -> None:
    path = store.path_of(store.put(PICTURE).hex())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parents[2].stat().st_mode) == 0o700


def test_a_picture_written_twice_is_one_file() -> None:
    assert store.put(PICTURE) == store.put(PICTURE)
    path = store.path_of(store.put(PICTURE).hex())
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_names_a_picture(name: str) -> None:
    assert store.read(name) is None
    with pytest.raises(ValueError, match="Not the name"):
        store.path_of(name)


def _aged(data: bytes) -> bytes:
    digest = store.put(data)
    old = (NOW - timedelta(days=1)).timestamp()
    os.utime(store.path_of(digest.hex()), (old, old))
    return digest


def test_the_sweep_removes_only_what_is_old_and_nobodys() -> None:
    needed, stray, young = _aged(b"needed"), _aged(b"stray"), store.put(b"young")
    os.utime(store.path_of(young.hex()), (NOW.timestamp(),) * 2)
    assert store.sweep(lambda hashes: {needed} & set(hashes), before=NOW - timedelta(hours=6)) == 1
    assert [store.read(one.hex()) is None for one in (needed, stray, young)] == [False, True, False]


def test_half_a_picture_is_swept() -> None:
    folder = store.path_of(_aged(PICTURE).hex()).parent
    half = folder / ".0123abcd"
    half.write_bytes(b"RI")
    os.utime(half, (0, 0))
    store.sweep(set, before=NOW)
    assert not half.exists()


def test_a_picture_handed_in_again_is_young_again() -> None:
    digest = _aged(PICTURE)
    store.put(PICTURE)
    assert store.sweep(lambda hashes: set(), before=NOW - timedelta(hours=6)) == 0
    assert store.read(digest.hex()) == PICTURE
