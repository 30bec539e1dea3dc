"""What a clerk types about a draft beside its rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from portal.columns.cells import Money
from portal.columns.column import CellError

_MONEY = Money(allow_zero=True)
# An account may be overdrawn.
_BALANCE = Money(allow_zero=True, allow_negative=True)


class FiguresForm(forms.Form):
    """The allocation document's sum, the reason for a difference, and a period without events."""

    expected_amount = forms.CharField(
        label="拨款文件金额（元）",
        required=False,
        max_length=30,
        help_text="没有拨款文件就空着",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    difference_reason = forms.CharField(
        label="金额不符的原因",
        required=False,
        max_length=1000,
        help_text="合计和拨款文件不一样时才写",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    opening_amount = forms.CharField(
        label="期初余额（元）",
        required=False,
        max_length=30,
        help_text="这一期开始时，账上一共有多少钱；和上期的期末一样，可以空着",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    opening_reason = forms.CharField(
        label="期初余额和上期对不上的原因",
        required=False,
        max_length=1000,
        help_text="和上次公开的期末余额不一样时才写，公众会看到",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_nil = forms.BooleanField(label="本期无发生", required=False)

    def __init__(self, *args: Any, has_balance: bool, **kwargs: Any) -> None:  # a form's own arguments
        super().__init__(*args, **kwargs)
        if not has_balance:
            del self.fields["opening_amount"], self.fields["opening_reason"]

    def clean_expected_amount(self) -> Decimal | None:
        """Read the sum as forgivingly as a cell of a workbook: separators, full-width digits."""
        return money(self.cleaned_data["expected_amount"], _MONEY)

    def clean_opening_amount(self) -> Decimal | None:
        """Read the balance in the same way; it may be below zero."""
        return balance(self.cleaned_data["opening_amount"])


def balance(text: str) -> Decimal | None:
    """Read a balance as typed; None where nothing was, ValidationError for what is no sum."""
    return money(text, _BALANCE)


def money(text: str, cell: Money) -> Decimal | None:
    """Read a sum as a cell reads it; None where nothing was typed, ValidationError for what is no sum."""
    if not text.strip():
        return None
    try:
        return cell.parse(text.strip())
    except CellError as error:
        raise forms.ValidationError(str(error)) from error
