"""Three WebP pictures of one page, each within its number of bytes (pure, given pixels)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

FULL_BYTES, PREVIEW_BYTES, THUMB_BYTES, THUMB_AIM = 150_000, 16_000, 3_000, 1_600
_FULL_WIDTHS = (1280, 1120, 960, 800)
_FULL_QUALITIES = (40, 48, 56, 64, 72, 80)
_PREVIEW_BOXES = ((480, 1200), (400, 1000), (320, 800), (240, 600))
_PREVIEW_QUALITIES = (30, 40, 50, 60, 70)
_THUMB_BOXES = ((96, 128), (84, 112), (72, 96), (48, 64))
_THUMB_QUALITIES = (20, 30, 40, 50, 60, 70)
# More tricks of the encoder save 4-7 % of the bytes at best, and cost twice the time.
_METHOD = 2


@dataclass(frozen=True)
class Rendition:
    """One picture as it is served."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Renditions:
    """One page in the three sizes."""

    full: Rendition
    preview: Rendition
    thumb: Rendition


def renditions(image: Image.Image) -> Renditions:
    """Return the three pictures of an RGB image.

    The full one is stepped down in quality, then in width; a page that is too large even then is kept at the
    last step, which can still be read.
    """
    full = _full(image)
    half = _fitted(image, (960, 2400))  # The small ones need not be averaged from the whole page twice.
    return Renditions(full, _preview(half), _thumb(half))


def _full(image: Image.Image) -> Rendition:
    made = None
    for width in _widths(image.width):
        height = max(1, round(image.height * width / image.width))
        sized = image if image.width == width else image.resize((width, height), Image.Resampling.LANCZOS)
        made = _best(sized, _FULL_QUALITIES, FULL_BYTES)
        if len(made.data) <= FULL_BYTES:
            break
    assert made is not None  # noqa: S101 # there is always one width
    return made


def _widths(own: int) -> list[int]:
    """Return the widths to try: never wider than the picture is."""
    first = min(own, _FULL_WIDTHS[0])
    return [first, *(width for width in _FULL_WIDTHS if width < first)]


def _preview(image: Image.Image) -> Rendition:
    return _first_fitting(image, _PREVIEW_BOXES, _PREVIEW_QUALITIES, PREVIEW_BYTES)


def _thumb(image: Image.Image) -> Rendition:
    box = _THUMB_BOXES[0]
    aimed = _best(_fitted(image, box), _THUMB_QUALITIES, THUMB_AIM)
    if len(aimed.data) <= THUMB_BYTES:
        return aimed
    return _first_fitting(image, _THUMB_BOXES[1:], _THUMB_QUALITIES[:1], THUMB_BYTES)


def _first_fitting(
    image: Image.Image, boxes: Sequence[tuple[int, int]], qualities: Sequence[int], most: int
) -> Rendition:
    for box in boxes[:-1]:
        made = _best(_fitted(image, box), qualities, most)
        if len(made.data) <= most:
            return made
    return _best(_fitted(image, boxes[-1]), qualities, most)


def _fitted(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    scale = min(box[0] / image.width, box[1] / image.height, 1)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def _best(image: Image.Image, qualities: Sequence[int], most: int) -> Rendition:
    """Return the picture at the highest of the rising qualities that fits, or else at the lowest."""
    low, high, best = 0, len(qualities) - 1, b""
    trial = high  # Most pages fit at once.
    while low <= high:
        made = _encoded(image, qualities[trial])
        if len(made) <= most:
            best, low = made, trial + 1
        else:
            high = trial - 1
        # Far too large: ask at once whether any quality will do.
        trial = 0 if len(made) > 2 * most else (low + high) // 2
    return Rendition(best or _encoded(image, qualities[0]), *image.size)


def _encoded(image: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=quality, method=_METHOD)
    return stream.getvalue()
