"""Seal tickets anew to a colleague whose key was replaced, as far as the wall still allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from complaints.errors import WallError
from complaints.models import Grant, OfficerKey, Part, Ticket
from complaints.sealing import officers, opening
from complaints.sealing.opening import Desk
from complaints.tickets import acts
from complaints.tickets.moving import locked
from portal.people.models import User


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A colleague with tickets that only a retired key opened; `is_listed`: the new key may be sealed to."""

    user: User
    count: int
    is_listed: bool
    fingerprint: str


def waiting(user: User, *, today: date) -> list[Waiting]:
    """Return the colleagues whose tickets this officer can seal anew, by name."""
    found: dict[User, int] = {}
    for grant in _lost(user).filter(part=Part.CONTENT).select_related("key__user"):
        if grant.key:
            found[grant.key.user] = found.get(grant.key.user, 0) + 1
    return [
        _waiting(colleague, count, today=today)
        for colleague, count in sorted(found.items(), key=lambda one: str(one[0]))
    ]


def _waiting(colleague: User, count: int, *, today: date) -> Waiting:
    key = OfficerKey.objects.filter(user=colleague, retired_at__isnull=True).first()
    return Waiting(
        user=colleague,
        count=count,
        is_listed=officers.key_of(colleague.pk, today=today) is not None,
        fingerprint=officers.fingerprint(bytes(key.public)) if key else "",
    )


def _lost(user: User) -> QuerySet[Grant]:
    """Return the grants of colleagues' retired keys on the tickets an officer reads, not yet sealed anew."""
    new = Grant.objects.filter(
        ticket=OuterRef("ticket"),
        part=OuterRef("part"),
        key__user=OuterRef("key__user"),
        key__retired_at__isnull=True,
    )
    return (
        Grant.objects.filter(
            ticket__in=Ticket.objects.readable_by(user), key__isnull=False, key__retired_at__isnull=False
        )
        .exclude(key__user=user)
        .exclude(Exists(new))
    )


def reseal(desk: Desk, colleague: User, *, now: datetime) -> tuple[int, int]:
    """Seal a colleague's tickets to the new key; return how many were sealed, and how many the wall refused.

    Raises:
        WallError: the colleague has no key in the signed list.
    """
    if officers.key_of(colleague.pk, today=timezone.localdate(now)) is None:
        raise WallError(f"{colleague}的新密钥还没有签进名单。")
    done = refused = 0
    lost = _lost(desk.user).filter(key__user=colleague)
    for ticket_id in sorted(set(lost.filter(part=Part.CONTENT).values_list("ticket_id", flat=True))):
        try:
            with transaction.atomic():
                _reseal(desk, locked(ticket_id), colleague, lost, now)
            done += 1
        except WallError:
            ticket = Ticket.objects.get(pk=ticket_id)
            opening.record(ticket, part="wall", by=desk.user, why="refused", now=now)
            refused += 1
    return done, refused


def _reseal(desk: Desk, ticket: Ticket, colleague: User, lost: QuerySet[Grant], now: datetime) -> None:
    parts = set(lost.filter(ticket=ticket).values_list("part", flat=True))
    acts.grant_to(desk, ticket, to=colleague, now=now)
    has_identity = ticket.grants.filter(part=Part.IDENTITY, key=desk.key).exists()
    if Part.IDENTITY in parts and has_identity:
        acts.grant_to(desk, ticket, to=colleague, now=now, part=Part.IDENTITY)
