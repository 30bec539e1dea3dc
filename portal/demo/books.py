"""Invented books of villages: who acts in them, and the lines of a usual month."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from portal.columns.periods import Period
from portal.demo import names
from portal.demo.listings import Cells
from portal.demo.people import Place
from portal.demo.vouchers import Sheet
from portal.demo.year import payday

BASIC, CASH = "基本户", "库存现金"
OWN, PASS, DEPOSIT, TRANSFER = "本村收支", "代收代付", "押金保证金", "内部转存"
IN, OUT = "收入", "支出"
# Sheets by the end of their files' names.
Papers = dict[str, tuple[Sheet, ...]]


@dataclass(frozen=True)
class Village:
    """A village, who signs its books, and the private persons whom it pays or who pay it."""

    place: Place
    handler: str
    witness: str
    approver: str
    persons: tuple[str, ...]
    opening: Decimal


@dataclass
class Entry:
    """One line to be; its number follows from its day."""

    day: int
    side: str
    account: str
    summary: str
    party: str
    amount: Decimal
    nature: str = OWN
    where: str = BASIC
    told: Cells = field(default_factory=dict)
    papers: Papers = field(default_factory=dict)

    @property
    def moved(self) -> Decimal:
        """What the line adds to its account."""
        return self.amount if self.side == IN else -self.amount


@dataclass
class Book:
    """The lines of one village in one month, in the order of their numbers."""

    village: Village
    period: Period
    entries: list[Entry]

    def __post_init__(self) -> None:
        """Put the lines in order."""
        self.entries.sort(key=lambda entry: entry.day)

    def moved(self, where: str | None = None) -> Decimal:
        """Return what the month adds to one account, or to all."""
        found = (entry.moved for entry in self.entries if where in {None, entry.where})
        return sum(found, Decimal(0))

    def flow(self, side: str, where: str) -> Decimal:
        """Return what came into or left one account."""
        found = (entry.amount for entry in self.entries if (entry.side, entry.where) == (side, where))
        return sum(found, Decimal(0))

    def rows(self, place: str) -> list[Cells]:
        """Return the lines by template header; `place` is what stands under 村代码."""
        return [self._row(number, entry, place) for number, entry in enumerate(self.entries, start=1)]

    def pictures(self) -> Papers:
        """Return the sheets by the names of their files."""
        return {
            f"{_number(number)}-{end}": sheets
            for number, entry in enumerate(self.entries, start=1)
            for end, sheets in entry.papers.items()
        }

    def _row(self, number: int, entry: Entry, place: str) -> Cells:
        village = self.village
        row = {
            "村代码": place,
            "日期": payday(self.period, entry.day).isoformat(),
            "凭证号": _number(number),
            "收支": entry.side,
            "科目": entry.account,
            "摘要": entry.summary,
            "往来单位": entry.party,
            "金额": f"{entry.amount:.2f}",
            "经手人": village.handler,
            "证明人": village.witness,
            "资金账户": entry.where,
            "支付方式": "现金" if entry.where == CASH else "转账",
        }
        if entry.side == OUT:
            row["审批人"] = village.approver
        if entry.nature != OWN:
            row["款项性质"] = entry.nature
        if entry.papers:
            row["附件"] = ";".join(f"{_number(number)}-{end}" for end in entry.papers)
            row["附件张数"] = str(len(entry.papers))
        return row | entry.told


def settle_village(place: Place, seed: str) -> Village:
    """Return a village's officials and persons; the same for the same seed."""
    chance = Random(f"{seed}/books/{place.code}")  # noqa: S311 # the same every time is the purpose
    found: list[str] = []
    while len(found) < 11:
        name = names.surname(chance) + names.given_name(chance, born=1972, is_woman=len(found) % 3 == 2)
        if len(name) > 2 and name not in found:
            found.append(name)
    opening = Decimal(chance.randrange(21_000, 164_000)) + Decimal(chance.randrange(100)) / 100
    return Village(place, found[0], found[1], found[2], tuple(found[3:]), opening)


def usual_month(village: Village, period: Period, seed: str) -> Book:
    """Return five to eight lines of a small village's month."""
    chance = Random(f"{seed}/books/{village.place.code}/{period}")  # noqa: S311
    steady = Random(f"{seed}/books/{village.place.code}/steady")  # noqa: S311
    rent, cleaners = steady.randrange(8, 36) * 100, steady.randrange(1, 3)
    persons, days = village.persons, chance.randrange(3, 12)
    entries = [
        Entry(16, IN, "上级补助", "村级组织运转经费", "镇财政所", Decimal(steady.randrange(55, 90) * 100)),
        Entry(10, OUT, "保洁员工资", "保洁员工资", f"保洁员{cleaners}人", Decimal(1200 * cleaners)),
        Entry(8, OUT, "路灯电费", "路灯电费", "供电所", Decimal(chance.randrange(28_000, 92_000)) / 100),
        Entry(
            26,
            OUT,
            "误工补助",
            chance.choice(("修剪行道树误工", "巡查山塘误工", "入户登记误工")),
            persons[0],
            Decimal(100 * days),
            told={"误工天数": str(days), "误工日标准": "100"},
        ),
        Entry(19, OUT, "办公费", "打印纸和墨盒", "便民文具店", Decimal(chance.randrange(90, 580))),
    ]
    if chance.random() < 0.6:
        entries.append(Entry(12, IN, "承包款", "鱼塘承包款", persons[1], Decimal(rent)))
    if chance.random() < 0.5:
        entries.append(
            Entry(21, OUT, "水渠清淤", "水渠清淤", persons[2], Decimal(chance.randrange(15, 38) * 100))
        )
    if chance.random() < 0.3:
        entries.append(
            Entry(23, IN, "押金", "出租店面押金", persons[3], Decimal(1000), nature=DEPOSIT),
        )
    return Book(village, period, entries)


def _number(number: int) -> str:
    return f"记-{number:03d}"
