"""The small forms of a ticket's page: shape only; what may be done, the acts decide."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from complaints.desk.naming import PlaceError, find_place
from complaints.desk.views.gate import Visit
from complaints.models import Office, Outcome, Refusal, Topic
from complaints.models.ticket import TRACKS, Funds
from complaints.results.publishing import Draft
from complaints.sealing import officers
from complaints.sealing.opening import Content
from portal.people.models import User
from portal.places.models import Region
from portal.releases import registry
from portal.releases.models import State

_LONG = 20_000
# Nothing is chosen beforehand: a slip of the finger must not decide.
_CHOOSE = ("", "请选")


@dataclass(frozen=True)
class Around:
    """What a form needs to offer choices: who asks, and the opened ticket."""

    visit: Visit
    content: Content


def words(label: str, hint: str = "", *, rows: int = 4, most: int = _LONG) -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


class DeedForm(forms.Form):
    """What every form carries: up to which step its reader knew the ticket."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, around: Around, name: str) -> None:
        """Take the ticket, and the name that keeps the ids of one page apart."""
        self.around = around
        ticket = around.content.ticket
        super().__init__(data, auto_id=f"{name}-%s", initial={"seen": ticket.last_seq})
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and first values."""


class TrackForm(DeedForm):
    """Which kind of matter it is."""

    track = forms.ChoiceField(label="类别", choices=[_CHOOSE, *TRACKS], help_text="类别决定办理期限。")

    def prepare(self) -> None:
        """Show what was chosen before."""
        self.fields["track"].initial = self.around.content.ticket.track


class RefuseForm(DeedForm):
    """Why a report is not accepted."""

    reason = forms.ChoiceField(label="为什么", choices=[_CHOOSE, *Refusal.choices])
    text = words("写给举报人的话", "举报人凭查询码马上看到。不归我们管的，请写明该找哪里。")


class TextForm(DeedForm):
    """A reason, in words."""

    text = words("理由", "密封保存，能看这件的人看得到。")


class NoteForm(DeedForm):
    """A note for officers."""

    text = words("核查记录", "只有能看这件的人看得到。")


class AskForm(DeedForm):
    """A question to the reporter."""

    text = words("问题", "举报人凭查询码看到，可以回答。请不要写出别的举报人。")


class ToReporterForm(DeedForm):
    """Words that the reporter reads."""

    text = words("写给举报人的话", "举报人凭查询码看到。")


class SuspendForm(DeedForm):
    """Why and until when the clock stops; the reporter reads it."""

    text = words("理由", "举报人凭查询码看到。请不要写出别的举报人。")
    until = forms.DateField(
        label="预计哪天恢复", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ExtensionForm(TextForm):
    """How much more time is needed."""

    days = forms.IntegerField(label="延长几天", min_value=1, max_value=365)

    def prepare(self) -> None:
        """Say what the rule allows."""
        rule = self.around.content.ticket.rule
        if rule and rule.extension_days:
            self.fields["days"].help_text = f"按规定每次最多 {rule.extension_days} 日。"
            self.fields["days"].initial = rule.extension_days


class OfficerField(forms.ModelChoiceField[User]):
    """Officers by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return name and account, since two people may share a name."""
        return f"{obj}（{obj.username}）"


class OfficerForm(DeedForm):
    """An officer of the office with a key in the signed list."""

    def prepare(self) -> None:
        """Offer the office's officers; the wall is asked when the key is handed over."""
        ticket, today = self.around.content.ticket, self.around.visit.today
        found = [key.user_id for key in officers.keys_of(ticket.office.body.code, today=today)]
        offered = User.objects.filter(pk__in=found).order_by("name", "username")
        self.fields["to"] = OfficerField(label="给谁", queryset=offered, empty_label="请选")


class ShareIdentityForm(OfficerForm):
    """Who may read name and telephone, and why."""

    text = words("为什么要看姓名电话", "密封保存。", rows=2)


class TransferForm(TextForm):
    """Another office."""

    def prepare(self) -> None:
        """Offer every other office."""
        others = Office.objects.exclude(pk=self.around.content.ticket.office_id).select_related("body")
        self.fields["to"] = forms.ModelChoiceField(label="移送到", queryset=others, empty_label="请选")


class MergeForm(DeedForm):
    """The number of the ticket that goes on."""

    number = forms.RegexField(
        r"^\s*[0-9]{8}\s*$",
        label="并入哪一件（编号）",
        help_text="两件说的是同一件事。以后只办那一件，这一件的材料还在。",
        error_messages={"invalid": "编号是 8 位数字。"},
    )


class FundsForm(DeedForm):
    """What became of money to be returned."""

    funds = forms.ChoiceField(
        label="钱怎么样了",
        choices=[(one.value, one.label) for one in (Funds.RETURNED, Funds.HANDED_OVER)],
    )


class ConcludeForm(DeedForm):
    """What was found, as the reporter and the public will read it."""

    outcome = forms.ChoiceField(label="结论", choices=[_CHOOSE, *Outcome.choices])
    topic = forms.ChoiceField(label="什么事", choices=[_CHOOSE, *Topic.choices])
    place = forms.CharField(
        label="哪里", max_length=60, help_text="写地名，比如“彬江镇大浦村”，或 12 位代码。"
    )
    title = forms.CharField(label="一句话", max_length=40, help_text="公开。不写姓名，不写举报人。")
    measures = words("怎么办的", "公开。400 字以内，不写姓名。", most=400)
    recovered = forms.DecimalField(label="追回多少元", min_value=Decimal(0), max_digits=14, decimal_places=2)
    returned = forms.DecimalField(label="退还多少元", min_value=Decimal(0), max_digits=14, decimal_places=2)
    funds = forms.ChoiceField(label="退款", choices=Funds)
    row = forms.CharField(
        label="关系到哪一行公开的账",
        required=False,
        max_length=80,
        help_text="没有就空着。写“种类/编号”，和网址里的一样。",
    )
    reply = words("写给举报人的话", "只有举报人凭查询码看到。")

    def prepare(self) -> None:
        """Begin with what the report says, or with the draft that was sent back."""
        from complaints.desk.evidence import shown
        from complaints.desk.views.dossier import place_of

        content = self.around.content
        for name in ("recovered", "returned"):
            self.fields[name].initial = "0.00"
        if draft := Draft.newest(content.pieces):
            self._begin_with(draft)
            return
        region = place_of(content)
        self.fields["place"].initial = region.full_name if region else ""
        self.fields["topic"].initial = content.report.told.get("topic", "")
        row = shown(content.report.told.get("snapshot"))
        self.fields["row"].initial = f"{row.kind}/{row.row_id}" if row and row.kind else ""

    def _begin_with(self, draft: Draft) -> None:
        region = Region.objects.with_ancestors().filter(code=draft.region).first()
        told = {
            **draft.told(),
            "place": region.full_name if region else draft.region,
            "row": f"{draft.row_kind}/{draft.row_id}" if draft.row_id else "",
        }
        for name, value in told.items():
            if name in self.fields:
                self.fields[name].initial = value

    def clean_place(self) -> Region:
        """Find the place within the office's."""
        try:
            return find_place(self.cleaned_data["place"], self.around.content.ticket.office.body.region)
        except PlaceError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_row(self) -> tuple[str, str]:
        """Find the row; it was public once, whatever it is now."""
        text = str(self.cleaned_data["row"]).strip()
        if not text:
            return "", ""
        kind, _, row_id = text.partition("/")
        entry = registry.get(kind)
        try:
            public = {"release__state__in": [State.PUBLISHED, State.WITHDRAWN]}
            is_there = entry is not None and entry.model._default_manager.filter(pk=row_id, **public).exists()
        except (ValueError, forms.ValidationError):
            is_there = False
        if not is_there:
            raise forms.ValidationError("没有这一行。请从公开页的网址里抄“种类/编号”。")
        return kind, row_id


def draft_of(told: dict[str, Any]) -> Draft:
    """Return what would be published of a filled-in form."""
    kind, row_id = told["row"]
    return Draft(
        topic=told["topic"],
        region=told["place"].code,
        title=told["title"],
        measures=told["measures"],
        reply=told["reply"],
        recovered=told["recovered"],
        returned=told["returned"],
        row_kind=kind,
        row_id=row_id,
    )
