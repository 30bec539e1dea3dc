"""What a project costs, in figures of one unit and in plain words (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from funds.models import LivelihoodProject
from portal.pages import words
from portal.pages.words import Money

_HUNDRED = Decimal(100)
_BAR = 300


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One sum of a project as a bar from zero, in units of 300."""

    title: str
    money: Money
    width: int
    colour: str


def in_one_unit(amounts: Sequence[Decimal]) -> list[Money]:
    """Return sums of one list in 万元 where the largest reaches 100,000, else in yuan with two decimals."""
    if max(map(abs, amounts), default=Decimal(0)) >= words.WAN_FROM:
        return [words.money(amount, in_wan=True) for amount in amounts]
    return [Money(figure=words.yuan(amount), unit="元") for amount in amounts]


def told(amount: Decimal) -> str:
    """Return one sum with its unit: 2.10 万元 where it belongs to a project that is told in 万元."""
    (money,) = in_one_unit([amount])
    return f"{money.figure} {money.unit}"


def percent(part: Decimal, whole: Decimal) -> str:
    """Return a share in whole percent, below one as such; parts of nothing are 0%."""
    if not whole:
        return "0%"
    share = (part / whole * _HUNDRED).copy_abs()
    if 0 < share < 1:
        return "不到 1%"
    return f"{share.quantize(Decimal(1), ROUND_HALF_UP)}%"


def paid_share(paid: Decimal, agreed: Decimal) -> str:
    """Return how far a contract is paid: 付了合同的 80%."""
    share = percent(paid, agreed)
    return f"付了合同的{share}" if share.startswith("不") else f"付了合同的 {share}"


@dataclass(frozen=True)
class Sums:
    """The sums of one project, told in one unit."""

    project: LivelihoodProject
    paid: Decimal
    payments: int

    def _named(self) -> list[tuple[str, Decimal, str]]:
        project = self.project
        found = [
            ("预算", project.budget, "#7d7566"),
            ("中标价" if project.is_tender else "成交价", project.award_amount, "#7d7566"),
            ("合同和变更" if project.change_amount else "合同", project.agreed, "#7d7566"),
            ("已付", self.paid if self.payments else None, "#0a5843"),
            ("决算", project.final_amount, "#0d4680"),
        ]
        return [(title, amount, colour) for title, amount, colour in found if amount is not None]

    @property
    def is_in_wan(self) -> bool:
        """Whether the project is told in 万元."""
        return max(amount for _, amount, _ in self._named()) >= words.WAN_FROM

    def say(self, amount: Decimal) -> str:
        """Return a sum in the project's own unit: one page never mixes units."""
        if self.is_in_wan:
            return f"{words.wan(amount)} 万元"
        return f"{words.yuan(amount)} 元"

    @property
    def bars(self) -> list[Bar]:
        """What is known of it, in the order in which it comes to be."""
        named = self._named()
        longest = max(*(amount for _, amount, _ in named), Decimal(1))
        figures = in_one_unit([amount for _, amount, _ in named])
        return [
            Bar(
                title=title,
                money=money,
                width=max(int(_BAR * max(amount, Decimal(0)) / longest), 1),
                colour=colour,
            )
            for (title, amount, colour), money in zip(named, figures, strict=True)
        ]

    @property
    def sentences(self) -> list[str]:
        """How the sums stand to each other, each in one sentence."""
        project, found = self.project, []
        agreed, final = project.agreed, project.final_amount
        if agreed:
            found += self._paid_of(agreed)
        if final is not None:
            found.append(self._against("预算", final, project.budget))
            if agreed is not None:
                found.append(self._against("合同", final, agreed))
        if project.retention:
            found.append(f"留着质保金 {self.say(project.retention)}。")
        return [sentence for sentence in found if sentence]

    def _paid_of(self, agreed: Decimal) -> list[str]:
        if not self.payments:
            return ["还没有公开付款。"]
        if self.paid > agreed:
            return [f"付的比合同多 {self.say(self.paid - agreed)}。"]
        if self.paid == agreed:
            return ["合同的钱付清了。"]
        return [f"{paid_share(self.paid, agreed)}，还有 {self.say(agreed - self.paid)}没付。"]

    def _against(self, name: str, final: Decimal, other: Decimal) -> str:
        if final == other:
            return f"决算和{name}一样。"
        more = "多" if final > other else "少"
        share = percent(final - other, other)
        return f"决算比{name}{more} {self.say(abs(final - other))}，{more} {share}。"
