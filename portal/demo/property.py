"""What 大浦村 and a few other villages own and let, with all that a page has to say plainly.

| story | where | what is seen |
|---|---|---|
| arrears | 大浦村 · 上坊鱼塘 · 最近一季 | 一半租金没收到，催过一次 |
| run out | 大浦村 · 竹木加工棚 | 合同五个月前到期，还在用 |
| idle | 大浦村 · 老碾米房 | 上一份合同七个月前到期，空着 |
| occupied | 大浦村 · 旧小学教室 | 被人占着，没有合同 |
| no contract | 大浦村 · 村部门面 | 台账写出租，没公开合同 |
| half told | 大浦村 · 旧拖拉机 | 处置了，没写卖给谁、卖了多少 |
| not registered | 大浦村 · 村口空地 | 租出去了，台账上没有 |
| silent | 前白村 · 门前塘 | 租金收没收，一直没公开 |
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from portal.columns.periods import Granularity, Period
from portal.demo.dapu import HOUSE, POND, RENT_PAID, WOOD
from portal.demo.listings import Cells, Listing
from portal.demo.population import BINJIANG, DAPU
from portal.demo.vouchers import Sheet
from portal.demo.year import DemoYear, weekday_from

_ITEMS = {"assets": "MS-Z05", "resources": "MS-Z06", "leases": "MS-Z07", "rents": "MS-Z08"}
_STEMS = {"assets": "ZC", "resources": "ZY", "leases": "HT", "rents": "ZJ"}
_TITLES = {"assets": "资产台账", "resources": "资源台账", "leases": "出租合同", "rents": "租金收缴"}
_TENANT = "王小芳"
_DATA = Path(__file__).parent / "data"


class Property:
    """Registers and contracts of one year, and the rent of each quarter as the books tell it."""

    def __init__(self, year: DemoYear, books: list[Listing]) -> None:
        """Know the days that matter, and the lines of 大浦村's books that name a contract."""
        self.year = year
        self.first, self.last = year.months[0].start, year.quarters[-1]
        self.booked = sorted(
            (
                row
                for listing in books
                if listing.kind == "ledger" and listing.body == DAPU
                for row in listing.rows
                if row.get("合同编号")
            ),
            key=lambda row: row["日期"],
        )
        self.angler = next((row["往来单位"] for row in self.booked if row["合同编号"] == POND), "陈建华")

    def everything(self) -> list[Listing]:
        """Return the lists in the order in which one leans on the other."""
        opened = self.year.opened_on
        kept = Period.containing(opened, Granularity.YEAR)
        signed = Period.containing(opened, Granularity.MONTH)
        lists = []
        for body in (DAPU, BINJIANG):
            leases = self._leases() if body == DAPU else self._their_leases()
            lists += [
                self._listing("assets", body, kept, opened, self._assets(body)),
                self._listing("resources", body, kept, opened, self._resources(body)),
                self._listing("leases", body, signed, opened, leases),
            ]
        for listing in lists:
            if (listing.kind, listing.body) == ("leases", DAPU):
                self._enclose(listing)
        lists += [self._rents(quarter) for quarter in self.year.quarters]
        return [listing for listing in lists if listing.rows]

    def _listing(
        self, kind: str, body: str, period: Period, on: date, rows: Iterator[Cells] | list[Cells]
    ) -> Listing:
        place = body[6:] if body == DAPU else body[6:9]
        # Lists of one day are published in the order of their names: registers before what names them.
        order = list(_STEMS).index(kind) + 1
        return Listing(
            kind=kind,
            stem=f"{order}{_STEMS[kind]}-{place}-{period.label()}",
            body=body,
            period=period,
            item=_ITEMS[kind],
            published_on=on,
            title=f"{'大浦村' if body == DAPU else '彬江镇各村'}{period.label()}{_TITLES[kind]}",
            rows=list(rows),
        )

    def _assets(self, body: str) -> Iterator[Cells]:
        counted = (self.first - timedelta(days=60)).isoformat()
        for row in _rows("assets.csv", body):
            row["盘点日期"] = counted
            if row["使用状况"] == "已处置":
                row["处置日期"] = counted
            yield row

    def _resources(self, body: str) -> Iterator[Cells]:
        for row in _rows("resources.csv", body):
            yield row | ({"使用人": self.angler} if row["资源名称"] == "上坊鱼塘" else {})

    def _leases(self) -> Iterator[Cells]:
        """Yield contracts; their days are counted from the newest quarter and from today."""
        due = self._day(-10, self.last.end)
        half = next((date.fromisoformat(row["日期"]) for row in self.booked if row["合同编号"] == POND), due)
        wood = next(date.fromisoformat(row["日期"]) for row in self.booked if row["合同编号"] == WOOD)
        monthly = ";".join(f"{month:02d}-10" for month in range(1, 13))
        yield _lease(HOUSE, "ZC-01", _TENANT, (-1, 3), self.first, "67200.00", monthly) | {
            "公开竞价": "是",
            "底价": "60000.00",
            "成交价": "67200.00",
            "押金": "5000.00",
            "事项编号": "DP-JY-2025-02",
        }
        yield _lease(
            "DP-2024-02",
            "ZC-02",
            "彬江农资经营部",
            (-1, 3),
            self.first,
            "36000.00",
            _days(self._day(-20, self.last.end)),
        )
        ended = _months_before(self.year.today, 7)
        yield _lease("DP-2020-03", "ZC-03", "张细明", None, None, "4800.00", "12-31") | {
            "起始日期": _years_before(ended, 5).isoformat(),
            "终止日期": ended.isoformat(),
            "合同状态": "已到期",
        }
        ended = _months_before(self.year.today, 5)
        yield _lease("DP-2019-04", "ZC-04", "易长根", None, None, "9600.00", "12-31") | {
            "起始日期": _years_before(ended, 6).isoformat(),
            "终止日期": ended.isoformat(),
            "公开竞价": "不详",
        }
        yield _lease(POND, "ZY-01", self.angler, (-4, 5), self.first, "24000.00", _days(half, due)) | {
            "出租面积": "18",
            "用途": "养鱼",
        }
        yield _lease(WOOD, "ZY-02", "彬江油茶专业合作社", (-5, 20), self.first, "64000.00", _days(wood)) | {
            "发包方式": "招标",
            "公开竞价": "是",
            "出租面积": "320",
        }
        paid, later = self._day(-40, self.last.end), self._later()
        yield _lease("DP-2023-07", "ZY-03", "刘为民", (-3, 5), self.first, "30800.00", _days(paid, later))
        yield _lease("DP-2025-08", "", "大浦超市", (0, 1), self.first, "", "") | {
            "标的名称": "村口空地",
            "计租方式": "一次性",
            "合同总额": "1200.00",
            "公开竞价": "否",
        }

    def _rents(self, quarter: Period) -> Listing:
        """Return what fell due in a quarter: as the books tell it, and what never came."""
        rows = [_received(row) for row in self.booked if quarter.contains(date.fromisoformat(row["日期"]))]
        if quarter == self.last:
            store, paid = self._day(-20, quarter.end), self._day(-40, quarter.end)
            rows.append(
                _rent(POND, self._day(-10, quarter.end), "12000.00")
                | {"催收记录": "村里上门催过一次，答应年底前交"}
            )
            rows += [_rent("DP-2024-02", store, "36000.00", store, part) for part in ("20000.00", "16000.00")]
            rows.append(_rent("DP-2023-07", paid, "15400.00", paid, "15400.00"))
        later = self._later()
        is_leap_day = (later.month, later.day) == (2, 29)
        before = date(later.year - 1, later.month, 28 if is_leap_day else later.day)
        if quarter.contains(before):
            rows.append(_rent("DP-2023-07", before, "15400.00", before, "15400.00"))
        on = max(self.year.published_after(quarter.end, 15), self.year.opened_on)
        return self._listing("rents", DAPU, quarter, on, rows)

    def _their_leases(self) -> list[Cells]:
        """Return a contract of each other village: one whose rent is told of, one that is silent."""
        due = self._day(-30, self.last.end)
        return [
            _lease("QB-2024-01", "ZY-01", "钟水生", (-2, 5), self.first, "3600.00", _days(due))
            | {"村代码": "前白村"},
            _lease("BY-2022-01", "ZY-01", "黄桂生", (-3, 5), self.first, "5200.00", _days(due))
            | {"村代码": "白源村"},
        ]

    def _enclose(self, listing: Listing) -> None:
        """Lay the scanned contract behind the first two; of the others the page says that it is missing."""
        for row in listing.rows[:2]:
            name = f"{row['合同编号']}-合同.jpg"
            listing.pictures[name] = (_contract(row),)
            row["附件"] = name

    def _later(self) -> date:
        """Return the day of this year on which the reservoir's second half is due."""
        today = self.year.today
        return min(today + timedelta(days=20), date(today.year, 12, 31))

    def _day(self, days: int, end: date) -> date:
        return weekday_from(end + timedelta(days=days))


def _rows(name: str, body: str) -> Iterator[Cells]:
    """Yield the register of 大浦村, or what its township hands in for the others."""
    with (_DATA / name).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if (row["村代码"] == "大浦村") == (body == DAPU):
                yield {header: text for header, text in row.items() if text}


def _lease(
    number: str,
    thing: str,
    tenant: str,
    years: tuple[int, int] | None,
    first: date | None,
    rent: str,
    days: str,
) -> Cells:
    """Return a contract; `years` are those before the demo's first month, and how many it runs."""
    cells = {"合同编号": number, "承租人": tenant, "公开竞价": "是"}
    if thing:
        cells["标的编号"] = thing
    if years is not None and first is not None:
        start = date(first.year + years[0], 1, 1)
        cells["起始日期"] = start.isoformat()
        cells["终止日期"] = date(start.year + years[1], 12, 31).isoformat()
    if rent:
        cells |= {"年租金": rent, "每年应收月日": days}
    return cells


def _received(row: Cells) -> Cells:
    """Return the rent that a line of the books brought in."""
    is_house = row["合同编号"] == HOUSE
    paid_on = date.fromisoformat(row["日期"])
    # The house is paid a day or two before the tenth; its amount is the contract's, whatever was mistyped.
    due_on = paid_on.replace(day=10) if is_house else paid_on
    amount = f"{RENT_PAID:.2f}" if is_house else row["金额"]
    return _rent(row["合同编号"], due_on, amount, paid_on, amount) | {
        "凭证号": row["凭证号"],
        "缴款人": row["往来单位"],
    }


def _rent(number: str, due_on: date, due: str, paid_on: date | None = None, paid: str = "") -> Cells:
    cells = {"合同编号": number, "应收日期": due_on.isoformat(), "应收金额": due}
    if paid_on is not None:
        cells |= {"实收日期": paid_on.isoformat(), "实收金额": paid}
    return cells


def _days(*days: date) -> str:
    return ";".join(sorted(f"{day:%m-%d}" for day in days))


def _months_before(today: date, months: int) -> date:
    """Return the last day of the month that lies so many months back."""
    number = today.year * 12 + today.month - 1 - months + 1
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, min(day.day, 28))


def _contract(row: Cells) -> Sheet:
    tenant = row["承租人"]
    shown = f"{tenant[0]}*{tenant[2:]}" if len(tenant) == 3 else tenant
    return Sheet(
        look="detail",
        title="租 赁 合 同",
        facts=(
            ("甲方", "大浦村股份经济合作社"),
            ("乙方", shown),
            ("租期", f"{row['起始日期']} 至 {row['终止日期']}"),
            ("年租金", f"¥{Decimal(row['年租金']):,.2f}"),
        ),
        signed=(("甲方代表", "刘建华"), ("乙方", shown)),
        seal="大浦村股份经济合作社",
    )
