"""Receptions of the demo: 彬江镇 with their papers, a month without any, and one that a village paid.

| story | where | what is seen |
|---|---|---|
| no-guests | 彬江镇 · -3 月 | 声明没有接待 |
| (no list) | 彬江镇 · -4 月 | 没有公开 |
| no-guests-village | 大浦村 · 上一季度 | 村级零接待，声明过 |
| (in the list) | 彬江镇 · -1 月 | 一次缺发票；一次陪的人超过规定、付现金 |
| (in the list) | 前白村 · -2 月 | 村里付的一顿工作餐，和账本对得上 |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from portal.columns.periods import Granularity, Period
from portal.demo.books import OUT, Entry
from portal.demo.ledgers import WAITING, Ledgers
from portal.demo.listings import Cells, Listing
from portal.demo.policies import COUNTY_CODE
from portal.demo.population import BINJIANG, DAPU
from portal.demo.stories import Story
from portal.demo.vouchers import Sheet
from portal.demo.year import DemoYear, payday

TOWNSHIPS, VILLAGES, MEALS = "GW-01", "GW-06", "GW-02"
UNIT, CANTEEN = "彬江镇人民政府", "镇政府食堂"
_PAPERS = ("公函", "申请单", "账单或菜单", "转账凭证", "发票")
_MEAL = "工作餐（误餐）"


def meal_standards(year: DemoYear) -> Iterator[Listing]:
    """Yield the programme of official spending and what a meal of guests may cost."""
    month = Period.containing(year.opened_on, Granularity.MONTH)
    programme = {
        "补贴项目编码": "GW-JD",
        "补贴项目": "公务接待",
        "主管部门": "区财政局",
        "说明": "公务接待一顿饭最多花多少",
        "计算方式": "核定",
    }
    standard = {
        "补贴项目编码": "GW-JD",
        "标准名称": "工作餐（科级以下）",
        "计量单位": "人餐",
        "补贴标准": "50",
        "起始日期": "2020-01-01",
        "标准类型": "上限",
        "政策文号": "示财行〔2020〕2号",
    }
    yield Listing(
        kind="programmes",
        stem="programmes-gw",
        period=Period.containing(year.opened_on, Granularity.YEAR),
        item="MS-J01",
        title="公务接待项目",
        rows=[programme],
        body=COUNTY_CODE,
        published_on=year.opened_on,
    )
    yield Listing(
        kind="standards",
        stem="standards-gw",
        period=month,
        item=MEALS,
        title="公务接待标准",
        rows=[standard],
        body=COUNTY_CODE,
        published_on=year.opened_on,
    )


class Receptions:
    """All lists of receptions of the year, and the stories that say there were none."""

    def __init__(self, year: DemoYear, ledgers: Ledgers) -> None:
        """Book the meal of one village in its ledger, so that both can be compared."""
        self.year = year
        self.meal_month = ledgers.recent[-2]
        self.book = ledgers.books[WAITING, self.meal_month]
        self.paid = Entry(25, OUT, "办公费", _MEAL, "前白村食堂", Decimal("268.00"))
        self.book.entries.append(self.paid)
        self.book.entries.sort(key=lambda entry: entry.day)

    def everything(self) -> tuple[list[Listing], list[Story]]:
        """Return the history in no order, and the stories."""
        months = self.year.months
        history = [self._town(period, rows) for period, rows in self._visits().items()]
        quarter = self.year.quarters[-1]
        return [*history, self._of_village()], [
            Story("no-guests", self._none(BINJIANG, months[-3], TOWNSHIPS, "彬江镇"), "published"),
            Story("no-guests-village", self._none(DAPU, quarter, VILLAGES, "大浦村"), "published"),
        ]

    def _visits(self) -> dict[Period, list[Cells]]:
        last, before, _, _, early = self.year.months[:-6:-1]
        return {
            last: [
                _visit(last, 18, "市农业农村局", 6, 2, "高标准农田验收", "360.00", without=("发票",)),
                _visit(last, 11, "区水利局", 4, 1, "山塘安全检查", "200.00", venue="镇政府食堂"),
                _visit(
                    last, 25, "邻县彬山镇人民政府", 8, 5, "学习垃圾分类", "910.00",
                    venue="彬江饭店", method="现金", without=("申请单", "转账凭证"),
                ),
            ],
            before: [
                _visit(before, 9, "区林业局", 3, 1, "森林防火检查", "160.00"),
                _visit(before, 22, "省乡村振兴局调研组", 12, 4, "和美乡村调研", "768.00"),
            ],
            early: [_visit(early, 15, "区自然资源局", 5, 2, "耕地保护检查", "280.00", one_scan=True)],
        }  # fmt: skip

    def _town(self, period: Period, rows: list[Cells]) -> Listing:
        listing = Listing(
            kind="receptions",
            stem=f"JD-{BINJIANG[6:9]}-{period.label()}",
            body=BINJIANG,
            period=period,
            item=TOWNSHIPS,
            published_on=self.year.published_after(period.end, 6),
            title=f"彬江镇{period.label()}公务接待",
            rows=rows,
        )
        for row in rows:
            listing.pictures |= _pictures(row)
        return listing

    def _of_village(self) -> Listing:
        number = self.book.entries.index(self.paid) + 1
        day = payday(self.meal_month, self.paid.day)
        row = _visit(self.meal_month, 25, "区农业农村局", 5, 1, "晚稻测产", "268.00", venue="前白村食堂")
        row |= {
            "接待单位": "前白村民委员会",
            "接待日期": day.isoformat(),
            "地区代码": WAITING,
            "凭证号": f"记-{number:03d}",
        }
        for header in _PAPERS[2:]:
            row.pop(header)
        return Listing(
            kind="receptions",
            stem=f"JD-{WAITING[6:]}-{self.meal_month.label()}",
            body=WAITING,
            period=self.meal_month,
            item=VILLAGES,
            published_on=self.year.published_after(self.meal_month.end, 6),
            title=f"前白村{self.meal_month.label()}接待",
            rows=[row],
            pictures=_pictures(row),
        )

    def _none(self, body: str, period: Period, item: str, name: str) -> Listing:
        return Listing(
            kind="receptions",
            stem=f"JD-{body[6:]}-{period.label()}-无",
            body=body,
            period=period,
            item=item,
            published_on=self.year.published_after(period.end, 6),
            title=f"{name}{period.label()}没有接待",
            is_nil=True,
        )


def _visit(
    period: Period,
    on: int,
    guests: str,
    count: int,
    companions: int,
    reason: str,
    amount: str,
    *,
    venue: str = CANTEEN,
    method: str = "转账",
    without: tuple[str, ...] = (),
    one_scan: bool = False,
) -> Cells:
    """Return a reception of 彬江镇; `one_scan`: all five papers lie in one file."""
    day = payday(period, on)
    stem = f"{day:%m%d}{guests[:4]}"
    papers = {
        header: f"{stem}-全部.pdf" if one_scan else f"{stem}-{header}.jpg"
        for header in _PAPERS
        if header not in without
    }
    return {
        "接待编号": f"{day:%Y-%m}-{on:03d}",
        "接待单位": UNIT,
        "接待日期": day.isoformat(),
        "来访单位": guests,
        "来访人数": str(count),
        "陪同人数": str(companions),
        "事由": reason,
        "地点": venue,
        "用餐次数": "1",
        "餐费": amount,
        "总金额": amount,
        "公函号": f"示函〔{day.year}〕{day.month * 7 + on}号",
        "陪同人员": "李春林；王小平"[: 3 if companions == 1 else None],
        "场所类型": "内部食堂" if "食堂" in venue else "其他",
        "用餐类型": "工作餐",
        "支付方式": method,
        "经手人": "陈小兰",
        "审批人": "李春林",
        **papers,
    }


def _pictures(row: Cells) -> dict[str, tuple[Sheet, ...]]:
    """Return the papers of a reception by the names of their files."""
    day = date.fromisoformat(row["接待日期"])
    sheets = _sheets(row, day)
    named = {header: row[header] for header in _PAPERS if header in row}
    if len(set(named.values())) < len(named):
        return {name: tuple(sheets[header] for header in named) for name in set(named.values())}
    return {name: (sheets[header],) for header, name in named.items()}


def _sheets(row: Cells, day: date) -> dict[str, Sheet]:
    guests, unit, amount = row["来访单位"], row["接待单位"], row["总金额"]
    count, eaters = row["来访人数"], int(row["来访人数"]) + int(row["陪同人数"])
    hands = (("经手人", row["经手人"]), ("审批人", row["审批人"]))
    said, paid = _day(day - timedelta(days=2)), _day(day + timedelta(days=1))
    return {
        "公函": Sheet(
            look="detail",
            title="公 函",
            facts=(("文号", row["公函号"]), ("致", unit), ("来访", f"{count} 人"), ("事由", row["事由"])),
            total=f"日期 {said}",
            seal=guests,
        ),
        "申请单": Sheet(
            look="detail",
            title="公务接待申请单",
            facts=(("来访单位", guests), ("人数", f"来 {count} 人，共 {eaters} 人"), ("日期", _day(day))),
            signed=hands,
        ),
        "账单或菜单": Sheet(
            look="receipt",
            title="工作餐账单",
            facts=(("地点", row["地点"]), ("日期", _day(day)), ("用餐", f"{eaters} 人")),
            table=(("菜名", "份数"), ("辣椒炒肉", "1"), ("时令青菜", "2"), ("豆腐煮鱼", "1"), ("米饭", "1")),
            total=f"合计 ¥{amount}",
        ),
        "转账凭证": Sheet(
            look="slip",
            title="网上银行电子回单",
            facts=(("日期", paid), ("付款人", unit), ("收款人", row["地点"]), ("金额", f"¥{amount}")),
            seal="农商银行业务专用章",
        ),
        "发票": Sheet(
            look="invoice",
            title="电子发票（普通发票）",
            facts=(("开票日期", paid), ("购买方", unit), ("销售方", row["地点"])),
            table=(("项目", "金额"), ("餐饮服务", amount)),
            total=f"价税合计（小写） ¥{amount}",
            signed=hands,
            seal=row["地点"],
        ),
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
