"""Finished pages as files: made on the first request, dropped when their place publishes.

`PAGES_DIR/<local date>/<place>/<section>[.big].html` and `.html.gz`. A place is a 12-digit code or
`home`. Only places and sections are kept, never rows and never an address with a query string.

No reader sees an older page once a publication is acknowledged: publishing raises the place's
generation in its transaction and calls `drop` after COMMIT and before it answers; a maker compares
the generation before and after rendering, the second time under the place's lock, and `drop` takes
the same lock. A page renamed just before `drop` is therefore unlinked by it, and one finished just
after is thrown away by its maker.
"""

from __future__ import annotations

import fcntl
import logging
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from portal.pages import answers

logger = logging.getLogger(__name__)

HOME = "home"
INDEX = "index"
ATTEMPTS = 3
_PLACE = re.compile(r"home|[0-9]{12}")
_SECTION = re.compile(r"[a-z]{2,20}")
_SLUG = re.compile(r"[0-9a-z]{7}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class Name:
    """One page: a place, one of its sections, and whether the type is big."""

    place: str
    section: str = INDEX
    big: bool = False

    def __post_init__(self) -> None:
        """Refuse whatever could leave the folder of pages."""
        if not (_PLACE.fullmatch(self.place) and _SECTION.fullmatch(self.section)):
            raise ValueError("Not the name of a page.")

    @property
    def file(self) -> str:
        """The name of its file inside the place's folder."""
        return f"{self.section}{'.big' if self.big else ''}.html"


def read(name: Name, day: date, *, packed: bool) -> bytes | None:
    """Return a kept page, gzipped or plain; None where it must be made."""
    file = _folder(name.place, day) / (name.file + (".gz" if packed else ""))
    try:
        return file.read_bytes()
    except OSError:
        return None


def make(
    name: Name, day: date, *, generation: Callable[[], int | None], render: Callable[[], bytes]
) -> bytes:
    """Render a page and keep it unless its place published meanwhile; return its bytes.

    `generation` reads the place's number from the database each time; None says that the page is not
    to be kept. When the place publishes faster than it can be rendered, the last rendering is served
    without being kept.
    """
    before = generation()
    if before is None:
        return render()
    page = b""
    for _ in range(ATTEMPTS):
        page = render()
        try:
            with _locked(name.place):
                now = generation()
                if now is not None and now == before:
                    _keep(name, day, page, now)
                    return page
        except OSError:
            # A full disk costs speed, never the page.
            logger.warning("page of %s not kept", name.place, exc_info=True)
            return page
        before = now
    return page


def _keep(name: Name, day: date, page: bytes, generation: int) -> None:
    """Write both files of a page; the caller holds the place's lock."""
    folder = _folder(name.place, day)
    folder.mkdir(parents=True, exist_ok=True)
    _number(folder, generation)
    for file, data in ((name.file, page), (f"{name.file}.gz", answers.pack(page))):
        fresh = folder / f".{uuid.uuid4().hex}"
        fresh.write_bytes(data)
        fresh.rename(folder / file)


def _number(folder: Path, generation: int) -> None:
    """Note the generation a folder's pages were made from; pages of another one go."""
    mark = folder / ".generation"
    if _marked(folder) != generation:
        _empty(folder)
        mark.write_text(str(generation), encoding="ascii")


def _marked(folder: Path) -> int | None:
    try:
        return int((folder / ".generation").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def drop(codes: Iterable[str]) -> None:
    """Unlink every kept page of these places and the city's home; call after COMMIT, before answering."""
    places = {code for code in codes if _PLACE.fullmatch(code)}
    if not places:
        return
    for place in sorted(places | {HOME}):
        with _locked(place):
            # Under the lock: the maker waited for may have just made the first page of the day.
            for folder in _days():
                _empty(folder / place)


def drop_all() -> None:
    """Unlink every kept page: the program, its style or the places themselves changed."""
    for folder in _days():
        for place in list(folder.iterdir()):
            if _PLACE.fullmatch(place.name):
                with _locked(place.name):
                    _empty(place)
            else:
                shutil.rmtree(place, ignore_errors=True)


def _empty(folder: Path) -> None:
    with suppress(FileNotFoundError):
        for file in list(folder.iterdir()):
            file.unlink(missing_ok=True)


def alias(slug: str, code: str, day: date) -> None:
    """Let a printed code answer with its place's kept page for the rest of the day."""
    if not (_SLUG.fullmatch(slug) and _PLACE.fullmatch(code)):
        raise ValueError("Not a slug or not a place.")
    file = _aliases(day) / slug
    fresh = file.with_name(f".{uuid.uuid4().hex}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(code, encoding="ascii")
        fresh.rename(file)
    except OSError:
        logger.warning("alias not kept", exc_info=True)


def aliased(slug: str, day: date) -> str | None:
    """Return the place a printed code stands for, where that was noted today."""
    if not _SLUG.fullmatch(slug):
        return None
    try:
        code = (_aliases(day) / slug).read_text(encoding="ascii")
    except OSError:
        return None
    return code if _PLACE.fullmatch(code) else None


def unalias(slug: str) -> None:
    """Forget what a printed code stands for; call after COMMIT when it is withdrawn or moved."""
    if _SLUG.fullmatch(slug):
        for folder in _days():
            (folder / "codes" / slug).unlink(missing_ok=True)


def sweep(today: date, generations: Callable[[list[str]], dict[str, int]]) -> int:
    """Remove the pages of past days and those a crash left between COMMIT and `drop`; return how many places.

    `generations` gives the present number of each place asked for.
    """
    swept = 0
    for folder in _days():
        if folder.name < today.isoformat():
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    here = settings.PAGES_DIR / today.isoformat()
    marks = {
        place.name: _marked(place)
        for place in (here.iterdir() if here.is_dir() else ())
        if _PLACE.fullmatch(place.name)
    }
    present = generations(list(marks))
    stale = [place for place, mark in marks.items() if mark is not None and mark != present.get(place)]
    drop(stale)
    return swept + len(stale)


def _days() -> list[Path]:
    root: Path = settings.PAGES_DIR
    if not root.is_dir():
        return []
    return sorted(folder for folder in root.iterdir() if _DAY.fullmatch(folder.name))


def _folder(place: str, day: date) -> Path:
    root: Path = settings.PAGES_DIR
    return root / day.isoformat() / place


def _aliases(day: date) -> Path:
    return _folder("codes", day)


@contextmanager
def _locked(place: str) -> Iterator[None]:
    """Hold a place's lock against every other process and thread."""
    file: Path = settings.PAGES_DIR / "locks" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
