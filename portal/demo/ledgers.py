"""The lists of village books: 大浦村 each month, the other villages of two townships the last three.

| story | where | what is seen |
|---|---|---|
| books-reviewed | 大浦村 · -1 月 | 逐级审核后公开：录入、镇审、区审三道都有人 |
| rent | 大浦村 · 旧村部房租 · -2 月 | 560 更正为 5,600，原因“录入时少写一个 0” |
| doubled | 大浦村 · 宣传栏喷绘 · -3 月 | 同一张票录了两行，后一行撤下 |
| books-waiting | 前白村 · -1 月 | 等镇里审核 |
| (no list) | 彬江镇一个村 · -2 月 | 没有交账 |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from portal.columns.periods import Period
from portal.demo.books import BASIC, CASH, IN, OUT, Book, Village, settle_village, usual_month
from portal.demo.dapu import DOUBLED, RENT, Dapu
from portal.demo.households import villages
from portal.demo.listings import Cells, Form, Listing
from portal.demo.papers import receipt
from portal.demo.people import Place
from portal.demo.population import BINJIANG, DAPU, ZHUTING
from portal.demo.stories import Story, spoilt_amount
from portal.demo.year import DemoYear, payday

LEDGER, BALANCES = "MS-Z01", "MS-Z13"
WAITING, MISSING = "360902100205", "360902100207"
_HOLDER = "{}股份经济合作社"


class Ledgers:
    """All lists of village books of one year, and the stories that happen to them."""

    def __init__(self, year: DemoYear, seed: str) -> None:
        """Imagine every month's books."""
        self.year, self.seed = year, seed
        self.places = {place.code: place for town in (BINJIANG, ZHUTING) for place in villages(town)}
        self.dapu = Dapu(self.places[DAPU], year, seed)
        self.small = [settle_village(place, seed) for place in self.places.values() if place.code != DAPU]
        self.recent = year.months[-3:]
        self.books = {
            (village.place.code, period): usual_month(village, period, seed)
            for village in self.small
            for period in self.recent
        }

    def everything(self) -> tuple[list[Listing], list[Story]]:
        """Return the history in no order, and the stories."""
        own = {book.period: self._own(book) for book in self.dapu.books}
        stories = [
            Story("books-reviewed", own.pop(self.year.months[-1]), "published"),
            self._rent(own[self.year.months[-2]]),
            self._doubled(own[self.year.months[-3]]),
            Story("books-waiting", self._waiting(), "submitted"),
        ]
        towns = [self._town(town, period) for town in (BINJIANG, ZHUTING) for period in self.recent]
        return [
            *own.values(),
            *towns,
            *self._own_balances(),
            *map(self._balances, (BINJIANG, ZHUTING)),
        ], stories

    def _listing(self, kind: str, body: str, period: Period, *, after: int, title: str) -> Listing:
        stem, item = ("SZ", LEDGER) if kind == "ledger" else ("YE", BALANCES)
        place = body[6:] if body in self.places else body[6:9]
        return Listing(
            kind=kind,
            stem=f"{stem}-{place}-{period.label()}",
            body=body,
            period=period,
            item=item,
            published_on=max(self.year.published_after(period.end, after), self.year.opened_on),
            title=f"{title}{period.label()}{'收支明细' if kind == 'ledger' else '账户余额'}",
        )

    def _own(self, book: Book) -> Listing:
        """Return a month of 大浦村; the first says what was there before."""
        listing = self._listing("ledger", DAPU, book.period, after=7, title="大浦村")
        listing.rows, listing.pictures = book.rows("大浦村"), book.pictures()
        if book.period == self.year.months[0]:
            listing.opening = f"{self.dapu.opening(BASIC) + self.dapu.opening(CASH):.2f}"
        return listing

    def _town(self, town: str, period: Period) -> Listing:
        """Return a month of a township's other villages; one hands nothing in, one is late and by itself."""
        absent = {WAITING} if period == self.recent[-1] else {MISSING} if period == self.recent[-2] else set()
        names = self._names(town)
        listing = self._listing(
            "ledger", town, period, after=9, title="彬江镇" if town == BINJIANG else "竹亭镇"
        )
        for village in self._of(town):
            if village.place.code not in absent:
                listing.rows += self.books[village.place.code, period].rows(names[village.place.code])
        if town == ZHUTING:
            listing.form = Form.WORKBOOK
            listing.rows = [_two_sided(row) for row in listing.rows]
        if period == self.recent[-1]:
            self._enclose(listing, self._of(town)[0])
        return listing

    def _enclose(self, listing: Listing, village: Village) -> None:
        """Lay receipts behind the first two lines on which money came in."""
        paid = [row for row in listing.rows if row.get("收支") == IN or "收入金额" in row][:2]
        for number, row in enumerate(paid, start=1):
            name = f"{row['村代码']}-{number}.jpg"
            amount = Decimal(row.get("金额") or row["收入金额"])
            day = payday(listing.period, 20)
            listing.pictures[name] = (
                receipt(_masked(row["往来单位"]), row["摘要"], amount, day, hand=village.handler),
            )
            row |= {"附件": name, "附件张数": "1"}

    def _waiting(self) -> Listing:
        place = self.places[WAITING]
        listing = self._listing("ledger", WAITING, self.recent[-1], after=9, title=place.name)
        listing.rows = self.books[WAITING, self.recent[-1]].rows(place.name)
        village = next(one for one in self.small if one.place == place)
        self._enclose(listing, village)
        return listing

    def _rent(self, wrong: Listing) -> Story:
        """Spoil the rent of a month by a lost zero, and put it right."""
        row = next(row for row in wrong.rows if row["摘要"] == RENT)
        right = dict(row)
        row["金额"] = spoilt_amount(right["金额"])
        return Story(
            "rent",
            _correction(wrong, [right], self.year),
            "published",
            "录入时少写一个 0",
            corrects=wrong.stem,
        )

    def _doubled(self, wrong: Listing) -> Story:
        """Write one line of a month twice, and take the second out."""
        row = next(row for row in wrong.rows if row["摘要"] == DOUBLED)
        wrong.rows.append(dict(row))
        reason = "同一张发票录了两行，后一行撤下"
        listing = _correction(wrong, [dict(row)], self.year)
        return Story("doubled", listing, "published", reason, corrects=wrong.stem, takes_out=True)

    def _own_balances(self) -> Iterator[Listing]:
        """Yield the accounts of 大浦村 for every quarter whose months are all there."""
        standing = {where: self.dapu.opening(where) for where in (BASIC, CASH)}
        months = {book.period.start: book for book in self.dapu.books}
        openings: dict[Period, dict[str, Decimal]] = {}
        for book in self.dapu.books:
            openings[book.period] = dict(standing)
            for where in standing:
                standing[where] += book.moved(where)
        for quarter in self.year.quarters:
            books = [book for start, book in months.items() if quarter.start <= start < quarter.end]
            if len(books) == 3:
                listing = self._listing("balances", DAPU, quarter, after=12, title="大浦村")
                listing.rows = [
                    _account("大浦村", quarter, where, openings[books[0].period][where], books)
                    for where in (BASIC, CASH)
                ]
                yield listing

    def _balances(self, town: str) -> Listing:
        """Return the accounts of a township's villages in the first month whose books are there."""
        period, names = self.recent[0], self._names(town)
        listing = self._listing(
            "balances", town, period, after=12, title="彬江镇" if town == BINJIANG else "竹亭镇"
        )
        listing.rows = [
            _account(
                names[village.place.code],
                period,
                BASIC,
                village.opening,
                [self.books[village.place.code, period]],
            )
            for village in self._of(town)
        ]
        return listing

    def _of(self, town: str) -> list[Village]:
        return [village for village in self.small if village.place.township == town]

    def _names(self, town: str) -> dict[str, str]:
        """Return what clerks call the villages: the name, or the code of those that share one."""
        here: list[Place] = [place for place in self.places.values() if place.township == town]
        shared = Counter(place.name for place in here)
        return {place.code: place.name if shared[place.name] == 1 else place.code for place in here}


def _account(name: str, period: Period, where: str, opening: Decimal, books: list[Book]) -> Cells:
    income = sum((book.flow(IN, where) for book in books), Decimal(0))
    expense = sum((book.flow(OUT, where) for book in books), Decimal(0))
    row = {
        "村代码": name,
        "所属期": period.label(),
        "资金账户": where,
        "账户类型": where,
        "期初余额": f"{opening:.2f}",
        "本期收入": f"{income:.2f}",
        "本期支出": f"{expense:.2f}",
        "期末余额": f"{opening + income - expense:.2f}",
    }
    if where == BASIC:
        row |= {"账户户名": _HOLDER.format(name), "开户行": "农商银行", "银行对账单余额": row["期末余额"]}
    return row


def _two_sided(row: Cells) -> Cells:
    """Return a line with its money in one of two columns."""
    side = "收入金额" if row["收支"] == IN else "支出金额"
    return {header: text for header, text in row.items() if header not in {"收支", "金额"}} | {
        side: row["金额"]
    }


def _correction(wrong: Listing, rows: list[Cells], year: DemoYear) -> Listing:
    return replace(
        wrong,
        stem=f"{wrong.stem}-更正",
        form=Form.CSV,
        rows=rows,
        opening="",
        pictures={},
        published_on=year.published_after(wrong.published_on, 6),
    )


def _masked(party: str) -> str:
    return f"{party[0]}*{party[2:]}" if len(party) == 3 else party
