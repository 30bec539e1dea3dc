"""Anchors: the signed head of each day, as paper and other media carry it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from portal.log import reading
from portal.log.models import Checkpoint

_ANCHORED_AT = time(0, 10)


@dataclass(frozen=True)
class Anchor:
    """The signed head that stood at ten past midnight of a day: its size, and its root as paper shows it."""

    on: date
    size: int
    code: str


def anchors(days: int) -> list[Anchor]:
    """Return the anchors of the last days, newest first."""
    today, found = timezone.localdate(), []
    for back in range(days):
        anchor = anchor_of(today - timedelta(days=back))
        if anchor is None:
            break
        found.append(anchor)
    return found


def anchor_of(on: date) -> Anchor | None:
    """Return a day's anchor; None where nothing was signed by then."""
    checkpoint = Checkpoint.objects.filter(at__lte=_moment(on)).order_by("-size").first()
    return _anchor(on, checkpoint) if checkpoint else None


def line(on: date) -> str:
    """Return what a sheet printed on a day carries, to hold the log to later; empty without a log."""
    stood = ExpressionWrapper(Q(at__lte=_moment(on)), output_field=BooleanField())
    checkpoint = Checkpoint.objects.order_by(stood.desc(), "-size").first()
    if checkpoint is None:
        return ""
    anchor = _anchor(on, checkpoint)
    return f"公开日志编号 {anchor.size} 总指纹 {anchor.code}"


def _moment(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, _ANCHORED_AT))


def _anchor(on: date, checkpoint: Checkpoint) -> Anchor:
    return Anchor(on, checkpoint.size, reading.code_of(bytes(checkpoint.root)))
