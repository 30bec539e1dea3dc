"""What the public reads: results of reports, and the weekly root of everything received."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from complaints.models.office import Office
from complaints.models.ticket import TRACKS, Outcome, Ticket
from portal.people.models import User
from portal.places.models import Region


class Topic(models.TextChoices):
    """What a report was about, set by the officer with the conclusion.

    A report from a page that knows may say it itself, inside what is sealed.
    """

    PAYMENTS = "payments", "补贴发放"
    LEDGER = "ledger", "村级账目"
    ASSETS = "assets", "村里的资产、租金"
    PROJECTS = "projects", "工程项目"
    RECEPTIONS = "receptions", "公务接待"
    BUSINESS = "business", "营商环境"
    DISCLOSURE = "disclosure", "该公开没公开"
    CONDUCT = "conduct", "干部作风"
    OTHER = "other", "其他"


class Result(models.Model):
    """A published result: what was found and done, without a trace of who reported it.

    Its own random id; the ticket is known to officers only. Words are written for the public by the officer
    who concluded, and published by a second one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="results")
    round = models.PositiveSmallIntegerField("第几轮")
    office = models.ForeignKey(Office, models.PROTECT, related_name="results", verbose_name="办理机关")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="哪里")
    topic = models.CharField("什么事", max_length=12, choices=Topic)
    track = models.CharField("类别", max_length=1, choices=TRACKS)
    outcome = models.CharField("结论", max_length=10, choices=Outcome)
    title = models.CharField("一句话", max_length=40)
    measures = models.CharField("怎么办的", max_length=400)
    recovered = models.DecimalField("追回（元）", max_digits=14, decimal_places=2, default=0)
    returned = models.DecimalField("退还（元）", max_digits=14, decimal_places=2, default=0)
    row_kind = models.CharField("哪类公开行", max_length=30, blank=True)
    row_id = models.UUIDField("哪一行", null=True, blank=True)
    # Rounded up to thirty: from the exact number anybody could count back to the day of the report.
    days_taken = models.PositiveSmallIntegerField("几天以内办完")
    was_in_time = models.BooleanField("按期办结")
    published_on = models.DateField("公布日期")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="结论人")
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="公布人")
    index = models.BigIntegerField("公开日志编号", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公布的结果"
        ordering = ["-published_on", "id"]
        indexes = [
            models.Index(fields=["region", "published_on"], name="complaints_result_region"),
            models.Index(fields=["row_id"], condition=Q(row_id__isnull=False), name="complaints_result_row"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "round"], name="complaints_result_once"),
            models.CheckConstraint(
                condition=~Q(published_by=models.F("by")), name="complaints_result_by_two"
            ),
            models.CheckConstraint(
                condition=Q(row_kind="", row_id__isnull=True) | Q(row_kind__gt="", row_id__isnull=False),
                name="complaints_result_row_whole",
            ),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, returned__gte=0), name="complaints_result_amounts"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Inbox(models.Model):
    """One week's number and Merkle root of the reports received, as the public log has it."""

    week_on = models.DateField("这一周的星期一", unique=True)
    count = models.PositiveIntegerField("件数")
    root = models.BinaryField("根", max_length=32)
    index = models.BigIntegerField("公开日志编号")

    class Meta:
        verbose_name = verbose_name_plural = "每周收件"

    def __str__(self) -> str:
        return f"{self.week_on} 这一周"


class InboxLeaf(models.Model):
    """The place of one report in its week's tree."""

    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="leaves")
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="inbox_leaf")
    position = models.PositiveIntegerField("位置")
    leaf = models.BinaryField("叶子", max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "收件的位置"
        constraints = [
            models.UniqueConstraint(fields=["inbox", "position"], name="complaints_inboxleaf_position")
        ]

    def __str__(self) -> str:
        return f"{self.inbox} · {self.position}"
