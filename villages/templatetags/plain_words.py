"""Book-keeping in the words of a villager."""

from __future__ import annotations

from django import template

from villages.accounts import plain_name
from villages.models import LedgerEntry, Nature

register = template.Library()

_WHOSE = {
    Nature.PASS_THROUGH: "别人的钱，村里只是过手",
    Nature.DEPOSIT: "押金，以后要退",
    Nature.LOAN: "借的钱或还的钱",
    Nature.TRANSFER: "村里自己的账户之间转的",
    Nature.OWN: "村里自己的",
}


@register.filter
def account_words(row: LedgerEntry) -> str:
    """Return what a villager calls the account of a line."""
    return plain_name(row.account_code, row.happened_on)


@register.filter
def nature_words(row: LedgerEntry) -> str:
    """Say whose money a line moved."""
    return _WHOSE[Nature(row.nature)]


@register.filter
def due_days(told: str) -> str:
    """Return days of every year as one says them: 6月30日、12月31日."""
    pairs = (part.split("-") for part in told.split(";") if part)
    return "、".join(f"{int(month)}月{int(day)}日" for month, day in pairs)
