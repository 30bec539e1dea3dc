"""The form that takes a code out of use, and what the public will read of it."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q

from portal.codes.models import Code
from portal.places.models import PREFIX_LENGTH, Region

_SHOWN = 5


class WithdrawForm(forms.Form):
    """Why a code goes out of use, and which place it went into."""

    reason = forms.CharField(
        label="为什么停用",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="扫到旧海报的人会读到，写短句，如 上坊村并入大浦村。不要写人名。",
        error_messages={"required": "要写为什么停用。", "max_length": "太长了，最多 200 个字。"},
    )
    successor = forms.CharField(
        label="并入了哪里（可以不填）",
        required=False,
        max_length=60,
        help_text="写名称或 12 位区划代码，如 大浦村。扫旧海报的人可以从这里去看账。",
    )

    def __init__(self, *args: Any, code: Code, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code, self.today = code, today
        if code.region is None:  # Nobody looks for a programme's sums under another place.
            del self.fields["successor"]
        elif code.region.succeeded_by is not None:
            self.fields["successor"].initial = code.region.succeeded_by.code
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"

    def clean_successor(self) -> Region | None:
        """Find the place by code or name; where a name repeats, ask for the code."""
        typed = self.cleaned_data["successor"]
        if not typed:
            return None
        found = self._named(typed)
        if not found:
            raise forms.ValidationError(f"没有找到“{typed}”。请核对名称，或者填 12 位区划代码。")
        if len(found) > 1:
            named = "；".join(f"{region.full_name} {region.code}" for region in found[:_SHOWN])
            raise forms.ValidationError(f"“{typed}”不止一个，请填代码：{named}")
        if found[0].pk == self.code.region_id:
            raise forms.ValidationError("并入的地方不能是它自己。")
        return found[0]

    def _named(self, typed: str) -> list[Region]:
        """Return the places of the own city that a code or name fits, those of the own county first."""
        city = self.code.county[: PREFIX_LENGTH["city"]]
        here = Region.objects.current(self.today).filter(code__startswith=city).with_ancestors()
        fitting = here.filter(Q(code=typed) | Q(name=typed) | Q(short_name=typed)).order_by("code")
        near = [region for region in fitting if region.county_code == self.code.county]
        return near or list(fitting)


def preview(code: Code, *, reason: str, successor: Region | None, office: str, now: datetime) -> Code:
    """Return the code as the public would read of it, unsaved."""
    shown = copy(code)
    shown.withdrawn_at, shown.withdrawn_reason = now, reason
    shown.withdrawn_by_office, shown.successor = office, successor
    return shown
