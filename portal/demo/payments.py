"""The lists of a year, before the stories change some of their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from portal.columns.periods import Granularity, Period
from portal.demo.households import villages
from portal.demo.listings import Form, Listing, line, of_programme
from portal.demo.monthly import aged, kept, orphans, top_ups
from portal.demo.people import Household
from portal.demo.policies import in_force
from portal.demo.population import COMPLETE, YEARLY, County
from portal.demo.year import DemoYear, payday

_TILLAGE = "旋耕机 单轴 "


@dataclass(frozen=True)
class Maker:
    """Makes the lists of one county for one year."""

    county: County
    year: DemoYear
    seed: str

    def everything(self) -> Iterator[Listing]:
        """Yield all lists, programme by programme; some name the village, as clerks do, some its code."""
        for listing in self._lists():
            if listing.body in COMPLETE | YEARLY and listing.form is not Form.WORKBOOK:
                _name_villages(listing)
            yield listing

    def _lists(self) -> Iterator[Listing]:
        yield from self._land()
        yield from self._woods()
        yield from self._monthly()
        yield from self._jobs()
        yield from self._medical()
        yield from self._machines()
        yield from self._students()
        yield from self._relief()

    def _chance(self, name: str) -> Random:
        return Random(f"{self.seed}/{name}")  # noqa: S311 # the same every time is the purpose

    def _land(self) -> Iterator[Listing]:
        """Yield 耕地地力保护补贴: each township its own, two years where the demo is complete."""
        latest = self.year.paid_year(6, 30)
        for township in COMPLETE | YEARLY:
            for number in (latest - 1, latest) if township in COMPLETE else (latest,):
                period = Period.numbered(number, 1, Granularity.YEAR)
                paid_on = payday(Period.numbered(number, 6, Granularity.MONTH), 18 + int(township[7:9]) % 9)
                chance = self._chance(f"land/{township}/{number}")
                listing = of_programme(
                    "NY-GD",
                    period,
                    township=township,
                    published_on=max(self.year.published_after(paid_on, 6), self.year.opened_on),
                )
                listing.states_expected = True
                listing.form = Form.OLD_CSV if int(township[7:9]) % 2 else Form.WORKBOOK
                listing.rows = [
                    line(
                        "NY-GD",
                        one,
                        one.head,
                        paid_on=paid_on,
                        period=period,
                        standard="耕地补贴",
                        quantity=_area(one, number, latest, chance, self.county.family),
                    )
                    for one in self.county.of_township(township)
                    if one.land
                ]
                yield listing

    def _woods(self) -> Iterator[Listing]:
        """Yield 公益林补偿 of the forestry office."""
        number = self.year.paid_year(9, 30)
        period = Period.numbered(number, 1, Granularity.YEAR)
        paid_on = payday(Period.numbered(number, 9, Granularity.MONTH), 28)
        listing = of_programme("LY-GY", period, published_on=self.year.published_after(paid_on, 5))
        listing.form = Form.WORKBOOK
        listing.states_expected = True
        listing.rows = [
            line(
                "LY-GY",
                one,
                one.head,
                paid_on=paid_on,
                period=period,
                standard="公益林补偿",
                quantity=one.wood,
            )
            for one in self.county.households
            if one.wood
        ]
        yield listing

    def _monthly(self) -> Iterator[Listing]:
        """Yield what the civil affairs office pays every month."""
        for number, period in enumerate(self.year.months):
            for code, day, rows, form in (
                ("MZ-DB", 10, top_ups, Form.OLD_CSV),
                ("MZ-TK", 10, kept, Form.CSV),
                ("MZ-GL", 25, aged, Form.WORKBOOK),
                ("MZ-GE", 15, orphans, Form.CSV),
            ):
                paid_on = payday(period, day)
                listing = of_programme(code, period, published_on=self.year.published_after(paid_on, 4))
                listing.form = form if number % 3 else Form.CSV
                listing.rows = list(rows(self.county.households, period, paid_on))
                yield listing
            yield self._disabled(period)

    def _disabled(self, period: Period) -> Listing:
        """Return the two allowances of disabled persons, which are one item and so one file."""
        paid_on = payday(period, 15)
        listing = of_programme("MZ-SH", period, published_on=self.year.published_after(paid_on, 7))
        listing.stem = f"MZ-CJ-{period.label()}"
        listing.title = f"{period.label()} 残疾人两项补贴发放明细"
        listing.rows = [
            line(code, one, person, paid_on=paid_on, period=period, standard=name, quantity="1")
            for code, name, mark in (
                ("MZ-SH", "困难残疾人", "生活补贴"),
                ("MZ-HL", "重度残疾人", "护理补贴"),
            )
            for one in self.county.households
            if mark in one.marks
            for person in one.members[-1 if code == "MZ-HL" else 0 :][:1]
        ]
        return listing

    def _jobs(self) -> Iterator[Listing]:
        """Yield 乡村公益性岗位补贴 of the complete townships, month by month."""
        for township in COMPLETE:
            for period in self.year.months:
                paid_on = payday(period, 20)
                listing = of_programme(
                    "RS-GW",
                    period,
                    township=township,
                    published_on=self.year.published_after(paid_on, 5),
                )
                listing.form = Form.WORKBOOK if township == next(iter(COMPLETE)) else Form.OLD_CSV
                listing.rows = [
                    line(
                        "RS-GW",
                        one,
                        one.head,
                        paid_on=paid_on,
                        period=period,
                        standard="乡村公益性岗位",
                        quantity="1",
                        领取人类型="个人",
                        备注=("保洁员", "护林员", "护路员")[int(one.number) % 3],
                    )
                    for one in self.county.of_township(township)
                    if "公益性岗位" in one.marks
                ]
                yield listing

    def _medical(self) -> Iterator[Listing]:
        """Yield 医疗救助金 by quarter; the public sees sums only."""
        for period in self.year.quarters:
            paid_on = payday(period, 22)
            chance = self._chance(f"medical/{period}")
            listing = of_programme("YB-JZ", period, published_on=self.year.published_after(paid_on, 8))
            listing.rows = [
                line(
                    "YB-JZ",
                    one,
                    chance.choice(one.members),
                    paid_on=paid_on,
                    amount=f"{chance.lognormvariate(7.2, 0.8):.2f}",
                )
                for one in self.county.households
                if "医疗" in one.marks and chance.random() < 0.5
            ]
            yield listing

    def _machines(self) -> Iterator[Listing]:
        """Yield 农机购置补贴 in three months of the year; a machine is one 台."""
        buyers = [one for one in self.county.households if "农机" in one.marks]
        for part, place in enumerate((1, 5, 9)):
            period = self.year.months[place]
            paid_on = payday(period, 23)
            chance = self._chance(f"machines/{period}")
            kinds = [name for name in in_force("NY-NJ", period.start) if name.startswith(_TILLAGE)]
            listing = of_programme("NY-NJ", period, published_on=self.year.published_after(paid_on, 6))
            listing.form = Form.WORKBOOK
            listing.rows = [
                line(
                    "NY-NJ",
                    one,
                    one.head,
                    paid_on=paid_on,
                    period=period,
                    standard=chance.choice(kinds),
                    quantity="1",
                )
                for one in buyers[part::3]
            ]
            yield listing

    def _students(self) -> Iterator[Listing]:
        """Yield 雨露计划 in spring and in autumn."""
        for period in self.year.months:
            if period.start.month not in {4, 11}:
                continue
            paid_on = payday(period, 26)
            listing = of_programme("NY-YL", period, published_on=self.year.published_after(paid_on, 4))
            listing.form = Form.OLD_CSV
            listing.rows = [
                line(
                    "NY-YL",
                    one,
                    one.members[-1],
                    paid_on=paid_on,
                    period=period,
                    standard="中职、高职在校生",
                    quantity="1",
                    领取人类型="个人",
                )
                for one in self.county.households
                if "雨露" in one.marks and 15 <= one.members[-1].age_on(period.start) <= 21
            ]
            yield listing

    def _relief(self) -> Iterator[Listing]:
        """Yield 临时救助金 of the complete townships every other month."""
        for township in COMPLETE:
            needy = [one for one in self.county.of_township(township) if "临时" in one.marks]
            for part, period in enumerate(self.year.months[-1::-2]):
                paid_on = payday(period, 24)
                chance = self._chance(f"relief/{township}/{period}")
                listing = of_programme(
                    "MZ-LS",
                    period,
                    township=township,
                    published_on=self.year.published_after(paid_on, 3),
                )
                listing.rows = [
                    line(
                        "MZ-LS",
                        one,
                        one.head,
                        paid_on=paid_on,
                        amount=f"{chance.randrange(5, 61) * 100}.00",
                        备注=chance.choice(("急难型", "支出型")),
                    )
                    for one in needy[part::6] + needy[(part + 3) % 6 :: 6]
                ]
                yield listing


def _name_villages(listing: Listing) -> None:
    """Put everyday names in place of codes, except where two villages of the township share one."""
    names = {one.code: one.name for one in villages(listing.body)}
    for row in listing.rows:
        name = names[row["村代码"]]
        if list(names.values()).count(name) == 1:
            row["村代码"] = name


def _area(one: Household, number: int, latest: int, chance: Random, family: Household) -> str:
    """Return a household's land; in the year before, one in thirty had a little more or less."""
    if number == latest or one is family or chance.random() > 1 / 30:
        return one.land
    return f"{Decimal(one.land) * chance.choice((9, 11, 12)) / 10:.2f}"
