"""The books of 大浦村, month by month: the village that the demo shows closely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from portal.columns.periods import Period
from portal.demo import papers
from portal.demo.books import (
    BASIC,
    CASH,
    DEPOSIT,
    IN,
    OUT,
    OWN,
    PASS,
    TRANSFER,
    Book,
    Entry,
    Village,
    settle_village,
)
from portal.demo.people import Place
from portal.demo.vouchers import Sheet
from portal.demo.year import DemoYear, payday

# The village pays a part of its road; the project's own list names the same voucher.
ROAD, ROAD_PAYMENT = "XM-DP-001", "上坊路工程款"
RENT = "旧村部房租"
# The contracts under which rent comes in.
HOUSE, POND, WOOD = "DP-2025-01", "DP-2021-05", "DP-2020-06"
RENT_PAID = Decimal("5600.00")
DOUBLED = "宣传栏喷绘"
# What stood in the accounts when the last month began.
_BEFORE_LAST = {BASIC: Decimal("319835.95"), CASH: Decimal("3940.00")}
_LAMPS, _OFFICE, _CLEARING, _MACHINES = "供电公司", "便民文具店", "晨光保洁服务部", "宜春顺达机械租赁部"
_BUILDER, _TOWN = "江西赣袁建设有限公司", "彬江镇财政所"
_WITHOUT = {"会议室空调维修", "报刊费", "打印纸和墨盒"}
_DUTIES = ("支部书记", "村主任", "会计", "妇女主任", "治保主任", "出纳")


class Dapu:
    """Makes the twelve months; the same for the same seed."""

    def __init__(self, place: Place, year: DemoYear, seed: str) -> None:
        """Know who signs and who is paid."""
        found = settle_village(place, seed)
        self.village: Village = replace(found, handler="王小平", witness="张水生", approver="刘建华")
        self.year, self.seed = year, seed
        self.books = [self._book(number, period) for number, period in enumerate(year.months)]

    def opening(self, where: str) -> Decimal:
        """Return what stood in an account when the year began."""
        return _BEFORE_LAST[where] - sum((book.moved(where) for book in self.books[:-1]), Decimal(0))

    def _book(self, number: int, period: Period) -> Book:
        back = number - len(self.year.months)
        chance = Random(f"{self.seed}/dapu/{period}")  # noqa: S311 # the same every time is the purpose
        if back == -1:
            entries = [*self._last_income(), *self._last_expenses(), *self._water(chance)]
        else:
            entries = [*self._income(period, back), *self._wages(), *self._expenses(chance, back)]
            entries += [*self._water(chance), *self._seldom(back)]
        for entry in entries:
            self._number_invoice(entry, chance)
        if back >= -2:
            self._enclose(entries, period)
        return Book(self.village, period, entries)

    def _income(self, period: Period, back: int) -> Iterator[Entry]:
        yield Entry(9, IN, "房租", RENT, "王小芳", RENT_PAID, told={"合同编号": HOUSE})
        yield Entry(20, IN, "上级补助", "村级组织运转经费", _TOWN, Decimal(9000))
        if period.start.month % 3 == 1:
            amount = Decimal(41_000 + period.start.month * 390) + Decimal("12.40")
            yield Entry(25, IN, "光伏电费", "光伏电站电费", _LAMPS, amount)
        if back == -7:
            told = {"合同编号": POND}
            yield Entry(15, IN, "承包款", "鱼塘承包款", self.village.persons[0], Decimal(12_000), told=told)

    def _wages(self) -> Iterator[Entry]:
        days = {"误工天数": "18", "误工日标准": "100"}
        for name in self.village.persons[:6]:
            yield Entry(10, OUT, "误工补助", "村干部误工补助", name, Decimal(1800), told=dict(days))
        for at in range(4):
            yield Entry(10, OUT, "保洁员工资", f"保洁员工资（{at + 1}片）", self._cleaner(at), Decimal(2400))

    def _cleaner(self, at: int) -> str:
        return (*self.village.persons[6:8], "彭桂莲", "易秀香")[at]

    def _expenses(self, chance: Random, back: int) -> Iterator[Entry]:
        yield Entry(8, OUT, "路灯电费", "路灯电费", _LAMPS, Decimal(chance.randrange(98_000, 149_000)) / 100)
        office = Decimal(chance.randrange(140, 260))
        yield Entry(12, OUT, "办公费", "打印纸和墨盒", _OFFICE, office, where=CASH)
        summary, account, party, least = (
            ("水渠清淤", "水渠清淤", "张细明", 2600),
            ("道路补坑", "道路维修", "大浦建材店", 1900),
            ("慰问住院村民", "慰问支出", "大浦超市", 600),
            ("垃圾清运费", "环境卫生", _CLEARING, 3100),
        )[back % 4]
        yield Entry(18, OUT, account, summary, party, Decimal(least + chance.randrange(0, 700)))

    def _water(self, chance: Random) -> Iterator[Entry]:
        """Yield water fees of the villagers, which only pass through."""
        amount = Decimal(chance.randrange(184_000, 236_000)) / 100
        yield Entry(
            5, IN, "代收水费", "代收自来水费", "各组村民", amount, nature=PASS, told={"往来类型": "单位"}
        )
        yield Entry(6, OUT, "代付水费", "代付自来水费", "彬江水厂", amount, nature=PASS)

    def _seldom(self, back: int) -> Iterator[Entry]:
        if back == -8:
            yield Entry(3, OUT, "提现", "提备用金", "农商银行", Decimal(2000), nature=TRANSFER)
            yield Entry(3, IN, "提现", "提备用金", "农商银行", Decimal(2000), nature=TRANSFER, where=CASH)
        if back == -6:
            yield Entry(17, IN, "押金", "上坊路竞标保证金", _BUILDER, Decimal(2000), nature=DEPOSIT)
        if back == -4:
            yield Entry(17, OUT, "押金", "退上坊路竞标保证金", _BUILDER, Decimal(2000), nature=DEPOSIT)
        if back == -3:
            yield Entry(21, OUT, "办公费", DOUBLED, "彬江广告部", Decimal("760.00"))

    def _last_income(self) -> Iterator[Entry]:
        yield Entry(25, IN, "光伏电费", "光伏电站电费", _LAMPS, Decimal("46820.00"))
        wood = {"合同编号": WOOD}
        yield Entry(15, IN, "承包款", "油茶林承包款", "彬江油茶专业合作社", Decimal("64000.00"), told=wood)
        yield Entry(9, IN, "房租", RENT, "王小芳", RENT_PAID, told={"合同编号": HOUSE})
        yield Entry(20, IN, "上级补助", "上级转来工程款", _TOWN, Decimal("70000.00"))

    def _last_expenses(self) -> Iterator[Entry]:
        for day, account, summary, party, amount in (
            (22, "工程款", ROAD_PAYMENT, _BUILDER, "36000.00"),
            (14, "机械费", "挖掘机工时费（早稻机耕路）", _MACHINES, "12600.00"),
            (10, "误工补助", "村干部误工补助", "村干部6人", "10800.00"),
            (10, "保洁员工资", "保洁员工资", "保洁员4人", "9600.00"),
            (18, "水渠清淤", "水渠清淤", "张细明", "8450.00"),
            (8, "路灯电费", "路灯电费", _LAMPS, "1365.60"),
            (12, "办公费", "办公打印纸墨", _OFFICE, "1480.00"),
            (19, "环境卫生", "垃圾清运费", _CLEARING, "3600.00"),
            (16, "维修费", "会议室空调维修", "彬江家电维修部", "860.00"),
            (21, "慰问支出", "慰问高龄老人物资", "大浦超市", "3920.00"),
            (23, "水利", "山塘涵管材料", "大浦建材店", "2640.00"),
            (13, "报刊费", "报刊费", "邮政支局", "1200.00"),
            (24, "水电费", "卫生室水电费", _LAMPS, "980.00"),
            (26, "文体活动", "宣传栏制作", "彬江广告部", "3820.00"),
        ):
            project = {"项目编号": ROAD} if summary == ROAD_PAYMENT else {}
            yield Entry(day, OUT, account, summary, party, Decimal(amount), told=project)

    def _number_invoice(self, entry: Entry, chance: Random) -> None:
        """Give an expense for which somebody sends an invoice its number of twenty digits."""
        is_seller = len(entry.party) > 3 and not entry.party.endswith("人")
        if is_seller and entry.side == OUT and entry.nature in {OWN, PASS}:
            entry.told["发票号码"] = f"2636200000{chance.randrange(10**10):010d}"

    def _enclose(self, entries: list[Entry], period: Period) -> None:
        """Lay the papers behind the lines; of a few the clerk has none yet, and says how many there are."""
        for number, entry in enumerate(entries):
            if entry.nature != OWN:
                continue
            if entry.summary in _WITHOUT:
                entry.told["附件张数"] = "1"
            else:
                self._lay(entry, payday(period, entry.day), number)

    def _lay(self, entry: Entry, day: date, number: int) -> None:
        village, amount = self.village, entry.amount
        hands = (village.handler, village.witness, village.approver)
        if entry.side == IN:
            entry.papers["收据.jpg"] = (
                papers.receipt(_shown(entry.party), entry.summary, amount, day, hand=village.handler),
            )
        elif "发票号码" in entry.told:
            sheet = papers.invoice(
                entry.party,
                entry.summary.partition("（")[0],
                amount,
                day,
                number=entry.told["发票号码"],
                hands=hands,
                located=number % 5 == 0,
            )
            entry.papers["发票.png" if number % 8 == 3 else "发票.jpg"] = (sheet,)
        else:
            share = tuple((duty, f"{amount / 6:,.2f}") for duty in _DUTIES)
            rows = share if entry.party == "村干部6人" else ((_shown(entry.party), f"{amount:,.2f}"),)
            sheet = papers.paid_out(entry.account, rows, amount, day, hand=village.handler)
            entry.papers["发放明细.jpg"] = (sheet,)
        if entry.party == _BUILDER:
            entry.papers["合同.pdf"] = papers.contract(_BUILDER, entry.summary, amount, hand=village.approver)
        if entry.party == _MACHINES:
            entry.papers["工时明细.jpg"] = (self._hours(day, amount),)
        if amount >= 9000:
            sheet = papers.slip(_shown(entry.party), amount, day, incoming=entry.side == IN)
            entry.papers["回单.jpg"] = (sheet,)

    def _hours(self, day: date, amount: Decimal) -> Sheet:
        rows = tuple(
            (what, f"{day.month}月{day.day - back}日", worked, "600.00")
            for what, back, worked in (("平整路基", 6, "6"), ("开边沟", 5, "8"), ("压实", 3, "7"))
        )
        return papers.hours(rows, amount, hand=f"{self.village.handler}/2", driver="机手")


def _shown(party: str) -> str:
    """Return a party as its picture may show it: a private person with one character hidden."""
    return f"{party[0]}*{party[2:]}" if len(party) == 3 else party
