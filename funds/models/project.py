"""Projects of public money (民生项目, 乡村振兴项目) and what was paid for them (项目资金拨付)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest

from portal.releases.models import DisclosedRow


class Board(models.TextChoices):
    """In which section of the platform a project stands."""

    LIVELIHOOD = "livelihood", "民生项目"
    REVITALIZATION = "revitalization", "乡村振兴"


class ProjectState(models.TextChoices):
    """How far a project is."""

    PLANNED = "planned", "立项"
    PROCURING = "procuring", "采购"
    BUILDING = "building", "在建"
    COMPLETED = "completed", "完工"
    SETTLED = "settled", "决算"
    STOPPED = "stopped", "终止"


class ProcurementMethod(models.TextChoices):
    """How it was decided who builds."""

    OPEN_TENDER = "open", "公开招标"
    INVITED_TENDER = "invited", "邀请招标"
    NEGOTIATION = "negotiation", "竞争性谈判"
    CONSULTATION = "consultation", "竞争性磋商"
    INQUIRY = "inquiry", "询价"
    SINGLE_SOURCE = "single", "单一来源"
    BELOW_LIMIT = "below", "限额以下"
    VILLAGERS = "villagers", "村民自建"
    FRAMEWORK = "framework", "框架协议"
    INNOVATION = "innovation", "合作创新采购"
    DIRECT = "direct", "直接发包"
    ONLINE_SHOP = "shop", "电子卖场"
    WORK_RELIEF = "relief", "以工代赈"
    NONE = "none", "不适用"


TENDERS = (ProcurementMethod.OPEN_TENDER, ProcurementMethod.INVITED_TENDER)


class LivelihoodProject(DisclosedRow):
    """One version of a project, known by (county, project_no); sums are in yuan.

    A person who builds stands by full name in a column the app may write but not read (migration 0005);
    who answers for the project in office is named in full.
    """

    project_no = models.CharField("项目编号", max_length=64, db_collation="C")
    name = models.CharField("项目名称", max_length=100)
    board = models.CharField("板块", max_length=14, choices=Board)
    department = models.CharField("主管部门", max_length=80)
    content = models.CharField("建设内容", max_length=500)
    fund_source = models.CharField("资金来源", max_length=100, blank=True)
    budget = models.DecimalField("预算金额", max_digits=14, decimal_places=2)
    method = models.CharField("采购方式", max_length=12, choices=ProcurementMethod, blank=True)
    announced_on = models.DateField("采购公告日期", null=True)
    awarded_on = models.DateField("中标日期", null=True)
    winner_public = models.CharField("中标单位", max_length=80, blank=True, db_collation="C")
    award_amount = models.DecimalField("中标金额", max_digits=14, decimal_places=2, null=True)
    contract_amount = models.DecimalField("合同金额", max_digits=14, decimal_places=2, null=True)
    signed_on = models.DateField("合同签订日期", null=True)
    planned_start_on = models.DateField("计划开工", null=True)
    planned_end_on = models.DateField("计划竣工", null=True)
    completed_on = models.DateField("实际竣工", null=True)
    submitted_amount = models.DecimalField("送审金额", max_digits=14, decimal_places=2, null=True)
    final_amount = models.DecimalField("决算金额", max_digits=14, decimal_places=2, null=True)
    audited_on = models.DateField("决算审定日期", null=True)
    state = models.CharField("状态", max_length=10, choices=ProjectState)
    attachments = models.TextField("附件", blank=True)
    implementer = models.CharField("实施单位", max_length=80, blank=True)
    responsible = models.CharField("责任人", max_length=60, blank=True)
    category = models.CharField("项目类别", max_length=40, blank=True)
    document_no = models.CharField("资金文号", max_length=100, blank=True)
    central_amount = models.DecimalField("中央资金", max_digits=14, decimal_places=2, null=True)
    province_amount = models.DecimalField("省级资金", max_digits=14, decimal_places=2, null=True)
    city_amount = models.DecimalField("市级资金", max_digits=14, decimal_places=2, null=True)
    county_amount = models.DecimalField("县级资金", max_digits=14, decimal_places=2, null=True)
    own_amount = models.DecimalField("自筹资金", max_digits=14, decimal_places=2, null=True)
    ceiling = models.DecimalField("最高限价", max_digits=14, decimal_places=2, null=True)
    tender_no = models.CharField("招标编号", max_length=64, blank=True, db_collation="C")
    supervisor = models.CharField("监理单位", max_length=80, blank=True)
    accepted_on = models.DateField("验收日期", null=True)
    change_amount = models.DecimalField("变更累计金额", max_digits=14, decimal_places=2, null=True)
    change_count = models.PositiveSmallIntegerField("变更次数", null=True)
    retention = models.DecimalField("质保金", max_digits=14, decimal_places=2, null=True)
    households = models.PositiveIntegerField("受益户数", null=True)
    goal = models.CharField("绩效目标", max_length=500, blank=True)
    linkage = models.CharField("联农带农机制", max_length=500, blank=True)
    matter_no = models.CharField("事项编号", max_length=64, blank=True, db_collation="C")

    # The day of the newest thing that happened: what there was to disclose, and from when.
    latest_on = models.GeneratedField(
        expression=Greatest(
            *("announced_on", "awarded_on", "signed_on", "completed_on", "accepted_on", "audited_on")
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
        verbose_name="最近的进展",
    )

    # Only where a list annotates it.
    begun_on: date

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "民生项目"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["county", "project_no"], name="funds_project_no"),
            models.Index(fields=["region", "board", "first_id"], name="funds_project_place"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(condition=Q(budget__gt=0), name="funds_livelihoodproject_budget_positive"),
            models.CheckConstraint(
                condition=Q(awarded_on__isnull=True)
                | Q(announced_on__isnull=True)
                | Q(awarded_on__gte=F("announced_on")),
                name="funds_livelihoodproject_announced_before_award",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_tender(self) -> bool:
        """Whether the law on tenders holds for how the builder was found."""
        return self.method in TENDERS

    @property
    def agreed(self) -> Decimal | None:
        """The contract with its changes; None where no contract was told."""
        if self.contract_amount is None:
            return None
        return self.contract_amount + (self.change_amount or Decimal(0))


class DisbursementType(models.TextChoices):
    """What a payment for a project is."""

    ADVANCE = "advance", "预付款"
    PROGRESS = "progress", "进度款"
    SETTLEMENT = "settlement", "结算款"
    RETENTION = "retention", "质保金"
    REFUND = "refund", "退回"


class Disbursement(DisclosedRow):
    """One payment for a project, known by (county, project_no); a refund is negative.

    It stands in the project's place. A person's full name stands in a column the app may write but
    not read (migration 0005).
    """

    project_no = models.CharField("项目编号", max_length=64, db_collation="C")
    paid_on = models.DateField("拨付日期")
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)
    payee_public = models.CharField("收款单位", max_length=80, blank=True, db_collation="C")
    voucher_no = models.CharField("凭证号", max_length=40, db_collation="C")
    purpose = models.CharField("用途", max_length=200, blank=True)
    type = models.CharField("拨付类型", max_length=12, choices=DisbursementType, blank=True)
    document_no = models.CharField("资金文号", max_length=100, blank=True)
    payer = models.CharField("付款单位", max_length=80, blank=True)
    progress = models.CharField("形象进度", max_length=100, blank=True)
    invoice_no = models.CharField("发票号码", max_length=40, blank=True, db_collation="C")

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "项目资金拨付"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["county", "project_no", "paid_on"], name="funds_disbursement_project"),
            models.Index(fields=["region", "paid_on"], name="funds_disbursement_place"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(type="refund", amount__lt=0) | (~Q(type="refund") & Q(amount__gt=0)),
                name="funds_disbursement_refund_is_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose or self.get_type_display() or "付工程款"
