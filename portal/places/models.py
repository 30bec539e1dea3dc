"""Regions (行政区划) and responsible bodies (公开责任主体)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

PREFIX_LENGTH = {"city": 4, "county": 6, "township": 9, "village": 12}


class Level(models.TextChoices):
    """Levels of administration, from the widest to the narrowest."""

    CITY = "city", "市"
    COUNTY = "county", "县（市、区）"
    TOWNSHIP = "township", "乡镇（街道）"
    VILLAGE = "village", "村（社区）"


class RegionQuerySet(models.QuerySet["Region"]):
    """Regions, narrowed by place and time."""

    def within(self, region: Region) -> Self:
        """Keep the region itself and everything below it."""
        return self.filter(code__startswith=region.prefix)

    def current(self, on: date) -> Self:
        """Keep the regions that exist on a day."""
        return self.filter(Q(start_on__isnull=True) | Q(start_on__lte=on)).filter(
            Q(end_on__isnull=True) | Q(end_on__gt=on)
        )

    def with_ancestors(self) -> Self:
        """Join the levels above, so that full names cost no query."""
        return self.select_related("parent__parent__parent")


class Region(models.Model):
    """A place with its 12-digit statistical code.

    `generation` counts what changed the place's public pages; publishing raises it in its own
    transaction, so that bytes made from an older number are never served.
    """

    code = models.CharField("区划代码", max_length=12, unique=True, db_collation="C")
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("通用名", max_length=60, db_index=True, db_collation="C")
    stem = models.CharField("名称主干", max_length=60, db_index=True, db_collation="C")
    level = models.CharField("层级", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    start_on = models.DateField("启用日期", null=True, blank=True)
    end_on = models.DateField("停用日期", null=True, blank=True)
    succeeded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="并入"
    )
    generation = models.PositiveBigIntegerField("页面版次", default=0, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="places_region_code_shape"),
            models.CheckConstraint(
                condition=Q(level="city", parent__isnull=True) | (~Q(level="city") & Q(parent__isnull=False)),
                name="places_region_city_is_root",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(start_on__isnull=True) | Q(end_on__gt=F("start_on")),
                name="places_region_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("pages:region", args=[self.code])

    @property
    def prefix(self) -> str:
        """The digits that every code inside this place begins with."""
        return self.code[: PREFIX_LENGTH[self.level]]

    @property
    def county_code(self) -> str:
        """The six digits of the county (of the city itself for a city): the key of growth."""
        return self.code[:6]

    @property
    def ancestors(self) -> list[Region]:
        """The levels above, widest first; no query after `with_ancestors()`."""
        found: list[Region] = []
        region = self.parent
        while region is not None:
            found.insert(0, region)
            region = region.parent
        return found

    @property
    def place(self) -> str:
        """County and township in one word, as people write it: 袁州区彬江镇; empty for a city."""
        return "".join(region.short_name for region in self.ancestors if region.level != "city")

    @property
    def full_name(self) -> str:
        """Place and everyday name: 袁州区彬江镇大浦村."""
        return self.place + self.short_name

    def contains(self, code: str) -> bool:
        """Return whether a code lies in this place."""
        return code.startswith(self.prefix)


class BodyQuerySet(models.QuerySet["Body"]):
    """Bodies, narrowed by place."""

    def within(self, region: Region) -> Self:
        """Keep the bodies of a place and of everything below it."""
        return self.filter(region__code__startswith=region.prefix)

    def with_region(self) -> Self:
        """Join the place and the levels above it."""
        return self.select_related("region__parent__parent__parent")


class Body(models.Model):
    """An office that owes disclosure (公开责任主体).

    A place's own body has the place's code, its offices add `-NN`.
    """

    code = models.CharField("主体代码", max_length=15, unique=True, db_collation="C")
    name = models.CharField("名称", max_length=80)
    region = models.ForeignKey(Region, models.PROTECT, related_name="bodies", verbose_name="所在地")
    telephone = models.CharField("电话", max_length=30, blank=True)
    is_active = models.BooleanField("在用", default=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开责任主体"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{12}(-[0-9]{2})?$"), name="places_body_code_shape"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_principal(self) -> bool:
        """Whether this is the place's own body rather than one of its offices."""
        return "-" not in self.code
