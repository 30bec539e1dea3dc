"""Legal erasure of personal data: asked by one person, decided by another, carried out by the database."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from portal.people.models import User
from portal.releases.models.release import Release


class Ground(models.TextChoices):
    """Why personal data must go; from this list only, since the log repeats it for ever."""

    LAW = "pipl-47", "个人信息保护法第四十七条"
    EXPIRED = "expired", "公开期限已满"
    RULING = "ruling", "法院判决或行政决定"


class Erasure(models.Model):
    """Which rows of a release lose which groups of values, on which ground; stands once carried out.

    `groups` are `who` and `kept`; `what` is never erased, so that totals stay true. `documents` are
    attachments of these rows whose files go as well.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(Release, models.PROTECT, related_name="erasures", verbose_name="公开批次")
    rows = ArrayField(models.UUIDField(), verbose_name="哪几行")
    groups = ArrayField(models.CharField(max_length=4), verbose_name="哪些内容")
    documents = ArrayField(models.UUIDField(), default=list, verbose_name="哪几张票据")
    ground = models.CharField("法律依据", max_length=12, choices=Ground)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    decided_at = models.DateTimeField("批准时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "依法删除"
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="releases_erasure_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(groups__contained_by=["who", "kept"], groups__len__gt=0),
                name="releases_erasure_never_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release} · {len(self.rows)} 行"
