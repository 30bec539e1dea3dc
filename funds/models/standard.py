"""Policy standards (补贴标准): how much per mu, person or head, where, and since when."""

from __future__ import annotations

from django.db import models

from portal.releases.models import DisclosedRow


class StandardType(models.TextChoices):
    """What a standard's figure means."""

    FIXED = "fixed", "固定"
    CEILING = "ceiling", "上限"
    TOP_UP_BASE = "top_up_base", "补差基数"
    SHARE = "share", "比例"


class Standard(DisclosedRow):
    """One version of a standard, in force on the half-open days [start_on, end_on)."""

    programme_code = models.CharField("补贴项目编码", max_length=30, db_collation="C")
    name = models.CharField("标准名称", max_length=100)
    unit = models.CharField("计量单位", max_length=20)
    rate = models.DecimalField("补贴标准", max_digits=18, decimal_places=8)
    start_on = models.DateField("起始日期")
    end_on = models.DateField("终止日期", null=True)
    cycle = models.CharField("发放周期", max_length=20, blank=True)
    due_rule = models.CharField("应发日期", max_length=20, blank=True)
    type = models.CharField("标准类型", max_length=12, choices=StandardType, default=StandardType.FIXED)
    document_no = models.CharField("政策文号", max_length=100, blank=True)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "补贴标准"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["county", "programme_code"], name="funds_standard_programme"),
        ]

    def __str__(self) -> str:
        return self.name
