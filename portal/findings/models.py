"""Warnings: what a rule found in a draft, and what the clerk answered."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.findings.rules import Rule, rule
from portal.people.models import User
from portal.releases.models import Release


class WarningQuerySet(models.QuerySet["Warning"]):
    """Warnings, narrowed by whether they are answered."""

    def unanswered(self) -> Self:
        """Keep those that still block submission."""
        return self.filter(answer="")


class Warning(models.Model):  # noqa: A001 # the field's own word
    """One hit of a rule in a draft. It does not block loading, but submission until it is answered."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="warnings", verbose_name="批次")
    rule_code = models.CharField("规则", max_length=40, db_collation="C")
    rows = ArrayField(models.UUIDField(), verbose_name="行")
    position = models.PositiveIntegerField("行号")
    facts = models.JSONField("数字")
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="谁答复")
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = WarningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ["position", "rule_code"]
        constraints = [
            models.UniqueConstraint(fields=["release", "rule_code", "rows"], name="findings_warning_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="findings_warning_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.message

    @property
    def rule(self) -> Rule | None:
        """The rule that fired; None when it is no longer declared."""
        return rule(self.rule_code)

    @property
    def message(self) -> str:
        """What was seen, in one sentence with its figures."""
        found = self.rule
        return found.message.format(**self.facts) if found else self.rule_code
