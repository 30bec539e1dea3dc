"""Attachments: which document stands behind which row. The document knows only its bytes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from portal.documents.models import Document, DocumentState
from portal.releases.models.release import Release


class Caption(models.TextChoices):
    """What a document is, in a word from this list only: a file's own name may hold anything."""

    INVOICE = "invoice", "发票"
    RECEIPT = "receipt", "收据"
    DETAIL = "detail", "明细单"
    BANK_SLIP = "bank_slip", "银行回单"
    CONTRACT = "contract", "合同"
    MINUTES = "minutes", "会议记录"
    AWARD = "award", "中标通知书"
    ACCEPTANCE = "acceptance", "验收单"
    AUDIT = "audit", "审计报告"
    FINAL = "final", "决算书"
    APPROVAL = "approval", "批复"
    PHOTO = "photo", "照片"
    LETTER = "letter", "公函"
    APPLICATION = "application", "申请单"
    BILL = "bill", "账单或菜单"
    TRANSFER = "transfer", "转账凭证"
    VOUCHER = "voucher", "票据"


_SAID = (
    (Caption.INVOICE, ("发票",)),
    (Caption.AWARD, ("中标", "成交通知")),
    (Caption.ACCEPTANCE, ("验收",)),
    (Caption.AUDIT, ("审计", "审核报告")),
    (Caption.FINAL, ("决算", "结算")),
    (Caption.APPROVAL, ("批复",)),
    (Caption.LETTER, ("公函",)),
    (Caption.APPLICATION, ("申请单", "审批单")),
    (Caption.BILL, ("菜单", "账单")),
    (Caption.TRANSFER, ("转账凭证",)),
    (Caption.DETAIL, ("明细", "清单", "工时", "花名册", "名册")),
    (Caption.BANK_SLIP, ("回单", "转账", "进账单", "流水")),
    (Caption.RECEIPT, ("收据", "收条", "领条")),
    (Caption.CONTRACT, ("合同", "协议")),
    (Caption.MINUTES, ("会议", "纪要", "决议")),
    (Caption.PHOTO, ("照片", "现场", "相片")),
)


def caption_of(name: str) -> Caption:
    """Return what a file's name says that it is; 票据 where it says nothing of the list."""
    return next((caption for caption, words in _SAID if any(word in name for word in words)), Caption.VOUCHER)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Attachments, narrowed by what may be shown."""

    def unfinished(self) -> Self:
        """Keep those whose document the worker still has."""
        return self.exclude(document__state__in=[DocumentState.READY, DocumentState.REFUSED])

    def refused(self) -> Self:
        """Keep those whose file could not be taken in."""
        return self.filter(document__state=DocumentState.REFUSED)

    def shown(self) -> Self:
        """Keep those that the law has not taken away."""
        return self.filter(erased_at__isnull=True)

    def in_order(self) -> Self:
        """Order as the clerk named them."""
        return self.order_by("row_id", "position", "pk")


class Attachment(models.Model):
    """One document behind one row; frozen with its release (migration 0007).

    `name` is the file's own name, for officials' eyes only: it may hold a person's. `seed` hides the
    commitment to the pictures served and to the original; `leaf` (32 bytes) is computed when the release
    is submitted, because only then every picture is there. Of an erased one nothing is shown any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(Release, models.PROTECT, related_name="attachments", verbose_name="公开批次")
    row_id = models.UUIDField("哪一行", editable=False)
    position = models.PositiveSmallIntegerField("第几张", default=1)
    name = models.CharField("文件名", max_length=200, blank=True)
    caption = models.CharField("是什么", max_length=12, choices=Caption, default=Caption.VOUCHER)
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="attachments", verbose_name="佐证材料"
    )
    seed = models.BinaryField(max_length=16, editable=False)
    leaf = models.BinaryField(null=True, max_length=32, editable=False)
    erased_at = models.DateTimeField("依法删除时间", null=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["row_id", "position", "pk"]
        indexes = [models.Index(fields=["row_id", "position"], name="releases_attachment_row")]
        constraints = [
            models.UniqueConstraint(
                fields=["row_id", "name"], condition=~Q(name=""), name="releases_attachment_name_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_caption_display()} {self.position}"


def attached(documents: Collection[UUID]) -> set[UUID]:
    """Return which of some documents stand behind a row, in a draft or in public."""
    found = Attachment.objects.filter(document__in=documents)
    return set(found.values_list("document_id", flat=True))
