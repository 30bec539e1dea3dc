"""What was covered is gone from every picture."""

from __future__ import annotations

import io
import math
from functools import cache
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from portal.documents import store
from portal.documents.given import GivenFiles
from portal.documents.loads import clean_given
from portal.documents.models import Document, Page
from portal.documents.redacting import Box, RedactionError, redact
from tests.portal.documents.samples import COUNTY, pdf, photo, receipt
from tests.portal.documents.test_given import packed
from tests.portal.documents.test_models import make

RED = (230, 20, 20)


@cache
def _two_pages() -> bytes:
    marked = receipt().copy()
    marked.paste(RED, (100, 200, 300, 400))
    return pdf(marked, receipt(shade=90))


def _ready(data: bytes) -> Document:
    with GivenFiles.open(packed({"a": data})) as files:
        made = clean_given(files, ["a"], county=COUNTY, by=None, now=timezone.now(), processes=1)["a"]
    assert isinstance(made, Document)
    return made


def _seen(digest: bytes | memoryview) -> Image.Image:
    return Image.open(io.BytesIO(store.read(bytes(digest).hex()) or b"")).convert("RGB")


def _pictures(page: Page) -> list[Image.Image]:
    return [_seen(digest) for digest in (page.full_sha256, page.preview_sha256, page.thumb_sha256)]


def _covered(document: Document, *boxes: Box, page: int = 1) -> Document:
    return redact(document, {page: boxes}, by=None, now=timezone.now())


@pytest.mark.django_db
def test_a_covered_part_is_black_in_all_three_pictures() -> None:
    document = _ready(_two_pages())
    box = Box(100 / 900, 200 / 1200, 200 / 900, 200 / 1200)
    redaction = _covered(document, box)
    for picture in _pictures(redaction.pages.get(number=1)):
        pixels = box.pixels(*picture.size)
        assert pixels is not None
        left, top, right, bottom = pixels
        inside = picture.crop((left + 3, top + 3, right - 3, bottom - 3))
        assert all(ImageStat.Stat(inside).extrema[band][1] < 40 for band in range(3))
        # Not a trace of red, neither in the box nor around it.
        red = ImageChops.subtract(picture.getchannel("R"), picture.getchannel("G"))
        around = red.crop((0, max(0, top - 5), right + 5, bottom + 5))
        assert ImageStat.Stat(around).extrema[0][1] < 60


@pytest.mark.django_db
def test_the_rest_stays_as_it_was() -> None:
    document = _ready(_two_pages())
    redaction = _covered(document, Box(0, 0, 0.1, 0.1))
    before, after = document.served_hashes(), redaction.served_hashes()
    assert (before[0] != after[0], before[1]) == (True, after[1])
    first, again = (_seen(one.pages.get(number=1).full_sha256) for one in (document, redaction))
    assert first.size == again.size
    lower = (0, first.height // 2, *first.size)
    assert (
        ImageStat.Stat(ImageChops.difference(first.crop(lower), again.crop(lower)).convert("L")).mean[0] < 3
    )
    assert (redaction.redacts, redaction.page_count) == (document, 2)
    assert bytes(redaction.original_sha256) == bytes(document.original_sha256)


@pytest.mark.django_db
def test_a_redaction_can_be_redacted() -> None:
    first = _covered(_ready(photo()), Box(0.1, 0.1, 0.2, 0.2))
    second = _covered(first, Box(0.6, 0.6, 0.2, 0.2))
    assert second.redacts == first
    full = _seen(second.pages.get().full_sha256).convert("L")
    for part in (0.2, 0.7):
        assert full.getpixel((round(part * full.width), round(part * full.height))) < 40  # type: ignore[operator]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("boxes", "says"),
    [
        ({}, "一处也没有"),
        ({1: []}, "一处也没有"),
        ({2: [Box(0, 0, 1, 1)]}, "没有这一页"),
        ({1: [Box(0.5, 0.5, 0, 0.1)]}, "不在图上"),
        ({1: [Box(1.5, 0.5, 0.1, 0.1)]}, "不在图上"),
        ({1: [Box(math.nan, 0.5, 0.1, 0.1)]}, "不在图上"),
    ],
)
def test_a_box_that_covers_nothing_is_said(boxes: dict[int, Any], says: str) -> None:
    document = _ready(photo())
    with pytest.raises(RedactionError, match=says):
        redact(document, boxes, by=None, now=timezone.now())
    assert Document.objects.count() == 1


@pytest.mark.django_db
def test_only_a_ready_document_can_be_covered() -> None:
    with pytest.raises(RedactionError, match="还没有处理好"):
        _covered(make(state="waiting", sealed_name="a"), Box(0, 0, 1, 1))


NUMBERS = st.floats(-2, 3, allow_nan=False)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.integers(1, 16_383), st.integers(1, 16_383))
def test_a_box_covers_at_least_what_was_drawn(
    left: float, top: float, width: float, height: float, across: int, down: int
) -> None:
    pixels = Box(left, top, width, height).pixels(across, down)
    if pixels is None:
        return
    assert 0 <= pixels[0] < pixels[2] <= across
    assert 0 <= pixels[1] < pixels[3] <= down
    assert pixels[0] <= max(0, left) * across
    assert pixels[2] >= min(1, left + width) * across
