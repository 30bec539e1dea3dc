from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.documents.models import Document, Page
from tests.portal.documents.samples import COUNTY

pytestmark = pytest.mark.django_db
READY = {"state": "ready", "media_type": "image/jpeg", "page_count": 1}


def make(**told: Any) -> Document:
    now = timezone.now()
    right: dict[str, Any] = {"county": COUNTY, "original_sha256": bytes(32), "size": 1}
    return Document.objects.create(**{**right, "queued_at": now, "created_at": now, **told})


def page(document: Document, number: int = 1, **told: Any) -> Page:
    sizes = dict.fromkeys(("full_size", "width", "height", "preview_width", "preview_height"), 1)
    hashes = dict.fromkeys(("full_sha256", "preview_sha256", "thumb_sha256"), bytes([number]) * 32)
    rest = {**sizes, **hashes, "thumb_width": 1, "thumb_height": 1, **told}
    return Page.objects.create(document=document, number=number, **rest)


@pytest.mark.parametrize(
    "told",
    [
        {"state": "waiting"},
        {"state": "waiting", "sealed_name": "a", "page_count": 1},
        {"state": "waiting", "sealed_name": "a", "heartbeat_at": timezone.now()},
        {**READY, "page_count": 0},
        {**READY, "sealed_name": "a"},
        {**READY, "reason": "坏了"},
        {**READY, "media_type": ""},
        {"state": "refused"},
        {"state": "refused", "reason": "坏了", "sealed_name": "a"},
        {**READY, "original_sha256": bytes(31)},
        {**READY, "county": "36090x"},
    ],
)
def test_the_database_refuses_half_a_document(told: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**told)


def test_pages_are_served_in_their_order() -> None:
    document = make(**{**READY, "page_count": 2})
    page(document, 2)
    page(document, 1)
    assert document.served_hashes() == ["01" * 32, "02" * 32]


def test_a_page_exists_once() -> None:
    document = make(**READY)
    page(document)
    with pytest.raises(IntegrityError), transaction.atomic():
        page(document)


@pytest.mark.parametrize("told", [{"number": 0}, {"full_sha256": b"short"}, {"thumb_width": 0}])
def test_the_database_refuses_half_a_page(told: dict[str, Any]) -> None:
    document = make(**READY)
    with pytest.raises(IntegrityError), transaction.atomic():
        page(document, **told)


def test_a_page_never_changes() -> None:
    page(make(**READY))
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.update(width=2)


@pytest.mark.parametrize("change", [{"original_sha256": b"1" * 32}, {"page_count": 2}, {"county": "360981"}])
def test_a_ready_document_keeps_what_it_is(change: dict[str, Any]) -> None:
    document = make(**READY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**change)


def test_a_ready_document_may_be_handed_in_again() -> None:
    document = make(**READY)
    assert Document.objects.filter(pk=document.pk).update(queued_at=timezone.now()) == 1
