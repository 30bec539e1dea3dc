"""What a village decides together (四议两公开): one row for each step of a matter."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from portal.releases.models import DisclosedRow


class MeetingType(models.TextChoices):
    """Who met."""

    VILLAGERS = "villagers", "村民会议"
    DELEGATES = "delegates", "村民代表会议"
    MEMBERS = "members", "成员大会"
    MEMBER_DELEGATES = "member_delegates", "成员代表大会"
    PARTY = "party", "党员大会"
    COMMITTEES = "committees", "两委会"


class Step(models.TextChoices):
    """The four talks, in their order."""

    PROPOSAL = "proposal", "党组织提议"
    COMMITTEES = "committees", "两委商议"
    PARTY = "party", "党员审议"
    VILLAGERS = "villagers", "村民决议"


class Decision(DisclosedRow):
    """One meeting on one matter: who was called, who came, who agreed, and what came of it.

    The rows of one `matter_no` of a village are the steps of one matter.
    """

    matter_no = models.CharField("事项编号", max_length=64, db_collation="C")
    matter = models.CharField("事项", max_length=200)
    category = models.CharField("类别", max_length=40)
    met_on = models.DateField("会议日期")
    entitled = models.PositiveIntegerField("应到人数")
    present = models.PositiveIntegerField("实到人数")
    agreed = models.PositiveIntegerField("同意人数")
    result = models.CharField("结果", max_length=100)
    attachments = models.TextField("附件", blank=True)
    meeting = models.CharField("会议类型", max_length=16, choices=MeetingType, blank=True)
    step = models.CharField("环节", max_length=10, choices=Step, blank=True)
    opposed = models.PositiveIntegerField("反对人数", null=True)
    abstained = models.PositiveIntegerField("弃权人数", null=True)
    amount = models.DecimalField("涉及金额（元）", max_digits=14, decimal_places=2, null=True)
    related_no = models.CharField("关联编号", max_length=64, blank=True, db_collation="C")
    decision_posted_on = models.DateField("决议公开日期", null=True)
    result_posted_on = models.DateField("结果公开日期", null=True)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "四议两公开"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "matter_no"], name="villages_decision_matter"),
            models.Index(fields=["region", "-met_on", "-id"], name="villages_decision_newest"),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(entitled__gt=0, present__lte=F("entitled")),
                name="villages_decision_present_of_entitled",
            ),
            models.CheckConstraint(
                condition=Q(present__gte=F("agreed") + Coalesce("opposed", 0) + Coalesce("abstained", 0)),
                name="villages_decision_votes_of_present",
            ),
        ]

    def __str__(self) -> str:
        return self.matter

    @property
    def votes(self) -> str:
        """Who was called, who came and how they voted, in plain words."""
        told = [f"应到 {self.entitled} 人，实到 {self.present} 人，{self.agreed} 人同意"]
        told += [f"{self.opposed} 人反对"] if self.opposed else []
        told += [f"{self.abstained} 人弃权"] if self.abstained else []
        return "，".join(told)
