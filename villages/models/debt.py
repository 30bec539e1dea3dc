"""Who owes the village, and whom the village owes (债权债务)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portal.releases.models import DisclosedRow
from villages.models.ledger import CounterpartyType


class DebtSide(models.TextChoices):
    """Who has to pay."""

    OWED_TO_VILLAGE = "claim", "债权"
    OWED_BY_VILLAGE = "debt", "债务"


class Debt(DisclosedRow):
    """One claim or debt in one period, in yuan: what it was, what was added, what was paid, what is left.

    A person's full name as the other party stands in a column the app may write but not read
    (migration 0004).
    """

    start_on = models.DateField("所属期起")
    end_on = models.DateField("所属期止（不含）")
    side = models.CharField("类型", max_length=5, choices=DebtSide)
    party_public = models.CharField("对方", max_length=80, blank=True, db_collation="C")
    nature = models.CharField("性质", max_length=60)
    opening = models.DecimalField("期初余额", max_digits=14, decimal_places=2)
    increase = models.DecimalField("本期增加", max_digits=14, decimal_places=2)
    decrease = models.DecimalField("本期减少", max_digits=14, decimal_places=2)
    closing = models.DecimalField("期末余额", max_digits=14, decimal_places=2)
    party_type = models.CharField("对方类型", max_length=6, choices=CounterpartyType, blank=True)
    incurred_on = models.DateField("形成日期", null=True)
    due_on = models.DateField("到期日", null=True)
    annual_rate = models.DecimalField("年利率（%）", max_digits=7, decimal_places=4, null=True)
    matter_no = models.CharField("事项编号", max_length=64, blank=True, db_collation="C")

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "债权债务"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "end_on", "side", "position"], name="villages_debt_by_period"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(opening__gte=0, increase__gte=0, decrease__gte=0, closing__gte=0),
                name="villages_debt_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(incurred_on__isnull=True)
                | Q(due_on__isnull=True)
                | Q(due_on__gte=F("incurred_on")),
                name="villages_debt_due_after_incurred",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_public} {self.nature}".strip()
