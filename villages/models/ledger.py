"""Income and expense of a village, line by line (村级收支明细)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from portal.releases.models import DisclosedRow, NamesShown


class Direction(models.TextChoices):
    """Whether money came in or went out."""

    IN = "in", "收入"
    OUT = "out", "支出"


class Nature(models.TextChoices):
    """Whose money it is: only the village's own counts as income or expense."""

    OWN = "own", "本村收支"
    PASS_THROUGH = "pass", "代收代付"
    DEPOSIT = "deposit", "押金保证金"
    LOAN = "loan", "借款还款"
    TRANSFER = "transfer", "内部转存"


class AccountingUnit(models.TextChoices):
    """Whose books the line stands in."""

    COLLECTIVE = "collective", "村集体经济组织"
    COMMITTEE = "committee", "村民委员会"
    GROUP = "group", "村民小组"
    OTHER = "other", "其他"


class PaymentMethod(models.TextChoices):
    """How it was paid."""

    TRANSFER = "transfer", "转账"
    CASH = "cash", "现金"
    OFFICIAL_CARD = "card", "公务卡"
    OTHER = "other", "其他"


class CounterpartyType(models.TextChoices):
    """Who is on the other side: an organisation, or a person whose name is masked."""

    UNIT = "unit", "单位"
    PERSON = "person", "个人"


class LedgerEntry(DisclosedRow):
    """One income or expense line of a village.

    Red-letter reversals are negative. `account_code` follows the chart in force on the line's day.
    A person's full name as counterparty stands in a column the app may write but not read
    (migration 0002); persons acting in office (handler, witness, approver) are named in full.
    """

    happened_on = models.DateField("日期")
    voucher_no = models.CharField("凭证号", max_length=40, db_collation="C")
    direction = models.CharField("收支", max_length=3, choices=Direction)
    account = models.CharField("科目", max_length=60)
    summary = models.CharField("摘要", max_length=200)
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2)
    counterparty_public = models.CharField("往来单位", max_length=80, blank=True, db_collation="C")
    handler = models.CharField("经手人", max_length=60, blank=True)
    witness = models.CharField("证明人", max_length=60, blank=True)
    approver = models.CharField("审批人", max_length=60, blank=True)
    invoice_no = models.CharField("发票号码", max_length=40, blank=True, db_collation="C")
    attachments = models.TextField("附件", blank=True)
    unit = models.CharField(
        "核算单位", max_length=10, choices=AccountingUnit, default=AccountingUnit.COLLECTIVE
    )
    group_name = models.CharField("村民小组", max_length=40, blank=True)
    entry_no = models.CharField("分录号", max_length=20, blank=True)
    account_code = models.CharField("科目编码", max_length=20, db_collation="C")
    nature = models.CharField("款项性质", max_length=8, choices=Nature, default=Nature.OWN)
    fund_account = models.CharField("资金账户", max_length=60, blank=True)
    method = models.CharField("支付方式", max_length=8, choices=PaymentMethod, blank=True)
    counterparty_type = models.CharField("往来类型", max_length=6, choices=CounterpartyType, blank=True)
    attachment_count = models.PositiveSmallIntegerField("附件张数", null=True)
    invoice_code = models.CharField("发票代码", max_length=20, blank=True, db_collation="C")
    contract_no = models.CharField("合同编号", max_length=64, blank=True, db_collation="C")
    project_no = models.CharField("项目编号", max_length=64, blank=True, db_collation="C")
    matter_no = models.CharField("事项编号", max_length=64, blank=True, db_collation="C")
    work_days = models.DecimalField("误工天数", max_digits=14, decimal_places=4, null=True)
    work_rate = models.DecimalField("误工日标准", max_digits=14, decimal_places=2, null=True)
    reverses_no = models.CharField("冲销凭证号", max_length=40, blank=True, db_collation="C")
    # What totals are grouped by: side, whose money, account.
    subject = models.GeneratedField(
        expression=Concat(F("direction"), Value("/"), F("nature"), Value("/"), F("account_code")),
        output_field=models.CharField(max_length=40, db_collation="C"),
        db_persist=True,
    )

    # How many documents a line shows; only where `lines` annotates it.
    documents: int

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "村级收支明细"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "happened_on", "position"], name="villages_ledger_by_day"),
            models.Index(fields=["region", "counterparty_public"], name="villages_ledger_party"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(amount=0), name="villages_ledgerentry_amount_not_zero"),
        ]

    @property
    def who(self) -> str:
        """The other side as the public sees it; of a person whose time in public is over, that it is."""
        if self.counterparty_public or self.counterparty_type != CounterpartyType.PERSON:
            return self.counterparty_public
        # Lists carry it along: a query for each line is too much.
        shown = getattr(self, "names_shown", "") or self.release.names
        return NamesShown.EXPIRED.label if shown == NamesShown.EXPIRED else ""

    def __str__(self) -> str:
        return self.summary
