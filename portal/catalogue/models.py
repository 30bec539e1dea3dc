"""Items of the disclosure catalogue (公开目录)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.places.models import Level
from portal.workdays.arithmetic import Unit


class Section(models.TextChoices):
    """The six sections of the platform, in their order."""

    LIVELIHOOD = "民生资金", "民生资金"
    OFFICIAL_SPENDING = "公务消费", "公务消费"
    BUSINESS = "营商环境", "营商环境"
    REVITALIZATION = "乡村振兴", "乡村振兴"
    INFORMATION = "信息公开", "信息公开"
    COMPLAINTS = "投诉举报", "投诉举报"


class Granularity(models.TextChoices):
    """How often an item is due; also the granularity of its releases' periods."""

    YEARLY = "yearly", "每年"
    HALF_YEARLY = "half-yearly", "每半年"
    QUARTERLY = "quarterly", "每季度"
    MONTHLY = "monthly", "每月"
    PER_EVENT = "per event", "每次"


class NamesPolicy(models.TextChoices):
    """What the public sees of a person's name."""

    FULL = "full", "全名"
    MASKED = "masked", "遮盖（李*根）"
    HIDDEN = "hidden", "只公开合计"


class DayUnit(models.TextChoices):
    """How a number of days counts."""

    WORKING = "working", "工作日"
    CALENDAR = "calendar", "自然日"

    @property
    def counted(self) -> Unit:
        """How the calendar calls it."""
        return "workdays" if self is DayUnit.WORKING else "days"


class CatalogueItem(models.Model):
    """One thing that must be disclosed, with its deadline and its policy for personal data."""

    code = models.CharField("目录编码", max_length=20, unique=True, db_collation="C")
    section = models.CharField("板块", max_length=10, choices=Section)
    kind = models.CharField("模板", max_length=30, db_collation="C")
    name = models.CharField("名称", max_length=100)
    must_show = models.TextField("应公开内容", blank=True)
    level = models.CharField("责任层级", max_length=10, choices=Level)
    period = models.CharField("频次", max_length=12, choices=Granularity)
    deadline_days = models.PositiveSmallIntegerField("几日内公开")
    deadline_unit = models.CharField("期限单位", max_length=10, choices=DayUnit)
    window_days = models.PositiveSmallIntegerField("公示天数", null=True, blank=True)
    window_unit = models.CharField("公示单位", max_length=10, choices=DayUnit, blank=True)
    names = models.CharField("姓名公开办法", max_length=10, choices=NamesPolicy, default=NamesPolicy.FULL)
    names_months = models.PositiveSmallIntegerField("姓名公开月数", null=True, blank=True)
    legal_basis = models.CharField("依据", max_length=300, blank=True)
    confidence = models.CharField("核对情况", max_length=12, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开目录"
        ordering = ["pk"]  # as the catalogue is printed, section by section
        constraints = [
            models.CheckConstraint(
                condition=Q(names__in=NamesPolicy.values), name="catalogue_item_names_policy"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def deadline(self) -> str:
        """How the deadline reads: 每月公开一次，这一期结束以后 10 个工作日内."""
        days = f"{self.deadline_days} {'个工作日' if self.deadline_unit == DayUnit.WORKING else '天'}内"
        if self.period == Granularity.PER_EVENT:
            return f"发生一次公开一次，事情发生以后 {days}"
        return f"{self.get_period_display()}公开一次，这一期结束以后 {days}"
