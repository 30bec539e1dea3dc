"""What the books of a place come to, month by month, from the totals that publishing wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Max, Sum

from portal.columns.periods import Period
from portal.places.models import Level, Region
from portal.releases.models import Release, Total
from villages.accounts import plain_name
from villages.models import Balance, Direction, Nature
from villages.subjects import Subject

KIND = "ledger"
ZERO = Decimal(0)
# A median of fewer villages would be one village's figure.
FEWEST_COMPARED = 5
# A village has a handful of accounts, published each month at most; ten years are more than anybody reads.
MOST_ACCOUNTS = 600


@dataclass
class Month:
    """One month of a place's books, in yuan.

    `income` and `expense` are the place's own; `passing` is what other money (deposits, pass-through,
    loans) changed. `closing` is what was there at its end; None where nobody ever said what was there
    at the beginning. `by_account` maps (side, account code) to yuan of the place's own money.
    """

    start_on: date
    income: Decimal = ZERO
    expense: Decimal = ZERO
    passing: Decimal = ZERO
    income_rows: int = 0
    expense_rows: int = 0
    passing_rows: int = 0
    opening: Decimal | None = None
    closing: Decimal | None = None
    # Why the opening differs from the closing before it.
    opening_reason: str = ""
    is_nil: bool = False
    published_on: date | None = None
    changed: int = 0
    by_account: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """The month as a period."""
        return Period.containing(self.start_on, "month")

    @property
    def net(self) -> Decimal:
        """What the month added to what was there."""
        return self.income - self.expense + self.passing

    @property
    def rows(self) -> int:
        """How many lines it has."""
        return self.income_rows + self.expense_rows + self.passing_rows


def months(region: Region, accounts: Sequence[Balance] = ()) -> list[Month]:
    """Return every published month of a place, oldest first, balances carried forward; two queries.

    Where no ledger says what was there at the beginning, the village's `accounts` of that day do.
    """
    found: dict[date, Month] = {}
    totals = (
        Total.objects.public()
        .filter(region=region, kind=KIND)
        .values("start_on", "subject")
        .annotate(rows=Sum("row_count"), sum=Sum("amount"), published=Max("release__published_on"))
    )
    for row in totals:
        month = found.setdefault(row["start_on"], Month(row["start_on"]))
        _add(month, Subject.read(row["subject"]), row["rows"], row["sum"])
        month.published_on = max(filter(None, (month.published_on, row["published"])))
    if region.level == Level.VILLAGE:
        _releases(region, found)
        _carry_forward(list(_in_order(found)), accounts)
    return list(_in_order(found))


def unpublished(found: Iterable[Month], first: Period, until: date) -> list[Period]:
    """Return the months from `first` on that end by a day and show no books."""
    present = {month.start_on for month in found}
    period, missing = first, []
    while period.end <= until:
        if period.start not in present:
            missing.append(period)
        period = period.next()
    return missing


def gap(before: Month | None, month: Month) -> Decimal | None:
    """Return by how much a month begins above what the one before it ended with; None where it agrees."""
    if before is None or before.closing is None or month.opening is None:
        return None
    return month.opening - before.closing or None


def _in_order(found: dict[date, Month]) -> Iterable[Month]:
    return (found[start] for start in sorted(found))


def _add(month: Month, subject: Subject, rows: int, amount: Decimal) -> None:
    """Count a total into its month."""
    if not subject.is_own:
        month.passing += subject.sign * amount
        month.passing_rows += rows
        return
    if subject.direction == Direction.IN:
        month.income += amount
        month.income_rows += rows
    else:
        month.expense += amount
        month.expense_rows += rows
    key = subject.direction, subject.account_code
    month.by_account[key] = month.by_account.get(key, ZERO) + amount


def _releases(region: Region, found: dict[date, Month]) -> None:
    """Take in what only releases say: openings, months without a line, how many lines were corrected."""
    releases = (
        Release.objects.published()
        .filter(kind=KIND, body__region=region)
        .annotate(changed=Count("replaced"))
        .values("start_on", "end_on", "is_nil", "opening_amount", "opening_reason", "published_on", "changed")
        .order_by("published_at")
    )
    for release in releases:
        start = release["start_on"]
        is_month = Period.spanning(start, release["end_on"]).label() == f"{start:%Y-%m}"
        if release["is_nil"] and is_month:
            found.setdefault(start, Month(start, is_nil=True, published_on=release["published_on"]))
        if (month := found.get(start)) is None:
            continue
        month.changed += release["changed"]
        if release["opening_amount"] is not None:
            month.opening = release["opening_amount"]
            month.opening_reason = release["opening_reason"]


def openings_of(accounts: Sequence[Balance]) -> dict[date, Decimal]:
    """Return what a village's accounts held together at the beginning of each day they speak of.

    A month's list and its quarter's may begin on one day: the shorter one counts, not both.
    """
    shortest: dict[date, date] = {}
    for account in accounts:
        shortest[account.start_on] = min(shortest.get(account.start_on, account.end_on), account.end_on)
    openings: dict[date, Decimal] = {}
    for account in accounts:
        if account.end_on == shortest[account.start_on]:
            openings[account.start_on] = openings.get(account.start_on, ZERO) + account.opening
    return openings


def _carry_forward(in_order: list[Month], accounts: Sequence[Balance]) -> None:
    openings = openings_of(accounts)
    closing: Decimal | None = None
    for month in in_order:
        if month.opening is None:
            month.opening = openings.get(month.start_on) if closing is None else closing
        if month.opening is not None:
            closing = month.closing = month.opening + month.net


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One account of one side: its everyday name, yuan, and its share of the longest bar, from 0 to 1."""

    title: str
    amount: Decimal
    share: float

    @property
    def width(self) -> int:
        """The length of the bar in units of 300."""
        return max(round(300 * self.share), 1)


def bars(found: Iterable[Month], direction: str) -> list[Bar]:
    """Return what each account of a side came to over some months, the largest first."""
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for month in found:
        for (side, code), amount in month.by_account.items():
            if side == direction:
                sums[plain_name(code, month.start_on)] += amount
    largest = max((amount for amount in sums.values()), default=ZERO)
    if largest <= 0:
        return []
    return [
        Bar(title=title, amount=amount, share=float(max(amount, ZERO) / largest))
        for title, amount in sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    ]


@dataclass(frozen=True, kw_only=True)
class Peers:
    """The middle of what the villages of a township took and spent in one month."""

    villages: int
    income: Decimal
    expense: Decimal


_PEERS = """
SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY income),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY expense)
FROM (
    SELECT t.region_id,
        coalesce(sum(t.amount) FILTER (WHERE t.subject LIKE %(income)s), 0) AS income,
        coalesce(sum(t.amount) FILTER (WHERE t.subject LIKE %(expense)s), 0) AS expense
    FROM releases_total t JOIN releases_release r ON r.id = t.release_id AND r.state = 'published'
    WHERE t.region_id IN (SELECT id FROM places_region WHERE parent_id = %(parent)s)
        AND t.kind = %(kind)s AND t.start_on = %(month)s
    GROUP BY t.region_id HAVING sum(t.row_count) > 0
) AS villages
"""


def peers(region: Region, month: date) -> Peers | None:
    """Return the median village of the same township in a month; None where too few have published."""
    if region.parent_id is None:
        return None
    told: dict[str, int | str | date] = {
        "parent": region.parent_id,
        "kind": KIND,
        "month": month,
        "income": f"{Direction.IN}/{Nature.OWN}/%",
        "expense": f"{Direction.OUT}/{Nature.OWN}/%",
    }
    with connection.cursor() as cursor:
        cursor.execute(_PEERS, told)
        villages, income, expense = cursor.fetchone()
    if villages < FEWEST_COMPARED:
        return None
    return Peers(villages=villages, income=income, expense=expense)


def accounts_of(region: Region) -> list[Balance]:
    """Return what a village published of its accounts, newest first; one query."""
    found = Balance.objects.listed().filter(region=region)
    return list(found.order_by("-start_on", "account_type", "fund_account", "position")[:MOST_ACCOUNTS])


def standing_at(accounts: Iterable[Balance], period: Period) -> list[Balance]:
    """Return the accounts as they stood at the end of a month, of the month's list or its quarter's.

    Where both were published, the list of the shorter period is the one that is shown.
    """
    ending = [account for account in accounts if account.end_on == period.end]
    latest = max((account.start_on for account in ending), default=None)
    return [account for account in ending if account.start_on == latest]


@dataclass(frozen=True, kw_only=True)
class Below:
    """A place right below in one month or year: what it took and spent; None where it published nothing."""

    region: Region
    income: Decimal | None
    expense: Decimal | None


def below(region: Region, period: Period) -> list[Below]:
    """Return the places right below with what their books came to in a period; two queries."""
    totals = (
        Total.objects.public()
        .filter(region__parent=region, kind=KIND, start_on__gte=period.start, start_on__lt=period.end)
        .values("region_id", "subject")
        .annotate(sum=Sum("amount"))
    )
    sums: dict[int, Month] = {}
    for row in totals:
        month = sums.setdefault(row["region_id"], Month(period.start))
        _add(month, Subject.read(row["subject"]), 1, row["sum"])
    places = Region.objects.filter(parent=region).order_by("code")
    return [
        Below(
            region=place,
            income=sums[place.pk].income if place.pk in sums else None,
            expense=sums[place.pk].expense if place.pk in sums else None,
        )
        for place in places
        if place.pk in sums or place.end_on is None or place.end_on > period.start
    ]
