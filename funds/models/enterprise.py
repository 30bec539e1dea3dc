"""Support paid to enterprises (惠企资金), and the fees that may be charged of them (涉企收费清单)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portal.releases.models import DisclosedRow


class EnterpriseFund(DisclosedRow):
    """One payment of support to one enterprise, in yuan.

    Where the payee is a person, the full name stands in a column the app may write but not read
    (migration 0006).
    """

    policy = models.CharField("政策名称", max_length=60, db_collation="C")
    enterprise_public = models.CharField("企业名称", max_length=80, blank=True, db_collation="C")
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True, db_collation="C")
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)
    paid_on = models.DateField("兑现日期")
    department = models.CharField("主管部门", max_length=80)
    document_no = models.CharField("政策文号", max_length=100, blank=True)
    applied_on = models.DateField("申报日期", null=True)
    applied_amount = models.DecimalField("申报金额", max_digits=14, decimal_places=2, null=True)
    approved_amount = models.DecimalField("核定金额", max_digits=14, decimal_places=2, null=True)
    promised_on = models.DateField("承诺兑现日期", null=True)
    batch_label = models.CharField("兑现批次", max_length=40, blank=True)
    is_automatic = models.BooleanField("免申即享", null=True)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "惠企资金"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "-paid_on", "-id"], name="funds_enterprisefund_by_day"),
            models.Index(fields=["county", "-paid_on", "-id"], name="funds_enterprisefund_county"),
            models.Index(fields=["credit_code"], name="funds_enterprisefund_code"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="funds_enterprisefund_amount_above_zero"),
        ]

    def __str__(self) -> str:
        return self.policy

    @property
    def days_late(self) -> int:
        """How many days after the promised one it was paid; 0 where in time or nothing was promised."""
        return max((self.paid_on - self.promised_on).days, 0) if self.promised_on else 0

    @property
    def days_early(self) -> int:
        """How many days before the promised one it was paid."""
        return max((self.promised_on - self.paid_on).days, 0) if self.promised_on else 0


class FeeType(models.TextChoices):
    """What a fee is by law."""

    ADMINISTRATIVE = "admin", "行政事业性收费"
    FUND = "fund", "政府性基金"
    DEPOSIT = "deposit", "保证金"
    SERVICE = "service", "经营服务性收费"
    OTHER = "other", "其他"


class EnterpriseFee(DisclosedRow):
    """One version of a fee that may be charged, in force on the half-open days [start_on, end_on)."""

    name = models.CharField("收费项目", max_length=100)
    charging_unit = models.CharField("收费单位", max_length=80)
    standard = models.CharField("标准", max_length=200)
    unit = models.CharField("计量单位", max_length=40, blank=True)
    basis = models.CharField("依据", max_length=300)
    start_on = models.DateField("生效日期")
    end_on = models.DateField("失效日期", null=True)
    type = models.CharField("收费类型", max_length=8, choices=FeeType, default=FeeType.ADMINISTRATIVE)
    relief = models.CharField("减免政策", max_length=300, blank=True)
    refund_term = models.CharField("退还期限", max_length=100, blank=True)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "涉企收费清单"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "name", "charging_unit"], name="funds_enterprisefee_name"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="funds_enterprisefee_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return self.name
