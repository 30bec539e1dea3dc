"""Totals written at publication, so that no public figure is summed on request."""

from __future__ import annotations

from typing import Self

from django.db import models

from portal.places.models import Region
from portal.releases.models.release import Release, State


class TotalQuerySet(models.QuerySet["Total"]):
    """Totals of what the public sees."""

    def public(self) -> Self:
        """Keep the totals of published releases."""
        return self.filter(release__state=State.PUBLISHED)


class Total(models.Model):
    """Rows and yuan of one release in one place, by subject (programme, account) and period.

    Written for the rows' own places and for every place above them. A correction writes the negative
    of what it replaces and the positive of what it brings under its own release, so sums over
    published releases stay right.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="totals")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, db_collation="C")
    subject = models.CharField(max_length=60, db_collation="C", blank=True)
    start_on = models.DateField()
    end_on = models.DateField()
    paid_on = models.DateField(null=True)
    row_count = models.IntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)

    objects = TotalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "合计"
        indexes = [
            models.Index(fields=["region", "kind", "subject", "start_on"], name="releases_total_place")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.start_on}"
