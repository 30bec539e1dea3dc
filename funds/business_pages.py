"""The pages of 营商环境: fees that may be charged, what changed, and what enterprises were paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from funds import enterprise_money, fees
from funds.asked import Asked
from funds.enterprise_money import PolicySum
from funds.notices import notices_of
from portal.catalogue.models import Section as Board
from portal.columns.periods import Granularity, Period
from portal.pages import panels, words
from portal.pages.asked import address, day_key_word
from portal.pages.errors import MissingError
from portal.pages.kept import Page
from portal.pages.regions import offices
from portal.pages.sections import SECTIONS
from portal.places.models import Region

SLUG = "business"
_ALL_FEES = "fees"


@dataclass(frozen=True, kw_only=True)
class PolicyLine:
    """One policy as a line of a list."""

    policy: PolicySum
    href: str
    money: words.Money | None


def make(region: Region, query: QueryDict) -> Page:
    """Return the page of a place's 营商环境 for what its address asks."""
    path = f"{region.get_absolute_url()}{SLUG}/"
    asked = Asked.read(query, path=path)
    template, context = _choose(region, path, asked)
    return Page(
        template=f"funds/{template}",
        context={
            "region": region,
            "section": SECTIONS[SLUG],
            "tab": "",
            "path": path,
            "panels": panels.of_place(SLUG, region),
            "word": asked.word,
            **context,
        },
        path=path,
    )


def _choose(region: Region, path: str, asked: Asked) -> tuple[str, dict[str, Any]]:
    if asked.policy:
        return "business_policy.html", _policy(region, path, asked)
    if asked.enterprise:
        return "business_enterprise.html", _enterprise(region, asked)
    today = timezone.localdate()
    listed = fees.list_of(region, today)
    if asked.page == _ALL_FEES:
        return "business_fees.html", _all_fees(path, listed, asked)
    return "business.html", _overview(region, path, listed, asked, today)


def _overview(region: Region, path: str, listed: fees.FeeList, asked: Asked, today: date) -> dict[str, Any]:
    valid = listed.valid
    context: dict[str, Any] = {
        "is_listed": bool(listed.fees),
        "fees": valid[: fees.PAGE],
        "count": len(valid),
        "rest": max(len(valid) - fees.PAGE, 0),
        "all_fees": address(path, page=_ALL_FEES),
        "changes": listed.changes(today.year) if listed.fees else None,
        "year": today.year,
        "offices": offices(region),
        "notices": notices_of(region, Board.BUSINESS),
        **_money(region, path),
    }
    if asked.word:
        context |= {"found": listed.found(asked.word)[: fees.PAGE], "over": listed.over(asked.word)[:3]}
    return context


def _money(region: Region, path: str) -> dict[str, Any]:
    """Gather what each policy paid in the newest year; two queries."""
    years = enterprise_money.years(region)
    if not years:
        return {"policies": [], "money_year": None}
    found = enterprise_money.policies(region, years[0])
    figures = words.in_one_unit([one.amount for one in found])
    return {
        "money_year": years[0],
        "policies": [
            PolicyLine(policy=one, href=address(path, policy=one.policy, period=str(years[0])), money=figure)
            for one, figure in zip(found, figures, strict=True)
        ],
    }


def _all_fees(path: str, listed: fees.FeeList, asked: Asked) -> dict[str, Any]:
    """Gather one page of the list, behind the fee whose id the address names."""
    valid = listed.valid
    begin = 0
    if asked.after is not None:
        begin = next((at + 1 for at, fee in enumerate(valid) if fee.pk == asked.after[1]), len(valid))
    shown = valid[begin : begin + fees.PAGE]
    here = address(path, page=_ALL_FEES)
    if not shown:
        raise MissingError("后面没有了", line="收费清单看完了。", href=path, word="回到最前面")
    rest = len(valid) - begin - len(shown)
    return {
        "fees": shown,
        "count": len(valid),
        "first": here if begin else "",
        "next": f"{here}&after={day_key_word((shown[-1].start_on, shown[-1].pk))}" if rest > 0 else "",
    }


def _policy(region: Region, path: str, asked: Asked) -> dict[str, Any]:
    year = asked.year or next(iter(enterprise_money.years(region)), None)
    sums = enterprise_money.policies(region, year) if year else []
    chosen = next((one for one in sums if one.policy == asked.policy), None)
    if year is None or chosen is None:
        raise MissingError("没有公开这一项", line="换一项再看。", href=path, word=f"看{region.short_name}的")
    period = Period.numbered(year, 1, Granularity.YEAR)
    rows = enterprise_money.lines_of(region).filter(
        policy=asked.policy, paid_on__gte=period.start, paid_on__lt=period.end
    )
    found = enterprise_money.page_of(rows, asked.after)
    here = address(path, policy=asked.policy, period=str(year))
    if asked.after and not found:
        raise MissingError("后面没有了", line="这一项看完了。", href=here, word="回到最前面")
    shown, rest = found[: enterprise_money.PAGE], found[enterprise_money.PAGE :]
    return {
        "year": year,
        "policy": chosen,
        "money": words.in_one_unit([chosen.amount])[0],
        "rows": shown,
        "names_in_full": any(not row.credit_code and "*" not in row.enterprise_public for row in shown),
        "first": here if asked.after else "",
        "next": f"{here}&after={day_key_word((shown[-1].paid_on, shown[-1].pk))}" if rest else "",
    }


def _enterprise(region: Region, asked: Asked) -> dict[str, Any]:
    """Gather what one enterprise was paid, or the enterprises a name may mean."""
    found = enterprise_money.found(region, asked.enterprise)
    context: dict[str, Any] = {
        "asked": asked.enterprise,
        "enterprises": found[: enterprise_money.MOST_ENTERPRISES],
        "is_more": len(found) > enterprise_money.MOST_ENTERPRISES,
        "is_short": len(asked.enterprise) < enterprise_money.SHORTEST_NAME,
    }
    if len(found) == 1:
        rows = enterprise_money.of_enterprise(region, found[0].credit_code)
        late = [row for row in rows if row.days_late]
        context |= {
            "enterprise": found[0],
            "rows": rows,
            "late": len(late),
            "short": _short(rows),
        }
    return context


def _short(rows: list[Any]) -> Decimal:  # Any: payments of support
    """Return by how much payments stayed below what had been approved."""
    missing = (row.approved_amount - row.amount for row in rows if row.approved_amount is not None)
    return sum((amount for amount in missing if amount > 0), Decimal(0))
