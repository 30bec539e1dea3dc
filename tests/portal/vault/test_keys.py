from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from portal.vault import keys


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.KEYS_DIR = tmp_path
    return tmp_path


def test_a_key_is_thirty_two_bytes(folder: Path) -> None:
    (folder / "matching.key").write_text("ab" * 32 + "\n")
    assert keys.load("matching") == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize("content", [None, "", "ab" * 31, "xy" * 32, "钥匙"])
def test_an_absent_or_damaged_key_is_named_and_not_repeated(folder: Path, content: str | None) -> None:
    if content is not None:
        (folder / "matching.key").write_text(content, encoding="utf-8")
    with pytest.raises(keys.MissingKeyError, match=r"matching\.key") as caught:
        keys.load("matching")
    assert not content or content not in str(caught.value)
