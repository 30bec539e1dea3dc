"""Names that are shown less than before: an order by two persons, and the act on one release."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from portal.catalogue.models import CatalogueItem, NamesPolicy
from portal.people.models import User
from portal.releases.models.release import NamesShown, Release


class Cause(models.TextChoices):
    """Why names are shown less."""

    EXPIRED = "expired", "公开期满"
    STRICTER = "stricter", "办法改严"


class NamesOrder(models.Model):
    """Published rows of an item shall follow a stricter policy: asked by one person, decided by another.

    It holds for the releases drafted before the decision; later ones have the item's own policy. `places`
    are the code prefixes of the places it holds for ("" is everywhere): those of who asked, and from the
    decision on those of both. They are stored, so that no later appointment widens or empties an order.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(CatalogueItem, models.PROTECT, verbose_name="公开事项")
    after = models.CharField(
        "改成", max_length=10, choices=[(one.value, one.label) for one in NamesPolicy if one != "full"]
    )
    reason = models.TextField("为什么", max_length=500)
    places = ArrayField(models.CharField(max_length=12), verbose_name="哪些地方")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    decided_at = models.DateTimeField("批准时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "姓名改严"
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="releases_namesorder_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(after__in=["masked", "hidden"]) & ~Q(reason=""),
                name="releases_namesorder_stricter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_after_display()}"


class Narrowing(models.Model):
    """One act: the names of a release shown less than before, from a day on; written by the database's door.

    `rows` counts those whose names changed. `cut` are rows whose free text repeated a name, or whose stored
    name was erased: their values of `who` can no longer be recomputed, so they keep that group's digest.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(Release, models.PROTECT, related_name="narrowings", verbose_name="公开批次")
    cause = models.CharField("原因", max_length=10, choices=Cause)
    order = models.ForeignKey(
        NamesOrder, models.PROTECT, null=True, related_name="narrowings", verbose_name="按哪一件"
    )
    before = models.CharField("原来", max_length=10, choices=NamesShown)
    after = models.CharField("现在", max_length=10, choices=NamesShown)
    from_on = models.DateField("从哪天起")
    at = models.DateTimeField("办的时间")
    reason = models.TextField("为什么", blank=True)
    rows = models.PositiveIntegerField("行数")
    cut = ArrayField(models.UUIDField(), default=list, verbose_name="只留指纹的行")

    class Meta:
        verbose_name = verbose_name_plural = "姓名少公开了"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["release", "after"], name="releases_narrowing_once"),
            models.CheckConstraint(
                condition=Q(cause="expired", after="expired", order__isnull=True, reason="")
                | (Q(cause="stricter", after__in=["masked", "hidden"], order__isnull=False) & ~Q(reason="")),
                name="releases_narrowing_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release} · {self.get_after_display()}"
