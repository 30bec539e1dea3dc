"""How fast a city's duties are made and met, and what the pages about them ask of the database.

    .venv/bin/python bench/duties.py [VILLAGES]

A scratch database is started in a temporary folder and thrown away. The city has 2,500 villages in 190
townships of ten counties and owes the whole catalogue for a year; nine in ten duties are met by a release of
their own. Times are wall time of the runs and of the statements of pages, and beside it the processor time of the
database's own process: the one that counts where others work on the machine.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import scratch

TODAY = date(2026, 11, 25)
SINCE = date(2025, 11, 1)
BAR_REFRESH_S, BAR_PAGE_MS = 10.0, 50.0
# A city's page is kept as bytes until something of the city is published.
BAR_CITY_MS = 300.0
COUNTIES, TOWNSHIPS = 10, 19


def places(villages: int) -> None:
    """Found a city of that many villages, with a body for every place."""
    from portal.places.actions import found_principal_bodies
    from portal.places.models import Level, Region

    def found(code: str, name: str, level: str, parent: Region | None) -> Region:
        return Region(code=code, name=name, short_name=name, stem=name, level=level, parent=parent)

    city = found("369900000000", "测试市", Level.CITY, None)
    city.save()
    counties = Region.objects.bulk_create(
        found(f"3699{number:02}000000", f"第{number}县", Level.COUNTY, city)
        for number in range(1, COUNTIES + 1)
    )
    towns = Region.objects.bulk_create(
        found(f"{county.code[:6]}{number + 100}000", f"第{number}镇", Level.TOWNSHIP, county)
        for county in counties
        for number in range(TOWNSHIPS)
    )
    Region.objects.bulk_create(
        found(
            f"{(town := towns[number % len(towns)]).code[:9]}{200 + number // len(towns)}",
            f"第{number}村",
            Level.VILLAGE,
            town,
        )
        for number in range(villages)
    )
    found_principal_bodies()


def publish() -> int:
    """Publish a release for nine duties in ten, some of them late; return how many."""
    from django.db import connections

    chance = random.Random(5)
    with scratch.filling("releases_release") as raw:
        user = raw.execute("SELECT id FROM people_user").fetchone()[0]
        duties = raw.execute(
            "SELECT d.item_id, i.kind, d.body_id, left(r.code, 6), d.start_on, d.end_on, d.due_on, i.names, "
            "i.period FROM duties_duty d JOIN catalogue_catalogueitem i ON i.id = d.item_id "
            "JOIN places_region r ON r.id = d.region_id ORDER BY d.id"
        ).fetchall()
        met = [one for one in duties if chance.random() < 0.9]
        from uuid_utils.compat import uuid7

        columns = (
            "id, item_id, kind, body_id, county, start_on, end_on, published_on, published_at, names, "
            "granularity, batch, stage, state, via, reason, file_name, is_nil, row_count, amount, "
            "difference_reason, opening_reason, review_path, review_level, round, root, drafted_by_id, "
            "created_at, withdrawal_reason, names_published"
        )
        with raw.cursor().copy(f"COPY releases_release ({columns}) FROM STDIN") as copy:
            for item, kind, body, county, start, end, due, names, period in met:
                day = due + timedelta(days=chance.choice((-5, -3, -2, -1, 0, 0, 0, 3, 9)))
                own = (uuid7(), item, kind, body, county, start, end, day, day, names, period)
                state = (1, "paid", "published", "bulk", "", "", chance.random() < 0.3, 3, 100, "", "")
                copy.write_row((*own, *state, "{}", "", 1, b"\0" * 32, user, day, "", names))
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(met)


def timed(what: str, work: Callable[[], object]) -> float:
    """Run something once and print how long it took."""
    started, before = time.perf_counter(), processor()
    told = work()
    took, used = time.perf_counter() - started, processor() - before
    print(f"{what}: {took:.2f} s, processor {used:.2f} s  {told}", flush=True)
    return used


def processor() -> float:
    """Return the processor seconds that the database's process used for this connection so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text(encoding="ascii").rsplit(")", 1)[1]
    told = fields.split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def pages() -> bool:
    """Measure the statements of the pages of a city, a county, a township and a village."""
    from portal.overview.asked import Asked
    from portal.overview.figures import figures_of
    from portal.overview.listing import page_of
    from portal.overview.places import coverage
    from portal.places.models import Region

    good = True
    for code in ("369900000000", "369901000000", "369901100000", "369901100200"):
        region = Region.objects.with_ancestors().get(code=code)
        parts: list[tuple[str, Callable[[], object]]] = [
            ("figures", lambda region=region: figures_of(region, TODAY, Asked())),
            ("coverage", lambda region=region: coverage(region, TODAY)),
        ]
        for state in ("", "late", "all"):
            asked = Asked(region=code, state=state)
            parts.append(
                (
                    f"list {state or 'missing'}",
                    lambda region=region, asked=asked: page_of(region, TODAY, asked),
                )
            )
        for name, work in parts:
            before = processor()
            times = [scratch.measure(work) for _ in range(9)]
            print(f"{region.level} {name}, processor {(processor() - before) * 1000 / 9:.0f} ms", flush=True)
            good &= scratch.report(
                f"{region.level} {name}", times, BAR_CITY_MS if region.level == "city" else BAR_PAGE_MS
            )
    return good


def main() -> int:
    """Fill and measure; 1 where a bar is missed."""
    villages = int(sys.argv[1]) if len(sys.argv) > 1 else 2_500
    with scratch.database():
        from portal.catalogue.actions import load_catalogue
        from portal.catalogue.models import CatalogueItem
        from portal.duties.generating import refresh
        from portal.duties.meeting import meet
        from portal.duties.models import Duty, Participation
        from portal.people.models import User
        from portal.places.models import Region
        from portal.workdays.actions import load_calendar

        load_catalogue()
        load_calendar()
        places(villages)
        User.objects.create_user(username="bench", password=None)
        Participation.objects.create(region=Region.objects.get(code="369900000000"), start_on=SINCE)
        print(f"{CatalogueItem.objects.count()} items, {Region.objects.count()} places", flush=True)
        first = timed("refresh from nothing", lambda: refresh(today=TODAY))
        second = timed("refresh again", lambda: refresh(today=TODAY))
        print(f"{Duty.objects.count()} duties; again / from nothing {second / first:.2f}", flush=True)
        print(f"{publish()} releases", flush=True)
        met = timed("meet", lambda: len(meet()))
        again = timed("refresh of what is met", lambda: refresh(today=TODAY))
        print(f"of what is met / from nothing {again / first:.2f}", flush=True)
        with scratch.filling("duties_duty"):
            pass  # what the database does by itself within a minute
        good = pages()
        return 0 if good and max(first, second, met, again) < BAR_REFRESH_S else 1


if __name__ == "__main__":
    sys.exit(main())
