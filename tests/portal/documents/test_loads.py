"""Files beside a table, cleaned by real children and committed one by one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from portal.documents import loads, making, originals, store
from portal.documents.given import GivenFiles
from portal.documents.models import Document, Page
from portal.documents.words import Refusal
from portal.vault import keys
from tests.portal.documents.samples import CANARY, COUNTY, photo, receipt, saved
from tests.portal.documents.test_given import packed

pytestmark = pytest.mark.django_db


def clean_given(files: GivenFiles, names: list[str] | None = None, **told: Any) -> dict[str, Any]:
    more = {"county": COUNTY, "by": None, "now": timezone.now(), "processes": 2, **told}
    return loads.clean_given(files, files.names if names is None else names, **more)


@pytest.fixture
def three() -> Iterator[GivenFiles]:
    contents = {f"{shade}.jpg": photo(shade, comment=CANARY) for shade in (10, 20, 30)}
    with GivenFiles.open(packed({**contents, "twin.jpg": contents["20.jpg"], "表.txt": b"words"})) as files:
        yield files


def test_each_file_becomes_a_ready_document_or_a_sentence(three: GivenFiles) -> None:
    told: list[int] = []
    outcomes = clean_given(three, [*three.names, "missing.jpg"], progress=told.append)
    assert isinstance(outcomes["表.txt"], Refusal)
    assert "没有找到" in str(outcomes["missing.jpg"])
    assert {outcomes[name].state for name in ("10.jpg", "20.jpg", "30.jpg")} == {"ready"}
    assert outcomes["twin.jpg"] == outcomes["20.jpg"]
    assert Document.objects.count() == 3
    assert told[-1] == 6


def test_what_is_served_is_on_the_disk_under_its_hash(three: GivenFiles) -> None:
    document = clean_given(three, ["10.jpg"])["10.jpg"]
    (name,) = document.served_hashes()
    picture = store.read(name)
    assert picture is not None
    assert len(picture) == document.pages.get().full_size
    assert b"10.jpg" not in picture


def _everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_nothing_of_the_original_stands_open_on_the_disk(three: GivenFiles, folders: Path) -> None:
    document = clean_given(three, ["10.jpg"])["10.jpg"]
    assert CANARY.encode() not in _everything(folders)
    private = keys.load("archive")
    assert b"".join(originals.chunks(document.pk, private)) == photo(10, comment=CANARY)


def test_a_refused_file_leaves_nothing_behind(three: GivenFiles, folders: Path) -> None:
    clean_given(three, ["表.txt"])
    assert Document.objects.count() == 0
    assert _everything(folders) == b""


def test_a_file_that_is_known_is_not_cleaned_again(
    three: GivenFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = clean_given(three, ["10.jpg"])["10.jpg"]
    monkeypatch.setattr(loads, "make", lambda *_: pytest.fail("cleaned twice"))
    assert clean_given(three, ["10.jpg"])["10.jpg"] == first


def test_another_county_gets_a_document_of_its_own(three: GivenFiles) -> None:
    first = clean_given(three, ["10.jpg"])["10.jpg"]
    assert clean_given(three, ["10.jpg"], county="360981")["10.jpg"] != first
    assert Page.objects.values("full_sha256").distinct().count() == 1


def test_an_interrupted_load_goes_on_where_it_stopped(three: GivenFiles) -> None:
    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clean_given(three, progress=interrupt, processes=1)
    kept = set(Document.objects.values_list("pk", flat=True))
    assert kept
    outcomes = clean_given(three)
    assert kept < {one.pk for one in outcomes.values() if isinstance(one, Document)}


def test_no_more_files_are_in_memory_than_twice_the_children(monkeypatch: pytest.MonkeyPatch) -> None:
    most, real = 0, making.in_memory
    held: list[Any] = []

    def counted(chunks: Any) -> Any:
        nonlocal most
        held.append(real(chunks))
        most = max(most, sum(file.descriptor >= 0 for file in held))
        return held[-1]

    monkeypatch.setattr(loads, "in_memory", counted)
    contents = {f"{number}.jpg": b"words %d" % number for number in range(12)}
    with GivenFiles.open(packed(contents)) as files:
        outcomes = clean_given(files)
    assert len(outcomes) == 12
    assert most <= 5
    assert all(file.descriptor < 0 for file in held)


def test_a_file_larger_than_it_says_is_refused(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_MOST_BYTES = 1 << 20
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "a.jpg").write_bytes(b"x")
    with GivenFiles.open(tmp_path / "given") as files:
        (tmp_path / "given" / "a.jpg").write_bytes(bytes(2 << 20))
        assert "超过 1 MB" in str(clean_given(files)["a.jpg"])


def test_a_full_disk_stops_the_load_and_blames_no_file(
    three: GivenFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(data: bytes) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "put", full)
    with pytest.raises(OSError, match="No space"):
        clean_given(three, ["10.jpg"])
    assert Document.objects.count() == 0


def test_a_png_given_as_a_jpg_is_what_it_is() -> None:
    stream = io.BytesIO(packed({"a.jpg": saved(receipt(), "PNG")}).getvalue())
    with GivenFiles.open(stream) as files:
        assert clean_given(files)["a.jpg"].media_type == "image/png"
