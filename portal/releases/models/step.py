"""Steps of a release (过程留痕): who did what, when and why; append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.people.models import User
from portal.places.models import Level
from portal.releases.models.release import Release


class Verb(models.TextChoices):
    """What a step did."""

    EDIT = "edit", "录入"
    SUBMIT = "submit", "提交"
    APPROVE = "approve", "通过"
    RETURN = "return", "退回"
    COMMENT = "comment", "留言"
    WITHDRAW = "withdraw", "撤下"
    DISCARD = "discard", "作废"


class Step(models.Model):
    """One act upon a release. The database refuses that an approver edited, submitted or approved it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="steps", verbose_name="批次")
    round = models.PositiveSmallIntegerField("第几轮")
    seq = models.PositiveSmallIntegerField("序")
    verb = models.CharField("动作", max_length=10, choices=Verb)
    level = models.CharField("层级", max_length=10, choices=Level, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁")
    office = models.CharField("哪个单位", max_length=80)
    at = models.DateTimeField("时间")
    reason = models.TextField("说明", blank=True)
    root = models.BinaryField("指纹根", null=True, max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "过程留痕"
        ordering = ["release", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["release", "seq"], name="releases_step_seq_once"),
            models.CheckConstraint(
                condition=~Q(verb__in=["return", "withdraw", "discard"]) | ~Q(reason=""),
                name="releases_step_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} · {self.office}"
