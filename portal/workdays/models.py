"""Days on which work differs from Monday to Friday (放假调休)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    """How a day differs from its weekday."""

    HOLIDAY = "holiday", "放假"
    MAKEUP = "makeup", "上班"


class Workday(models.Model):
    """One day that a notice of the State Council names: off, or a weekend day that is worked instead."""

    on = models.DateField("日期", unique=True)
    kind = models.CharField("安排", max_length=10, choices=Kind)
    name = models.CharField("节日", max_length=20)
    source = models.CharField("依据", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "放假调休"
        ordering = ["on"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="workdays_workday_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="makeup") | Q(on__iso_week_day__gte=6),
                name="workdays_workday_makeup_is_weekend",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.name}{self.get_kind_display()}"
