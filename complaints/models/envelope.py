"""What is sealed: pieces of a report, its files, to whom its keys are sealed, and who opened it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from complaints.models.office import OfficerKey
from complaints.models.ticket import Ticket
from portal.people.models import User


class Part(models.TextChoices):
    """The two keys of a ticket."""

    CONTENT = "content", "内容"
    IDENTITY = "identity", "姓名电话"


class Entry(models.Model):
    """One sealed piece: a report, a supplement, a question, an answer, a note, a reason, a result.

    `box` is `sealing.seal(JSON, key of the part, place)`; append-only until its destruction.
    """

    KINDS = [
        ("report", "举报"),
        ("identity", "姓名电话"),
        ("supplement", "补充"),
        ("question", "提问"),
        ("note", "核查记录"),
        ("reason", "理由"),
        ("outcome", "结论"),
        ("letter", "文书"),
        ("objection", "异议"),
        ("reply", "答复"),
    ]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="entries")
    kind = models.CharField("种类", max_length=10, choices=KINDS)
    part = models.CharField("部分", max_length=8, choices=Part, default=Part.CONTENT)
    is_for_reporter = models.BooleanField("举报人看得到", default=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField("日期")
    position = models.PositiveIntegerField("顺序")
    box = models.BinaryField("密文")

    class Meta:
        verbose_name = verbose_name_plural = "密封内容"
        ordering = ["ticket", "position"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "position"], name="complaints_entry_position")
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · {self.get_kind_display()}"

    @property
    def place(self) -> bytes:
        """What binds the box to its ticket, itself and who may read it: a flipped flag does not open."""
        told = f"{self.kind} {self.part} {'reporter' if self.is_for_reporter else 'officers'}"
        return self.ticket_id.bytes + self.pk.bytes + told.encode()


class SealedFile(models.Model):
    """A file of an entry, sealed in the reports' folder; its name, type and true size are in the entry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="files")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="files")
    padded_size = models.PositiveBigIntegerField("密文大小")

    class Meta:
        verbose_name = verbose_name_plural = "密封文件"

    def __str__(self) -> str:
        return f"{self.ticket} · 文件"


class Grant(models.Model):
    """One of a ticket's keys, sealed to an officer, to the reporter, or to escrow."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="grants")
    part = models.CharField("部分", max_length=8, choices=Part)
    key = models.ForeignKey(OfficerKey, models.PROTECT, null=True, blank=True, related_name="grants")
    holder = models.CharField(
        "谁", max_length=8, choices=[("officer", "办案人员"), ("reporter", "举报人"), ("escrow", "封存钥匙")]
    )
    box = models.BinaryField("密封的钥匙", max_length=256)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField("日期")
    # The first day on which the wall refused its holder: from then on the ticket does not exist for them,
    # until a colleague grants it anew.
    blocked_on = models.DateField("回避起始日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "阅看权"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "part", "key"],
                condition=Q(key__isnull=False),
                name="complaints_grant_once",
            ),
            models.UniqueConstraint(
                fields=["ticket", "part", "holder"],
                condition=Q(key__isnull=True),
                name="complaints_grant_once_without_key",
            ),
            models.CheckConstraint(
                condition=Q(holder="officer", key__isnull=False)
                | Q(holder__in=["reporter", "escrow"], key__isnull=True),
                name="complaints_grant_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · {self.get_part_display()} · {self.get_holder_display()}"


class Receipt(models.Model):
    """What the 查询码 finds: the slow hash of it, and the reporter's key pair under it."""

    lookup = models.BinaryField("查询码的摘要", max_length=32, unique=True)
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="receipt")
    public = models.BinaryField("举报人公钥", max_length=32)
    wrapped = models.BinaryField("封存的举报人私钥", max_length=96)
    # A keyed hash of the form's nonce: says that changed words came with the same form.
    nonce = models.BinaryField("表单的摘要", max_length=32, null=True, db_index=True)
    is_confirmed = models.BooleanField("已抄下", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "查询码"

    def __str__(self) -> str:
        return f"{self.ticket} · 查询码"


class Reading(models.Model):
    """One opening of content, identity, file or export: who, when, why; each hashes the one before it."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="readings")
    seq = models.PositiveIntegerField("序号")
    part = models.CharField("部分", max_length=10)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("时间")
    why = models.CharField("为什么", max_length=40)
    previous = models.BinaryField("上一条的摘要", max_length=32)
    digest = models.BinaryField("摘要", max_length=32)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    reviewed_at = models.DateTimeField("复核时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "阅看记录"
        ordering = ["ticket", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "seq"], name="complaints_reading_once"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(reviewed_by=models.F("by")),
                name="complaints_reading_review_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · 第 {self.seq} 次阅看"
