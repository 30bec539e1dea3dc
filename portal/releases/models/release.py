"""The Release (公开批次): one catalogue item × one responsible body × one period."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from portal.catalogue.models import CatalogueItem, Granularity
from portal.columns.periods import Period
from portal.people.models import INSPECTORS, Role, User
from portal.people.scope import REVIEWERS, Visitor, bodies
from portal.places.models import Body, Level


class State(models.TextChoices):
    """States of a release. A return is a step back to draft; "corrected" is derived."""

    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "审核中"
    PUBLISHED = "published", "已公开"
    WITHDRAWN = "withdrawn", "已撤下"
    DISCARDED = "discarded", "已作废"


class Stage(models.TextChoices):
    """Whether the list is posted before it is paid, or what was paid."""

    POSTED = "notice", "公示"
    PAID = "paid", "发放"


class Via(models.TextChoices):
    """How a release reached the public."""

    REVIEW = "review", "逐级审核"
    BULK = "bulk", "历史数据批量载入"


class NamesShown(models.TextChoices):
    """What the public sees of the names of a release today, from the most to the least.

    An item's policies, and the end of the months for which it lets names stand.
    """

    FULL = "full", "全名"
    MASKED = "masked", "遮盖（李*根）"
    EXPIRED = "expired", "姓名已过公开期"
    HIDDEN = "hidden", "只公开合计"

    @property
    def rank(self) -> int:
        """How strict it is; names never go to a lower one."""
        return list(NamesShown).index(self)


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Releases, narrowed by state and by who may see them."""

    def published(self) -> Self:
        """Keep what the public sees."""
        return self.filter(state=State.PUBLISHED)

    def with_names(self) -> Self:
        """Join what a list shows of a release."""
        return self.select_related("item", "body__region__parent__parent__parent", "drafted_by")

    def for_staff(self, user: Visitor) -> Self:
        """Keep the releases of the bodies a clerk, reviewer or inspector acts for."""
        roles = {Role.CLERK, Role.TOWNSHIP_REVIEWER, Role.COUNTY_REVIEWER, *INSPECTORS}
        return self.filter(body__in=bodies(user, roles))

    def editable_by(self, user: Visitor) -> Self:
        """Keep the drafts that a clerk may change."""
        return self.filter(state=State.DRAFT, body__in=bodies(user, {Role.CLERK}))

    def waiting_for(self, user: Visitor) -> Self:
        """Keep the releases whose next review is this person's to do."""
        condition = Q(pk__in=[])
        for level, role in REVIEWERS.items():
            condition |= Q(review_level=level, body__in=bodies(user, {role}))
        # One filter(), one step: the same step must be this person's, of that verb and round.
        acted = Release.objects.filter(
            Q(steps__verb__in=["edit", "submit"]) | Q(steps__verb="approve", steps__round=F("round")),
            steps__by=user.pk,
        )
        return self.filter(condition, state=State.IN_REVIEW).exclude(
            Q(drafted_by=user.pk) | Q(pk__in=acted.values("pk"))
        )


class Release(models.Model):
    """A batch that is drafted, reviewed level by level, published as one, later corrected or withdrawn.

    The database refuses to change a published release except to withdraw it, and any change of rows
    outside a draft (migrations 0002, 0003).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(CatalogueItem, models.PROTECT, verbose_name="公开事项")
    kind = models.CharField("模板", max_length=30, db_collation="C")
    body = models.ForeignKey(Body, models.PROTECT, related_name="releases", verbose_name="责任主体")
    county = models.CharField("县代码", max_length=6, db_collation="C")
    granularity = models.CharField("频次", max_length=12, choices=Granularity)
    start_on = models.DateField("所属期起")
    end_on = models.DateField("所属期止（不含）")
    batch = models.PositiveSmallIntegerField("批次", default=1)
    stage = models.CharField("阶段", max_length=10, choices=Stage, default=Stage.PAID)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    via = models.CharField("方式", max_length=10, choices=Via, default=Via.REVIEW)
    # What the public sees today; the policy it was published under where that has become stricter since.
    names = models.CharField("姓名公开办法", max_length=10, choices=NamesShown)
    names_published = models.CharField("公开时的办法", max_length=10, choices=NamesShown, blank=True)
    names_until = models.DateField("姓名公开到哪天（不含）", null=True, blank=True)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name="更正的批次",
    )
    reason = models.TextField("更正原因", blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True)
    file_sha256 = models.BinaryField("文件指纹", null=True, max_length=32)
    is_nil = models.BooleanField("本期无发生", default=False)
    row_count = models.PositiveIntegerField("行数", default=0)
    amount = models.DecimalField("合计（元）", max_digits=16, decimal_places=2, default=0)
    expected_amount = models.DecimalField(
        "拨款文件金额（元）", max_digits=16, decimal_places=2, null=True, blank=True
    )
    difference_reason = models.TextField("金额不符的原因", blank=True)
    opening_amount = models.DecimalField(
        "期初余额（元）", max_digits=16, decimal_places=2, null=True, blank=True
    )
    opening_reason = models.TextField("期初余额和上期不衔接的原因", blank=True)
    review_path = ArrayField(
        models.CharField(max_length=10, choices=Level), default=list, verbose_name="审核层级"
    )
    review_level = models.CharField("审核到", max_length=10, choices=Level, blank=True)
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    root = models.BinaryField("指纹根", null=True, max_length=32)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="录入人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    published_on = models.DateField("公开日期", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawal_reason = models.TextField("撤下原因", blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开批次"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "body"], name="releases_state_body"),
            models.Index(
                fields=["county", "-published_at"],
                condition=Q(state="published"),
                name="releases_newest",
            ),
            models.Index(
                fields=["names_until"],
                condition=Q(names__in=["full", "masked"], names_until__isnull=False),
                name="releases_names_until",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__gt=F("start_on")), name="releases_release_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["published", "withdrawn"], published_at__isnull=False)
                | Q(state__in=["draft", "in_review", "discarded"], published_at__isnull=True),
                name="releases_release_published_at_with_state",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_on__isnull=True)
                | Q(published_at__isnull=False, published_on__isnull=False),
                name="releases_release_published_on_with_at",
            ),
            models.CheckConstraint(
                condition=(Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawal_reason=""))
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="releases_release_withdrawn_at_with_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"]) | Q(root__isnull=False),
                name="releases_release_root_from_submission",
            ),
            models.CheckConstraint(
                condition=(Q(state="in_review") & ~Q(review_level=""))
                | (~Q(state="in_review") & Q(review_level="")),
                name="releases_release_level_while_in_review",
            ),
            models.CheckConstraint(condition=Q(names__in=NamesShown.values), name="releases_release_names"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""),
                name="releases_release_correction_says_why",
            ),
            models.UniqueConstraint(
                fields=["county", "item", "body", "start_on", "end_on", "batch"],
                condition=Q(state="draft"),
                name="releases_release_one_open_draft",
            ),
            models.UniqueConstraint(
                fields=["county", "item", "body", "start_on", "end_on", "batch", "file_sha256"],
                condition=~Q(state__in=["withdrawn", "discarded"]) & Q(file_sha256__isnull=False),
                name="releases_release_file_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.name} · {self.body.name} · {self.period.label()}"

    @property
    def period(self) -> Period:
        """The half-open period with its granularity."""
        return Period.spanning(self.start_on, self.end_on)

    @property
    def names_at_first(self) -> str:
        """The policy its rows were committed under."""
        return self.names_published or self.names

    @property
    def root_hex(self) -> str:
        """The root that reviewers approve, in hexadecimal; empty before the first submission."""
        return bytes(self.root or b"").hex()

    @property
    def is_correction(self) -> bool:
        """Whether this release replaces rows of an earlier one."""
        return self.corrects_id is not None

    @property
    def difference(self) -> Decimal | None:
        """Sum of the rows minus the allocation document's sum; None when none was given."""
        return None if self.expected_amount is None else self.amount - self.expected_amount
