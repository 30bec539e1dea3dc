"""Vouchers stand in the release's tree: proofs cover them, and whoever alters one is found and named."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from portal.documents import store
from portal.documents.models import Page
from portal.log import keyfile
from portal.log.models import Leaf
from portal.record import verifying
from portal.record.verifying import RefusedError
from portal.releases import leaves, trees
from portal.releases.actions.attachments import gives_its_leaf, leaf_hash_of
from portal.releases.models import Attachment, Release
from portal.releases.verification import Difference, verify
from tests.builders import NOW
from tests.portal.log.keeping import Keeper, bend
from tests.villages.books import folder_of, line, picture, publish_books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def release(settings: Settings, tmp_path: Path) -> Release:
    """A signed release of one row with two vouchers."""
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    settings.LOG_KEY = tmp_path / "log.key"
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    files = folder_of(tmp_path, **{"发票.jpg": picture(), "明细.png": picture("明细", form="PNG")})
    (found,) = publish_books(line(附件="发票.jpg;明细.png"), files=files)
    Keeper(settings.LOG_KEY).sign()
    return found


def _found() -> Difference:
    """Return the difference that both runs find; with one release the quick run looks at it."""
    full = verify(full=True, at=NOW).difference
    assert full is not None
    assert verify(full=False, at=NOW).difference == full
    return full


def _first() -> Attachment:
    return Attachment.objects.order_by("pk")[0]


def _page() -> Page:
    return Page.objects.get(document=_first().document_id)


def test_what_nobody_touched_agrees(release: Release) -> None:
    assert verify(full=True, at=NOW).difference is None


def test_proofs_and_hashes_cover_the_vouchers(client: Client, release: Release) -> None:
    entry = verifying.entry_of(bytes(Leaf.objects.get(kind="release").entry)) or {}
    assert (entry["rows"], entry["size"]) == ("1", "3")
    data = b"".join(client.get(f"/log/release/{release.pk}/hashes").streaming_content)  # type: ignore[attr-defined] # a streamed answer
    hashes = [data[at : at + 32] for at in range(0, len(data), 32)]
    assert verifying.root_over(hashes).hex() == entry["root"]
    for at, one in enumerate(Attachment.objects.order_by("pk"), start=1):
        assert hashes[at] == bytes(one.leaf or b"")
        path = trees.path_of(release, leaves.DOCUMENT, one.pk)
        assert path is not None
        assert (path.index, path.size) == (at, 3)
        root = bytes.fromhex(entry["root"])
        verifying.check_path(hashes[at], path.index, path.size, path.hashes, root)
        with pytest.raises(RefusedError):
            verifying.check_path(hashes[0], path.index, path.size, path.hashes, root)


def test_a_voucher_of_another_release_has_no_path(release: Release) -> None:
    assert trees.path_of(release, leaves.DOCUMENT, UUID(int=7)) is None


@pytest.mark.parametrize("size", ["full", "preview", "thumb"])
@pytest.mark.parametrize("is_gone", [False, True])
def test_an_altered_file_is_found(release: Release, size: str, is_gone: bool) -> None:
    file = store.path_of(bytes(getattr(_page(), f"{size}_sha256")).hex())
    data = file.read_bytes()
    file.unlink()
    if not is_gone:
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    found = _found()
    field = "page 1" if size == "full" else f"page 1 {size}"
    index = Leaf.objects.get(kind="release").idx
    assert (found.kind, found.id, found.field, found.index) == ("document", str(_first().pk), field, index)


@pytest.mark.parametrize(
    "change",
    [
        "leaf = decode(repeat('00', 32), 'hex')",
        "caption = 'minutes'",
        "position = 9",
        "row_id = uuidv7()",
        "seed = decode(repeat('00', 16), 'hex')",
    ],
)
def test_an_altered_attachment_is_found(release: Release, change: str) -> None:
    bend(f"UPDATE releases_attachment SET {change} WHERE id = %s", [_first().pk])
    found = _found()
    assert (found.kind, found.id, found.field) == ("document", str(_first().pk), "pages")


def test_another_original_is_found(release: Release) -> None:
    bend(
        "UPDATE documents_document SET original_sha256 = decode(repeat('00', 32), 'hex') WHERE id = %s",
        [_first().document_id],
    )
    assert (_found().kind, _found().id) == ("document", str(_first().pk))


@pytest.mark.parametrize(
    "how", ["DELETE FROM releases_attachment", "UPDATE releases_attachment SET leaf = NULL"]
)
def test_a_voucher_taken_away_is_found(release: Release, how: str) -> None:
    bend(f"{how} WHERE id = %s", [_first().pk])
    found = _found()
    assert (found.kind, found.id, found.field) == ("release", str(release.pk), "size")


@pytest.mark.parametrize("size", ["full", "preview", "thumb"])
def test_the_leaf_covers_every_size(release: Release, size: str) -> None:
    other = store.put(b"another picture")
    bend(f"UPDATE documents_page SET {size}_sha256 = %s WHERE id = %s", [other, _page().pk])
    found = _found()
    assert (found.kind, found.id, found.field) == ("document", str(_first().pk), "pages")


def test_a_leaf_of_the_first_version_still_holds(release: Release) -> None:
    one = _first()
    assert gives_its_leaf(one)
    one.leaf = leaf_hash_of(one, version=1)
    assert gives_its_leaf(one)
    assert leaf_hash_of(one, version=1) != leaf_hash_of(one, version=2)
    one.position += 1
    assert not gives_its_leaf(one)
