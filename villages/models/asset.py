"""What a village owns: houses, machines, roads (村级资产)."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q

from portal.releases.models import DisclosedRow


class AssetState(models.TextChoices):
    """What becomes of a thing."""

    OWN_USE = "own_use", "自用"
    LET = "let", "出租"
    IDLE = "idle", "闲置"
    SCRAPPED = "scrapped", "报废"
    LENT = "lent", "出借"
    OCCUPIED = "occupied", "被占用"
    DISPOSED = "disposed", "已处置"


class AssetPurpose(models.TextChoices):
    """Whether a thing is there to earn money."""

    EARNING = "earning", "经营性"
    SERVING = "serving", "非经营性"


class Valuation(models.TextChoices):
    """Where a thing's value comes from."""

    COST = "cost", "历史成本"
    APPRAISED = "appraised", "评估"
    NOMINAL = "nominal", "名义金额"
    UNKNOWN = "unknown", "无法确定"


class VillageAsset(DisclosedRow):
    """One thing of a village as one register tells it; a later register's line takes its place.

    Full names of who uses it and who bought it stand in columns the app may write but not read
    (migration 0003); who keeps it acts in office and is named.
    """

    asset_no = models.CharField("资产编号", max_length=64, db_collation="C")
    name = models.CharField("资产名称", max_length=100)
    category = models.CharField("类别", max_length=40)
    quantity = models.DecimalField("数量", max_digits=14, decimal_places=4)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    acquired_on = models.DateField("取得日期", null=True)
    original_value = models.DecimalField("原值（元）", max_digits=14, decimal_places=2, null=True)
    location = models.CharField("坐落位置", max_length=200)
    use_state = models.CharField("使用状况", max_length=10, choices=AssetState)
    occupant_public = models.CharField("使用人", max_length=80, blank=True, db_collation="C")
    purpose = models.CharField("经营属性", max_length=10, choices=AssetPurpose, blank=True)
    acquired_by = models.CharField("取得方式", max_length=40, blank=True)
    valuation = models.CharField("计价方式", max_length=10, choices=Valuation, default=Valuation.COST)
    depreciation = models.DecimalField("累计折旧（元）", max_digits=14, decimal_places=2, null=True)
    net_value = models.DecimalField("净值（元）", max_digits=14, decimal_places=2, null=True)
    model_no = models.CharField("规格型号", max_length=100, blank=True)
    floor_area = models.DecimalField("建筑面积（平方米）", max_digits=14, decimal_places=4, null=True)
    title_no = models.CharField("权证号", max_length=100, blank=True)
    fund_source = models.CharField("资金来源", max_length=100, blank=True)
    is_poverty_relief = models.BooleanField("扶贫资产", null=True)
    project_no = models.CharField("项目编号", max_length=64, blank=True, db_collation="C")
    keeper = models.CharField("保管人", max_length=60, blank=True)
    inventory_on = models.DateField("盘点日期", null=True)
    disposed_on = models.DateField("处置日期", null=True)
    disposal_way = models.CharField("处置方式", max_length=40, blank=True)
    disposal_amount = models.DecimalField("处置金额（元）", max_digits=14, decimal_places=2, null=True)
    buyer_public = models.CharField("受让方", max_length=80, blank=True, db_collation="C")
    appraised_value = models.DecimalField("评估价（元）", max_digits=14, decimal_places=2, null=True)
    matter_no = models.CharField("事项编号", max_length=64, blank=True, db_collation="C")
    attachments = models.TextField("附件", blank=True)

    # How many documents it shows and the first one; only where `property` annotates them.
    documents: int
    thumb: UUID | None

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "村级资产"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "asset_no"], name="villages_asset_no"),
            models.Index(
                fields=["county", "project_no"], condition=~Q(project_no=""), name="villages_asset_project"
            ),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(asset_no=""), name="villages_villageasset_has_number"),
            models.CheckConstraint(
                condition=Q(original_value__isnull=False) | Q(valuation__in=["nominal", "unknown"]),
                name="villages_villageasset_has_value",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.asset_no
