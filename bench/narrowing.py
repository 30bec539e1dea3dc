"""What it costs to take the names of a large release: one act, its pages and its entry in the log.

    .venv/bin/python bench/narrowing.py [ROWS]

A scratch database is thrown away afterwards.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import scratch


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with scratch.database():
        from portal.releases.actions import narrowing
        from tests.builders import NOW

        release = _published(rows)
        started = time.perf_counter()
        (act,) = narrowing.expire_due(at=NOW + timedelta(days=40))
        seconds = time.perf_counter() - started
        assert act.release.pk == release.pk
        print(f"{act.rows:,} names of one release taken in {seconds:.1f} s", flush=True)


def _published(rows: int) -> Any:  # a release: its model is imported once Django is set up
    from django.conf import settings
    from django.db import connections

    from portal.releases.models import State
    from portal.vault.files import make_missing_keys
    from tests.builders import make_item, make_programme, make_release, walk

    make_missing_keys(settings.DATA_DIR / "keys")
    make_item(names_months=1)
    make_programme()
    release = make_release(state=State.DRAFT, rows=1)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            """SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
            WHERE attrelid = 'funds_payment'::regclass AND attnum > 0 AND NOT attisdropped
                AND attname NOT IN ('id', 'first_id', 'position', 'leaf', 'name', 'name_public')"""
        )
        (others,) = cursor.fetchone()
        cursor.execute(
            f"""INSERT INTO funds_payment (id, first_id, position, leaf, name, name_public, {others})
            SELECT i, i, n, sha256(n::text::bytea), s, s, {others} FROM (
                SELECT uuidv7() AS i, n, '李' || chr(19968 + mod(n, 5000)) || chr(19968 + mod(n, 777)) AS s, p.*
                FROM funds_payment p, generate_series(2, %s) n WHERE p.release_id = %s) p""",  # columns of our own table
            [rows, release.pk],
        )
        cursor.execute("ANALYZE funds_payment")
    return walk(release, State.PUBLISHED)


if __name__ == "__main__":
    main()
