"""What was reported is destroyed when its time is over: keys and files go, the public result stays.

The sealed words stay in their append-only table, but nobody holds a key to them any more.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from complaints.models import Receipt, SealedFile, Ticket
from complaints.sealing import pieces
from complaints.states import State

# After the write-off; and after the reporter was told that it is not accepted.
MONTHS, MONTHS_REFUSED = 24, 6
_MONTHS_A_YEAR = 12


def months_before(today: date, months: int) -> date:
    """Return the day so many months earlier, the month's last where it has no such day."""
    at = today.year * _MONTHS_A_YEAR + today.month - 1 - months
    year, month = at // _MONTHS_A_YEAR, at % _MONTHS_A_YEAR + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def due(today: date) -> QuerySet[Ticket]:
    """Return the tickets whose content is to be destroyed; one that was merged goes with the leading one."""
    finished = Q(state=State.WRITTEN_OFF, refusal="", written_off_on__lte=months_before(today, MONTHS))
    refused = Q(
        ~Q(refusal=""),
        state__in=[State.NOT_ACCEPTED, State.WRITTEN_OFF],
        told_on__lte=months_before(today, MONTHS_REFUSED),
    )
    merged = Q(state=State.MERGED, merged_into__destroyed_on__isnull=False)
    return Ticket.objects.filter(finished | refused | merged, destroyed_on__isnull=True, has_objection=False)


def destroy_due(*, now: datetime) -> int:
    """Destroy all content that is due, each ticket in its own transaction; return how many there were."""
    today, done = timezone.localdate(now), 0
    while found := list(due(today).values_list("pk", flat=True)):
        did = sum(_destroy(ticket, today) for ticket in found)
        if not did:  # Somebody else is at them.
            break
        done += did
    return done


@transaction.atomic
def _destroy(ticket_id: UUID, today: date) -> bool:
    # Looked at again under the lock: it may have been reopened or destroyed meanwhile.
    ticket = due(today).select_for_update(of=("self",), skip_locked=True).filter(pk=ticket_id).first()
    if ticket is None:
        return False
    files = list(ticket.files.values_list("pk", flat=True))
    ticket.grants.all().delete()
    # The code's own hash stays, so that asking with it costs and answers the same as any unknown code.
    Receipt.objects.filter(ticket=ticket).update(wrapped=b"", public=b"")
    # A crash before the files are unlinked leaves them without a row, for the sweep.
    SealedFile.objects.filter(pk__in=files).delete()
    Ticket.objects.filter(pk=ticket.pk).update(destroyed_on=today, padded_size=0)
    transaction.on_commit(lambda: _unlink(files), robust=True)
    return True


def _unlink(files: list[UUID]) -> None:
    for file in files:
        pieces.path_of(file).unlink(missing_ok=True)
