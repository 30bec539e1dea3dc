"""The text behind a figure: which notice has a document number, and what names the number of a notice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q

from funds.entitlement import Reason, StandardFacts, in_force
from funds.households import counties_above, standards_of
from funds.models import EnterpriseFund, Notice, Payment, Programme, Standard
from portal.pages.asked import address
from portal.places.models import Level, Region

_MOST = 20


@dataclass(frozen=True, kw_only=True)
class PolicyLink:
    """A policy for enterprises that names a number: what it is called, and where its payments are."""

    title: str
    href: str


def notices_by_number(region: Region, numbers: Collection[str]) -> dict[str, Notice]:
    """Return the newest public notice of each document number, the county's or the city's; one query."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return {}
    found = Notice.objects.listed().filter(county__in=counties_above(region), document_no__in=wanted)
    return {
        notice.document_no: notice for notice in found.select_related("release").order_by("issued_on", "pk")
    }


def text_of(region: Region, number: str) -> dict[str, Any]:
    """Gather, for the page of what names a document number, the notice that has it; one query."""
    return {"number": number, "notice": notices_by_number(region, [number]).get(number)}


def of_master(region: Region, row: Programme | Standard) -> dict[str, Any]:
    """Gather the text behind a programme or a standard; one query."""
    return {"text": text_of(region, row.document_no)}


def of_payment(region: Region, row: Payment) -> dict[str, Any]:
    """Gather the standard that a payment was paid by, and the text behind it; two queries."""
    standard = standard_of(region, row)
    number = row.document_no or (standard.document_no if standard else "")
    return {"standard": standard, "text": text_of(region, number)}


def standard_of(region: Region, payment: Payment) -> StandardFacts | None:
    """Return the standard in force in a payment's period; where it changed within, the one of its rate."""
    code, name = payment.programme_code, payment.standard_name
    span = (payment.start_on, payment.end_on)
    found = standards_of(region, [code], [name] if name else [])
    standard, reason = in_force(found, code, name, span, region.code)
    if reason == Reason.CHANGED:
        same_rate = [one for one in found if one.rate == payment.rate]
        standard, reason = in_force(same_rate, code, name, span, region.code)
    return standard if reason is None else None


def naming(region: Region, notice: Notice) -> dict[str, Any]:
    """Gather what names the number of a notice, in its county or, of the city's notice, anywhere in the city.

    At most three queries, none for a notice without a number.
    """
    if not notice.document_no:
        return {}
    is_wide = region.level == Level.CITY
    here = Q(county__startswith=region.prefix) if is_wide else Q(county=region.county_code)
    here &= Q(document_no=notice.document_no)
    standards = Standard.objects.public().filter(here).select_related("release")
    programmes = Programme.objects.public().filter(here).select_related("release")
    return {
        "standards": list(standards.order_by("programme_code", "name", "-start_on")[:_MOST]),
        "programmes": list(programmes.order_by("code")[:_MOST]),
        "policies": _policies(here),
    }


def _policies(here: Q) -> list[PolicyLink]:
    """Return the policies for enterprises whose payments name a number, with the newest year; one query."""
    found = EnterpriseFund.objects.listed().filter(here).values("county", "policy")
    newest = found.annotate(paid=Max("paid_on")).order_by("-paid", "policy")[:_MOST]
    return [
        PolicyLink(
            title=row["policy"],
            href=address(
                f"/r/{row['county']}000000/business/", policy=row["policy"], period=str(row["paid"].year)
            ),
        )
        for row in newest
    ]
