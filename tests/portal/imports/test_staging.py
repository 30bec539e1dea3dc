from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.imports import staging
from portal.vault.sealed import DamagedFileError

MARK = b"110101199003070038"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.STAGING_DIR = tmp_path / "staging"
    return tmp_path / "staging"


def test_a_file_comes_back_as_it_was_and_is_a_plain_file_in_memory_only() -> None:
    sealed = staging.put([MARK * 3, b"\n"])
    with staging.opened(sealed.name) as path:
        assert path.read_bytes() == MARK * 3 + b"\n"
        assert str(path.readlink()).startswith("/memfd:")
    assert sealed.size == 3 * len(MARK) + 1


def test_the_open_file_is_gone_after_use() -> None:
    sealed = staging.put([MARK])
    with staging.opened(sealed.name) as path:
        descriptor = int(path.name)
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(descriptor)


def test_nothing_sealed_shows_what_it_holds(folder: Path) -> None:
    sealed = staging.put([MARK * 100])
    staging.put_document(sealed.name, staging.ROWS, {"1": MARK.decode()})
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    assert len(list(folder.iterdir())) == 2
    assert MARK not in content


def test_a_document_replaces_the_one_before_it() -> None:
    sealed = staging.put([b"x"])
    staging.put_document(sealed.name, staging.REPAIRS, {"a": 1})
    staging.put_document(sealed.name, staging.REPAIRS, {"a": 2})
    assert staging.document(sealed.name, staging.REPAIRS) == {"a": 2}
    assert staging.document(sealed.name, staging.ROWS) is None


def test_destroying_leaves_nothing_and_may_be_repeated(folder: Path) -> None:
    sealed = staging.put([MARK])
    staging.put_document(sealed.name, staging.REPAIRS, {})
    staging.destroy(sealed.name)
    staging.destroy(sealed.name)
    assert list(folder.iterdir()) == []


def test_a_file_that_breaks_off_while_it_comes_in_leaves_nothing(folder: Path) -> None:
    def broken() -> list[bytes]:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        staging.put(chunk for chunk in [MARK] if broken())
    assert list(folder.iterdir()) == []


def test_an_altered_file_is_refused(folder: Path) -> None:
    sealed = staging.put([MARK])
    path = folder / sealed.name
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    with pytest.raises(DamagedFileError), staging.opened(sealed.name):
        pass


def test_strays_are_old_files_of_no_upload(folder: Path) -> None:
    known, lost = staging.put([b"1"]), staging.put([b"2"])
    later = timezone.now() + timedelta(days=1)
    assert [path.name for path in staging.strays({known.name}, before=later)] == [lost.name]
    assert staging.strays(set(), before=timezone.now() - timedelta(hours=1)) == []
    assert Path(settings.STAGING_DIR) == folder
