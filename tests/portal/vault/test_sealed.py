from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.vault.sealed import DamagedFileError, seal, unseal

KEY = bytes(range(32))
CHUNK = 64 * 1024
SEALED_CHUNK = CHUNK + 17
MARK = b"110101199003070038"


def _open(path: Path, key: bytes = KEY) -> bytes:
    return b"".join(unseal(path, key))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.integers(0, 3 * CHUNK).map(bytes), max_size=4))
def test_what_was_sealed_comes_back_however_it_arrived(tmp_path: Path, chunks: list[bytes]) -> None:
    path = tmp_path / "file"
    path.unlink(missing_ok=True)
    assert seal(chunks, path, KEY) == sum(map(len, chunks))
    assert _open(path) == b"".join(chunks)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "file"
    seal([MARK * 10_000], path, KEY)
    return path


def test_nothing_of_the_content_stands_on_disk(sealed: Path) -> None:
    assert MARK not in sealed.read_bytes()


def test_only_the_owner_may_read_the_file_and_its_folder(sealed: Path) -> None:
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert stat.S_IMODE(sealed.parent.stat().st_mode) == 0o700


def test_an_existing_file_is_never_overwritten(sealed: Path) -> None:
    with pytest.raises(FileExistsError):
        seal([b"other"], sealed, KEY)


@pytest.mark.parametrize("length", [0, 10, 24, 24 + SEALED_CHUNK, 24 + SEALED_CHUNK + 5, -1])
def test_a_cut_file_does_not_pass_for_a_whole_one(sealed: Path, length: int) -> None:
    sealed.write_bytes(sealed.read_bytes()[:length])
    with pytest.raises(DamagedFileError):
        _open(sealed)


@pytest.mark.parametrize("index", [3, 30, 24 + SEALED_CHUNK + 3, -1])
def test_a_changed_byte_is_noticed(sealed: Path, index: int) -> None:
    content = bytearray(sealed.read_bytes())
    content[index] ^= 1
    sealed.write_bytes(content)
    with pytest.raises(DamagedFileError):
        _open(sealed)


def test_appended_bytes_are_noticed(sealed: Path) -> None:
    sealed.write_bytes(sealed.read_bytes() + b"more")
    with pytest.raises(DamagedFileError):
        _open(sealed)


def test_another_key_opens_nothing(sealed: Path) -> None:
    with pytest.raises(DamagedFileError):
        _open(sealed, bytes(32))
