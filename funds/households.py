"""Whose payments these are: the rows of one person in one village, with what each of them comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from funds.entitlement import (
    Entitlement,
    PaymentFacts,
    ProgrammeFacts,
    Span,
    StandardFacts,
    entitlements,
    missing_periods,
)
from funds.models import PayeeType, Payment, Programme, Standard
from portal.catalogue.models import Granularity, NamesPolicy
from portal.places.models import PREFIX_LENGTH, Region
from portal.releases.models import Stage, Total

# One person in one village: twelve months of twenty programmes over four years.
MOST_ROWS = 1000
_PEOPLE = [PayeeType.PERSON, PayeeType.HOUSEHOLD]
_STANDARD_FIELDS = (
    "id",
    "programme_code",
    "name",
    "unit",
    "rate",
    "start_on",
    "end_on",
    "due_rule",
    "type",
    "document_no",
)


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A period whose list was published, and in which this person has no line."""

    programme: ProgrammeFacts
    span: Span


@dataclass(frozen=True, kw_only=True)
class Household:
    """One person's payments in one village, newest period first; `linked` rows have a page of their own."""

    payments: tuple[Payment, ...]
    entitlements: tuple[Entitlement, ...]
    missing: tuple[Missing, ...]
    linked: frozenset[object]

    @property
    def name(self) -> str:
        """The name as the newest row shows it."""
        return self.payments[0].name_public

    @property
    def years(self) -> list[int]:
        """The years there is something to say about, newest first."""
        spans = [one.span for one in self.entitlements] + [gap.span for gap in self.missing]
        return sorted({start.year for start, _ in spans}, reverse=True)


def counties_above(region: Region) -> list[str]:
    """Return the county keys whose masters hold in a place: the city's and its own county's."""
    city = region.code[:4] + "00"
    return sorted({city, region.county_code})


def same_person(region: Region, row_id: UUID) -> list[Payment]:
    """Return the public payments of the person of a row, newest period first; none where nobody may ask.

    Only rows published with full names join, and only inside one village: a masked name must not be
    told by standing beside a full one (contract, what the public sees of a person).
    """
    full = Payment.objects.filter(region=region, release__names=NamesPolicy.FULL)
    row = full.published().filter(pk=row_id, identity_digest__isnull=False).first()
    if row is None:
        return []
    found = _in_order(
        full.public().filter(identity_digest=bytes(row.identity_digest or b""), key_no=row.key_no)
    )
    return found if any(other.first_id == row.first_id for other in found) else []


def own_payments(region: Region, name: str, tail: str) -> list[Payment]:
    """Return the public payments, masked and hidden ones included, of who gives name and account tail.

    The database compares: the application can read neither stored name nor tail.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM funds_own_payments(%s, %s, %s)", [region.pk, name, tail])
        ids = [row[0] for row in cursor.fetchall()]
    return _in_order(Payment.objects.public().filter(region=region, pk__in=ids))


def _in_order(payments: Any) -> list[Payment]:
    return list(
        payments.select_related("release").order_by("-start_on", "-end_on", "-paid_on", "-id")[:MOST_ROWS]
    )


def household(region: Region, payments: Sequence[Payment], *, full_only: bool) -> Household:
    """Return what a person's payments come to; at most four queries.

    `full_only` keeps to lists with full names, where a period without this person can be seen by anybody.
    """
    codes = {payment.programme_code for payment in payments}
    programmes = programmes_of(region, codes)
    names = {payment.standard_name for payment in payments}
    standards = standards_of(region, codes, set() if "" in names else names)
    found = entitlements(map(_facts, payments), programmes, standards, region.code)
    gaps = _missing(region, payments, full_only=full_only)
    return Household(
        payments=tuple(payments),
        entitlements=tuple(found),
        missing=tuple(
            Missing(programme=programmes.get(code) or ProgrammeFacts(code=code, name=code), span=span)
            for code, span in gaps
        ),
        linked=frozenset(payment.pk for payment in payments if payment.release.names != NamesPolicy.HIDDEN),
    )


def _facts(payment: Payment) -> PaymentFacts:
    return PaymentFacts(
        id=payment.pk,
        programme_code=payment.programme_code,
        standard_name=payment.standard_name,
        span=(payment.start_on, payment.end_on),
        amount=payment.amount,
        quantity=payment.quantity,
        rate=payment.rate,
        paid_on=payment.paid_on,
        entry_type=payment.entry_type,
        original_paid_on=payment.original_paid_on,
        batch_label=payment.batch_label or str(payment.release.batch),
        plot_code=payment.plot_code,
        stated_due=payment.due_amount,
        deduction_reason=payment.deduction_reason,
        is_posted=payment.release.stage == Stage.POSTED,
    )


def programmes_of(region: Region, codes: Collection[str]) -> dict[str, ProgrammeFacts]:
    """Return the public programmes of a place by code; the county's own before the city's."""
    found = (
        Programme.objects.public()
        .filter(county__in=counties_above(region), code__in=codes)
        .order_by("county")
        .values("code", "name", "method", "rounding")
    )
    return {row["code"]: ProgrammeFacts(**row) for row in found}


def standards_of(region: Region, codes: Collection[str], names: Collection[str] = ()) -> list[StandardFacts]:
    """Return every public version of the standards of some programmes, of some names or of all."""
    found = Standard.objects.public().filter(county__in=counties_above(region), programme_code__in=codes)
    if names:
        found = found.filter(name__in=names)
    return [
        StandardFacts(
            **dict(zip(_STANDARD_FIELDS, row[2:], strict=True)), prefix=row[0][: PREFIX_LENGTH[row[1]]]
        )
        for row in found.values_list("region__code", "region__level", *_STANDARD_FIELDS)
    ]


def _missing(region: Region, payments: Iterable[Payment], *, full_only: bool) -> list[tuple[str, Span]]:
    """Return the gaps of a person; per-event programmes have none, and lists without ids cannot tell."""
    own: defaultdict[str, set[Span]] = defaultdict(set)
    for payment in payments:
        if payment.release.granularity != Granularity.PER_EVENT:
            own[payment.programme_code].add((payment.start_on, payment.end_on))
    own = defaultdict(set, {code: spans for code, spans in own.items() if len(spans) > 1})
    if not own:
        return []
    gaps = missing_periods(own, _published(region, own, full_only=full_only))
    unclear = _without_ids(region, gaps) if gaps else set()
    return [gap for gap in gaps if gap not in unclear]


def _published(region: Region, codes: Iterable[str], *, full_only: bool) -> dict[str, set[Span]]:
    """Return the periods for which the village's lists of some programmes have been published as paid."""
    totals = Total.objects.public().filter(
        region=region, kind="payments", subject__in=list(codes), release__stage=Stage.PAID
    )
    if full_only:
        totals = totals.filter(release__names=NamesPolicy.FULL)
    found = (
        totals.exclude(release__granularity=Granularity.PER_EVENT)
        .values("subject", "start_on", "end_on")
        .annotate(rows=Sum("row_count"))
        .filter(rows__gt=0)
    )
    published: defaultdict[str, set[Span]] = defaultdict(set)
    for row in found:
        published[row["subject"]].add((row["start_on"], row["end_on"]))
    return published


def _without_ids(region: Region, gaps: Collection[tuple[str, Span]]) -> set[tuple[str, Span]]:
    """Return those lists that hold persons without an id (old years): this person may be among them."""
    found = (
        Payment.objects.public()
        .filter(
            region=region,
            programme_code__in={code for code, _ in gaps},
            start_on__in={span[0] for _, span in gaps},
            identity_digest__isnull=True,
            payee_type__in=_PEOPLE,
        )
        .values_list("programme_code", "start_on", "end_on")
        .distinct()
    )
    return {(code, (start, end)) for code, start, end in found}
