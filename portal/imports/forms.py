"""What a clerk says about a batch, before a file is read or a row is typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from portal.catalogue.models import CatalogueItem
from portal.catalogue.models import Granularity as Frequency
from portal.columns.cells import Money
from portal.columns.column import CellError
from portal.columns.periods import Granularity, Period
from portal.documents.fields import PICTURES_AND_ZIPS, FilesField
from portal.imports.reading.errors import harmless
from portal.people.models import Role, User
from portal.people.scope import appointments, bodies
from portal.places.models import Body, Level
from portal.releases.models import Stage
from portal.releases.registry import kind, kinds
from portal.releases.staff.forms import balance, money

_MONEY = Money(allow_zero=True)
# How long the period of an item is; what happens now and then goes by the month it happened in.
_LENGTHS = {
    Frequency.YEARLY: (Granularity.YEAR, "每年公开一次，请写成 2026"),
    Frequency.HALF_YEARLY: (Granularity.HALF, "每半年公开一次，请写成 2026H1 或 2026H2"),
    Frequency.QUARTERLY: (Granularity.QUARTER, "每季度公开一次，请写成 2026Q1"),
    Frequency.MONTHLY: (Granularity.MONTH, "每月公开一次，请写成 2026-03"),
    Frequency.PER_EVENT: (Granularity.MONTH, "发生一次公开一次，请写发生的月份，如 2026-03"),
}


class _BodyField(forms.ModelChoiceField[Body]):
    def label_from_instance(self, obj: Body) -> str:
        """Return the body's name, with the place where names repeat."""
        return f"{obj.region.place}{obj.name}" if obj.region.level == Level.VILLAGE else obj.name


def _documents_help() -> str:
    one, packed = settings.DOCUMENTS_MOST_BYTES >> 20, settings.DOCUMENTS_MOST_ZIP_BYTES >> 20
    return (
        "表里“附件”那一列写了名字的，没有就空着。可以一次选很多张，也可以打包成 zip。"
        f"一次最多 {settings.DATA_UPLOAD_MAX_NUMBER_FILES} 个，一张最大 {one} MB，一个压缩包最大 {packed} MB"
    )


class BatchForm(forms.Form):
    """Item, body, period: which batch this is."""

    item = forms.ModelChoiceField(
        CatalogueItem.objects.none(), label="公开事项", error_messages={"required": "请选公开哪一项"}
    )
    body = _BodyField(
        Body.objects.none(), label="哪个单位公开", error_messages={"required": "请选哪个单位公开"}
    )
    period = forms.CharField(
        label="所属期",
        max_length=20,
        help_text="一年写 2026，半年 2026H1，一季 2026Q1，一月 2026-03",
        error_messages={"required": "请写所属期，如 2026"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    batch = forms.IntegerField(
        label="第几批",
        min_value=1,
        max_value=999,
        initial=1,
        help_text="同一期分几次发的，第二次写 2",
        error_messages={"required": "请写第几批，一般是 1", "invalid": "只写数字，如 1"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    stage = forms.ChoiceField(
        label="阶段", choices=[(Stage.PAID, "已经发放"), (Stage.POSTED, "发放前公示")], initial=Stage.PAID
    )
    expected = forms.CharField(
        label="拨款文件金额（元）",
        required=False,
        max_length=30,
        help_text="没有拨款文件就空着；填了，导入前会比一比",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    opening = forms.CharField(
        label="期初余额（元）",
        required=False,
        max_length=30,
        help_text="村级收支账才写：这一期开始时账上一共有多少钱。和上期的期末一样，可以空着",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    is_nil = forms.BooleanField(label="本期无发生", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:  # a form's own arguments
        super().__init__(*args, **kwargs)
        mine = bodies(user, {Role.CLERK}).filter(is_active=True)
        body, item = self.fields["body"], self.fields["item"]
        assert isinstance(body, _BodyField)  # noqa: S101 # declared above
        assert isinstance(item, forms.ModelChoiceField)  # noqa: S101 # declared above
        body.queryset = Body.objects.with_region().filter(pk__in=mine.values("pk"))
        home = appointments(user, {Role.CLERK}).first()
        body.initial = home.body_id if home else None
        if mine.count() == 1:
            body.empty_label = None
        if "documents" in self.fields:
            self.fields["documents"].help_text = _documents_help()
        item.queryset = offered_items()
        item.choices = _by_level(item.queryset)

    def clean_period(self) -> Period:
        """Read the period as forgivingly as a cell of a workbook."""
        try:
            return Period.parse(self.cleaned_data["period"])
        except CellError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_expected(self) -> Decimal | None:
        """Read the sum as forgivingly as a cell of a workbook."""
        return money(self.cleaned_data["expected"], _MONEY)

    def clean_opening(self) -> Decimal | None:
        """Read the balance in the same way; it may be below zero."""
        return balance(self.cleaned_data["opening"])

    def clean(self) -> dict[str, Any]:
        """Hold period and item together: the period is as long as the item asks for."""
        told = super().clean() or self.cleaned_data
        item, period = told.get("item"), told.get("period")
        if item and told.get("opening") is not None and not kind(item.kind).has_balance:
            self.add_error("opening", f"“{item.name}”没有期初余额，请空着")
        if item and told.get("documents") and not kind(item.kind).files:
            self.add_error("documents", f"“{item.name}”的表没有附件这一列，不用交票据")
        if item and period:
            length, words = _LENGTHS[Frequency(item.period)]
            if period.granularity != length:
                self.add_error("period", f"“{item.name}”{words}")
            elif period.start > timezone.localdate():
                self.add_error("period", "这一期还没有到，请核对年份和月份")
        return told


class UploadForm(BatchForm):
    """A batch and the file its rows are in."""

    file = forms.FileField(
        label="表格文件",
        help_text="xlsx 或 CSV，一行一笔",
        allow_empty_file=True,
        error_messages={"required": "请选要导入的文件"},
    )
    documents = FilesField(label="票据照片", required=False, accept=PICTURES_AND_ZIPS)
    all_sheets = forms.BooleanField(label="一村一页的表，全部读入", required=False)

    field_order = [
        "item",
        "body",
        "period",
        "file",
        "documents",
        "expected",
        "opening",
        "batch",
        "stage",
        "all_sheets",
        "is_nil",
    ]


class CorrectionForm(forms.Form):
    """An exported release, edited, and why; with the documents of rows that have any."""

    file = forms.FileField(
        label="改好的表",
        help_text="用“下载来更正”得到的那份表改，不要动“公开编号”",
        allow_empty_file=True,
        error_messages={"required": "请选改好的表"},
    )
    documents = FilesField(label="票据照片", required=False, accept=PICTURES_AND_ZIPS)
    reason = forms.CharField(
        label="为什么要改",
        max_length=1000,
        help_text="公众会看到，如：3 户面积登记有误",
        error_messages={"required": "更正要写明原因"},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, has_files: bool, **kwargs: Any) -> None:  # a form's own arguments
        super().__init__(*args, **kwargs)
        self.fields["documents"].help_text = _documents_help()
        if not has_files:
            del self.fields["documents"]


def too_large() -> str:
    """Return what to do with a file that memory does not take."""
    size = settings.FILE_UPLOAD_MAX_MEMORY_SIZE >> 20
    return f"文件超过 {size} MB，网页收不下。请拆成几份再交，或请系统管理员用 manage.py load 命令导入。"


def too_large_documents(names: Sequence[str]) -> str:
    """Return what to do with pictures and zips that were left out for their size."""
    one, packed = settings.DOCUMENTS_MOST_BYTES >> 20, settings.DOCUMENTS_MOST_ZIP_BYTES >> 20
    listed = "、".join(map(harmless, names[:3])) + (" 等" if len(names) > 3 else "")
    return f"{listed} 太大。一张照片最大 {one} MB，一个压缩包最大 {packed} MB，请拍小一点或分开打包。"


def begun(asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form begins with where an address says it: `item` and `body` by code, `period`, `nil`.

    What is unknown, or not this person's, is simply not chosen; the form asks for it.
    """
    item = offered_items().filter(code=asked.get("item", "")).first()
    body = Body.objects.filter(code=asked.get("body", "")).first()
    found = {"item": item, "body": body, "period": asked.get("period", "")[:20]}
    return {name: one for name, one in found.items() if one} | {"is_nil": asked.get("nil") == "1"}


def offered_items() -> QuerySet[CatalogueItem]:
    """Return the items of kinds this installation can take."""
    return CatalogueItem.objects.filter(is_active=True, kind__in=[one.code for one in kinds()])


def _by_level(items: QuerySet[CatalogueItem]) -> list[Any]:
    grouped: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for item in items:
        grouped[item.level].append((item.pk, f"{item.name}（{item.code}）"))
    levels = [(f"{Level(level).label}公开的", grouped[level]) for level in Level.values if grouped[level]]
    return [("", "请选择"), *levels]
