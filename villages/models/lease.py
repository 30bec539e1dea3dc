"""Contracts by which a village lets what it owns (承包租赁合同)."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from portal.releases.models import DisclosedRow


class Bidding(models.TextChoices):
    """Whether who wanted it could bid in the open."""

    YES = "yes", "是"
    NO = "no", "否"
    UNKNOWN = "unknown", "不详"


class RentKind(models.TextChoices):
    """How the rent is counted."""

    FIXED = "fixed", "固定"
    RISING = "rising", "递增"
    ONCE = "once", "一次性"
    IN_KIND = "in_kind", "实物折价"
    SHARED = "shared", "保底分成"


class PayRhythm(models.TextChoices):
    """How often the rent is paid."""

    YEARLY = "yearly", "年付"
    HALF_YEARLY = "half", "半年付"
    QUARTERLY = "quarter", "季付"
    AT_ONCE = "once", "一次付清"
    OTHER = "other", "其他"


class LeaseMethod(models.TextChoices):
    """How the tenant was chosen."""

    BIDDING = "bidding", "公开竞价"
    TENDER = "tender", "招标"
    AGREEMENT = "agreement", "协议"
    PRIORITY = "priority", "优先续租"
    HOUSEHOLD = "household", "家庭承包"


class TenantType(models.TextChoices):
    """Who rents: persons are masked, organisations are named."""

    MEMBER = "member", "本集体成员"
    PERSON = "person", "其他个人"
    COOPERATIVE = "coop", "合作社"
    COMPANY = "company", "企业"
    OTHER = "other", "其他"


class LeaseState(models.TextChoices):
    """How a contract stands, by the village's own word."""

    RUNNING = "running", "履行中"
    ENDED = "ended", "已到期"
    RENEWED = "renewed", "已续签"
    TERMINATED = "terminated", "已解除"
    DISPUTED = "disputed", "诉讼中"


class Lease(DisclosedRow):
    """One contract of a village. `ends_on` is its last day; `due_days` are as MM-DD;MM-DD.

    The tenant's full name and the last digits of his identity number stand in columns the app may
    write but not read (migration 0003); of the identity number itself only a digest is kept.
    """

    contract_no = models.CharField("合同编号", max_length=64, db_collation="C")
    object_no = models.CharField("标的编号", max_length=64, blank=True, db_collation="C")
    tenant_public = models.CharField("承租人", max_length=80, blank=True, db_collation="C")
    identity_digest = models.BinaryField(null=True, editable=False)
    starts_on = models.DateField("起始日期")
    ends_on = models.DateField("终止日期")
    annual_rent = models.DecimalField("年租金（元）", max_digits=14, decimal_places=2, null=True)
    due_days = models.CharField("每年应收月日", max_length=80, blank=True, db_collation="C")
    bidding = models.CharField("公开竞价", max_length=8, choices=Bidding)
    attachments = models.TextField("附件", blank=True)
    signed_on = models.DateField("签订日期", null=True)
    object_name = models.CharField("标的名称", max_length=100, blank=True)
    area = models.DecimalField("出租面积", max_digits=14, decimal_places=4, null=True)
    rent_kind = models.CharField("计租方式", max_length=8, choices=RentKind, default=RentKind.FIXED)
    unit_rent = models.DecimalField("租金单价（元）", max_digits=18, decimal_places=8, null=True)
    rent_unit = models.CharField("计租单位", max_length=20, blank=True)
    rise_terms = models.CharField("递增说明", max_length=300, blank=True)
    rhythm = models.CharField("付款方式", max_length=8, choices=PayRhythm, blank=True)
    total_rent = models.DecimalField("合同总额（元）", max_digits=14, decimal_places=2, null=True)
    deposit = models.DecimalField("押金（元）", max_digits=14, decimal_places=2, null=True)
    method = models.CharField("发包方式", max_length=10, choices=LeaseMethod, blank=True)
    tenant_type = models.CharField("承租人类型", max_length=8, choices=TenantType, blank=True)
    credit_code = models.CharField("承租人信用代码", max_length=18, blank=True)
    floor_price = models.DecimalField("底价（元）", max_digits=14, decimal_places=2, null=True)
    deal_price = models.DecimalField("成交价（元）", max_digits=14, decimal_places=2, null=True)
    exchange_no = models.CharField("交易平台编号", max_length=64, blank=True)
    matter_no = models.CharField("事项编号", max_length=64, blank=True, db_collation="C")
    state = models.CharField("合同状态", max_length=10, choices=LeaseState, default=LeaseState.RUNNING)
    former_no = models.CharField("原合同编号", max_length=64, blank=True, db_collation="C")
    purpose = models.CharField("用途", max_length=100, blank=True)

    # How many documents it shows and the first one; only where `property` annotates them.
    documents: int
    thumb: UUID | None

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "承包租赁合同"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "contract_no"], name="villages_lease_no"),
            models.Index(fields=["region", "object_no"], name="villages_lease_object"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(contract_no=""), name="villages_lease_has_number"),
            models.CheckConstraint(
                # An erasure may take the name, which can hold a person's.
                condition=~Q(object_no="") | ~Q(object_name="") | ~Q(erased=0),
                name="villages_lease_has_object",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="villages_lease_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(rent_kind__in=["once", "in_kind", "shared"])
                | (Q(annual_rent__isnull=False) & ~Q(due_days="")),
                name="villages_lease_has_rent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_name or self.object_no}的合同"
