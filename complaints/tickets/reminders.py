"""Letters to officers: what was escalated, and each morning what waits. They name nothing: only how many."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from complaints.models import OfficerKey, Ticket
from complaints.sealing import officers
from complaints.states import State
from portal.outbox import mail
from portal.outbox.identifiers import Ref
from portal.outbox.mail import Letter
from portal.people.models import User
from portal.workdays.calendar import current

_SOON_WORKDAYS = 3


def counts(user: User, today: date) -> dict[str, int]:
    """Return how many tickets one officer can read are new, due within three working days, overdue."""
    calendar = current()
    found = {"new": 0, "soon": 0, "overdue": 0}
    tickets = Ticket.objects.readable_by(user).unfinished().values_list("state", "due_on", "officer")
    for state, due_on, officer in tickets:
        if officer not in {None, user.pk}:
            continue
        found["new"] += state == State.RECEIVED
        if due_on is not None:
            is_late = due_on < today
            found["overdue"] += is_late
            found["soon"] += not is_late and calendar.days_left(due_on, today) <= _SOON_WORKDAYS
    return found


def digest(now: datetime) -> int:
    """Put the morning's letter to every officer with something to do into the outbox; return how many."""
    today, put = timezone.localdate(now), 0
    if not current().is_workday(today):
        return 0
    for key in OfficerKey.objects.filter(retired_at__isnull=True).select_related("user"):
        is_reached = bool(key.user.email) and officers.inspects(key.user, today=today)
        if not (is_reached and any(counts(key.user, today).values())):
            continue
        with transaction.atomic():
            put += mail.send(
                maker="complaints.digest",
                key=f"digest-{key.user_id}-{today.isoformat()}",
                ref={"user": key.user_id},
            )
    return put


@mail.maker("complaints.digest")
def digest_letter(ref: Ref) -> Letter | None:
    """Write the morning's letter as things stand when it is sent."""
    user = _receiver(ref)
    if user is None:
        return None
    found = counts(user, timezone.localdate())
    if not any(found.values()):
        return None
    lines = [
        f"待受理 {found['new']} 件",
        f"3 个工作日内到期 {found['soon']} 件",
        f"已超期 {found['overdue']} 件",
    ]
    return _letter(user, "今天的工单", lines)


@mail.maker("complaints.escalated")
def escalation_letter(ref: Ref) -> Letter | None:
    """Write that deadlines came near or passed."""
    user = _receiver(ref)
    return _letter(user, "工单期限提醒", [f"有 {ref['count']} 件工单快到期或已超期。"]) if user else None


def _receiver(ref: Ref) -> User | None:
    return User.objects.filter(pk=int(ref["user"]), is_active=True).exclude(email="").first()


def _letter(user: User, subject: str, lines: list[str]) -> Letter:
    where = urljoin(f"{settings.SITE_URL}/", "desk/")
    body = "\n".join(
        [f"{user.name}：", *lines, f"请到工作台办理：{where}", "这封信不写任何举报内容，不用回复。"]
    )
    return Letter(to=user.email, subject=subject, body=body + "\n")
