"""How support paid to enterprises, and fees that may be charged, are completed and checked (pure)."""

from __future__ import annotations

from datetime import date

from portal.columns.row import Given, Row
from villages.preparing.ledger import is_unit


def prepare_fund(row: Row, given: Given, _lookups: object) -> None:
    """Tell persons from enterprises: an enterprise has its code, a person's name is masked."""
    name, code = row.get("enterprise"), row.get("credit_code")
    # A person in business has a code too, and is named as a business.
    row.is_organisation = bool(code) or bool(name and is_unit(name))
    if name and is_unit(name):
        row.need("credit_code", "收款的是企业，要写 18 位统一社会信用代码")


def prepare_fee(row: Row, given: Given, _lookups: object) -> None:
    """Refuse a fee that ends before it begins."""
    start, end = row.get("start_on"), row.get("end_on")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        row.error("end_on", "失效日期在生效日期之前，请核对年月日")
