"""How fast a name is found in a village and in a township among a million payments.

    .venv/bin/python bench/names.py [ROWS]

A scratch database is started in a temporary folder and thrown away. The rows lie over the villages of one
county as unevenly as villages are; a third of the names is masked, some rows were replaced by corrections.
Times are those of the statements in the database, whole pages of results, as the search room runs them.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
COUNTY = "360902"
BAR_MS = 20
SURNAMES = "李王张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗易袁彭钟欧阳晏邹龙甘涂"
GIVEN = "大根小妹国强桂香建华秋菊春生冬梅长水莲细毛金银秀兰英芳丽娟敏静伟军勇明辉平福贵有才发财生火"
# What every row has alike; the rest comes with the row.
_ALIKE: dict[str, Any] = {
    "version": 1,
    "county": COUNTY,
    "note": "",
    "erased": 0,
    "programme_code": "GD",
    "standard_name": "耕地补贴",
    "quantity": "6.2",
    "rate": "112.5",
    "amount": "697.5",
    "start_on": "2026-01-01",
    "end_on": "2027-01-01",
    "paid_on": "2026-06-20",
    "entry_type": "normal",
    "payee_type": "household",
    "method": "transfer",
    "key_no": 1,
    **dict.fromkeys(
        ("batch_label", "group_name", "household_no", "credit_code", "bank", "deduction_reason", "plot_code"),
        "",
    ),
    **dict.fromkeys(("document_no", "householder_public"), ""),
}
_OWN = ("id", "first_id", "seed", "leaf", "position", "region_id", "release_id", "name", "name_public")
_COLUMNS = (*_ALIKE, *_OWN, "identity_digest", "account_tail")


def names(chance: random.Random) -> Iterator[str]:
    """Yield names of two and three characters, surnames as unequal as they are."""
    weights = [1 / (rank + 2) for rank in range(len(SURNAMES))]
    while True:
        surname = chance.choices(SURNAMES, weights)[0]
        yield surname + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2))))


def fill(rows: int, villages: list[int], release: UUID, chance: random.Random) -> None:
    """Write the rows by COPY, as the owner and past the triggers: the filling is not what is measured."""
    from django.db import connections
    from uuid_utils.compat import uuid7

    weights = [chance.uniform(0.3, 3) for _ in villages]
    homes = sorted(chance.choices(villages, weights, k=rows))
    person = names(chance)
    connection = connections["owner"]
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("SET session_replication_role = replica")
    with raw.cursor().copy(f"COPY funds_payment ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for position, home in enumerate(homes):
            if position % 6 == 0:
                name = next(person)
                digest = chance.randbytes(16)
                tail = f"{chance.randrange(10_000):04d}"
            shown = f"{name[0]}*{name[2:]}" if position % 3 == 0 else name
            pk = uuid7()
            own = (pk, pk, pk.bytes, pk.bytes * 2, position, home, release, name, shown)
            copy.write_row((*_ALIKE.values(), *own, digest, tail))
    raw.execute("SET session_replication_role = DEFAULT")
    raw.execute("VACUUM (ANALYZE) funds_payment")


def prepare(rows: int) -> UUID:
    """Load the places and publish one release that all rows belong to; replace one row in a hundred."""
    from django.db import connections
    from django.utils import timezone

    from portal.catalogue.actions import load_catalogue
    from portal.catalogue.models import CatalogueItem
    from portal.people.models import User
    from portal.places.actions import found_principal_bodies, load_regions
    from portal.places.models import Body, Region
    from portal.releases.models import Release

    load_regions()
    found_principal_bodies()
    load_catalogue()
    now = timezone.now()
    release = Release.objects.create(
        item=CatalogueItem.objects.get(code="MS-P02"),
        kind="payments",
        body=Body.objects.get(code=f"{COUNTY}000000"),
        county=COUNTY,
        granularity="yearly",
        names="full",
        start_on="2026-01-01",
        end_on="2027-01-01",
        drafted_by=User.objects.create_user(username="bench", password=None),
    )
    villages = list(
        Region.objects.filter(code__startswith=COUNTY, level="village").values_list("pk", flat=True)
    )
    fill(rows, villages, release.pk, random.Random(7))
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE releases_release SET state = 'published', root = %s, published_at = %s, "
            "published_on = %s",
            [bytes(32), now, now.date()],
        )
        cursor.execute(
            "INSERT INTO releases_replaced (row_id, by_row_id, release_id, reason) "
            "SELECT id, NULL, release_id, '' FROM funds_payment WHERE position % 100 = 0"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    return release.pk


class Clock:
    """Adds up what the database took."""

    def __init__(self) -> None:
        """Start at zero."""
        self.milliseconds = 0.0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """Run one statement and count its time."""
        started = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.milliseconds += (time.perf_counter() - started) * 1000


def measure(work: Callable[[], object]) -> float:
    """Return the milliseconds the database spent on some work."""
    from django.db import connection

    clock = Clock()
    with connection.execute_wrapper(clock):
        work()
    return clock.milliseconds


def report(what: str, times: list[float]) -> bool:
    """Print p50 and p95; return whether p95 is under the bar."""
    ordered = sorted(times)
    middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(f"{what}: p50 {middle:.1f} ms, p95 {high:.1f} ms, {len(times)} searches")
    return high < BAR_MS


def run() -> bool:
    """Search names of one to three characters, common and absent ones, in villages and townships."""
    from funds.households import own_payments
    from portal.places.models import Region
    from portal.releases.registry import kind
    from portal.search.rows import persons, places_to_search

    payments, chance = kind("payments"), random.Random(11)
    person = names(chance)
    good = True
    for level, word in (("village", "village"), ("township", "township")):
        regions = list(Region.objects.filter(code__startswith=COUNTY, level=level))
        for length in (1, 2, 3):
            times = []
            for _ in range(200):
                region = chance.choice(regions)
                name = next(person)
                # A surname, a given name, the middle of one: whatever part somebody writes.
                text = name[-length:] if chance.random() < 0.5 else name[:length]
                inside = places_to_search(region)
                times.append(measure(lambda text=text, inside=inside: persons(payments, text, inside)))
            good = report(f"{word}, {length} characters", times) and good
    villages = list(Region.objects.filter(code__startswith=COUNTY, level="village"))
    absent = [
        measure(lambda: own_payments(chance.choice(villages), next(person), "0000")) for _ in range(200)
    ]
    return report("own payments, wrong digits or absent name", absent) and good


def main(rows: int) -> int:
    """Fill, measure, and return 1 when a figure is above the bar."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        os.environ |= {  # a process of its own, before the settings are read
            "PORTAL_ENV": "test",
            "PORTAL_DATA": name,
            "PORTAL_SOCKETS": str(folder / "run"),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        from portal.embedded import running

        with running(folder, mode="demo", purpose="bench") as servers:
            os.environ["PORTAL_SOCKETS"] = str(servers.sockets)
            import django
            from django.core.management import call_command
            from django.db import connections

            django.setup()
            call_command("migrate", database="owner", verbosity=0)
            started = time.perf_counter()
            prepare(rows)
            print(f"{rows:,} rows filled in {time.perf_counter() - started:.0f} s")
            good = run()
            connections.close_all()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
