"""Land, woods and waters of a village (村级资源)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.releases.models import DisclosedRow


class ResourceState(models.TextChoices):
    """Who works the land."""

    OWN_USE = "own_use", "自营"
    LET = "let", "发包"
    HOUSEHOLDS = "households", "家庭承包"
    IDLE = "idle", "闲置"
    OCCUPIED = "occupied", "被占用"


class Owner(models.TextChoices):
    """Which collective owns it."""

    VILLAGE = "village", "村集体"
    GROUP = "group", "组集体"
    TOWNSHIP = "township", "乡镇集体"


class VillageResource(DisclosedRow):
    """One piece of land, wood or water as one register tells it; a later register's line takes its place."""

    resource_no = models.CharField("资源编号", max_length=64, db_collation="C")
    name = models.CharField("资源名称", max_length=100)
    category = models.CharField("类别", max_length=40)
    area_mu = models.DecimalField("面积（亩）", max_digits=14, decimal_places=4)
    boundaries = models.CharField("四至", max_length=300, blank=True)
    use_state = models.CharField("使用状况", max_length=10, choices=ResourceState)
    occupant_public = models.CharField("使用人", max_length=80, blank=True, db_collation="C")
    owner = models.CharField("所有权主体", max_length=10, choices=Owner, default=Owner.VILLAGE)
    group_name = models.CharField("村民小组", max_length=40, blank=True)
    title_no = models.CharField("权属证号", max_length=100, blank=True)
    plot_code = models.CharField("地块编码", max_length=60, blank=True)
    is_wasteland = models.BooleanField("四荒", null=True)
    purpose = models.CharField("用途", max_length=100, blank=True)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "村级资源"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "resource_no"], name="villages_resource_no"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(resource_no=""), name="villages_villageresource_has_number"),
            models.CheckConstraint(condition=Q(area_mu__gt=0), name="villages_villageresource_has_area"),
        ]

    def __str__(self) -> str:
        return self.name or self.resource_no
