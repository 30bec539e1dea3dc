"""What is out of the ordinary in the demo, planted so that every screen has something to show.

Months count back from the last whole month (-1). All persons are invented.

| story | where | what is seen |
|---|---|---|
| short | 大浦村 · 李长根 · 公益林补偿 · 今年 | 12 亩 × 21.50 = 258.00，只发了 132.00：少了 126 元 |
| late | 彬江镇 · 高龄津贴 · -2 月 | 应发日后 14 天才到账，别的乡镇按时 |
| gap-top-up | 大浦村 · 一户 · 农村低保 · -5 月 | 前后各月都有，缺这一个月 |
| gap-aged | 大浦村 · 一位老人 · 高龄津贴 · -4 月 | 同上 |
| shared | 竹亭镇 · 耕地补贴 · 今年 | 两户不同姓名用同一个账号 |
| twice | 竹亭镇 · 耕地补贴 · 今年 | 同一个人在第1组和别的组各一行 |
| rare | 竹亭镇 · 耕地补贴 · 今年 | 姓名里有四字节的字（GB18030 文件） |
| correction | 彬江镇 · 公益性岗位 · -4 月 | 85.00 更正为 850.00，原因“录入时少写一个 0”，新旧并列 |
| withdrawn | 彬江镇 · 临时救助 · -3 月 第1批 | 整批撤下，写明原因；第2批是对的 |
| reviewed | 彬江镇 · 公益性岗位 · -2 月 | 逐级审核后公开：录入、镇审、区审三道都有人 |
| waiting-town | 彬江镇 · 公益性岗位 · -1 月 | 等镇里审核 |
| waiting-county | 彬江镇 · 临时救助 · -1 月 | 镇里通过，等区里审核 |
| returned | 彬江镇 · 临时救助 · -1 月 第2批 | 镇里退回，写明哪一行、怎么改 |
| doubtful | 彬江镇 · 耕地补贴 第2批· 今年 | 草稿，有五种疑点还没回答 |
| posted | 大浦村 · 征地补偿费 · -1 月 | 公示：名单先贴出来，钱还没发 |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args

from portal.columns.periods import Granularity, Period
from portal.demo.listings import Cells, Form, Listing, line, of_programme
from portal.demo.people import Household
from portal.demo.policies import amount_of
from portal.demo.population import BINJIANG, DAPU, ZHUTING, County
from portal.demo.year import DemoYear, payday

Ending = Literal["draft", "submitted", "approved", "returned", "published", "withdrawn"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
SHORT_PAID = "132.00"
RARE_NAME = "刘𬱖"
# What the clerk answers to the warnings of a rule; where nothing is said, the last one fits.
ANSWERS = {
    "payment-arithmetic": "正在和上报单位核实，核实后更正或补发。",
    "payment-shared-account": "两户是父子，儿子的卡挂失，暂由父亲代领。",
    "payment-same-person": "他在两个组都有承包地，按组分别登记。",
    "ledger-identical-rows": "正在核对是不是录了两遍，录重的马上更正。",
    "ledger-invoice-twice": "同一张发票录了两行，正在更正。",
    "ledger-fewer-files": "票据还在镇农经站扫描，三天内补齐。",
    "decision-steps": "党员审议的会开了，会议记录还在找，找到马上补录。",
    "decision-quorum": "那天下大雨，有几位代表没到，会后补了签字。",
    "debt-no-origin": "老账，查不到哪天欠下的，正在问经手的人。",
    "balance-ledger": "逐笔明细里有一笔少写了一个 0，已经更正。",
    "": "已和原始名册逐行核对，没有错。",
}


@dataclass(frozen=True)
class Story:
    """A list that walks by itself, by the hands of the demo's clerk and reviewers.

    `corrects` is the file of the list it corrects; `reason` of a correction, return or withdrawal. With
    `takes_out` the correction withdraws the last line that is like its own row.
    """

    name: str
    listing: Listing
    ending: Ending
    reason: str = ""
    is_notice: bool = False
    corrects: str = ""
    takes_out: bool = False


@dataclass
class Told:
    """The lists of the year, of which some are taken out to be told as stories."""

    history: list[Listing]
    stories: list[Story]


def tell(listings: Iterable[Listing], county: County, year: DemoYear) -> Told:
    """Change rows of the lists where a story needs it, and set the stories' own lists apart."""
    by_stem = {listing.stem: listing for listing in listings}
    town = BINJIANG[6:9]
    latest = year.paid_year(6, 30)
    months = year.months
    _pay_short(by_stem[f"LY-GY-{year.paid_year(9, 30)}"], county)
    _pay_late(by_stem[f"MZ-GL-{months[-2]}"], months[-2], year)
    _leave_out(by_stem[f"MZ-DB-{months[-5]}"], county)
    _leave_out(by_stem[f"MZ-GL-{months[-4]}"], county)
    _confuse(by_stem[f"NY-GD-{ZHUTING[6:9]}-{latest}"])
    wrong = by_stem[f"RS-GW-{town}-{months[-4]}"]
    reviewed = by_stem.pop(f"RS-GW-{town}-{months[-2]}")
    at_town = by_stem.pop(f"RS-GW-{town}-{months[-1]}")
    at_county = by_stem.pop(f"MZ-LS-{town}-{months[-1]}")
    returned = _second_half(at_county)
    right = by_stem[f"MZ-LS-{town}-{months[-3]}"]
    spoilt = _spoil(right)
    stories = [
        Story("correction", _correct(wrong, year), "published", "录入时少写一个 0", corrects=wrong.stem),
        Story("withdrawn", spoilt, "withdrawn", "金额一列错了一行，全部对不上。已重新核对，见第2批。"),
        Story("reviewed", reviewed, "published"),
        Story("waiting-town", at_town, "submitted"),
        Story("waiting-county", at_county, "approved"),
        Story("returned", returned, "returned", "第2行没有附入户调查表，金额也比同类多，请核实后再交。"),
        Story("doubtful", _doubtful(county, latest, year), "draft"),
        Story("posted", _posted(county, year), "published", is_notice=True),
    ]
    right.batch = 2
    right.stem += "-2"
    right.published_on = year.published_after(right.published_on, 5)
    at_town.states_expected = True
    return Told(list(by_stem.values()), stories)


def _pay_short(listing: Listing, county: County) -> None:
    head = county.family.head
    row = next(row for row in listing.rows if row["身份证号"] == head.identity)
    row["补贴金额"] = SHORT_PAID


def _pay_late(listing: Listing, period: Period, year: DemoYear) -> None:
    """Move one township's payments to the fourteenth day after the day on which they were due."""
    due = (period.end - timedelta(days=1)).replace(day=25)
    paid_on = due + timedelta(days=14)
    for row in listing.rows:
        if row["村代码"].startswith(BINJIANG[:9]):
            row["发放日期"] = paid_on.isoformat()
    listing.published_on = year.published_after(paid_on, 3)


def _leave_out(listing: Listing, county: County) -> None:
    """Drop the third of the village's persons from the list of one month, never the stories' family."""
    family = {person.identity for person in county.family.members}
    there = [row for row in listing.rows if row["村代码"] == DAPU and row["身份证号"] not in family]
    listing.rows.remove(there[2])


def _confuse(listing: Listing) -> None:
    """Let two names share an account, a person stand twice, and a name hold a rare character."""
    rows = listing.rows
    rows[11]["银行账号"] = rows[10]["银行账号"]
    again = dict(rows[20])
    again["村民小组"] = "第9组"
    again["补贴数量"] = "1.10"
    again["补贴金额"] = amount_of("1.10", Decimal(again["补贴标准"]))
    rows.insert(40, again)
    rows[30]["姓名"] = rows[30]["户主姓名"] = RARE_NAME


def _correct(wrong: Listing, year: DemoYear) -> Listing:
    """Spoil one row of a list of jobs by a lost zero, and return the list that puts it right.

    The public number of the wrong row stands in it from the day on which there is one.
    """
    right = dict(wrong.rows[3])
    wrong.rows[3]["补贴金额"] = spoilt_amount(right["补贴金额"])
    return replace(
        wrong,
        stem=f"{wrong.stem}-更正",
        form=Form.CSV,
        rows=[right],
        published_on=year.published_after(wrong.published_on, 20),
    )


def spoilt_amount(right: str) -> str:
    """Return an amount that lost a zero."""
    return f"{Decimal(right) / 10:.2f}"


def _second_half(first: Listing) -> Listing:
    """Take the later half of the rows out of a list, and return them as its second batch."""
    half = len(first.rows) // 2
    second = replace(first, batch=2, stem=f"{first.stem}-2", rows=first.rows[half:])
    first.rows = first.rows[:half]
    return second


def _spoil(right: Listing) -> Listing:
    """Return a first batch in which every amount stands one row too low."""
    amounts = [row["补贴金额"] for row in right.rows]
    shifted = amounts[-1:] + amounts[:-1]
    rows = [row | {"补贴金额": amount} for row, amount in zip(right.rows, shifted, strict=True)]
    return replace(right, rows=rows)


def _doubtful(county: County, latest: int, year: DemoYear) -> Listing:
    """Return a second batch whose draft shows each kind of warning once."""
    period = Period.numbered(latest, 1, Granularity.YEAR)
    paid_on = payday(year.months[-1], 28)
    listing = of_programme("NY-GD", period, published_on=year.today, township=BINJIANG, batch=2)
    listing.title += "（第2批）"
    there = [one for one in county.of_township(BINJIANG) if one.land][100:112]
    listing.rows = [_late_land(one, period, paid_on) for one in there]
    rows = listing.rows
    rows[1]["补贴金额"] = f"{Decimal(rows[1]['补贴金额']) + 60:.2f}"
    rows[3] |= {"补贴标准": "125", "补贴金额": amount_of(rows[3]["补贴数量"], Decimal(125))}
    rows[5]["标准名称"] = "旱改水补贴"
    rows[8] |= {"银行账号": rows[7]["银行账号"]}
    rows.append(rows[10] | {"补贴数量": "0.5", "补贴金额": amount_of("0.5", Decimal(rows[10]["补贴标准"]))})
    rows[11]["所属期"] = str(latest - 1)
    return listing


def _late_land(one: Household, period: Period, paid_on: date) -> Cells:
    return line(
        "NY-GD",
        one,
        one.head,
        paid_on=paid_on,
        period=period,
        standard="耕地补贴",
        quantity="1.2",
    )


def _posted(county: County, year: DemoYear) -> Listing:
    """Return the list of those whose land is taken, posted before anything is paid."""
    period = year.months[-1]
    listing = of_programme("ZR-ZD", period, published_on=year.today, township=BINJIANG)
    listing.title += "（公示）"
    listing.form = Form.WORKBOOK
    owners = [one for one in county.of_village(DAPU) if one.land and one.group in {"第2组", "第3组"}]
    listing.rows = [
        line(
            "ZR-ZD",
            one,
            one.head,
            paid_on=None,
            period=period,
            standard="旱地" if place % 4 == 0 else "水田",
            quantity=f"{Decimal(one.land) / 10:.2f}",
        )
        for place, one in enumerate(owners[:28])
    ]
    return listing
