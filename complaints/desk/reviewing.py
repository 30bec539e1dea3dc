"""Openings looked over by a second officer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from complaints.models import Reading, Ticket
from portal.people.models import User


def unreviewed(user: User) -> QuerySet[Reading]:
    """Return others' openings, on the tickets this officer reads, that nobody looked over; oldest first."""
    return (
        Reading.objects.filter(ticket__in=Ticket.objects.readable_by(user), reviewed_by__isnull=True)
        .exclude(by=user)
        .order_by("at", "pk")
    )


def review(user: User, chosen: Collection[int], *, now: datetime) -> int:
    """Mark openings as looked over, never the officer's own; return how many."""
    return unreviewed(user).filter(pk__in=chosen).order_by().update(reviewed_by=user, reviewed_at=now)
