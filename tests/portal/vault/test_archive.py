from __future__ import annotations

from pathlib import Path

import pytest

from portal.vault.archive import new_private_key, open_from_archive, public_half, seal_for_archive
from portal.vault.files import key_problems, make_missing_keys
from portal.vault.sealed import DamagedFileError

PRIVATE = new_private_key()
MARK = b"110101199003070038"


@pytest.fixture
def archived(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "file"
    seal_for_archive([MARK * 10_000, MARK], path, public_half(PRIVATE))
    return path


def test_the_private_half_opens_what_the_public_half_sealed(archived: Path) -> None:
    assert b"".join(open_from_archive(archived, PRIVATE)) == MARK * 10_001
    assert MARK not in archived.read_bytes()


def test_another_private_half_opens_nothing(archived: Path) -> None:
    with pytest.raises(DamagedFileError):
        list(open_from_archive(archived, new_private_key()))


@pytest.mark.parametrize("length", [0, 40, 80, 100, -1])
def test_a_cut_original_does_not_pass_for_a_whole_one(archived: Path, length: int) -> None:
    archived.write_bytes(archived.read_bytes()[:length])
    with pytest.raises(DamagedFileError):
        list(open_from_archive(archived, PRIVATE))


def test_a_private_half_that_was_moved_away_is_not_made_again(tmp_path: Path) -> None:
    assert "archive" in make_missing_keys(tmp_path)
    (tmp_path / "archive.key").unlink()
    assert make_missing_keys(tmp_path) == []
    assert key_problems(tmp_path) == []


def test_a_lost_public_half_is_made_from_the_private_one(tmp_path: Path) -> None:
    make_missing_keys(tmp_path)
    before = (tmp_path / "archive.pub").read_text()
    (tmp_path / "archive.pub").unlink()
    assert make_missing_keys(tmp_path) == ["archive"]
    assert (tmp_path / "archive.pub").read_text() == before
