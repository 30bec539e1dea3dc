"""How places and bodies look to staff; who sees which of them is decided in `portal.people`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator

from portal.places.models import Body, Region

BODY_CODE = RegexValidator(
    r"\A[0-9]{12}-[0-9]{2}\Z", "内设单位的代码是所在地的 12 位代码，加一横和两位数字，如 360902104000-01。"
)


class RegionLook(admin.ModelAdmin[Region]):
    """The official list of places: to look up, not to edit."""

    list_display = ["full_name", "name", "code", "level", "end_on"]
    list_filter = ["level"]
    search_fields = ["code", "name", "short_name"]
    search_help_text = "输入名称或代码，如 大浦、360902104201"
    fields = ["code", "name", "short_name", "level", "start_on", "end_on"]
    ordering = ["code"]

    @admin.display(description="在哪里")
    def full_name(self, region: Region) -> str:
        """Return the everyday name with county and township before it."""
        return region.full_name


class BodyForm(forms.ModelForm[Body]):
    """An office of a place; its code says which place, and never changes."""

    # The places an administrator may found offices in; set per request.
    regions = Region.objects.none()

    class Meta:
        model = Body
        fields = ["code", "name", "telephone", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].validators.append(BODY_CODE)
            self.fields["code"].help_text = "所在地的 12 位区划代码，加一横和两位数字，如 360902104000-01"

    def clean_code(self) -> str:
        """Take the place from the code, and only a place of the own."""
        code: str = self.cleaned_data["code"]
        region = self.regions.filter(code=code[:12]).first()
        if region is None:
            raise forms.ValidationError("没有这个区划代码，或者不归您管。请到“行政区划”里查代码。")
        self.instance.region = region
        return code


class BodyLook(admin.ModelAdmin[Body]):
    """Bodies with their telephone; they are switched off, not deleted."""

    form = BodyForm
    list_display = ["name", "place", "code", "telephone", "is_active"]
    list_filter = ["is_active", "region__level"]
    search_fields = ["code", "name", "region__short_name"]
    search_help_text = "输入名称或代码，如 彬江镇、360902104000"
    fields = ["code", "name", "telephone", "is_active"]
    ordering = ["code"]

    @admin.display(description="所在地")
    def place(self, body: Body) -> str:
        """Return where the body is."""
        return body.region.full_name
