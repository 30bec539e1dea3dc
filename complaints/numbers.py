"""Numbers for the monitor of this machine; none names an office, a ticket or a day of arrival."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count
from django.utils import timezone

from complaints.models import Escalation, Receipt, Scan, Ticket
from complaints.states import State
from portal.metrics import gauge
from portal.workdays.calendar import current


def register() -> None:
    """Show them at `/metrics`; called once at start-up."""
    gauge("receipts_issued_total", "Receipts given to reporters.", lambda: float(Receipt.objects.count()))
    gauge("tickets_open", "Open tickets by state.", _by_state, label="state")
    gauge("tickets_escalated", "Escalations by level.", _by_level, label="level")
    gauge("tickets_overdue", "Open tickets past their day.", _overdue)
    gauge("tickets_oldest_unassigned_days", "Days since the oldest accepted ticket waits.", _unassigned)
    gauge("escalation_scan_age_seconds", "Seconds since deadlines were last looked at.", _scan_age)
    gauge("calendar_days_left", "Days until the calendar of working days ends.", _calendar_left)


def _by_state() -> Mapping[str, float]:
    found = Ticket.objects.unfinished().values_list("state").annotate(Count("pk")).order_by()
    return {state: float(count) for state, count in found}


def _by_level() -> Mapping[str, float]:
    found = Escalation.objects.values_list("level").annotate(Count("pk")).order_by()
    return {level: float(count) for level, count in found}


def _overdue() -> float:
    return float(Ticket.objects.unfinished().filter(due_at__lte=timezone.now()).count())


def _unassigned() -> float:
    oldest = Ticket.objects.filter(state=State.ACCEPTED).order_by("accepted_on").first()
    if oldest is None or oldest.accepted_on is None:
        return 0.0
    return float((timezone.localdate() - oldest.accepted_on).days)


def _scan_age() -> float:
    last = Scan.objects.first()
    return (timezone.now() - last.at).total_seconds() if last else 0.0


def _calendar_left() -> float:
    years, today = current().years, timezone.localdate()
    year = today.year
    while year + 1 in years:
        year += 1
    return float((today.replace(year=year, month=12, day=31) - today).days) if year in years else 0.0
