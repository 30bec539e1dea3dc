"""`manage.py original` opens an original for whoever holds the offline key."""

from __future__ import annotations

import stat
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from uuid_utils.compat import uuid7

from portal.documents import originals
from portal.documents.models import Document
from portal.vault.files import make_missing_keys
from tests.portal.documents.test_models import READY, make

pytestmark = pytest.mark.django_db
DATA = b"the photograph" * 9_000


@pytest.fixture
def document() -> Document:
    made = make(**READY, original_sha256=sha256(DATA).digest())
    originals.put(made.pk, [DATA])
    return made


def open_original(document_id: UUID, file: Path, key: Path | None = None) -> None:
    call_command("original", str(document_id), str(file), key=key or settings.KEYS_DIR / "archive.key")


def test_the_original_comes_back_for_its_owner_alone(document: Document, tmp_path: Path) -> None:
    redaction = make(**READY, redacts=document)
    for number, one in enumerate((document, redaction)):
        file = tmp_path / str(number)
        open_original(one.pk, file)
        assert file.read_bytes() == DATA
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def _other_key(folder: Path) -> Path:
    make_missing_keys(folder / "other")
    return folder / "other" / "archive.key"


def test_another_key_opens_nothing(document: Document, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="私钥不对"):
        open_original(document.pk, tmp_path / "file", _other_key(tmp_path))
    assert not (tmp_path / "file").exists()


def test_another_file_in_its_place_is_noticed(document: Document, tmp_path: Path) -> None:
    originals.put(document.pk, [b"another"])
    with pytest.raises(CommandError, match="指纹不一致"):
        open_original(document.pk, tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_nothing_is_overwritten(document: Document, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(CommandError, match="不会覆盖"):
        open_original(document.pk, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_what_is_not_there_is_said(document: Document, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有这份材料"):
        open_original(uuid7(), tmp_path / "file")
    with pytest.raises(CommandError, match=r"archive\.key"):
        open_original(document.pk, tmp_path / "file", tmp_path / "archive.key")
    originals.remove(document.pk)
    with pytest.raises(CommandError, match="没有找到这份原件"):
        open_original(document.pk, tmp_path / "file")
    assert not (tmp_path / "file").exists()
