"""Subsidy programmes (补贴项目)."""

from __future__ import annotations

from django.db import models

from portal.releases.models import DisclosedRow


class Method(models.TextChoices):
    """How an amount is found."""

    BY_STANDARD = "standard", "按标准"
    TOP_UP = "top_up", "补差"
    ASSESSED = "assessed", "核定"


class Rounding(models.TextChoices):
    """To what an amount is rounded, half up."""

    FEN = "fen", "分"
    JIAO = "jiao", "角"
    YUAN = "yuan", "元"


class Programme(DisclosedRow):
    """One version of a programme; payments and standards refer to it by (county, code)."""

    code = models.CharField("补贴项目编码", max_length=30, db_collation="C")
    name = models.CharField("补贴项目", max_length=100)
    department = models.CharField("主管部门", max_length=80)
    fund_source = models.CharField("资金来源", max_length=100, blank=True)
    document_no = models.CharField("政策文号", max_length=100, blank=True)
    basis = models.CharField("政策依据", max_length=300, blank=True)
    item_code = models.CharField("公开目录编码", max_length=20, blank=True, db_collation="C")
    description = models.CharField("说明", max_length=500, blank=True)
    parent_code = models.CharField("上级项目", max_length=30, blank=True, db_collation="C")
    audience = models.CharField("发放对象", max_length=200, blank=True)
    schedule = models.CharField("发放时间", max_length=100, blank=True)
    method = models.CharField("计算方式", max_length=10, choices=Method, default=Method.BY_STANDARD)
    rounding = models.CharField("取整方式", max_length=5, choices=Rounding, default=Rounding.FEN)
    is_hardship = models.BooleanField("困难类", null=True)
    fund_level = models.CharField("资金层级", max_length=40, blank=True)
    telephone = models.CharField("咨询电话", max_length=40, blank=True)
    start_on = models.DateField("起始日期", null=True)
    end_on = models.DateField("终止日期", null=True)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "补贴项目"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["county", "code"], name="funds_programme_code"),
        ]

    def __str__(self) -> str:
        return self.name
