"""A document (佐证材料) and its pages: what became of a file, under which hashes it is served."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from uuid_utils.compat import uuid7

from portal.people.models import User


class DocumentState(models.TextChoices):
    """How far a document has come. What waits for the worker has no heartbeat."""

    WAITING = "waiting", "等着处理"
    WORKING = "working", "正在处理"
    READY = "ready", "可以用"
    REFUSED = "refused", "没有收下"


UNFINISHED = (DocumentState.WAITING, DocumentState.WORKING)


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents, narrowed by what can be shown."""

    def ready(self) -> Self:
        """Keep those whose pages can be shown."""
        return self.filter(state=DocumentState.READY)


class Document(models.Model):
    """One file that was handed in, in one county.

    `original_sha256` is the hash of the file as it was given; a redaction (`redacts`) keeps the hash of the
    original. `attempt` counts claims of the worker. `queued_at` is the last time somebody handed it in.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county = models.CharField("县代码", max_length=6, db_collation="C")
    state = models.CharField("状态", max_length=10, choices=DocumentState, default=DocumentState.WAITING)
    reason = models.TextField("为什么没有收下", blank=True)
    original_sha256 = models.BinaryField("原件指纹", max_length=32)
    media_type = models.CharField("原件格式", max_length=40, blank=True, db_collation="C")
    size = models.PositiveBigIntegerField("原件大小（字节）")
    page_count = models.PositiveSmallIntegerField("页数", default=0)
    sealed_name = models.CharField(max_length=40, blank=True, db_collation="C", editable=False)
    attempt = models.PositiveSmallIntegerField(default=0, editable=False)
    queued_at = models.DateTimeField(editable=False)
    heartbeat_at = models.DateTimeField(null=True, editable=False)
    redacts = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="redactions",
        verbose_name="遮盖自哪一份",
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="交来的人"
    )
    created_at = models.DateTimeField("交来时间")
    # Its files are gone by law; the hashes stay, for published leaves commit to them.
    erased_at = models.DateTimeField("依法删除时间", null=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["county", "original_sha256"], name="documents_document_original"),
            models.Index(
                fields=["queued_at"],
                condition=Q(state__in=["waiting", "working"]),
                name="documents_document_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "working"], page_count=0, reason="") & ~Q(sealed_name="")
                | Q(state="ready", page_count__gte=1, reason="", sealed_name="") & ~Q(media_type="")
                | Q(state="refused", page_count=0, sealed_name="") & ~Q(reason=""),
                name="documents_document_state_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="working") | Q(heartbeat_at__isnull=True),
                name="documents_document_beats_at_work",
            ),
            models.CheckConstraint(
                condition=Q(redacts__isnull=True) | Q(state="ready") & ~Q(redacts=F("id")),
                name="documents_document_redaction_ready",
            ),
            models.CheckConstraint(
                condition=Exact(Length("original_sha256"), 32), name="documents_document_hash_whole"
            ),
            models.CheckConstraint(
                condition=Q(county__regex=r"^[0-9]{6}$"), name="documents_document_county_code"
            ),
        ]

    def __str__(self) -> str:
        if self.state != DocumentState.READY:
            return f"佐证材料（{self.get_state_display()}）"
        return f"佐证材料，{self.page_count} 页"

    def served_hashes(self) -> list[str]:
        """Return the hexadecimal SHA-256 of the full pages in their order: what a release commits to."""
        return [bytes(page.full_sha256).hex() for page in self.pages.all()]  # by number; may be prefetched


class Page(models.Model):
    """One page of a ready document: three pictures, each stored under its own hash (SHA-256)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="pages", verbose_name="佐证材料")
    number = models.PositiveSmallIntegerField("第几页")
    full_sha256 = models.BinaryField(max_length=32)
    full_size = models.PositiveIntegerField("大小（字节）")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    preview_sha256 = models.BinaryField(max_length=32)
    preview_width = models.PositiveSmallIntegerField()
    preview_height = models.PositiveSmallIntegerField()
    thumb_sha256 = models.BinaryField(max_length=32)
    thumb_width = models.PositiveSmallIntegerField()
    thumb_height = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "页"
        ordering = ["document", "number"]
        indexes = [
            models.Index(fields=[f"{name}_sha256"], name=f"documents_page_{name}")
            for name in ("full", "preview", "thumb")
        ]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="documents_page_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="documents_page_counted_from_one"),
            models.CheckConstraint(
                condition=Q(
                    width__gte=1,
                    height__gte=1,
                    full_size__gte=1,
                    preview_width__gte=1,
                    preview_height__gte=1,
                    thumb_width__gte=1,
                    thumb_height__gte=1,
                ),
                name="documents_page_has_extent",
            ),
            models.CheckConstraint(
                condition=Q(
                    Exact(Length("full_sha256"), 32),
                    Exact(Length("preview_sha256"), 32),
                    Exact(Length("thumb_sha256"), 32),
                ),
                name="documents_page_hashes_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 页"
