"""Who takes part since when, who answers for an item, and each single duty."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from portal.catalogue.models import CatalogueItem
from portal.columns.periods import Period
from portal.places.models import Body, Region
from portal.releases.models import Release
from portal.workdays.left import SOON


class Participation(models.Model):
    """Since when a place discloses by the catalogue: nothing is owed for periods that were over before."""

    region = models.OneToOneField(Region, models.PROTECT, related_name="+", verbose_name="地方")
    start_on = models.DateField("从哪天起", help_text="这一天以后结束的所属期，都要按目录公开")
    with_below = models.BooleanField("下面的乡镇和村也一起", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "开始公开的地方"
        ordering = ["region__code"]

    def __str__(self) -> str:
        return f"{self.region.full_name}，从 {self.start_on} 起"


class Assignment(models.Model):
    """An office that answers for an item in its place, instead of the place's own body."""

    item = models.ForeignKey(
        CatalogueItem, models.CASCADE, related_name="assignments", verbose_name="公开事项"
    )
    body = models.ForeignKey(Body, models.CASCADE, related_name="assignments", verbose_name="由谁公开")
    start_on = models.DateField("从哪天起")
    end_on = models.DateField("到哪天止", null=True, blank=True, help_text="当天起不再由它公开")

    class Meta:
        verbose_name = verbose_name_plural = "责任分工"
        ordering = ["item", "body", "start_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")),
                name="duties_assignment_dates_in_order",
            ),
            models.UniqueConstraint(fields=["item", "body", "start_on"], name="duties_assignment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.body}"


class State(models.TextChoices):
    """How a duty stands on a day."""

    NOT_DUE = "not_due", "没到期"
    SOON = "soon", "快到期"
    ON_TIME = "on_time", "按时"
    LATE = "late", "晚了"
    MISSING = "missing", "没公开"
    NIL = "nil", "本期没有"
    WITHDRAWN = "withdrawn", "撤下了"


class DutyQuerySet(models.QuerySet["Duty"]):
    """Duties, narrowed by place and by how they stand on a day."""

    def within(self, region: Region) -> Self:
        """Keep what is owed in a place and everything below it."""
        return self.filter(region__code__startswith=region.prefix)

    def of(self, region: Region) -> Self:
        """Keep what the offices of this very place owe."""
        return self.filter(region=region)

    def past(self, today: date, *, since: date | None = None) -> Self:
        """Keep what was due before today (and not before `since`)."""
        found = self.filter(due_on__lt=today)
        return found if since is None else found.filter(due_on__gte=since)

    def missing(self, today: date) -> Self:
        """Keep what should be public and is not, withdrawn or never published."""
        return self.filter(due_on__lt=today, release__isnull=True)

    def soon(self, today: date) -> Self:
        """Keep what is due today or in the next days."""
        return self.filter(due_on__range=(today, today + SOON), release__isnull=True)

    def open(self, today: date) -> Self:
        """Keep what is still to be done: missing, or due later."""
        return self.filter(release__isnull=True)

    def late(self) -> Self:
        """Keep what came after its day; it stays so for ever."""
        return self.filter(release__isnull=False, met_on__gt=F("due_on"))

    def on_time(self) -> Self:
        """Keep what came in time, a declared nothing included."""
        return self.filter(release__isnull=False, met_on__lte=F("due_on"))

    def nil(self) -> Self:
        """Keep what was declared as nothing."""
        return self.filter(is_nil=True)

    def withdrawn(self) -> Self:
        """Keep what was public, is not any more, and was not made up for."""
        return self.filter(release__isnull=True, withdrawn_on__isnull=False)

    def not_due(self, today: date) -> Self:
        """Keep what has more time than what is due soon, and was never public."""
        later = self.filter(due_on__gt=today + SOON)
        return later.filter(release__isnull=True, withdrawn_on__isnull=True)

    def with_names(self) -> Self:
        """Join what a list shows."""
        return self.select_related("item", "body", "region__parent__parent__parent", "release")


class Duty(models.Model):
    """One body owes one item for one period by one day; or one act was to be told by one day.

    Whether it is missing follows from the date and is stored nowhere, so midnight needs no run. What is
    stored is what happened: `met_on` is the local day on which the period was first covered whole, and
    never becomes earlier again. `source` is the release of an item "per event": a duty that its own
    publication made known, of what happened on `happened_on`. Withdrawn, it stays as a gap until another
    release of the item covers that day.
    """

    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="+", verbose_name="公开事项")
    body = models.ForeignKey(Body, models.PROTECT, related_name="duties", verbose_name="责任主体")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地方")
    start_on = models.DateField("所属期起")
    end_on = models.DateField("所属期止（不含）")
    happened_on = models.DateField("哪天的事", null=True)
    due_on = models.DateField("最迟哪天公开")
    source = models.OneToOneField(
        Release, models.PROTECT, null=True, related_name="+", verbose_name="哪一次的事"
    )
    release = models.ForeignKey(
        Release, models.PROTECT, null=True, related_name="duties", verbose_name="公开的批次"
    )
    met_on = models.DateField("哪天公开的", null=True)
    is_nil = models.BooleanField("本期没有", default=False, db_default=False)
    withdrawn_on = models.DateField("哪天撤下的", null=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开责任"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["region", "due_on"], name="duties_duty_place"),
            models.Index(fields=["item", "region", "start_on"], name="duties_duty_item"),
            models.Index(fields=["due_on"], condition=Q(release__isnull=True), name="duties_duty_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "body", "start_on", "end_on"],
                condition=Q(source__isnull=True),
                name="duties_duty_once",
            ),
            models.CheckConstraint(condition=Q(end_on__gt=F("start_on")), name="duties_duty_period_in_order"),
            models.CheckConstraint(
                condition=Q(release__isnull=True) | Q(met_on__isnull=False), name="duties_duty_met_has_day"
            ),
            models.CheckConstraint(
                condition=Q(release__isnull=False) | Q(is_nil=False), name="duties_duty_nil_is_declared"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.name} · {self.body.name} · {self.period.label()}"

    @property
    def period(self) -> Period:
        """The half-open period with its granularity."""
        return Period.spanning(self.start_on, self.end_on)

    @property
    def days_late(self) -> int:
        """By how many days it came late; 0 for what came in time, or did not come."""
        if self.release_id is None or self.met_on is None:
            return 0
        return max((self.met_on - self.due_on).days, 0)

    def state_on(self, today: date) -> State:
        """Return how the duty stands on a day."""
        if self.release_id is not None:
            if self.days_late:
                return State.LATE
            return State.NIL if self.is_nil else State.ON_TIME
        if self.withdrawn_on is not None:
            return State.WITHDRAWN
        if self.due_on < today:
            return State.MISSING
        return State.SOON if self.due_on <= today + SOON else State.NOT_DUE

    def days_over(self, today: date) -> int:
        """By how many days it is overdue; 0 or less while there is still time."""
        return (today - self.due_on).days


class Audience(models.TextChoices):
    """Whom a reminder is for."""

    CLERK = "clerk", "录入员"
    SUPERIOR = "superior", "上一级审核"


class Reminder(models.Model):
    """That a duty came to a level of reminding on its true day; each level once for each deadline.

    `run` is the run that found it: one letter to each person tells all that a run found. A duty that the
    catalogue no longer calls for takes its reminders with it (the database's own cascade).
    """

    duty = models.ForeignKey(
        Duty, models.CASCADE, related_name="reminders", db_constraint=False, verbose_name="公开责任"
    )
    level = models.CharField("第几步", max_length=10, db_collation="C")
    due_on = models.DateField("最迟哪天公开")
    true_on = models.DateField("该提醒的日子")
    audience = models.CharField("提醒谁", max_length=10, choices=Audience)
    receivers = models.PositiveIntegerField("写信给几个人", default=0, db_default=0)
    run = models.UUIDField("哪一次")
    at = models.DateTimeField("写下时间")

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        indexes = [models.Index(fields=["run"], name="duties_reminder_run")]
        constraints = [
            models.UniqueConstraint(fields=["duty", "level", "due_on"], name="duties_reminder_once"),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="duties_reminder_audience"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.true_on}"


class LastRefresh(models.Model):
    """When duties were last brought up to date; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = verbose_name_plural = "公开责任的更新"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="duties_lastrefresh_one_row")]

    def __str__(self) -> str:
        return f"{self.at}"
