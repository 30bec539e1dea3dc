"""Starts the limited child for one file and judges what it answers.

The child may have been taken over by the file it read: its answer is bounded, and every picture in it must
be a plain WebP without room for anything but pixels.
"""

from __future__ import annotations

import json
import logging
import os
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from portal.documents.cleaning.causes import Cause
from portal.documents.cleaning.kinds import HEIC, JPEG, PDF, PNG, WEBP
from portal.documents.memory import InMemory
from portal.documents.slots import slot
from portal.documents.webp import plain_webp_size

log = logging.getLogger(__name__)
_START = "import sys; sys.path.insert(0, sys.argv[1]); from cleaning.child import main; main()"
_HERE = Path(__file__).parent
# Processor time is what stops a bad file; a busy machine must not refuse a good one.
_WALL_SECONDS, _WALL_SECONDS_PER_PAGE = 60, 6
_MOST_HEADER = 64 << 10
_MOST_PICTURE = 4 << 20
_MOST_ANSWER = 96 << 20
_READ = 1 << 18
MEDIA_TYPES = frozenset({JPEG, PNG, WEBP, HEIC, PDF})


@dataclass(frozen=True)
class Picture:
    """One rendition as it came out of the child, known to be a plain WebP of this size."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class CleanPage:
    """One page in the three sizes."""

    full: Picture
    preview: Picture
    thumb: Picture


@dataclass(frozen=True)
class Cleaned:
    """What became of a file; `confined` names the optional walls that stood around the child."""

    media_type: str
    pages: list[CleanPage]
    confined: tuple[str, ...]


@dataclass(frozen=True)
class Caused:
    """Why there is nothing, with what its sentence counts."""

    cause: Cause
    numbers: dict[str, int]


def clean(file: InMemory) -> Cleaned | Caused:
    """Do in a child what a file's first line orders; wait for one of the machine's free slots before.

    Raises:
        OSError: the child could not even be started, which says nothing about the file.
    """
    with slot():
        answer, code = _run(file.descriptor, _wall_seconds(file))
    if code != 0:
        log.info("A cleaning child ended with %s.", code)
        return Caused(Cause.ABORTED, {})
    try:
        return _judged(answer, most_pages=file.pages)
    except (ValueError, KeyError, TypeError, IndexError):
        log.warning("A cleaning child answered nonsense.")
        return Caused(Cause.ABORTED, {})


def _wall_seconds(file: InMemory) -> int:
    """Return how long a child may take in all; its processor time is granted page by page (`confinement`)."""
    return _WALL_SECONDS + _WALL_SECONDS_PER_PAGE * max(0, file.pages - 1)


def _run(descriptor: int, wall_seconds: float) -> tuple[bytes, int]:
    """Return the child's answer and exit status; a child that talks or lasts too long is killed."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    child = subprocess.Popen(  # noqa: S603 # our own interpreter and code
        [sys.executable, "-I", "-c", _START, str(_HERE), str(os.getpid())],
        stdin=descriptor,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LANG": "C.UTF-8"},
        start_new_session=True,
    )
    with child:
        try:
            answer = _heard(child, time.monotonic() + wall_seconds)
        except BaseException:
            child.kill()
            raise
        if answer is None:
            child.kill()
        code = child.wait()
    return answer or b"", code if answer is not None else -1


def _heard(child: subprocess.Popen[bytes], deadline: float) -> bytes | None:
    """Return everything a child says until it closes its mouth; None where it does not in time or measure."""
    assert child.stdout is not None  # noqa: S101 # a pipe was asked for
    answer = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while selector.select(max(0, deadline - time.monotonic())):
            said = os.read(child.stdout.fileno(), _READ)
            if not said:
                return bytes(answer)
            answer += said
            if len(answer) > _MOST_ANSWER:
                return None
    return None


def _judged(answer: bytes, *, most_pages: int) -> Cleaned | Caused:
    """Read a child's answer as the word of a stranger; raise ValueError and its like where it is none."""
    end = answer.index(b"\n", 0, _MOST_HEADER)
    told = cast("dict[str, Any]", json.loads(answer[:end]))
    if "cause" in told:
        return Caused(
            Cause(told["cause"]), {str(name): int(number) for name, number in told["numbers"].items()}
        )
    pages, at = [], end + 1
    for sizes in told["pages"]:
        pictures = []
        for size, width, height in sizes:
            pictures.append(_picture(answer[at : at + size], width, height))
            at += size
        pages.append(CleanPage(*pictures))
    if at != len(answer) or not 1 <= len(pages) <= most_pages:
        raise ValueError("pages and answer differ")
    media_type = str(told["media_type"])
    if media_type not in MEDIA_TYPES:
        raise ValueError("no such media type")
    return Cleaned(media_type, pages, tuple(str(step) for step in told["confined"]))


def _picture(data: bytes, width: int, height: int) -> Picture:
    if len(data) > _MOST_PICTURE or plain_webp_size(data) != (width, height):
        raise ValueError("no plain picture")
    return Picture(data, width, height)
