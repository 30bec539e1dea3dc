"""How fast words and amounts are found in a village and in a township among a million lines of books.

    .venv/bin/python bench/search.py [ROWS [VILLAGES]]

A scratch database is started in a temporary folder and thrown away. The lines lie over the villages of the
city, unevenly, month by month as they would be loaded, each village's month a release of its own; some were
replaced by corrections. Half of the other sides are persons, masked. Measured is all that one page asks of
the database: the places of that name, the villages of the township, and every group that is searched.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import names
import scratch

BAR_MS = 50
SEARCHES = 200
MONTHS = 24
DONE = "水渠清淤 路灯维修 办公打印纸墨 村道硬化 垃圾清运 防汛沙袋 会议用餐 老年食堂买菜 党员活动 电费 水费 网络费 误工补贴 租车 绿化养护 鱼塘承包款 门面房租金 征地补偿款 上级拨款 存款利息".split()
WHERE = "一组 二组 三组 上屋场 下屋场 老祠堂 村部 小学旁 大塘边 水库 桥头 东坑".split()
FIRMS = "便民文具店 兴农农资经营部 宏达建筑公司 顺风运输队 供电所 自来水公司 电信营业厅 惠民超市 绿源苗木合作社 老俵饭店".split()
WORDS = {
    1: "水 路 电 塘 李 纸 店 瓷".split(),
    2: "清淤 路灯 打印 李* 公司 误工 租金 陶瓷".split(),
    3: "老祠堂 打印纸 文具店 供电所 鱼塘承 大塘边 陶瓷厂 李*根".split(),
}
_ALIKE: dict[str, Any] = {
    "version": 1,
    "note": "",
    "erased": 0,
    "account": "管理费用",
    "account_code": "521",
    "handler": "王小平",
    "witness": "张水生",
    "approver": "刘建华",
    "unit": "collective",
    "nature": "own",
    "method": "transfer",
    **dict.fromkeys("attachments group_name entry_no fund_account".split(), ""),
    **dict.fromkeys("invoice_no invoice_code contract_no project_no matter_no reverses_no".split(), ""),
}
_OWN = "id first_id seed leaf position county region_id release_id happened_on voucher_no direction summary amount counterparty counterparty_public counterparty_type".split()


def fill(rows: int, books: list[list[Any]], chance: random.Random) -> None:
    """Write the lines by COPY: one month of every village after the other, as books are published."""
    weights = [chance.uniform(0.3, 3) for _ in books[0]]
    person = names.names(chance)
    position = 0
    with (
        scratch.filling("villages_ledgerentry") as raw,
        raw.cursor().copy(f"COPY villages_ledgerentry ({', '.join([*_ALIKE, *_OWN])}) FROM STDIN") as copy,
    ):
        for month, releases in enumerate(books):
            share = rows * (month + 1) // len(books) - rows * month // len(books)
            held = Counter(chance.choices(range(len(releases)), weights, k=share))
            for village, many in sorted(held.items()):
                for _ in range(many):
                    position += 1
                    copy.write_row((*_ALIKE.values(), *_line(position, releases[village], person, chance)))


def _line(position: int, book: Any, person: Iterator[str], chance: random.Random) -> tuple[Any, ...]:
    from uuid_utils.compat import uuid7

    is_unit = chance.random() < 0.5
    name = chance.choice(FIRMS) if is_unit else next(person)
    pk = uuid7()
    return (
        *(pk, pk, pk.bytes, pk.bytes * 2, position, book.county, book.body.region_id, book.pk),
        *(book.start_on + timedelta(days=chance.randrange(28)), f"记-{position % 99:03d}"),
        "in" if chance.random() < 0.2 else "out",
        f"{book.start_on.month}月{chance.choice(WHERE)}{chance.choice(DONE)}",
        f"{chance.randrange(1000, 2_000_000) / 100:.2f}",
        name,
        name if is_unit else f"{name[0]}*{name[2:]}",
        "unit" if is_unit else "person",
    )


def books(count: int) -> list[list[Any]]:
    """Return the releases of two years, month by month, for so many villages of the city."""
    from portal.places.models import Body
    from portal.releases.models import Release

    bodies = list(Body.objects.filter(region__level="village").order_by("code")[:count])
    one = scratch.draft("ledger", "MS-Z01", bodies[0].code, granularity="monthly", names="masked")
    made = []
    for month in range(MONTHS):
        span = (
            date(2024 + month // 12, month % 12 + 1, 1),
            date(2024 + (month + 1) // 12, (month + 1) % 12 + 1, 1),
        )
        releases = [
            Release(
                item=one.item,
                kind=one.kind,
                granularity=one.granularity,
                names=one.names,
                drafted_by=one.drafted_by,
                body=body,
                county=body.code[:6],
                start_on=span[0],
                end_on=span[1],
            )
            for body in bodies
        ]
        made.append(Release.objects.bulk_create(releases))
    print(f"{len(bodies):,} villages, {len(bodies) * MONTHS:,} releases", flush=True)
    return made


def prepare(rows: int, villages: int) -> None:
    """Publish the lines."""
    scratch.load_masters()
    fill(rows, books(villages), random.Random(7))
    scratch.publish("villages_ledgerentry")


def run() -> bool:
    """Search words of one to three characters, amounts, and two words at once."""
    from portal.places.models import Region
    from villages.models import LedgerEntry

    chance, good = random.Random(11), True
    amounts = [str(value) for value in LedgerEntry.objects.values_list("amount", flat=True)[:500]]
    asked = {
        **{f"{length} characters": words for length, words in WORDS.items()},
        "an amount": amounts,
        "two words": ["水渠 公司", "路灯 李*", "打印纸 店", "误工 8月"],
    }
    scratch.report("for comparison, adding up 100,000 numbers", [_add_up() for _ in range(50)], BAR_MS)
    for level in ("village", "township"):
        counted = _counted(level)
        regions = list(Region.objects.with_ancestors().filter(pk__in=counted))
        widest = max(counted.values())
        print(f"{level}: {len(regions):,} places, at most {widest:,} lines in one", flush=True)
        for what, texts in asked.items():
            times = [_time(chance.choice(regions), chance.choice(texts)) for _ in range(SEARCHES)]
            good = scratch.report(f"{level}, {what}", times, BAR_MS) and good
    largest = Region.objects.with_ancestors().get(pk=_counted("township").most_common(1)[0][0])
    for what, texts in asked.items():
        times = [_time(largest, chance.choice(texts)) for _ in range(SEARCHES)]
        good = scratch.report(f"the largest township, {what}", times, BAR_MS) and good
    return good


def _add_up() -> float:
    """Return the milliseconds of a fixed piece of work: how busy the machine is."""
    from django.db import connection

    with connection.cursor() as cursor:
        return scratch.measure(lambda: cursor.execute("SELECT sum(i) FROM generate_series(1, 100000) i"))


def _counted(level: str) -> Counter[int]:
    from django.db.models import Count

    from villages.models import LedgerEntry

    place = "region__parent" if level == "township" else "region"
    return Counter(dict(LedgerEntry.objects.order_by().values_list(place).annotate(number=Count("pk"))))


def _time(region: Any, text: str) -> float:
    """Return the milliseconds of everything the page looks up for a text in a place."""
    from portal.search.asked import Asked
    from portal.search.results import search

    asked = Asked(q=text, region=region.code)
    return scratch.measure(lambda: search(asked, region, today=date(2026, 1, 1)))


def main(rows: int, villages: int) -> int:
    """Fill, measure, and return 1 when a figure is above the bar."""
    with scratch.database():
        started = time.perf_counter()
        prepare(rows, villages)
        print(f"{rows:,} rows filled in {time.perf_counter() - started:.0f} s", flush=True)
        return 0 if run() else 1


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*[*given, *(1_000_000, 2_500)[len(given) :]]))
