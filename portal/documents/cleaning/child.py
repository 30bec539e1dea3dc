"""The child's one job: read a file from standard input, write its cleaned pages to standard output, end.

Input: one line of JSON (`memory.py`), then the bytes. Output: one line of JSON, then the pictures in order.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageDraw

from . import confinement, pictures, scans
from .causes import Cause, CausedError
from .kinds import PDF, WEBP, kind_of
from .renditions import Rendition, Renditions, renditions


def main() -> None:
    """Do what standard input says; the argument is the parent's process id."""
    source, sink = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    _warm_up()
    job = json.loads(source.readline())
    done = confinement.confine(int(sys.argv[2]), pages=job["pages"])
    try:
        media_type, made = _do(job, source.read())
    except CausedError as refusal:
        _say(sink, {"cause": refusal.cause, "numbers": refusal.numbers, "confined": done})
        return
    except MemoryError:
        _say(sink, {"cause": Cause.MANY_PIXELS, "numbers": {"most": pictures.MOST_PIXELS // 1_000_000}})
        return
    pages = [[_told(one) for one in (page.full, page.preview, page.thumb)] for page in made]
    _say(sink, {"media_type": media_type, "pages": pages, "confined": done})
    for page in made:
        for rendition in (page.full, page.preview, page.thumb):
            sink.write(rendition.data)
    sink.flush()


def _warm_up() -> None:
    """Load every codec while files can still be opened."""
    stream = io.BytesIO()
    for form in pictures.FORMATS[:3]:
        Image.new("RGB", (16, 16)).save(stream, form)
        stream.seek(0)
        Image.open(stream, formats=pictures.FORMATS).load()
        stream.seek(0)
        stream.truncate()
    json.dumps("暖")


def _do(job: dict[str, Any], data: bytes) -> tuple[str, list[Renditions]]:
    if job["what"] == "redact":
        return WEBP, [renditions(image) for image in _redacted(job["redact"], data)]
    kind = kind_of(data)
    if isinstance(kind, Cause):
        raise CausedError(kind)
    if kind != PDF:
        return kind, [renditions(pictures.picture(data))]
    made = []
    for image in scans.pages(data, job["pages"]):
        made.append(renditions(image))
        confinement.grant_page()
    return kind, made


def _redacted(wanted: list[dict[str, Any]], data: bytes) -> Iterator[Image.Image]:
    """Yield pages with black boxes; `size` cuts the input, boxes are pixels (left, top, right, bottom)."""
    at = 0
    for page in wanted:
        image = pictures.picture(data[at : at + page["size"]])
        at += page["size"]
        draw = ImageDraw.Draw(image)
        for left, top, right, bottom in page["boxes"]:
            draw.rectangle((left, top, right - 1, bottom - 1), fill="black")
        yield image
        confinement.grant_page()


def _told(rendition: Rendition) -> list[int]:
    return [len(rendition.data), rendition.width, rendition.height]


def _say(sink: io.BufferedWriter, answer: dict[str, Any]) -> None:
    sink.write(json.dumps(answer).encode() + b"\n")
    sink.flush()
