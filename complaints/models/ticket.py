"""The ticket (工单): what may be known of a report without opening it, and every step it took."""

from __future__ import annotations

import uuid
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from complaints import states
from complaints.models.deadline import DeadlineRule
from complaints.models.office import Office
from portal.people.models import User

STATES = [(state.value, states.LABELS[state]) for state in states.State]
TRACKS = [
    ("A", "检举控告"),
    ("B", "申诉求决"),
    ("C", "应公开未公开、公开不实"),
    ("D", "咨询建议"),
]


class Outcome(models.TextChoices):
    """What a verification found."""

    TRUE = "true", "属实已改"
    PARTLY = "partly", "部分属实"
    FALSE = "false", "不属实"


class Refusal(models.TextChoices):
    """Why a report is not accepted: a closed list, with words for the reporter in the template."""

    NOT_OURS = "not_ours", "不归我们管"
    IN_COURT = "in_court", "已经在法院或复议机关"
    NOTHING_TO_CHECK = "nothing_to_check", "没有可查的内容"
    REPEATED = "repeated", "同一件事已有结果，没有新情况"
    WITHDRAWN = "withdrawn", "举报人撤回"


class Funds(models.TextChoices):
    """Whether money must go back, and whether it has."""

    NONE = "none", "没有要退的钱"
    DUE = "due", "要退，还没退"
    RETURNED = "returned", "已退还"
    HANDED_OVER = "handed_over", "已移交处理"


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Tickets, narrowed by who looks and by what is left to do."""

    def readable_by(self, user: User) -> Self:
        """Keep the tickets sealed to a key this officer has in use; no other exists for them.

        One that the wall refused them once does not, until a colleague grants it anew.
        """
        held = self.model._meta.get_field("grants").related_model._default_manager.filter(
            ticket=models.OuterRef("pk"),
            part="content",
            key__user=user.pk,
            key__retired_at__isnull=True,
            blocked_on__isnull=True,
        )
        return self.filter(models.Exists(held))

    def unfinished(self) -> Self:
        """Keep the tickets on which work is due."""
        return self.filter(state__in=[state.value for state in states.OPEN])

    def by_deadline(self) -> Self:
        """Order by what is due first; what has no date comes last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "received_on", "number")


class Ticket(models.Model):
    """One report's way through an office. Holds no place, no topic, no word of its content.

    `received_on` is a day, never a time: a time would tell who stood there with a telephone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("编号", max_length=8, unique=True, db_collation="C")
    office = models.ForeignKey(Office, models.PROTECT, related_name="tickets", verbose_name="受理机关")
    former_office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="移送前的机关"
    )
    track = models.CharField("类别", max_length=1, choices=TRACKS, blank=True)
    state = models.CharField("环节", max_length=12, choices=STATES, default=states.State.RECEIVED.value)
    suspended_from = models.CharField("中止前的环节", max_length=12, choices=STATES, blank=True)
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    last_seq = models.PositiveIntegerField("最后一步", default=0)
    received_on = models.DateField("收到日期")
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    concluded_on = models.DateField("结论日期", null=True, blank=True)
    officer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办"
    )
    # The deadline that counts now; a move to another one raises due_no, so that escalations start anew.
    step = models.CharField("期限名称", max_length=12, blank=True)
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, null=True, blank=True, verbose_name="期限规则")
    anchor_on = models.DateField("起算日期", null=True, blank=True)
    due_on = models.DateField("到期日", null=True, blank=True)
    due_at = models.DateTimeField("到期时刻", null=True, blank=True)
    due_no = models.PositiveSmallIntegerField("第几个期限", default=0)
    extended_days = models.PositiveSmallIntegerField("延长天数", default=0)
    calendar = models.CharField("日历版本", max_length=16, blank=True)
    refusal = models.CharField("不受理原因", max_length=20, choices=Refusal, blank=True)
    outcome = models.CharField("结论", max_length=10, choices=Outcome, blank=True)
    concluded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结论人"
    )
    funds = models.CharField("退款", max_length=12, choices=Funds, default=Funds.NONE)
    told_on = models.DateField("结果告知日期", null=True, blank=True)
    published_on = models.DateField("结果公布日期", null=True, blank=True)
    sealed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="不公布的复核人"
    )
    has_objection = models.BooleanField("有异议未答复", default=False)
    written_off_on = models.DateField("销号日期", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )
    rating = models.PositiveSmallIntegerField(
        "评价", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    padded_size = models.PositiveBigIntegerField("密文大小", default=0)
    destroyed_on = models.DateField("内容销毁日期", null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工单"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="complaints_ticket_due"),
            models.Index(fields=["office", "received_on"], name="complaints_ticket_office"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{8}$"), name="complaints_ticket_number"),
            models.CheckConstraint(
                # Nothing is written off before the reporter was told, the result is public (or its sealing
                # approved) and the money is back. That no objection is open is the guard's to say: the
                # reporter may still object afterwards.
                condition=~Q(state="written_off")
                | Q(told_on__isnull=False, written_off_on__isnull=False)
                & (
                    Q(outcome="") & ~Q(refusal="")
                    | ~Q(outcome="")
                    & (Q(published_on__isnull=False) | Q(sealed_by__isnull=False))
                    & ~Q(funds="due")
                ),
                name="complaints_ticket_write_off",
            ),
            models.CheckConstraint(
                condition=Q(state="not_accepted", refusal__gt="") | ~Q(state="not_accepted"),
                name="complaints_ticket_refusal_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["concluded", "published"])
                | Q(outcome__gt="", concluded_on__isnull=False, concluded_by__isnull=False),
                name="complaints_ticket_outcome",
            ),
            models.CheckConstraint(
                condition=Q(sealed_by__isnull=True) | ~Q(sealed_by=F("concluded_by")),
                name="complaints_ticket_sealing_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state="suspended", suspended_from__gt="")
                | ~Q(state="suspended") & Q(suspended_from=""),
                name="complaints_ticket_suspended_from",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | ~Q(state="merged") & Q(merged_into__isnull=True),
                name="complaints_ticket_merged_into",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, due_at__isnull=True)
                | Q(due_on__isnull=False, due_at__isnull=False, rule__isnull=False, anchor_on__isnull=False),
                name="complaints_ticket_due_whole",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="complaints_ticket_rating",
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 号"

    @property
    def place(self) -> bytes:
        """What binds every box of this ticket to it."""
        return self.pk.bytes


class Event(models.Model):
    """One step of a ticket: append-only; the ticket's row cannot move without it.

    `detail` holds closed values only (days, codes, ids), never anybody's words: those are sealed entries.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events", verbose_name="工单")
    seq = models.PositiveIntegerField("序号")
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    verb = models.CharField("动作", max_length=20)
    source = models.CharField("从", max_length=12, blank=True)
    target = models.CharField("到", max_length=12)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField("日期")
    # An officer's step has its time; a reporter's has none.
    at = models.DateTimeField("时间", null=True, blank=True)
    entry = models.UUIDField("密封的内容", null=True, blank=True)
    detail = models.JSONField("细节", default=dict, blank=True)
    # A random mark of the transaction, for the trigger; a transaction's number would tell when.
    mark = models.UUIDField("事务", editable=False, null=True)

    class Meta:
        verbose_name = verbose_name_plural = "工单经过"
        ordering = ["ticket", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "seq"], name="complaints_event_once"),
            models.CheckConstraint(
                condition=Q(by__isnull=True, at__isnull=True) | Q(by__isnull=False, at__isnull=False),
                name="complaints_event_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · {self.seq} · {self.verb}"
