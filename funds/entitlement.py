"""What a person should have been paid, beside what was paid: the arithmetic behind 我的钱发够了吗 (pure).

One entitlement is one programme, one standard and one period. Nothing here guesses: where the published
rules do not say what is due, the answer is the reason why it cannot be computed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from funds.models import EntryType, Method, Rounding, StandardType
from portal.columns.column import CellError
from portal.columns.due import DueRule
from portal.columns.periods import Period

Span = tuple[date, date]
_STEPS = {Rounding.FEN: Decimal("0.01"), Rounding.JIAO: Decimal("0.1"), Rounding.YUAN: Decimal(1)}
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class ProgrammeFacts:
    """How a programme's amounts are found."""

    code: str
    name: str
    method: str = Method.BY_STANDARD
    rounding: str = Rounding.FEN


@dataclass(frozen=True, kw_only=True)
class StandardFacts:
    """One version of a standard, in force on [start_on, end_on) where codes begin with `prefix`."""

    id: object
    programme_code: str
    name: str
    unit: str
    rate: Decimal
    start_on: date
    end_on: date | None = None
    prefix: str = ""
    due_rule: str = ""
    type: str = StandardType.FIXED
    document_no: str = ""

    def is_in_force(self, span: Span) -> bool:
        """Return whether it is in force on any day of a half-open range."""
        return self.start_on < span[1] and (self.end_on is None or self.end_on > span[0])


@dataclass(frozen=True, kw_only=True)
class PaymentFacts:
    """One public payment; a recovery is negative, a posted line (公示) is not paid yet."""

    id: object
    programme_code: str
    standard_name: str
    span: Span
    amount: Decimal
    quantity: Decimal | None = None
    rate: Decimal | None = None
    paid_on: date | None = None
    entry_type: str = EntryType.NORMAL
    original_paid_on: date | None = None
    batch_label: str = ""
    plot_code: str = ""
    stated_due: Decimal | None = None
    deduction_reason: str = ""
    is_posted: bool = False


class Reason(StrEnum):
    """Why nothing can be computed, in the words of the page."""

    TOP_UP = "这项是补差：按家里收入补不足的部分，算不出该得多少。"
    ASSESSED = "这项按户核定，算不出该得多少。"
    NO_PROGRAMME = "这项补贴的办法没有公开，算不出该得多少。"
    NO_STANDARD = "这段时间的标准没有公开，算不出该得多少。"
    NO_NAME = "这笔没写是哪一种标准，算不出该得多少。"
    CHANGED = "这段时间里标准变过，算不出该得多少。"
    CEILING = "标准只定了最多多少，算不出该得多少。"
    SHARE = "这项按比例补，算不出该得多少。"
    NO_QUANTITY = "这笔没写数量，算不出该得多少。"


_METHODS = {Method.TOP_UP: Reason.TOP_UP, Method.ASSESSED: Reason.ASSESSED}
_TYPES = {
    StandardType.CEILING: Reason.CEILING,
    StandardType.TOP_UP_BASE: Reason.TOP_UP,
    StandardType.SHARE: Reason.SHARE,
}


class State(StrEnum):
    """What an entitlement comes to."""

    SHORT = "short"
    OVER = "over"
    ENOUGH = "enough"
    UNKNOWN = "unknown"
    POSTED = "posted"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One factor of what is due: quantity × rate, rounded as the programme says."""

    quantity: Decimal
    rate: Decimal
    unit: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """What was due, what came, and when, for one programme, standard and period.

    `due` and `difference` (paid less due) are None where `reason` says why they cannot be computed;
    `late_days` is 0 in time and None where nobody said when it was due.
    """

    programme: ProgrammeFacts
    standard_name: str
    span: Span
    standard: StandardFacts | None
    payments: tuple[PaymentFacts, ...]
    parts: tuple[Part, ...]
    due: Decimal | None
    paid: Decimal
    reason: Reason | None
    due_on: date | None
    paid_on: date | None
    late_days: int | None
    is_posted: bool

    @property
    def difference(self) -> Decimal | None:
        """Paid minus due; None where due is unknown."""
        return None if self.due is None else self.paid - self.due

    @property
    def short(self) -> Decimal:
        """What is missing, 0 where nothing is, or where nothing can be computed or is not paid yet."""
        if self.difference is None or self.is_posted:
            return Decimal(0)
        return max(-self.difference, Decimal(0))

    @property
    def state(self) -> State:
        """What it comes to; a posted list comes before every comparison."""
        if self.is_posted:
            return State.POSTED
        if self.difference is None:
            return State.UNKNOWN
        if self.difference < 0:
            return State.SHORT
        return State.OVER if self.difference > 0 else State.ENOUGH

    @property
    def is_late(self) -> bool:
        """Whether it came after its day."""
        return bool(self.late_days)

    @property
    def stated_due(self) -> Decimal | None:
        """What the lists themselves say is due (应发金额); None where any line says nothing."""
        stated = [line.stated_due for line in self.payments if line.stated_due is not None]
        return sum(stated, Decimal(0)) if stated and len(stated) == len(self.payments) else None

    @property
    def other_rates(self) -> tuple[Decimal, ...]:
        """Rates on the lists that differ from the published standard."""
        if self.standard is None or self.reason is not None:
            return ()
        rates = {line.rate for line in self.payments if line.rate is not None}
        return tuple(sorted(rates - {self.standard.rate}))

    @property
    def deductions(self) -> tuple[str, ...]:
        """Reasons the lists give for paying less."""
        return tuple(dict.fromkeys(line.deduction_reason for line in self.payments if line.deduction_reason))


def rounded(amount: Decimal, rounding: str) -> Decimal:
    """Return an amount half up to fen, jiao or yuan, always with two decimals."""
    return amount.quantize(_STEPS[Rounding(rounding)], ROUND_HALF_UP).quantize(_CENT)


def due_of(quantity: Decimal, rate: Decimal, rounding: str) -> Decimal:
    """Return quantity × rate, rounded as the programme says."""
    return rounded(quantity * rate, rounding)


def entitlements(
    payments: Iterable[PaymentFacts],
    programmes: Mapping[str, ProgrammeFacts],
    standards: Sequence[StandardFacts],
    place: str,
) -> list[Entitlement]:
    """Return what one person's payments in one village come to, newest period first.

    `place` is the village's 12-digit code: a standard of the nearest place above it counts.
    """
    groups: defaultdict[tuple[str, str, Span], list[PaymentFacts]] = defaultdict(list)
    for line in payments:
        groups[line.programme_code, line.standard_name, line.span].append(line)
    for code, name, span in [key for key in groups if not key[1]]:
        named = [key for key in groups if key[::2] == (code, span) and key[1]]
        if len(named) == 1:  # A supplement often leaves the standard's name out.
            groups[named[0]] += groups.pop((code, name, span))
    found = [
        _entitlement(programmes.get(code), code, name, span, lines, standards, place)
        for (code, name, span), lines in groups.items()
    ]
    return sorted(found, key=lambda one: (one.span, one.programme.code, one.standard_name), reverse=True)


def _entitlement(
    programme: ProgrammeFacts | None,
    code: str,
    name: str,
    span: Span,
    lines: list[PaymentFacts],
    standards: Sequence[StandardFacts],
    place: str,
) -> Entitlement:
    paid_lines = [line for line in lines if not line.is_posted]
    counted = _counted(paid_lines or lines)
    standard, reason = in_force(standards, code, name, span, place)
    reason = _why_not(programme, standard) or reason
    parts: tuple[Part, ...] = ()
    if standard is not None and programme is not None and reason is None:
        parts, reason = _parts(counted, standard, programme.rounding)
    due = sum((part.amount for part in parts), Decimal(0)) if reason is None else None
    due_on = _due_on(standard, span)
    is_posted = not paid_lines
    paid_on = None if is_posted else _full_on(counted, due)
    return Entitlement(
        programme=programme or ProgrammeFacts(code=code, name=code),
        standard_name=name,
        span=span,
        standard=standard,
        payments=tuple(counted),
        parts=parts,
        due=due,
        paid=Decimal(0) if is_posted else sum((line.amount for line in counted), Decimal(0)),
        reason=reason,
        due_on=due_on,
        paid_on=paid_on,
        late_days=max((paid_on - due_on).days, 0) if paid_on and due_on else None,
        is_posted=is_posted,
    )


def _counted(lines: list[PaymentFacts]) -> list[PaymentFacts]:
    """Leave out what the bank sent back: a reissue stands in the place of the payment it names."""
    back = Counter(
        line.original_paid_on
        for line in lines
        if line.entry_type == EntryType.REISSUE and line.original_paid_on is not None
    )
    kept = []
    for line in sorted(lines, key=lambda line: line.paid_on or date.min):
        can_come_back = line.entry_type != EntryType.REISSUE and line.amount > 0
        if can_come_back and line.paid_on and back[line.paid_on] > 0:
            back[line.paid_on] -= 1
        else:
            kept.append(line)
    return kept


def in_force(
    standards: Iterable[StandardFacts], code: str, name: str, span: Span, place: str
) -> tuple[StandardFacts | None, Reason | None]:
    """Return the standard of a programme in force in a period at a place, or why there is none.

    Of several places the nearest counts. A payment that names no standard has the programme's only one.
    """
    standing = [
        one
        for one in standards
        if one.programme_code == code and place.startswith(one.prefix) and one.is_in_force(span)
    ]
    if name:
        standing = [one for one in standing if one.name == name]
    if not standing:
        return None, Reason.NO_STANDARD
    if len({one.name for one in standing}) > 1:
        return None, Reason.NO_NAME
    nearest = max(len(one.prefix) for one in standing)
    versions = sorted((one for one in standing if len(one.prefix) == nearest), key=lambda one: one.start_on)
    if len({(one.rate, one.type) for one in versions}) > 1:
        return versions[-1], Reason.CHANGED
    return versions[-1], None


def _why_not(programme: ProgrammeFacts | None, standard: StandardFacts | None) -> Reason | None:
    if programme is None:
        return Reason.NO_PROGRAMME
    if programme.method != Method.BY_STANDARD:
        return _METHODS[Method(programme.method)]
    return _TYPES.get(StandardType(standard.type)) if standard is not None else None


def _parts(
    lines: list[PaymentFacts], standard: StandardFacts, rounding: str
) -> tuple[tuple[Part, ...], Reason | None]:
    """Return the factors of what is due, one per plot or line.

    A list paid in two instalments repeats its quantities: an equal quantity of the same plot on another
    day or in another batch is the same land; twice in one batch it is two plots. Supplements and reissues
    bring money, not land, unless nothing else does; a recovery never does.
    """
    normal = [line for line in lines if line.entry_type in {EntryType.NORMAL, EntryType.CORRECTION}]
    bringing = normal or [line for line in lines if line.entry_type == EntryType.REISSUE]
    bringing = bringing or [line for line in lines if line.entry_type == EntryType.SUPPLEMENT]
    if any(line.quantity is None for line in bringing) or not bringing:
        return (), Reason.NO_QUANTITY
    batches: defaultdict[tuple[date | None, str], Counter[tuple[str, Decimal]]] = defaultdict(Counter)
    for line in bringing:
        if line.quantity is not None:
            batches[line.paid_on, line.batch_label][line.plot_code, line.quantity] += 1
    land: Counter[tuple[str, Decimal]] = Counter()
    for batch in batches.values():
        land |= batch
    return tuple(
        Part(
            quantity=quantity,
            rate=standard.rate,
            unit=standard.unit,
            amount=due_of(quantity, standard.rate, rounding),
        )
        for _, quantity in land.elements()
    ), None


def _due_on(standard: StandardFacts | None, span: Span) -> date | None:
    """Return the day the standard's rule gives for a period; None without a rule or a usual period."""
    if standard is None or not standard.due_rule:
        return None
    try:
        return DueRule.parse(standard.due_rule).due_on(Period.spanning(*span))
    except (CellError, ValueError):
        return None


def _full_on(lines: list[PaymentFacts], due: Decimal | None) -> date | None:
    """Return the day on which all that is due had come; the last payment's where it never had."""
    come = Decimal(0)
    last = None
    for line in lines:
        if line.amount <= 0 or line.paid_on is None:
            continue
        come += line.amount
        last = line.paid_on
        if due is not None and come >= due:
            break
    return last


def missing_periods(
    own: Mapping[str, Collection[Span]], published: Mapping[str, Collection[Span]]
) -> list[tuple[str, Span]]:
    """Return (programme, period) for published periods between a person's first and last without a line.

    `published` holds the periods for which the village's list of a programme has been published. Only
    periods as long as the person's own count: a yearly list is no gap in monthly ones.
    """
    gaps = []
    for code, spans in own.items():
        lengths = defaultdict(list)
        for span in spans:
            lengths[_months(span)].append(span)
        for length, held in lengths.items():
            between = [
                span
                for span in published.get(code, ())
                if _months(span) == length and min(held) < span < max(held) and span not in held
            ]
            gaps += [(code, span) for span in between]
    return sorted(gaps)


def _months(span: Span) -> int:
    return (span[1].year - span[0].year) * 12 + span[1].month - span[0].month
