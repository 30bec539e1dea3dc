"""A photograph or scan becomes bare pixels: turned upright, flattened on white, nothing else kept."""

from __future__ import annotations

import io
import warnings

import pillow_heif
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from .causes import Cause, CausedError

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS = 50_000_000
LEAST_SIDE = 48
# A till receipt of half a metre is about 1 : 9; WebP itself ends at 16,383 pixels.
MOST_RATIO = 10
# As wide as the widest rendition: the decoder and whole-number averaging shrink no further.
ENOUGH_WIDTH = 1280
_SIXTEEN_BITS = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})
_FAULTS = (OSError, ValueError, SyntaxError, EOFError, RuntimeError, TypeError, KeyError, IndexError)

warnings.simplefilter("ignore")  # Checked below, before a pixel is read.
Image.MAX_IMAGE_PIXELS = None
ImageFile.LOAD_TRUNCATED_IMAGES = False
pillow_heif.register_heif_opener(thumbnails=False)
Image.preinit()


def picture(data: bytes) -> Image.Image:
    """Return the pixels of a photograph as a fresh RGB image.

    Raises:
        CausedError: it is broken, moves, or is too large, too small or too long.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _check(opened)
            _load(opened)
            return _fresh(opened)
    except CausedError:
        raise
    except UnidentifiedImageError as error:
        raise CausedError(Cause.BROKEN) from error
    except _FAULTS as error:
        raise CausedError(Cause.BROKEN) from error


def _check(opened: Image.Image) -> None:
    width, height = opened.size
    check_extent(width, height)
    if width * height > MOST_PIXELS:
        raise CausedError(Cause.MANY_PIXELS, most=MOST_PIXELS // 1_000_000)
    # Many phones append further pictures to a JPEG (MPO): the first is the photograph.
    if opened.format != "MPO" and getattr(opened, "n_frames", 1) > 1:
        raise CausedError(Cause.ANIMATED)


def check_extent(width: int, height: int) -> None:
    """Refuse what nobody could read, and what no picture format could hold."""
    if min(width, height) < LEAST_SIDE:
        raise CausedError(Cause.FEW_PIXELS, least=LEAST_SIDE)
    if max(width, height) > MOST_RATIO * min(width, height):
        raise CausedError(Cause.LONG, ratio=MOST_RATIO)


def _load(opened: Image.Image) -> None:
    if opened.format in {"JPEG", "MPO"}:
        # The decoder itself halves: a quarter of the memory and time for a 12-megapixel photograph.
        opened.draft("RGB" if opened.mode == "RGB" else opened.mode, _enough(opened.size))
        opened.load()
        _refuse_grey_fill(opened)
    else:
        opened.load()


def _enough(size: tuple[int, int]) -> tuple[int, int]:
    """Return the smallest size that still serves, whichever side turns out to be the width."""
    scale = ENOUGH_WIDTH / min(size)
    return (int(size[0] * scale), int(size[1] * scale)) if scale < 1 else size


def _refuse_grey_fill(opened: Image.Image) -> None:
    """Refuse a JPEG whose data ends before its height does: the decoder fills the rest with middle grey."""
    width, height = opened.size
    strip = opened.crop((0, height - max(8, height // 20), width, height)).getextrema()
    bands = strip if isinstance(strip[0], tuple) else (strip,)
    if all(band == (128, 128) for band in bands):
        raise CausedError(Cause.GREY)


def _fresh(image: Image.Image) -> Image.Image:
    """Paste the pixels into a new image: comments and profiles hang on the old one."""
    small = _flat(ImageOps.exif_transpose(_reduced(_eight_bits(image))))
    fresh = Image.new("RGB", small.size, "white")
    fresh.paste(small)
    return fresh


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode in _SIXTEEN_BITS:  # A plain conversion clips at 255: an all-white picture.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode in {"P", "PA"}:
        return image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")
    if image.mode in {"L", "RGB"} and "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L") if image.mode == "1" else image


def _reduced(image: Image.Image) -> Image.Image:
    factor = min(image.size) // ENOUGH_WIDTH
    return image.reduce(factor) if factor > 1 else image


def _flat(image: Image.Image) -> Image.Image:
    """Return the image in RGB; what shows through is white, like paper."""
    if image.mode not in {"RGBA", "LA", "RGBa", "La"}:
        return image.convert("RGB")
    opaque = Image.new("RGBA", image.size, "white")
    opaque.alpha_composite(image.convert("RGBA"))
    return opaque.convert("RGB")
