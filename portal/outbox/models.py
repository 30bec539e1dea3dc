"""Effects that wait, are done or are dead; and what was seen by effects inside the database."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Coalesce, Now
from django.db.models.lookups import Regex

from portal.outbox.identifiers import KEY, PRINTABLE, TOPIC

_WAITS = Q(done_at__isnull=True, dead_at__isnull=True)
# When its turn came or comes. The order of ids says nothing: transactions commit in another one.
DUE = Coalesce("not_before", "created_at")


class EffectQuerySet(models.QuerySet["Effect"]):
    """Effects, narrowed by what became of them."""

    def waiting(self) -> Self:
        """Keep what is neither done nor given up."""
        return self.filter(_WAITS)

    def dead(self) -> Self:
        """Keep what was given up."""
        return self.filter(dead_at__isnull=False)

    def overdue(self, since: datetime) -> Self:
        """Keep what could have been done before a moment, and is in nobody's hands after it."""
        idle = Q(lease_until__isnull=True) | Q(lease_until__lt=since)
        return self.waiting().annotate(due_at=DUE).filter(idle, due_at__lt=since)


class Effect(models.Model):
    """One effect to bring about outside the transaction that wanted it; ids only, never content."""

    topic = models.CharField("类别", max_length=40, db_collation="C")
    key = models.CharField("编号", max_length=200, unique=True, db_collation="C")
    ref = models.JSONField("指向", default=dict)
    not_before = models.DateTimeField("最早", null=True)
    # Counted when somebody takes it up, so that whoever is killed by it has tried as well.
    attempts = models.PositiveSmallIntegerField("试过次数", default=0)
    lease_until = models.DateTimeField("有人在办到", null=True)
    done_at = models.DateTimeField("办成时间", null=True)
    dead_at = models.DateTimeField("放弃时间", null=True)
    error = models.CharField("错误", max_length=100, blank=True)
    created_at = models.DateTimeField("写下时间", db_default=Now())

    objects = EffectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待办的事"
        indexes = [
            models.Index(DUE, "id", condition=_WAITS, name="outbox_effect_waiting"),
            models.Index(F("dead_at"), condition=Q(dead_at__isnull=False), name="outbox_effect_dead"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(dead_at__isnull=True),
                name="outbox_effect_done_or_dead",
            ),
            models.CheckConstraint(
                condition=Q(lease_until__isnull=True) | _WAITS, name="outbox_effect_lease_while_waiting"
            ),
            models.CheckConstraint(
                condition=Q(lease_until__isnull=True, done_at__isnull=True, dead_at__isnull=True)
                | Q(attempts__gt=0),
                name="outbox_effect_ended_by_trying",
            ),
            models.CheckConstraint(
                condition=Q(dead_at__isnull=True) | ~Q(error=""), name="outbox_effect_dead_of_something"
            ),
            models.CheckConstraint(condition=Q(topic__regex=TOPIC), name="outbox_effect_topic_is_word"),
            models.CheckConstraint(condition=Q(key__regex=KEY), name="outbox_effect_key_is_id"),
            models.CheckConstraint(
                condition=Q(Regex(Cast("ref", models.TextField()), PRINTABLE)),
                name="outbox_effect_ref_is_short",
            ),
            models.CheckConstraint(
                condition=Q(error__regex=r"^[A-Za-z0-9_]*$"), name="outbox_effect_error_is_class"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"

    @property
    def state(self) -> str:
        """Return what became of it, in a word for people."""
        if self.done_at:
            return "办成了"
        if self.dead_at:
            return "放弃了"
        return "等着再试" if self.attempts else "等着"


class Seen(models.Model):
    """A key whose effect inside the database is committed; written in that very transaction."""

    key = models.CharField(primary_key=True, max_length=200, db_collation="C")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "办过的事"
        constraints = [models.CheckConstraint(condition=Q(key__regex=KEY), name="outbox_seen_key_is_id")]

    def __str__(self) -> str:
        return self.key
