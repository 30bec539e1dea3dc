"""Deadlines: the rules as dated data, suspensions, extensions by two persons, and what was escalated."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portal.people.models import User


class DeadlineRule(models.Model):
    """How long a step may take on a track, since when, and by which regulation."""

    track = models.CharField("类别", max_length=1, blank=True)
    step = models.CharField("期限名称", max_length=12)
    anchor = models.CharField("从哪天起算", max_length=10)
    days = models.PositiveSmallIntegerField("天数")
    unit = models.CharField("单位", max_length=8, choices=[("workdays", "工作日"), ("days", "日")])
    extension_days = models.PositiveSmallIntegerField("每次最多延长（日）", default=0)
    extensions = models.PositiveSmallIntegerField("最多延长次数", default=0)
    warn_days = models.PositiveSmallIntegerField("提前提醒（工作日）", default=3)
    start_on = models.DateField("生效日期")
    end_on = models.DateField("失效日期", null=True, blank=True)
    source = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "办理期限"
        ordering = ["track", "step", "start_on"]
        constraints = [
            models.UniqueConstraint(fields=["track", "step", "start_on"], name="complaints_rule_once"),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")), name="complaints_rule_dates"
            ),
            models.CheckConstraint(condition=Q(unit__in=["workdays", "days"]), name="complaints_rule_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.track or '通用'} · {self.step} · {self.days}{self.get_unit_display()}"


class Pause(models.Model):
    """Days that do not count: from the day of a suspension until (not including) the day it was resumed."""

    ticket = models.ForeignKey("complaints.Ticket", models.PROTECT, related_name="pauses")
    start_on = models.DateField("中止日期")
    until_on = models.DateField("预计恢复日期", null=True, blank=True)
    end_on = models.DateField("恢复日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "中止"
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")), name="complaints_pause_dates"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(end_on__isnull=True), name="complaints_pause_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · {self.start_on} 起中止"


class Extension(models.Model):
    """More time, asked for by one officer and granted or denied by another."""

    ticket = models.ForeignKey("complaints.Ticket", models.PROTECT, related_name="extensions")
    round = models.PositiveSmallIntegerField("第几轮")
    step = models.CharField("期限名称", max_length=12)
    days = models.PositiveSmallIntegerField("延长天数")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    decided_at = models.DateTimeField("批准时间", null=True, blank=True)
    is_granted = models.BooleanField("同意", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, is_granted=False)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("asked_by")),
                name="complaints_extension_by_two",
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(decided_at__isnull=True),
                name="complaints_extension_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · 延期 {self.days} 日"


class Escalation(models.Model):
    """One level of escalation of one deadline: each is there once, however often the scanner comes."""

    LEVELS = [
        ("warn", "提醒承办人"),
        ("due", "报机关负责人"),
        ("superior", "报上级机关"),
        ("public", "计入公开超期"),
    ]

    ticket = models.ForeignKey("complaints.Ticket", models.PROTECT, related_name="escalations")
    round = models.PositiveSmallIntegerField("第几轮")
    step = models.CharField("期限名称", max_length=12)
    due_no = models.PositiveSmallIntegerField("第几个期限")
    level = models.CharField("级别", max_length=10, choices=LEVELS)
    true_on = models.DateField("应当升级的日期")
    at = models.DateTimeField("升级时间")

    class Meta:
        verbose_name = verbose_name_plural = "超期升级"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "round", "step", "due_no", "level"], name="complaints_escalation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · {self.get_level_display()}"


class Scan(models.Model):
    """When escalation last looked at the deadlines; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = verbose_name_plural = "期限检查"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="complaints_scan_one_row")]

    def __str__(self) -> str:
        return f"{self.at}"
