"""What stood in each of a village's accounts (货币资金余额)."""

from __future__ import annotations

from django.db import models

from portal.releases.models import DisclosedRow
from villages.models.ledger import AccountingUnit


class AccountType(models.TextChoices):
    """What kind of account it is."""

    CASH = "cash", "库存现金"
    BASIC = "basic", "基本户"
    GENERAL = "general", "一般户"
    SPECIAL = "special", "专用户"
    DEPOSIT = "deposit", "定期"
    OTHER = "other", "其他"


class Balance(DisclosedRow):
    """Opening, movement and closing of one account in one period, in yuan."""

    start_on = models.DateField("所属期起")
    end_on = models.DateField("所属期止（不含）")
    fund_account = models.CharField("资金账户", max_length=60)
    account_type = models.CharField("账户类型", max_length=8, choices=AccountType)
    opening = models.DecimalField("期初余额", max_digits=14, decimal_places=2)
    income = models.DecimalField("本期收入", max_digits=14, decimal_places=2)
    expense = models.DecimalField("本期支出", max_digits=14, decimal_places=2)
    closing = models.DecimalField("期末余额", max_digits=14, decimal_places=2)
    unit = models.CharField(
        "核算单位", max_length=10, choices=AccountingUnit, default=AccountingUnit.COLLECTIVE
    )
    holder = models.CharField("账户户名", max_length=80, blank=True)
    bank = models.CharField("开户行", max_length=80, blank=True)
    account_end = models.CharField("账号末4位", max_length=4, blank=True, db_collation="C")
    bank_closing = models.DecimalField("银行对账单余额", max_digits=14, decimal_places=2, null=True)
    outstanding_note = models.CharField("未达账项说明", max_length=300, blank=True)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "货币资金余额"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "start_on", "position"], name="villages_balance_by_period"),
        ]

    def __str__(self) -> str:
        return self.fund_account
