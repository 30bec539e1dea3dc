"""Whether a village's books carry over: what a month begins with is what the one before it ended with."""

from __future__ import annotations

from portal.pages import words
from portal.releases.models import Release, Via
from villages import books


def objections(release: Release) -> list[str]:
    """Return why a ledger may not be submitted: no opening for the first, one that differs without a reason.

    Source: 农村集体经济组织财务公开规定（农经发〔2011〕13号）: income, expense and balance are disclosed line
    by line. Books of former years are loaded as they are.
    """
    if release.kind != books.KIND or release.is_correction or release.via == Via.BULK:
        return []
    region, opening = release.body.region, release.opening_amount
    accounts = books.accounts_of(region)
    found = books.months(region, accounts)
    earlier = [month for month in found if month.start_on < release.start_on]
    before = earlier[-1].closing if earlier else None
    if before is None:
        if any(month.start_on == release.start_on and month.opening is not None for month in found):
            return []  # a further batch of the first month
        if opening is None and all(account.start_on != release.start_on for account in accounts):
            return ["还没有公开过账上一共有多少钱，请写上期初余额（月初的余额），或先公开各账户的余额。"]
        return []
    if opening is None or opening == before or release.opening_reason:
        return []
    told = f"期初余额 {words.yuan(opening)} 元，上次公开的月底余额 {words.yuan(before)} 元"
    return [f"{told}，相差 {words.yuan(opening - before)} 元。请改对，或写明原因。"]
