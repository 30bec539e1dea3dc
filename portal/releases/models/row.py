"""The base of every disclosed row: identity, version, commitment."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from portal.places.models import Region
from portal.releases.models.release import NamesShown, Release, State
from portal.releases.models.replacement import Replaced


class DisclosedRowQuerySet(models.QuerySet[Any]):
    """Rows, narrowed by what the public sees."""

    def published(self) -> Self:
        """Keep the rows of published releases, replaced ones included."""
        return self.filter(release__state=State.PUBLISHED)

    def public(self) -> Self:
        """Keep the newest public version of each row: published and not replaced."""
        return self.published().filter(~Exists(Replaced.objects.filter(row_id=OuterRef("pk"))))

    def listed(self) -> Self:
        """Keep the public rows that may be shown one by one: not those of which only sums are told."""
        return self.public().exclude(release__names=NamesShown.HIDDEN)

    def in_order(self) -> Self:
        """Order as in the file."""
        return self.order_by("release_id", "position")


class DisclosedRow(models.Model):
    """One version of one disclosed line; written by COPY, never changed once out of draft.

    `release` and `region` carry no database foreign key: the freeze trigger checks both per statement,
    which a load of a million rows pays once instead of a million times.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first_id = models.UUIDField("首版编号", editable=False)
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    position = models.PositiveIntegerField("序号", editable=False)
    release = models.ForeignKey(
        Release,
        models.PROTECT,
        related_name="%(app_label)s_%(class)s_rows",
        db_constraint=False,
        db_index=False,
        verbose_name="公开批次",
    )
    county = models.CharField(max_length=6, db_collation="C", editable=False)
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="所在地",
    )
    note = models.CharField("备注", max_length=500, blank=True)
    seed = models.BinaryField(null=True, editable=False)
    salts = models.BinaryField(null=True, editable=False)
    leaf = models.BinaryField(editable=False)
    erased = models.PositiveSmallIntegerField(db_default=0, editable=False)

    objects = DisclosedRowQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["release", "position"], name="%(app_label)s_%(class)s_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(seed__isnull=False, salts__isnull=True)
                | Q(seed__isnull=True, salts__isnull=False),
                name="%(app_label)s_%(class)s_seed_or_salts",
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("pages:row", args=[self.release.kind, self.pk])
