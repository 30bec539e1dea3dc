"""Uploads: what became of each file a clerk handed in. The file itself rests sealed elsewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from portal.catalogue.models import CatalogueItem
from portal.columns.periods import Period
from portal.documents.picked import Picked
from portal.imports.reading.errors import RowError
from portal.people.models import Role, User
from portal.people.scope import Visitor, bodies
from portal.places.models import Body
from portal.releases.models import Release, Stage


class UploadState(models.TextChoices):
    """How far an upload has come. What waits for the worker has no heartbeat."""

    QUEUED = "queued", "等着读"
    READING = "reading", "正在检查"
    REFUSED = "refused", "要改"
    READY = "ready", "检查过了"
    LOADING = "loading", "正在导入"
    LOADED = "loaded", "已导入"
    FAILED = "failed", "没有做成"
    DESTROYED = "destroyed", "文件已销毁"


WORKING = (UploadState.QUEUED, UploadState.READING, UploadState.LOADING)


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads, narrowed by who may see them: nobody but the clerk who handed the file in."""

    def of_clerk(self, user: Visitor) -> Self:
        """Keep a person's own, for bodies they are a clerk of today."""
        return self.filter(by=user.pk, body__in=bodies(user, {Role.CLERK}))

    def with_names(self) -> Self:
        """Join what pages show."""
        return self.select_related(
            "item", "body__region__parent__parent__parent", "release", "corrects", "by"
        )


class Upload(models.Model):
    """One file on its way into a draft.

    `attempt` counts claims: a worker that was thought dead and comes back finds another number there,
    and its result is dropped; `tries` counts them since the clerk last asked. Errors hold no full identity or
    account number.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="录入人")
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="+", verbose_name="公开事项")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="责任主体")
    kind = models.CharField("模板", max_length=30, db_collation="C")
    start_on = models.DateField("所属期起")
    end_on = models.DateField("所属期止（不含）")
    batch = models.PositiveSmallIntegerField("批次", default=1)
    stage = models.CharField("阶段", max_length=10, choices=Stage, default=Stage.PAID)
    expected_amount = models.DecimalField(
        "拨款文件金额（元）", max_digits=16, decimal_places=2, null=True, blank=True
    )
    opening_amount = models.DecimalField(
        "期初余额（元）", max_digits=16, decimal_places=2, null=True, blank=True
    )
    is_nil = models.BooleanField("本期无发生", default=False)
    all_sheets = models.BooleanField("读入所有工作表", default=False)
    corrects = models.ForeignKey(
        Release, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更正的批次"
    )
    reason = models.TextField("更正原因", blank=True)
    file_name = models.CharField("文件名", max_length=200)
    file_sha256 = models.BinaryField("文件指纹", max_length=32)
    size = models.PositiveBigIntegerField("大小（字节）")
    sealed_name = models.CharField(max_length=40, blank=True, db_collation="C", editable=False)
    state = models.CharField("状态", max_length=10, choices=UploadState, default=UploadState.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    heartbeat_at = models.DateTimeField(null=True, editable=False)
    queued_at = models.DateTimeField(editable=False)
    rows_read = models.PositiveIntegerField("读到第几行", default=0)
    right_rows = models.PositiveIntegerField("没问题的行", default=0)
    wrong_rows = models.PositiveIntegerField("要改的行", default=0)
    amount = models.DecimalField("合计（元）", max_digits=18, decimal_places=2, default=0)
    error_count = models.PositiveIntegerField("几处错", default=0)
    errors = models.JSONField("错误", default=list)
    repairs = models.PositiveIntegerField("在网页上改了几处", default=0)
    notes = ArrayField(models.TextField(), default=list, verbose_name="说明")
    failure = models.TextField("为什么没有做成", blank=True)
    # Sealed files given beside the table (see Picked), and what became of those that rows name: id by name.
    documents = models.JSONField("随表交来的票据", default=list)
    taken = models.JSONField("收下的票据", default=dict)
    files_read = models.PositiveIntegerField("处理了几张票据", default=0)
    files_named = models.PositiveIntegerField("表里写了几张票据", default=0)
    release = models.ForeignKey(
        Release, models.SET_NULL, null=True, blank=True, related_name="uploads", verbose_name="导入的批次"
    )
    created_at = models.DateTimeField("上传时间")
    destroyed_at = models.DateTimeField("销毁时间", null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["by", "-created_at"], name="imports_upload_of_clerk"),
            models.Index(
                fields=["queued_at"],
                condition=Q(state__in=["queued", "reading", "loading"]),
                name="imports_upload_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__gt=F("start_on")), name="imports_upload_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state="destroyed", sealed_name="", destroyed_at__isnull=False)
                | (~Q(state="destroyed") & ~Q(sealed_name="") & Q(destroyed_at__isnull=True)),
                name="imports_upload_destroyed_whole",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""), name="imports_upload_correction_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reading", "loading"]) | Q(heartbeat_at__isnull=True),
                name="imports_upload_beats_at_work",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.name} · {self.body.name} · {self.period.label()}"

    def get_absolute_url(self) -> str:
        return reverse("admin:imports_upload_change", args=[self.pk])

    @property
    def period(self) -> Period:
        """The half-open period with its granularity."""
        return Period.spanning(self.start_on, self.end_on)

    @property
    def picked(self) -> list[Picked]:
        """The sealed files given beside the table."""
        return [Picked(**told) for told in self.documents]

    @property
    def is_working(self) -> bool:
        """Whether the worker has it, or will."""
        return self.state in WORKING

    @property
    def row_errors(self) -> list[RowError]:
        """What is wrong with the rows, as far as it is listed."""
        return [RowError(**told) for told in self.errors]

    @property
    def difference(self) -> Decimal | None:
        """Sum of the rows minus the allocation document's; None where there is nothing to compare."""
        return None if self.expected_amount is None else self.amount - self.expected_amount
