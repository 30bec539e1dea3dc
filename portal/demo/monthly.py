"""Who gets what the civil affairs office pays every month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from portal.columns.periods import Period
from portal.demo.listings import Cells, line
from portal.demo.people import Household, Person

_AGES = ((100, "100周岁及以上"), (90, "90至99周岁"), (80, "80至89周岁"))


def top_ups(households: Iterable[Household], period: Period, paid_on: date) -> Iterator[Cells]:
    """Yield 农村低保: what a household lacks, so the amount due is the office's own figure."""
    for one in households:
        if one.top_up:
            amount = f"{one.top_up}.00"
            yield line(
                "MZ-DB",
                one,
                one.head,
                paid_on=paid_on,
                amount=amount,
                应发金额=amount,
                保障人数=str(min(len(one.members), 3)),
            )


def kept(households: Iterable[Household], period: Period, paid_on: date) -> Iterator[Cells]:
    """Yield 特困人员: one in four lives in a home."""
    for one in households:
        if "特困" in one.marks:
            kind = "集中供养" if int(one.number) % 4 == 0 else "分散供养"
            yield line("MZ-TK", one, one.head, paid_on=paid_on, period=period, standard=kind, quantity="1")


def aged(households: Iterable[Household], period: Period, paid_on: date) -> Iterator[Cells]:
    """Yield 高龄津贴 for everybody who had the age before the month began."""
    for one in households:
        for person in one.members:
            if standard := _age_group(person, period.start):
                yield line(
                    "MZ-GL",
                    one,
                    person,
                    paid_on=paid_on,
                    period=period,
                    standard=standard,
                    quantity="1",
                    领取人类型="个人",
                )


def _age_group(person: Person, day: date) -> str:
    age = person.age_on(day)
    return next((name for least, name in _AGES if age >= least), "")


def orphans(households: Iterable[Household], period: Period, paid_on: date) -> Iterator[Cells]:
    """Yield children whose money goes to the guardian's account."""
    for one in households:
        if "孤儿" in one.marks and len(one.members) > 1 and one.members[-1].age_on(period.start) < 18:
            yield line(
                "MZ-GE",
                one,
                one.members[-1],
                paid_on=paid_on,
                period=period,
                standard="散居孤儿和事实无人抚养儿童",
                quantity="1",
                领取人类型="个人",
            ) | {"银行账号": one.head.account, "账户户名": one.head.name}
