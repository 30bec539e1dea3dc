"""The worker: what waits is cleaned once, whatever dies or races."""

from __future__ import annotations

import io
import logging
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from portal.documents import incoming, limited, making, originals, processing, tasks
from portal.documents.actions import find, take_in
from portal.documents.limited import Caused
from portal.documents.models import Document, Page
from portal.vault import keys
from tests.portal.documents.samples import COUNTY, photo
from tests.racing import race

alone = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect what would be sent to the broker."""
    collected: list[Any] = []
    monkeypatch.setattr(
        "portal.documents.actions.current_app.send_task", lambda *told: collected.append(told)
    )
    return collected


def taken(data: bytes | None = None, **told: Any) -> Document:
    source = io.BytesIO(photo() if data is None else data)
    return take_in(source, **{"county": COUNTY, "by": None, "now": timezone.now(), **told})


def processed(document: Document) -> Document:
    processing.process(document.pk, now=timezone.now())
    return Document.objects.get(pk=document.pk)


def sealed_files() -> list[Path]:
    return [path for path in Path(django_settings.INCOMING_DIR).iterdir() if path.is_file()]


@committed
def test_a_file_waits_sealed_until_it_is_clean(sent: list[Any]) -> None:
    document = taken()
    assert sent == [("documents.clean_waiting", [str(document.pk)])]
    (path,) = sealed_files()
    assert path.name == document.sealed_name
    assert photo()[100:200] not in path.read_bytes()
    ready = processed(document)
    assert (ready.state, ready.page_count, ready.media_type) == ("ready", 1, "image/jpeg")
    assert sealed_files() == []
    assert b"".join(originals.chunks(ready.pk, keys.load("archive"))) == photo()


@committed
def test_a_refused_file_says_why_and_is_destroyed() -> None:
    refused = processed(taken(b"GIF89a......"))
    assert refused.state == "refused"
    assert "GIF" in refused.reason
    assert sealed_files() == []
    assert not originals.path_of(refused.pk).exists()


@alone
def test_a_file_that_is_too_large_comes_back_refused(settings: Any) -> None:
    settings.DOCUMENTS_MOST_BYTES = 1000
    document = taken()
    assert document.state == "refused"
    assert sealed_files() == []


@committed
def test_equal_bytes_that_are_ready_come_back_at_once(sent: list[Any]) -> None:
    first = processed(taken())
    assert taken() == first
    assert len(sent) == 1
    assert sealed_files() == []


@committed
def test_equal_bytes_that_waited_together_are_cleaned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = taken(), taken()
    assert first != second
    processed(first)
    monkeypatch.setattr(processing, "make", lambda *_: pytest.fail("cleaned twice"))
    assert processed(second).served_hashes() == first.served_hashes()
    assert find(COUNTY, bytes(first.original_sha256)) == first
    assert originals.path_of(second.pk).exists()


@committed
def test_two_workers_make_one_document() -> None:
    document = taken()
    race([partial(processing.process, document.pk, now=timezone.now())] * 2)
    assert Page.objects.filter(document=document).count() == 1
    assert Document.objects.get(pk=document.pk).attempt == 1


@committed
def test_a_task_that_comes_twice_changes_nothing() -> None:
    document = taken()
    tasks.clean_waiting(str(document.pk))
    before = Document.objects.values().get(pk=document.pk)
    tasks.clean_waiting(str(document.pk))
    assert Document.objects.values().get(pk=document.pk) == before


@alone
def test_a_dead_workers_document_is_taken_again(sent: list[Any]) -> None:
    document = taken()
    long_ago = timezone.now() - timedelta(minutes=5)
    assert processing.claim(document.pk, now=long_ago) is not None
    assert processing.claim(document.pk, now=long_ago) is None
    assert tasks.pick_up() == 1
    again = processing.claim(document.pk, now=timezone.now())
    assert again is not None
    assert again.attempt == 2


@committed
def test_a_worker_that_was_thought_dead_counts_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    document = taken()
    real = making.make

    def slow(*told: Any) -> Any:
        made = real(*told)
        Document.objects.filter(pk=document.pk).update(attempt=7)  # somebody else has it
        return made

    monkeypatch.setattr(processing, "make", slow)
    assert processed(document).state == "working"
    assert not Page.objects.exists()


@committed
def test_a_file_that_kills_its_workers_is_given_up() -> None:
    document = taken()
    Document.objects.filter(pk=document.pk).update(attempt=3)
    refused = processed(document)
    assert (refused.state, "几次" in refused.reason) == ("refused", True)
    assert sealed_files() == []


@committed
def test_a_lost_key_makes_a_file_wait(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    document = taken()
    (tmp_path / "empty").mkdir()
    settings.KEYS_DIR = tmp_path / "empty"
    with caplog.at_level(logging.CRITICAL):
        waiting = processed(document)
    assert (waiting.state, waiting.attempt) == ("waiting", 0)


@committed
@pytest.mark.parametrize("spoil", ["cut", "gone"])
def test_a_lost_file_is_asked_for_again(spoil: str) -> None:
    document = taken()
    (path,) = sealed_files()
    if spoil == "cut":
        path.write_bytes(path.read_bytes()[:100])
    else:
        path.unlink()
    assert "再交一次" in processed(document).reason


@committed
def test_a_fault_of_ours_is_told_without_the_files_content(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    word = "".join(reversed("terces"))  # a traceback shows this line

    def broken(*told: Any) -> Any:
        raise ZeroDivisionError(word)

    monkeypatch.setattr(processing, "make", broken)
    assert processed(taken()).state == "refused"
    assert "secret" not in caplog.text
    assert "ZeroDivisionError" in caplog.text


@alone
@pytest.mark.parametrize(
    "answer", [b"", b"{}\n", b"no line", b'{"cause": "other", "numbers": {}}\n', b'{"pages": [[[1,1,1]]]}\nx']
)
def test_a_childs_nonsense_is_a_refusal(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "_run", lambda *_: (answer, 0))
    with making.in_memory([b"x"]) as file:
        assert isinstance(limited.clean(file), Caused)


def test_incoming_files_are_swept_by_age(settings: Any) -> None:
    kept, stray = incoming.put([b"a"]).name, incoming.put([b"b"]).name
    assert incoming.sweep({kept}, before=timezone.now() + timedelta(hours=1)) == 1
    assert [path.name for path in sealed_files()] == [kept]
    assert stray not in {path.name for path in sealed_files()}
