"""Forms of who takes part since when, and of which office answers for an item."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from portal.catalogue.models import CatalogueItem
from portal.duties.models import Assignment, Participation
from portal.people.forms import BodyField
from portal.places.models import Body, Region

_DAY = {"type": "date"}


class RegionField(forms.ModelChoiceField[Region]):
    """A place by its code or its name, typed: works from the keyboard and without script."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        """Show name and code of a place that is set."""
        if isinstance(value, int):
            value = Region.objects.filter(pk=value).first() or ""
        return f"{value.short_name} {value.code}" if isinstance(value, Region) else value

    def to_python(self, value: Any) -> Region | None:
        """Find the one place meant, among those this person answers for."""
        if isinstance(value, Region) or value in self.empty_values:
            return value or None
        queryset: QuerySet[Region] = self.queryset  # type: ignore[assignment] # never None once made
        if isinstance(value, int):  # the initial value of a field that is switched off
            return queryset.filter(pk=value).first()
        text = str(value).strip()
        named = Q(code__in=text.split()) | Q(short_name=text) | Q(name=text)
        found: list[Region] = list(queryset.filter(named).select_related("parent__parent__parent")[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                "没有这个地方，或者不归您管。请填区划代码或全名，到“行政区划”里可以查。"
            )
        listed = "；".join(f"{region.code} {region.full_name}" for region in found[:5])
        raise forms.ValidationError(f"叫这个名字的不止一个，请填代码：{listed}")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what was shown with what came back."""
        return not self.disabled and str(self.prepare_value(initial) or "") != str(data or "")


class ParticipationForm(forms.ModelForm[Participation]):
    """Since when a place discloses; its place never changes."""

    # The places an administrator answers for; set per request.
    regions = Region.objects.none()
    region = RegionField(
        queryset=Region.objects.none(),
        label="地方",
        help_text="区划代码或名称，如 彬江镇。到“行政区划”里可以查",
        error_messages={"required": "请填哪个地方"},
    )

    class Meta:
        model = Participation
        fields = ("region", "start_on", "with_below")
        widgets = {"start_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(field := self.fields.get("region"), RegionField):
            field.queryset = self.regions
            field.disabled = bool(self.instance.pk)


class AssignmentForm(forms.ModelForm[Assignment]):
    """An office for an item. What has begun keeps item, office and first day; only its end can be set."""

    # The bodies an administrator answers for; set per request.
    bodies = Body.objects.none()
    body = BodyField(
        queryset=Body.objects.none(),
        label="由谁公开",
        help_text="单位的代码或全名，如 袁州区农业农村局。到“责任主体”里可以查",
        error_messages={"required": "请填由谁公开"},
    )
    item = forms.ModelChoiceField(
        CatalogueItem.objects.filter(is_active=True),
        label="公开事项",
        empty_label="请选择",
        help_text="没有写明由谁公开的，由那个地方自己公开",
        error_messages={"required": "请选公开事项"},
    )

    class Meta:
        model = Assignment
        fields = ("item", "body", "start_on", "end_on")
        widgets = {
            "start_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
            "end_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(field := self.fields.get("body"), BodyField):
            field.queryset = self.bodies
        if self.instance.pk:
            for name in {"item", "body", "start_on"} & self.fields.keys():
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning, and an office of another level than the item's."""
        told = super().clean() or {}
        start, end = told.get("start_on"), told.get("end_on")
        if start and end and end <= start:
            self.add_error("end_on", "终止日期要在起始日期之后。")
        item, body = told.get("item"), told.get("body")
        if item and body and not self.instance.pk and item.level != body.region.level:
            self.add_error("body", f"这一项由{item.get_level_display()}公开，“{body.name}”不是这一级的单位。")
        return told
