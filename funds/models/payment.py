"""Payments to households (到户资金)."""

from __future__ import annotations

from django.db import models

from portal.releases.models import DisclosedRow


class EntryType(models.TextChoices):
    """What a line does."""

    NORMAL = "normal", "正常"
    SUPPLEMENT = "supplement", "补发"
    CORRECTION = "correction", "更正"
    REISSUE = "reissue", "退票重发"
    RECOVERY = "recovery", "追回"


class PayeeType(models.TextChoices):
    """Who is paid."""

    PERSON = "person", "个人"
    HOUSEHOLD = "household", "农户"
    COLLECTIVE = "collective", "村组集体"
    COOPERATIVE = "cooperative", "合作社或家庭农场"
    ENTERPRISE = "enterprise", "企业"
    OTHER = "other", "其他单位"


class PaymentMethod(models.TextChoices):
    """How it is paid."""

    TRANSFER = "transfer", "银行转账"
    CASH = "cash", "现金"
    IN_KIND = "in_kind", "实物"
    OFFSET = "offset", "抵扣"


class Payment(DisclosedRow):
    """One payment to one payee, as its list says; a recovery is negative.

    Full names, the account holder and the last digits of id and account stand in columns the app may
    write but not read (migration 0003): the officials' door is `releases_private`, the payee's own is
    `funds_own_payments`. Digests are HMAC-SHA256, 16 bytes, under the matching key `key_no`.
    """

    programme_code = models.CharField("补贴项目编码", max_length=30, db_collation="C")
    standard_name = models.CharField("标准名称", max_length=100, blank=True)
    quantity = models.DecimalField("补贴数量", max_digits=14, decimal_places=4, null=True)
    rate = models.DecimalField("补贴标准", max_digits=18, decimal_places=8, null=True)
    amount = models.DecimalField("补贴金额", max_digits=14, decimal_places=2)
    start_on = models.DateField("所属期起")
    end_on = models.DateField("所属期止（不含）")
    paid_on = models.DateField("发放日期", null=True)
    batch_label = models.CharField("发放批次", max_length=40, blank=True)
    entry_type = models.CharField("发放类型", max_length=10, choices=EntryType, default=EntryType.NORMAL)
    group_name = models.CharField("村民小组", max_length=40, blank=True)
    household_no = models.CharField("户号", max_length=40, blank=True)
    payee_type = models.CharField("领取人类型", max_length=12, choices=PayeeType, default=PayeeType.HOUSEHOLD)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    bank = models.CharField("开户行", max_length=80, blank=True)
    method = models.CharField(
        "支付方式", max_length=10, choices=PaymentMethod, default=PaymentMethod.TRANSFER
    )
    due_amount = models.DecimalField("应发金额", max_digits=14, decimal_places=2, null=True)
    deduction_reason = models.CharField("扣减原因", max_length=200, blank=True)
    person_count = models.PositiveSmallIntegerField("保障人数", null=True)
    plot_code = models.CharField("地块编码", max_length=60, blank=True)
    document_no = models.CharField("依据文号", max_length=100, blank=True)
    original_paid_on = models.DateField("原发放日期", null=True)
    name_public = models.CharField("姓名", max_length=60, blank=True, db_collation="C")
    householder_public = models.CharField("户主姓名", max_length=60, blank=True)
    identity_digest = models.BinaryField(null=True, editable=False)
    account_digest = models.BinaryField(null=True, editable=False)
    key_no = models.PositiveSmallIntegerField(db_default=1, editable=False)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "到户资金发放明细"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "name_public"], name="funds_payment_name"),
            models.Index(
                fields=["region", "programme_code", "start_on", "position"],
                name="funds_payment_place",
            ),
            models.Index(fields=["region", "identity_digest"], name="funds_payment_person"),
        ]

    def __str__(self) -> str:
        return f"{self.name_public} {self.amount}"
