"""What the sheet of a village's month says: everything published of it, and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Max

from portal.codes.actions import code_for_region
from portal.codes.glyphs import MissingGlyphError
from portal.codes.papers import Offer
from portal.codes.sheets import code_address
from portal.columns.periods import Period
from portal.log import anchors
from portal.pages import words
from portal.places.models import Level, Region
from portal.releases.models import Total
from villages import books, lines
from villages.books import KIND, Month
from villages.models import Balance, Direction, LedgerEntry, Nature
from villages.paper import Imprint, Line, Paper, Part, Sheet, Told, check

_ATTEMPTS = 3
# More unpublished months than these are counted only.
_MOST_NAMED = 12


class UnpublishedError(LookupError):
    """The village published no books of that month."""


class ChangingError(RuntimeError):
    """The month was published anew while it was read, again and again."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The sheets of a township, and its villages that published no books of the month."""

    sheets: list[Sheet] = field(default_factory=list)
    unpublished: list[Region] = field(default_factory=list)

    def absent(self, period: Period, refused: Sequence[str] = ()) -> Told | None:
        """Name the villages that published nothing, and say which sheets were refused; None for neither."""
        told = []
        if self.unpublished:
            named = words.names(region.short_name for region in self.unpublished)
            told.append(f"没公开的 {len(self.unpublished)} 个村：{named}。")
        if refused:
            told.append(f"字库缺字、印不了的 {len(refused)} 个村，请找管理员。")
        month = words.period(period.start, period.end)
        return Told(title=f"{month}的账，这些村没有印", lines=told, urgent=True) if told else None


def imprint(today: date, *, until: date | None = None) -> Imprint:
    """Return what this site prints on every sheet, the day's anchor of the public log included."""
    return Imprint(
        site=settings.SITE_NAME,
        hotline=settings.HOTLINE,
        printed_on=today,
        is_example=settings.PORTAL_ENV == "demo",
        until=until,
        anchor=anchors.line(today),
    )


def sheet_of(region: Region, period: Period, *, today: date) -> Sheet:
    """Return the sheet of a village's month; makes the village's code where it has none.

    At most seven queries, four without those for a first code.

    Raises:
        UnpublishedError: there are no published books of that month.
        ChangingError: it was published anew at every attempt.
    """
    for _ in range(_ATTEMPTS):
        accounts = books.accounts_of(region)
        found = books.months(region, accounts)
        month = next((month for month in found if month.start_on == period.start), None)
        if month is None:
            raise UnpublishedError
        rows: list[LedgerEntry] = list(lines.of_period(region, period))
        # Sums and lines are read one after the other; a release may come between.
        if _agrees(month, rows):
            return _sheet(region, found, month, rows, books.standing_at(accounts, period), today)
    raise ChangingError


def batch_of(villages: Iterable[Region], period: Period, *, today: date) -> Batch:
    """Return the sheets of several villages, in their order."""
    batch = Batch()
    for village in villages:
        try:
            batch.sheets.append(sheet_of(village, period, today=today))
        except UnpublishedError:
            batch.unpublished.append(village)
    return batch


def printable(sheets: Iterable[Sheet]) -> tuple[list[Sheet], list[str]]:
    """Return the sheets that the font can draw, and for each other one why it cannot."""
    kept, refused = [], []
    for sheet in sheets:
        try:
            check(sheet)
        except MissingGlyphError as error:
            refused.append(f"{sheet.village}：{error}")
        else:
            kept.append(sheet)
    return kept, refused


def offers(places: Collection[Region]) -> Mapping[int, Sequence[Offer]]:
    """Return what of the books of these places can be printed: their newest month; one query."""
    levels = {place.pk: place for place in places if place.level in {Level.VILLAGE, Level.TOWNSHIP}}
    newest = (
        Total.objects.public()
        .filter(region__in=levels, kind=KIND)
        .order_by()
        .values_list("region")
        .annotate(start_on=Max("start_on"))
    )
    return {pk: _offers(levels[pk], Period.containing(start_on, "month")) for pk, start_on in newest}


def _address(region: Region, period: Period, paper: Paper) -> str:
    """Return where the sheet of a village, or the sheets of a township, are."""
    return f"{region.get_absolute_url()}ledger/{period.label()}.pdf?paper={paper}"


def _offers(region: Region, period: Period) -> list[Offer]:
    what = "各村" if region.level == Level.TOWNSHIP else ""
    return [
        Offer(
            word=f"{what}{period.start.month}月的账 {paper.upper()}",
            href=_address(region, period, paper),
        )
        for paper in Paper
    ]


def _agrees(month: Month, rows: Sequence[LedgerEntry]) -> bool:
    own = {side: Decimal(0) for side in Direction.values}
    passing = Decimal(0)
    for row in rows:
        if row.nature == Nature.OWN:
            own[row.direction] += row.amount
        else:
            passing += row.amount if row.direction == Direction.IN else -row.amount
    told = (month.rows, month.income, month.expense, month.passing)
    return told == (len(rows), own[Direction.IN], own[Direction.OUT], passing)


def _sheet(
    region: Region,
    found: list[Month],
    month: Month,
    rows: Sequence[LedgerEntry],
    standing: Sequence[Balance],
    today: date,
) -> Sheet:
    period = month.period
    return Sheet(
        village=region.short_name,
        place=region.place,
        month=words.period(period.start, period.end),
        address=code_address(code_for_region(region)),
        boxes=[
            ("进账（元）", words.yuan(month.income)),
            ("花出（元）", words.yuan(month.expense)),
            ("月底还有（元）", "没公开" if month.closing is None else words.yuan(month.closing)),
        ],
        notes=_notes(found, month),
        parts=_parts(month, rows),
        accounts=_accounts(standing),
        missing=_missing(found, rows, today),
    )


def _notes(found: list[Month], month: Month) -> list[str]:
    """Say what was there at the beginning, and what is odd about the month."""
    notes = []
    if month.opening is None:
        notes.append("没有公开月初有多少钱，算不出月底还有多少。")
    else:
        notes.append(f"月初有 {words.yuan(month.opening)} 元 ＋ 进账 − 花出{_passed(month)} = 月底还有的钱")
    before = max((one for one in found if one.start_on < month.start_on), key=_start, default=None)
    gap = books.gap(before, month)
    if gap:
        reason = month.opening_reason or "没有写明原因。"
        notes.append(f"月初和上月月底差 {words.yuan(gap)} 元。{reason}")
    if month.is_nil and not month.rows:
        notes.append("这个月没有收支。村里声明过，不是漏了。")
    if month.changed:
        notes.append("这个月更正过。扫码能看改前改后。")
    return notes


def _passed(month: Month) -> str:
    if not month.passing_rows:
        return ""
    return f" {'−' if month.passing < 0 else '＋'} 过手的 {words.yuan(abs(month.passing))} 元"


def _start(month: Month) -> date:
    return month.start_on


def _parts(month: Month, rows: Sequence[LedgerEntry]) -> list[Part]:
    spent = [row for row in rows if row.nature == Nature.OWN and row.direction == Direction.OUT]
    taken = [row for row in rows if row.nature == Nature.OWN and row.direction == Direction.IN]
    passed = [row for row in rows if row.nature != Nature.OWN]
    parts = [
        Part(title=f"花出 {len(spent):,} 笔", lines=[_line(row) for row in spent]),
        Part(title=f"进账 {len(taken):,} 笔", lines=[_line(row) for row in taken]),
        Part(
            title=f"别人的钱，只是过手 {len(passed):,} 笔，一共 {_signed(month.passing)}",
            lines=[_line(row, signed=True) for row in passed],
        ),
    ]
    return [part for part in parts if part.lines]


def _line(row: LedgerEntry, *, signed: bool = False) -> Line:
    moved = row.amount if row.direction == Direction.IN else -row.amount
    marks = [] if row.documents else ["缺票据"]
    if row.amount < 0:
        marks.append("红字")
    return Line(
        day=f"{row.happened_on.month}月{row.happened_on.day}日",
        summary=row.summary,
        who=row.who,
        amount=_signed(moved) if signed else words.yuan(row.amount),
        marks=marks,
    )


def _signed(amount: Decimal) -> str:
    return f"{'＋' if amount > 0 else ''}{words.yuan(amount)}"


def _accounts(standing: Sequence[Balance]) -> Told | None:
    if not standing:
        return None
    whole = sum((account.closing for account in standing), Decimal(0))
    told = [(account.fund_account, words.yuan(account.closing)) for account in standing]
    return Told(title="钱存在哪（元）", lines=[*told, ("一共", words.yuan(whole))])


def _missing(found: list[Month], rows: Sequence[LedgerEntry], today: date) -> Told:
    """Say how many lines show no document and which months since the first are not published."""
    bare = sum(not row.documents for row in rows)
    months = books.unpublished(found, found[0].period, today)
    told = [f"缺票据：{bare:,} 笔"] if bare else []
    if months:
        told.append(_named(months))
    if told:
        return Told(title=f"还差 {len(told)} 样没公开", lines=[f"■ {line}" for line in told], urgent=True)
    first = found[0].period
    line = f"{words.period(first.start, first.end)}起，每个月的账都公开了。"
    return Told(title="没有缺的", lines=["每一笔都有票据。", line] if rows else [line])


def _named(months: Sequence[Period]) -> str:
    named = words.names(words.period(month.start, month.end) for month in months[-_MOST_NAMED:])
    if len(months) > _MOST_NAMED:
        return f"{len(months)} 个月的账没公开，最近的是 {named}"
    return f"{named}的账没公开"
