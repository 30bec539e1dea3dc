"""Receptions of official guests, one by one (公务接待)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import F, Q

from portal.releases.models import DisclosedRow

_CENT = Decimal("0.01")


class VenueType(models.TextChoices):
    """Where guests are fed."""

    CANTEEN = "canteen", "内部食堂"
    APPOINTED = "appointed", "定点饭店"
    OTHER = "other", "其他"


class MealType(models.TextChoices):
    """How guests are fed."""

    WORKING = "working", "工作餐"
    BUFFET = "buffet", "自助餐"
    OTHER = "other", "其他"


class ReceptionPayment(models.TextChoices):
    """How a reception is paid."""

    TRANSFER = "transfer", "转账"
    OFFICIAL_CARD = "card", "公务卡"
    CASH = "cash", "现金"


class Reception(DisclosedRow):
    """One reception: who came, why, what it cost, and five documents, each named by its own column.

    Whoever is named acts in office, and is named in full. Amounts in yuan.
    """

    number = models.CharField("接待编号", max_length=64, db_collation="C")
    unit = models.CharField("接待单位", max_length=60, db_collation="C")
    received_on = models.DateField("接待日期")
    end_on = models.DateField("结束日期", null=True)
    guest_unit = models.CharField("来访单位", max_length=100)
    guests = models.PositiveSmallIntegerField("来访人数")
    chief_guests = models.CharField("主要来宾", max_length=200, blank=True)
    guest_rank = models.CharField("接待对象级别", max_length=40, blank=True)
    companions = models.PositiveSmallIntegerField("陪同人数")
    companion_names = models.CharField("陪同人员", max_length=200, blank=True)
    reason = models.CharField("事由", max_length=200)
    venue = models.CharField("地点", max_length=100)
    venue_type = models.CharField("场所类型", max_length=10, choices=VenueType, blank=True)
    meals = models.PositiveSmallIntegerField("用餐次数", null=True)
    meal_type = models.CharField("用餐类型", max_length=8, choices=MealType, blank=True)
    meal_cost = models.DecimalField("餐费", max_digits=14, decimal_places=2)
    lodging_cost = models.DecimalField("住宿费", max_digits=14, decimal_places=2, null=True)
    other_cost = models.DecimalField("其他费用", max_digits=14, decimal_places=2, null=True)
    amount = models.DecimalField("总金额", max_digits=14, decimal_places=2)
    letter_no = models.CharField("公函号", max_length=60, blank=True)
    letter_on = models.DateField("公函日期", null=True)
    applied_on = models.DateField("申请日期", null=True)
    invoice_no = models.CharField("发票号码", max_length=40, blank=True, db_collation="C")
    invoiced_on = models.DateField("发票日期", null=True)
    method = models.CharField("支付方式", max_length=8, choices=ReceptionPayment, blank=True)
    voucher_no = models.CharField("凭证号", max_length=40, blank=True, db_collation="C")
    handler = models.CharField("经手人", max_length=60, blank=True)
    approver = models.CharField("审批人", max_length=60, blank=True)
    letter = models.TextField("公函", blank=True)
    application = models.TextField("申请单", blank=True)
    bill = models.TextField("账单或菜单", blank=True)
    transfer = models.TextField("转账凭证", blank=True)
    invoice = models.TextField("发票", blank=True)

    # Which of the five documents cannot be seen; only where `with_missing` filled it.
    missing: list[str]

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "公务接待"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "-received_on", "-id"], name="funds_reception_by_day"),
            models.Index(fields=["county", "-received_on", "-id"], name="funds_reception_county"),
            models.Index(
                fields=["region", "voucher_no"], name="funds_reception_voucher", condition=~Q(voucher_no="")
            ),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(condition=Q(guests__gt=0), name="funds_reception_has_guests"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="funds_reception_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(meal_cost__gte=0)
                & (Q(lodging_cost__isnull=True) | Q(lodging_cost__gte=0))
                & (Q(other_cost__isnull=True) | Q(other_cost__gte=0)),
                name="funds_reception_parts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("received_on")),
                name="funds_reception_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def per_guest(self) -> Decimal:
        """What a guest cost, all together."""
        return (self.amount / self.guests).quantize(_CENT, ROUND_HALF_UP)

    @property
    def per_meal(self) -> Decimal | None:
        """What one meal of one person cost, companions included; None where meals were not counted."""
        if not self.meals:
            return None
        eaters = (self.guests + self.companions) * self.meals
        return (self.meal_cost / eaters).quantize(_CENT, ROUND_HALF_UP)
