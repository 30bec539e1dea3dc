"""我的钱发够了吗 as the page shows it: what is wrong first, the rest in as few lines as possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds import verdicts
from funds.entitlement import Entitlement, State
from funds.households import Household, Missing
from funds.verdicts import Verdict
from portal.pages import words


@dataclass(frozen=True, kw_only=True)
class Card:
    """One entitlement with something to explain."""

    one: Entitlement
    title: str
    verdict: Verdict
    row_id: object | None

    @property
    def reference(self) -> str:
        """What a report about it carries."""
        return f"payments/{self.one.payments[0].id}"


@dataclass(frozen=True, kw_only=True)
class Merged:
    """Entitlements of one programme and standard that all came to the same."""

    title: str
    paid: Decimal
    detail: str
    verdict: Verdict
    row_id: object | None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A period without this person."""

    say: str
    title: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What can be compared, and what else came."""

    due: Decimal
    paid: Decimal
    short: Decimal
    others: int
    others_paid: Decimal


@dataclass(frozen=True, kw_only=True)
class Year:
    """One year of one person."""

    number: int
    verdict: Verdict
    sums: Sums
    cards: Sequence[Card]
    fine: Sequence[Merged]
    unknown: Sequence[Merged]
    gaps: Sequence[Gap]


def year_of(found: Household, number: int, *, today: date) -> Year:
    """Return what the page says about one year."""
    ones = [one for one in found.entitlements if one.span[0].year == number]
    missing = [gap for gap in found.missing if gap.span[0].year == number]
    tagged = [(one, verdicts.of_one(one, today=today)) for one in ones]
    wrong = [pair for pair in tagged if pair[1].state in {"bad", "warn", "info"}]
    quiet = [pair for pair in tagged if pair not in wrong]
    return Year(
        number=number,
        verdict=verdicts.of_all(ones, [gap.span for gap in missing], year=number, today=today),
        sums=_sums(ones),
        cards=sorted(
            (_card(one, verdict, found) for one, verdict in wrong),
            key=lambda card: ("bad", "warn", "info").index(card.verdict.state),
        ),
        fine=_merged((pair for pair in quiet if pair[0].state == State.ENOUGH), found),
        unknown=_merged((pair for pair in quiet if pair[0].state != State.ENOUGH), found),
        gaps=[_gap(gap) for gap in missing],
    )


def _title(one: Entitlement) -> str:
    name = one.programme.name
    return name if one.standard_name in {"", name} else f"{name}（{one.standard_name}）"


def _card(one: Entitlement, verdict: Verdict, found: Household) -> Card:
    return Card(
        one=one,
        title=f"{_title(one)} {verdicts.short_period(one.span)}",
        verdict=verdict,
        row_id=_linked([one], found),
    )


def _linked(ones: Sequence[Entitlement], found: Household) -> object | None:
    """Return the row that a line leads to, where it stands for one row that has a page."""
    if len(ones) != 1:
        return None
    return next((line.id for line in ones[0].payments if line.id in found.linked), None)


def _merged(tagged: Iterable[tuple[Entitlement, Verdict]], found: Household) -> list[Merged]:
    same: defaultdict[tuple[str, Verdict], list[Entitlement]] = defaultdict(list)
    for one, verdict in tagged:
        same[_title(one), verdict].append(one)
    return [
        Merged(
            title=title,
            paid=sum((one.paid for one in ones), Decimal(0)),
            detail=_detail(ones),
            verdict=verdict,
            row_id=_linked(ones, found),
        )
        for (title, verdict), ones in same.items()
    ]


def _detail(ones: Sequence[Entitlement]) -> str:
    first = min(ones, key=lambda one: one.span)
    last = max(ones, key=lambda one: one.span)
    reason = last.reason or ""
    if first is last:
        when = verdicts.short_period(first.span)
        came = f"{words.day(first.paid_on, today=first.paid_on)}到账" if first.paid_on else ""
    else:
        when = f"{verdicts.short_period(first.span)}到{verdicts.short_period(last.span)}"
        came = f"{len(ones)} 期"
    return " · ".join(filter(None, [when, came, reason]))


def _sums(ones: Sequence[Entitlement]) -> Sums:
    known = [one for one in ones if one.due is not None and not one.is_posted]
    others = [one for one in ones if one.due is None and not one.is_posted]
    return Sums(
        due=sum((one.due for one in known if one.due is not None), Decimal(0)),
        paid=sum((one.paid for one in known), Decimal(0)),
        short=sum((one.short for one in known), Decimal(0)),
        others=len(others),
        others_paid=sum((one.paid for one in others), Decimal(0)),
    )


def _gap(gap: Missing) -> Gap:
    return Gap(say=verdicts.of_missing(gap.span), title=gap.programme.name, code=gap.programme.code)
