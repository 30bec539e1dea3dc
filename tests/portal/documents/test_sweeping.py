"""What nothing refers to goes after seven days; what somebody needs stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from portal.documents import hooks, incoming, originals, store, sweeping, tasks
from portal.documents.models import Document
from tests.portal.documents.test_models import READY, make, page

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=8)
NEEDED: set[Any] = set()


@pytest.fixture(autouse=True)
def needed() -> Iterator[set[Any]]:
    hooks.referenced.append(lambda ids: NEEDED & set(ids))
    hooks.held.append(lambda: {"held"})
    yield NEEDED
    hooks.referenced.pop()
    hooks.held.pop()
    NEEDED.clear()


def test_a_document_without_a_row_goes_after_seven_days() -> None:
    kept, gone = make(**READY, queued_at=LONG_AGO), make(**READY, queued_at=LONG_AGO)
    young = make(**READY, queued_at=NOW)
    NEEDED.add(kept.pk)
    sweeping.sweep(NOW)
    assert set(Document.objects.all()) == {kept, young}
    assert gone not in Document.objects.all()


def test_its_files_go_with_it() -> None:
    waiting = incoming.put([b"a"])
    document = make(state="waiting", sealed_name=waiting.name, queued_at=LONG_AGO)
    originals.put(document.pk, [b"a"])
    sweeping.sweep(NOW)
    assert not originals.path_of(document.pk).exists()
    with pytest.raises(FileNotFoundError):
        list(incoming.chunks(waiting.name))


def test_what_a_needed_redaction_covers_stays_with_it() -> None:
    document = make(**READY, queued_at=LONG_AGO)
    redaction = make(**READY, queued_at=LONG_AGO, redacts=document)
    NEEDED.add(redaction.pk)
    sweeping.sweep(NOW)
    assert Document.objects.count() == 2
    NEEDED.clear()
    sweeping.sweep(NOW)
    assert not Document.objects.exists()


def _aged(path: Path) -> Path:
    os.utime(path, (LONG_AGO.timestamp(),) * 2)
    return path


def test_stray_files_go_and_known_ones_stay(folders: Path) -> None:
    document = make(**READY, queued_at=NOW)
    known, stray = store.put(b"known"), store.put(b"stray")
    page(document, preview_sha256=known)
    kept = [_aged(store.path_of(known.hex()))]
    gone = [_aged(store.path_of(stray.hex()))]
    for one, files in ((document.pk, kept), (make(**READY, queued_at=LONG_AGO).pk, gone)):
        originals.put(one, [b"original"])
        files.append(_aged(originals.path_of(one)))
    kept.append(
        _aged(
            (folders / "incoming_dir" / incoming.put([b"x"]).name).rename(folders / "incoming_dir" / "held")
        )
    )
    gone.append(_aged(folders / "incoming_dir" / incoming.put([b"x"]).name))
    sweeping.sweep(NOW)
    assert ([path.exists() for path in kept], [path.exists() for path in gone]) == ([True] * 3, [False] * 3)


def test_sweeping_nothing_and_twice_does_no_harm() -> None:
    assert (tasks.sweep(), tasks.sweep()) == (0, 0)
