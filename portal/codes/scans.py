"""Scans counted per code and day, with neither a query nor a trace of who.

Whoever answers a code adds one byte to `SCANS_DIR/<yyyy-mm-dd>/<SLUG>`; the file's size is the
count. One short write to a file opened for appending is atomic, so any number of processes may
write. Now and then the sizes are folded into `Scan` rows.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.codes import slugs

logger = logging.getLogger(__name__)

# A flood may cost so much disk for a code and day, and no more; the column holds it too.
MOST_A_DAY = 5_000_000
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
_FOLD = """
INSERT INTO codes_scan (code_id, "on", count)
SELECT code.id, %s, seen.count
FROM unnest(%s::text[], %s::integer[]) AS seen (slug, count)
JOIN codes_code AS code ON code.slug = seen.slug COLLATE "C"
ORDER BY code.id
ON CONFLICT (code_id, "on") DO UPDATE SET count = greatest(codes_scan.count, excluded.count)
"""


def note(slug: str, today: date) -> None:
    """Count one scan of a code that was answered. Never raises: no page fails for a statistic.

    Only for slugs that exist: each one seen takes a file, and an address costs nothing to invent.
    """
    if not slugs.is_slug(slug):
        return
    file = settings.SCANS_DIR / today.isoformat() / slug
    try:
        descriptor = _open(file)
        try:
            if os.fstat(descriptor).st_size < MOST_A_DAY:
                os.write(descriptor, b"1")
        finally:
            os.close(descriptor)
    except OSError as error:
        logger.warning("scan not counted: %s", error.strerror)


def note_now(slug: str) -> None:
    """Count one scan today, for the front of the site, which spells slugs in lower case."""
    note(slug.upper(), timezone.localdate())


def _open(file: Path) -> int:
    """Open a code's file of the day for appending; the day's first scan makes the folder."""
    try:
        return os.open(file, _FLAGS, 0o644)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, _FLAGS, 0o644)


def fold(today: date) -> int:
    """Write the counts on disk into `Scan` rows and return how many codes and days were written.

    May run at any time, twice or at once with itself: a file only grows, so the larger count is
    the right one. Days before yesterday are deleted after COMMIT; yesterday stays, because a
    request that began before midnight may still be adding to it.
    """
    written = 0
    with transaction.atomic():
        for folder, on in _days():
            if on > today:
                continue
            counts = dict(_counts(folder))
            if counts:
                with connection.cursor() as cursor:
                    cursor.execute(_FOLD, [on, list(counts), list(counts.values())])
                    written += cursor.rowcount
            if on < today - timedelta(days=1):
                transaction.on_commit(partial(shutil.rmtree, folder, ignore_errors=True))
    return written


def _days() -> Iterator[tuple[Path, date]]:
    """Yield the folders named after a day, oldest first; whatever else lies there is left alone."""
    if not settings.SCANS_DIR.is_dir():
        return
    for folder in sorted(settings.SCANS_DIR.iterdir()):
        try:
            yield folder, date.fromisoformat(folder.name)
        except ValueError:
            continue


def _counts(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield slug and count of a day's files."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if slugs.is_slug(entry.name) and entry.is_file(follow_symlinks=False):
                yield entry.name, entry.stat(follow_symlinks=False).st_size
