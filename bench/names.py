"""How fast a name is found in a village and in a township among a million payments.

    .venv/bin/python bench/names.py [ROWS]

A scratch database is started in a temporary folder and thrown away. The rows lie over the villages of one
county as unevenly as villages are; a third of the names is masked, some rows were replaced by corrections.
Times are those of the statements in the database, whole pages of results, as the search room runs them.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import scratch

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
    """Write the rows by COPY."""
    from uuid_utils.compat import uuid7

    weights = [chance.uniform(0.3, 3) for _ in villages]
    homes = sorted(chance.choices(villages, weights, k=rows))
    person = names(chance)
    with (
        scratch.filling("funds_payment") as raw,
        raw.cursor().copy(f"COPY funds_payment ({', '.join(_COLUMNS)}) FROM STDIN") as copy,
    ):
        for position, home in enumerate(homes):
            if position % 6 == 0:
                name = next(person)
                digest = chance.randbytes(16)
                tail = f"{chance.randrange(10_000):04d}"
            shown = f"{name[0]}*{name[2:]}" if position % 3 == 0 else name
            pk = uuid7()
            own = (pk, pk, pk.bytes, pk.bytes * 2, position, home, release, name, shown)
            copy.write_row((*_ALIKE.values(), *own, digest, tail))


def prepare(rows: int) -> None:
    """Publish the rows over the villages of one county."""
    from portal.places.models import Region

    scratch.load_masters()
    release = scratch.draft(
        "payments",
        "MS-P02",
        f"{COUNTY}000000",
        granularity="yearly",
        names="full",
        start_on="2026-01-01",
        end_on="2027-01-01",
    )
    release.save()
    villages = list(
        Region.objects.filter(code__startswith=COUNTY, level="village").values_list("pk", flat=True)
    )
    fill(rows, villages, release.pk, random.Random(7))
    scratch.publish("funds_payment")


def run() -> bool:
    """Search names of one to three characters, common and absent ones, in villages and townships."""
    from funds.households import own_payments
    from portal.places.models import Region
    from portal.search.groups import groups
    from portal.search.rows import Wanted, find, places_to_search
    from portal.search.statement import Terms

    payments, chance = next(group for group in groups() if group.key == "payments"), random.Random(11)
    wanted = [Wanted(group=payments, shown=20)]
    person = names(chance)
    good = True
    for level in ("village", "township"):
        regions = list(Region.objects.filter(code__startswith=COUNTY, level=level))
        for length in (1, 2, 3):
            times = []
            for _ in range(200):
                region = chance.choice(regions)
                name = next(person)
                # A surname, a given name, the middle of one: whatever part somebody writes.
                text = name[-length:] if chance.random() < 0.5 else name[:length]
                terms = Terms(words=[text], joined=text, places=list(places_to_search(region)))
                times.append(scratch.measure(lambda terms=terms: find(wanted, terms)))
            good = scratch.report(f"{level}, {length} characters", times, BAR_MS) and good
    villages = list(Region.objects.filter(code__startswith=COUNTY, level="village"))
    absent = [
        scratch.measure(lambda: own_payments(chance.choice(villages), next(person), "0000"))
        for _ in range(200)
    ]
    return scratch.report("own payments, wrong digits or absent name", absent, BAR_MS) and good


def main(rows: int) -> int:
    """Fill, measure, and return 1 when a figure is above the bar."""
    with scratch.database():
        started = time.perf_counter()
        prepare(rows)
        print(f"{rows:,} rows filled in {time.perf_counter() - started:.0f} s", flush=True)
        return 0 if run() else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
