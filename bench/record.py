"""What the public log costs: hashing a release, the publishing transaction, commitments while loading, one proof.

    .venv/bin/python bench/record.py [ROWS]

One scratch database, one run; pairs are measured in turns and compared by their medians, because absolute
times mean nothing on a shared machine. Bars: 200,000 rows hashed in under 5 s; publishing at most 1.2 times
publishing without the log; building rows with commitments at most 1.6 times building them without; a proof
of one row among a million, in a log of 100,000 entries, under 20 ms with at most 12 tile reads.
"""

from __future__ import annotations

import contextlib
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ENTRIES = 100_000
ROUNDS = 15


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        Path(folder).chmod(0o711)
        os.environ |= {
            "PORTAL_ENV": "test",
            "PORTAL_DATA": folder,
            "PORTAL_SOCKETS": f"{folder}/run",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        from portal.embedded import running
        from portal.vault.files import make_missing_keys

        servers = stack.enter_context(running(Path(folder), mode="test", purpose="bench", broker=False))
        os.environ["PORTAL_SOCKETS"] = str(servers.sockets)
        make_missing_keys(Path(folder) / "keys")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", database="owner", verbosity=0)
        try:
            _measure(rows)
        finally:
            connections.close_all()


def _measure(rows: int) -> None:
    hashing(200_000)
    building()
    publishing()
    proving(rows)


def timed(act: Any) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def hashing(rows: int) -> None:
    """Leaf hashes of rows of payments from their values, then the root over them."""
    from portal.record.leaves import RowName, row_leaf
    from portal.record.tree import root_of

    what = {"amount": "697.50", "period": "2026", "programme_code": "GD-2026", "quantity": "6.2000"}
    who = {"name": "李大根", "group_name": "第三组"}
    kept = {"account": "ab" * 16, "account_tail": "1234", "identity": "cd" * 16, "name": "李大根"}
    leaves: list[bytes] = []

    def act() -> None:
        for number in range(rows):
            name = RowName("payments", f"{number:036d}", 1)
            leaves.append(row_leaf(name, os.urandom(16), what=what, who=who, kept=kept)[1])

    seconds = timed(act)
    root = timed(lambda: root_of(leaves))
    say(
        f"hash {rows:,} rows", f"{seconds:.2f} s leaves (one process) + {root:.2f} s root", "5 s on two cores"
    )


def building() -> None:
    """Rows built by the loader's own builder, with commitments and with the hashing taken out."""
    with_hash, without = [], []
    act = _builder()
    for _ in range(7):
        with_hash.append(timed(act))
        with mock.patch("portal.imports.building.row_leaf", new=_no_leaf):
            without.append(timed(act))
    ratio = statistics.median(with_hash) / statistics.median(without)
    say("build rows with commitments / without", f"{ratio:.2f} ×", "1.6 ×")


def _no_leaf(*_told: Any, **_groups: Any) -> tuple[bytes, bytes]:
    return b"", b"\x00" * 32


def _builder() -> Any:
    """Return what loads one file of 5,000 payments into a draft and rolls back."""
    from datetime import date

    from django.db import transaction

    from portal.columns.periods import Period
    from portal.imports.loading import LoadRequest, load
    from tests.builders import body_of, make_cast, make_item, make_places, make_programme, make_standard
    from tests.portal.imports.uploads import line, table

    make_item()
    make_programme()
    make_standard()
    path = Path(tempfile.mkdtemp()) / "rows.csv"
    path.write_bytes(table(*(line(number) for number in range(1, 5001))))
    request = LoadRequest(
        kind="payments",
        body=body_of(make_places().binjiang),
        period=Period.parse("2026"),
        by=make_cast().clerk,
        today=date(2026, 11, 24),
    )

    def act() -> None:
        with contextlib.suppress(_UndoError), transaction.atomic():
            load(request, path)
            raise _UndoError

    act()
    return act


class _UndoError(Exception):
    """Undo the load."""


def publishing() -> None:
    """The transaction of the last approval, with the log and with the append taken out, in turns."""
    from django.db import connections

    from portal.releases import actions
    from portal.releases.models import Release, State
    from tests.builders import NOW, make_release, next_reviewer

    with connections["owner"].cursor() as cursor:  # without an entry the database would refuse to commit
        cursor.execute("ALTER TABLE releases_release DISABLE TRIGGER act_is_logged")
    with_log, without = [], []
    for batch in range(1, 2 * ROUNDS + 1):
        release = make_release(state=State.IN_REVIEW, rows=300, batch=batch)
        actions.approve(release.pk, by=next_reviewer(release), at=NOW, level="township")
        reviewer = next_reviewer(Release.objects.get(pk=release.pk))

        def act(release: Any = release, reviewer: Any = reviewer) -> None:
            actions.approve(release.pk, by=reviewer, at=NOW, level="county")

        if batch % 2:
            with_log.append(timed(act))
        else:
            with (
                mock.patch("portal.releases.actions.publication.record"),
                mock.patch("portal.releases.entries.of_publication"),
            ):
                without.append(timed(act))
    ratio = statistics.median(with_log) / statistics.median(without)
    say("publish 300 rows with the log / without", f"{ratio:.2f} ×", "1.2 ×")


def proving(rows: int) -> None:
    """One row of a large release in a log of 100,000 entries: path in the release, path in the log."""
    from django.db import connections, transaction

    from portal.log import reading
    from portal.record.proofs import inclusion
    from portal.record.tree import root_of
    from portal.releases import leaves, trees
    from portal.releases.models import Release, State
    from tests.builders import make_release
    from tests.portal.log.keeping import bend, fill

    for table in ("log_leaf", "log_tile", "log_head"):
        bend(f"DELETE FROM {table}")
    fill(b'{"count":"%d","t":"inbox","v":"1"}' % number for number in range(ENTRIES))
    release = make_release(state=State.DRAFT, rows=1, period="2024")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            """SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
            WHERE attrelid = 'funds_payment'::regclass AND attnum > 0 AND NOT attisdropped
                AND attname NOT IN ('id', 'position', 'leaf')"""
        )
        (others,) = cursor.fetchone()
        cursor.execute(
            f"""INSERT INTO funds_payment (id, position, leaf, {others})
            SELECT uuidv7(), n, sha256(n::text::bytea), {others}
            FROM funds_payment p, generate_series(2, %s) n WHERE p.release_id = %s""",
            [rows, release.pk],
        )
        cursor.execute("ANALYZE funds_payment")
    release = Release.objects.get(pk=release.pk)
    release.row_count = rows
    with transaction.atomic():
        planted = timed(lambda: setattr(release, "root", trees.plant(release)))
        say(f"root and upper levels of {rows:,} leaves", f"{planted:.1f} s", "no bar")
        assert root_of(leaf.hash for leaf in leaves.of_release(release)) == release.root
        ids = [leaf.id for leaf in leaves.of_release(release)]
    times, reads = [], 0
    for row in random.Random(1).sample(ids, 200):
        start = time.perf_counter()
        path = trees.path_of(release, "payments", row)
        tree = reading.tree()
        inclusion(random.randrange(ENTRIES), ENTRIES, tree.root)
        times.append(time.perf_counter() - start)
        reads = max(reads, tree.reads)
        assert path is not None
    half, most = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
    say("proof of one row", f"median {half * 1000:.1f} ms, p95 {most * 1000:.1f} ms", "20 ms")
    say("tile reads in the log", str(reads), "12")


def say(what: str, figure: str, bar: str) -> None:
    print(f"{what}: {figure} (bar: {bar})", flush=True)


if __name__ == "__main__":
    main()
