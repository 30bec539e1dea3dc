"""Rent that fell due and what was received of it (租金收缴)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from portal.releases.models import DisclosedRow


class Charge(models.TextChoices):
    """What is paid."""

    RENT = "rent", "租金"
    DEPOSIT = "deposit", "押金"
    PENALTY = "penalty", "违约金"
    PASSED_ON = "passed", "代收费用"


class Rent(DisclosedRow):
    """One due of a contract, or one part payment of it: parts repeat the due, which counts once.

    A payer's full name stands in a column the app may write but not read (migration 0003).
    """

    contract_no = models.CharField("合同编号", max_length=64, db_collation="C")
    due_on = models.DateField("应收日期")
    due_amount = models.DecimalField("应收金额（元）", max_digits=14, decimal_places=2)
    received_on = models.DateField("实收日期", null=True)
    received_amount = models.DecimalField(
        "实收金额（元）", max_digits=14, decimal_places=2, default=Decimal(0)
    )
    voucher_no = models.CharField("凭证号", max_length=40, blank=True, db_collation="C")
    charge = models.CharField("费用项目", max_length=8, choices=Charge, default=Charge.RENT)
    reduction = models.DecimalField("减免金额（元）", max_digits=14, decimal_places=2, null=True)
    reduction_basis = models.CharField("减免依据", max_length=200, blank=True)
    payer_public = models.CharField("缴款人", max_length=80, blank=True, db_collation="C")
    reminders = models.CharField("催收记录", max_length=300, blank=True)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "租金收缴"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "contract_no", "due_on"], name="villages_rent_contract"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(received_amount__gte=0), name="villages_rent_received_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(reduction__isnull=True) | Q(reduction__lte=F("due_amount")),
                name="villages_rent_reduction_of_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_charge_display()} {self.contract_no}"
