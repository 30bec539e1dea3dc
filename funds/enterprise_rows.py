"""What the pages of a fee and of a payment to an enterprise show beside their values."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from funds import fees
from funds.models import EnterpriseFee, EnterpriseFund
from funds.policies import text_of
from portal.places.models import Region

_MOST = 20


def of_fee(_region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather whether a fee may be charged today, and its other versions; one query."""
    fee: EnterpriseFee = row
    today = timezone.localdate()
    same = EnterpriseFee.objects.listed().filter(
        region=fee.region_id, name=fee.name, charging_unit=fee.charging_unit
    )
    versions = same.exclude(first_id=fee.first_id).select_related("release").order_by("-start_on", "-pk")
    return {
        "is_valid": fees.is_valid(fee, today),
        "is_to_come": fee.start_on > today,
        "versions": list(versions[:_MOST]),
    }


def of_fund(region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather the text behind it, and what else the same enterprise was paid in the county; two queries."""
    fund: EnterpriseFund = row
    told = {"text": text_of(region, fund.document_no)}
    if not fund.credit_code:
        return told
    others = EnterpriseFund.objects.listed().filter(county=fund.county, credit_code=fund.credit_code)
    others = others.exclude(first_id=fund.first_id).select_related("release").order_by("-paid_on", "-pk")
    return {**told, "others": list(others[:_MOST])}
