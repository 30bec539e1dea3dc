"""Forms of people and appointments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.people.managing import why_not_appoint
from portal.people.models import Appointment, Role, User
from portal.places.models import Body


class NewUserForm(BaseUserCreationForm[User]):
    """A new account with its first password."""

    class Meta:
        model = User
        fields = ("username", "name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False


class UserForm(forms.ModelForm[User]):
    """An account; the password has its own page."""

    class Meta:
        model = User
        fields = ("username", "name", "email", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "is_active" in self.fields:
            self.fields["is_active"].help_text = "去掉勾，这个账号就不能再进来；做过的事都还在。"


class BodyField(forms.ModelChoiceField[Body]):
    """A body by its code or its name, typed: works from the keyboard and without script."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        """Show name and code of a body that is set."""
        if isinstance(value, int):
            value = Body.objects.filter(pk=value).first() or ""
        return f"{value.name} {value.code}" if isinstance(value, Body) else value

    def to_python(self, value: Any) -> Body | None:
        """Find the one body meant, among those this person answers for."""
        if isinstance(value, Body) or value in self.empty_values:
            return value or None
        queryset: QuerySet[Body] = self.queryset  # type: ignore[assignment] # never None once made
        if isinstance(value, int):  # the initial value of a field that is switched off
            return queryset.filter(pk=value).first()
        text = str(value).strip()
        found = list(_named(queryset, text)[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError("没有这个单位，或者不归您管。请填代码或全名，到“责任主体”里可以查。")
        listed = "；".join(f"{body.code} {body.region.full_name}" for body in found[:5])
        raise forms.ValidationError(f"叫这个名字的不止一个，请填代码：{listed}")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what was shown with what came back."""
        return not self.disabled and str(self.prepare_value(initial) or "") != str(data or "")


def _named(bodies: QuerySet[Body], text: str) -> QuerySet[Body]:
    named = Q(code__in=text.split()) | Q(name=text)
    named |= Q(region__short_name=text, code=F("region__code"))
    return bodies.filter(named).select_related("region__parent__parent__parent")


class AppointmentForm(forms.ModelForm[Appointment]):
    """One appointment. What has begun keeps its body, role and first day; only its end can be set."""

    # The bodies an administrator may appoint for; set per request.
    bodies = Body.objects.none()
    body = BodyField(
        queryset=Body.objects.none(), label="责任主体", help_text="代码或全名，如 彬江镇人民政府"
    )

    class Meta:
        model = Appointment
        fields = ("body", "role", "start_on", "end_on")
        widgets = {
            "start_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "end_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(field := self.fields.get("body"), BodyField):
            field.queryset = self.bodies
        if "role" in self.fields:
            self.fields["role"].choices = [("", "请选角色"), *Role.choices]  # type: ignore[attr-defined] # a choice field
        if self.instance.pk:
            for name in {"body", "role", "start_on"} & self.fields.keys():
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Refuse a role at the wrong level, and an end before the beginning."""
        told = super().clean() or {}
        body, role = told.get("body"), told.get("role")
        if not self.instance.pk and body and role and (why := why_not_appoint(role, body)):
            self.add_error("role", why)
        start, end = told.get("start_on"), told.get("end_on")
        if start and end and end <= start:
            self.add_error("end_on", "终止日期要在起始日期之后。")
        return told


class AppointmentFormSet(forms.BaseInlineFormSet[Appointment, User, AppointmentForm]):
    """The appointments of one person, those of other places left out and untouched."""

    def clean(self) -> None:
        """Refuse to erase what was in force, and an account that nobody answers for."""
        super().clean()
        today = timezone.localdate()
        for form in self.forms:
            if form in self.deleted_forms and form.instance.pk and form.instance.start_on < today:
                raise forms.ValidationError("已经开始的任职不能删掉。请写上终止日期。")
        told = [form for form in self.forms if form.is_valid() and form.cleaned_data]
        if self.instance.pk is None and not told and not any(form.errors for form in self.forms):
            raise forms.ValidationError("请至少填一个任职：没有任职的人进不来。")
