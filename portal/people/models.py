"""Users and their appointments (任职): who may do what for which body, and since when."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from portal.places.models import Body


class Role(models.TextChoices):
    """What an appointment makes of a person."""

    CLERK = "clerk", "录入员"
    TOWNSHIP_REVIEWER = "township_reviewer", "乡镇审核"
    COUNTY_REVIEWER = "county_reviewer", "县级审核"
    INSPECTOR = "inspector", "纪检"
    CHIEF = "chief", "纪检负责人"
    ADMINISTRATOR = "administrator", "系统管理员"


# Officers of a discipline commission: both work on tickets, a chief also assigns and grants time.
INSPECTORS = frozenset({Role.INSPECTOR, Role.CHIEF})


class User(AbstractUser):
    """A member of staff. Citizens never have an account."""

    first_name = None  # type: ignore[assignment] # Chinese names are one field
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=40)

    REQUIRED_FIELDS = ["name", "email"]

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments, narrowed by time."""

    def valid(self, on: date) -> Self:
        """Keep the appointments in force on a day."""
        return self.filter(start_on__lte=on).filter(Q(end_on__isnull=True) | Q(end_on__gt=on))


class Appointment(models.Model):
    """One person's role for one body, from a day until (not including) another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="appointments", verbose_name="人员")
    body = models.ForeignKey(Body, models.PROTECT, related_name="appointments", verbose_name="责任主体")
    role = models.CharField("角色", max_length=20, choices=Role)
    start_on = models.DateField("任职起始日期")
    end_on = models.DateField("任职终止日期", null=True, blank=True, help_text="当天起不再有效")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["user", "-start_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")),
                name="people_appointment_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["user", "body", "role", "start_on"], name="people_appointment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.body} · {self.get_role_display()}"
