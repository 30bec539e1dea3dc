"""What a clerk types about a draft beside its rows."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from portal.columns.cells import Money
from portal.columns.column import CellError

_MONEY = Money(allow_zero=True)


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
    is_nil = forms.BooleanField(label="本期无发生", required=False)

    def clean_expected_amount(self) -> Decimal | None:
        """Read the sum as forgivingly as a cell of a workbook: separators, full-width digits."""
        text: str = self.cleaned_data["expected_amount"].strip()
        if not text:
            return None
        try:
            return _MONEY.parse(text)
        except CellError as error:
            raise forms.ValidationError(str(error)) from error
