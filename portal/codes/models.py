"""Short addresses on paper (`Code`) and how often each was scanned in a day (`Scan`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from portal.codes import slugs
from portal.places.models import PREFIX_LENGTH, Region


class Target(models.TextChoices):
    """What a code leads to."""

    PLACE = "place", "地方"
    PROGRAMME = "programme", "补贴项目"
    THING = "thing", "东西"


class CodeQuerySet(models.QuerySet["Code"]):
    """Codes, narrowed by validity and place."""

    def valid(self) -> Self:
        """Keep the codes that have not been withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def in_places(self, prefixes: Iterable[str]) -> Self:
        """Keep the codes of places inside one of these, and of the programmes of their counties."""
        condition = Q(pk__in=[])
        for prefix in prefixes:
            condition |= Q(region__code__startswith=prefix) | Q(place__code__startswith=prefix)
            condition |= Q(target=Target.PROGRAMME, county__startswith=prefix[: PREFIX_LENGTH["county"]])
        return self.filter(condition)

    def decided_in(self, prefixes: Iterable[str]) -> Self:
        """Keep the codes these places decide on: a county's programmes are the county's, not a township's."""
        condition = Q(pk__in=[])
        for prefix in prefixes:
            condition |= Q(region__code__startswith=prefix) | Q(place__code__startswith=prefix)
            condition |= Q(target=Target.PROGRAMME, county__startswith=prefix)
        return self.filter(condition)

    def with_scans(self, *, since: date) -> Self:
        """Add how often each was scanned from a day on, and in all."""
        return self.annotate(
            scans_since=Coalesce(Sum("scans__count", filter=Q(scans__on__gte=since)), 0),
            scans_in_all=Coalesce(Sum("scans__count"), 0),
        )

    def with_region(self) -> Self:
        """Join the place, its successor and the levels above them."""
        return self.select_related(
            "region__parent__parent__parent",
            "successor__parent__parent__parent",
            "place__parent__parent__parent",
        )


class Code(models.Model):
    """A short address, printed on paper and therefore permanent.

    A place, programme or thing has one valid code at a time. A trigger refuses every change of where a
    code leads, its deletion, and the return of a withdrawn one: what hangs on a wall cannot be
    called back. A programme is named by county and code, a thing by kind, place and number, since their
    tables lie in higher rooms and rows have versions.
    """

    slug = models.CharField(
        "短码", max_length=slugs.LENGTH, unique=True, db_collation="C", default=slugs.make
    )
    target = models.CharField("指向", max_length=10, choices=Target)
    county = models.CharField("县区代码", max_length=6, db_collation="C")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="codes", verbose_name="地方"
    )
    programme = models.CharField("补贴项目编码", max_length=60, blank=True, db_collation="C")
    kind = models.CharField("模板", max_length=30, blank=True, db_collation="C")
    place = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="在哪里"
    )
    number = models.CharField("编号", max_length=100, blank=True, db_collation="C")
    title = models.CharField("名称", max_length=200, blank=True)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)
    withdrawn_at = models.DateTimeField("停用时间", null=True, blank=True)
    withdrawn_reason = models.CharField("停用原因", max_length=200, blank=True)
    withdrawn_by_office = models.CharField("决定停用的单位", max_length=80, blank=True)
    successor = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="并入"
    )

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "二维码"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(slug__regex=slugs.PATTERN), name="codes_code_slug_shape"),
            models.CheckConstraint(condition=Q(county__regex=r"^[0-9]{6}$"), name="codes_code_county_shape"),
            models.CheckConstraint(
                condition=Q(
                    target="place",
                    region__isnull=False,
                    programme="",
                    title="",
                    kind="",
                    place__isnull=True,
                    number="",
                )
                | (
                    Q(target="programme", region__isnull=True, kind="", place__isnull=True, number="")
                    & ~Q(programme="")
                    & ~Q(title="")
                )
                | (
                    Q(target="thing", region__isnull=True, programme="", place__isnull=False)
                    & ~Q(kind="")
                    & ~Q(number="")
                    & ~Q(title="")
                ),
                name="codes_code_one_target",
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True,
                    withdrawn_reason="",
                    withdrawn_by_office="",
                    successor__isnull=True,
                )
                | (
                    # Named apart: a comparison with NULL is no refusal to a check constraint.
                    Q(withdrawn_at__isnull=False, withdrawn_at__gte=F("created_at"))
                    & ~Q(withdrawn_reason="")
                    & ~Q(withdrawn_by_office="")
                ),
                name="codes_code_withdrawal_whole",
            ),
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(target="place", withdrawn_at__isnull=True),
                name="codes_code_one_per_region",
            ),
            models.UniqueConstraint(
                fields=["county", "programme"],
                condition=Q(target="programme", withdrawn_at__isnull=True),
                name="codes_code_one_per_programme",
            ),
            models.UniqueConstraint(
                fields=["kind", "place", "number"],
                condition=Q(target="thing", withdrawn_at__isnull=True),
                name="codes_code_one_per_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.slug}）"

    def get_absolute_url(self) -> str:
        return reverse("codes:scan", args=[self.slug.lower()])

    @property
    def name(self) -> str:
        """What stands largest on the paper: the village, the programme, the thing."""
        return self.region.short_name if self.region else self.title

    @property
    def where(self) -> str:
        """Where it leads to, beyond its name: the places above, the place of a thing."""
        if self.place is not None:
            return self.place.full_name
        return self.region.place if self.region else "补贴项目"

    @property
    def is_withdrawn(self) -> bool:
        """Whether the code no longer leads to its target."""
        return self.withdrawn_at is not None


class Scan(models.Model):
    """How often a code was scanned in a day: a number, never who, where or when in the day."""

    code = models.ForeignKey(Code, models.PROTECT, related_name="scans", verbose_name="二维码")
    on = models.DateField("日期")
    count = models.PositiveIntegerField("次数")

    class Meta:
        verbose_name = verbose_name_plural = "扫码次数"
        ordering = ["-on", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "on"], name="codes_scan_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.on} · {self.count}次"
