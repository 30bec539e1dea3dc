"""Open a report with the escrow key: by two persons, recorded, for a named officer, shown to nobody here."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from complaints.errors import NotYoursError, WallError
from complaints.models import Grant, Office, Part, Ticket
from complaints.sealing import boxes, opening, pieces, wall
from complaints.sealing.opening import Content
from complaints.sealing.pieces import grant_place
from complaints.tickets import acts
from complaints.tickets.moving import locked
from portal.people.models import INSPECTORS, Appointment, Role, User


def open_by_protocol(
    number: str, private: bytes, *, why: str, by: tuple[User, User], to: User | None, now: datetime
) -> Ticket:
    """Prove that the escrow key opens a ticket and, with `to`, seal its content to a listed officer.

    The reason is sealed into the ticket; both persons stand in its trace of openings. What the wall refuses
    is refused here too, and recorded. Name and telephone are not passed on.

    Raises:
        NotYoursError: the two are not a chief and another officer of the ticket's office, or of one above.
        NotOpenError: the key is not the escrow's. WallError: the officer may not read this.
    """
    ticket = Ticket.objects.select_related("office__superior").get(number=number)
    _two(by, ticket.office, timezone.localdate(now))
    try:
        with transaction.atomic():
            return _open(locked(ticket.pk), private, why=why, by=by, to=to, now=now)
    except WallError:
        opening.record(ticket, part="wall", by=by[0], why=f"refused-{to.pk if to else ''}", now=now)
        raise


def _open(
    ticket: Ticket, private: bytes, *, why: str, by: tuple[User, User], to: User | None, now: datetime
) -> Ticket:
    today = timezone.localdate(now)
    content = _content(ticket, private)
    for person in by:
        opening.record(ticket, part="escrow", by=person, why="escrow", now=now)
    pieces.put(
        ticket, content.key, kind="reason", told={"text": why}, on=today, by=by[0], is_for_reporter=False
    )
    if to is not None:
        key = acts.allowed_key(to, content, today=today)
        acts.seal_to(ticket, Part.CONTENT, key, content.key, by=by[0], today=today)
        opening.record(ticket, part="grant", by=by[0], why=f"to-{to.pk}", now=now)
    return ticket


def _content(ticket: Ticket, private: bytes) -> Content:
    grant = Grant.objects.filter(ticket=ticket, part=Part.CONTENT, holder="escrow").first()
    if grant is None:
        raise boxes.NotOpenError
    key = boxes.unseal_key(bytes(grant.box), private, grant_place(ticket, Part.CONTENT))
    return opening.content_under(ticket, key)


def _two(by: tuple[User, User], office: Office, today: date) -> None:
    """Refuse unless a chief and another officer, of this office or of those above it, stand for it."""
    bodies = [one.body_id for one in wall.upwards(office)]
    held = Appointment.objects.valid(today).filter(
        user__in=by, user__is_active=True, body__in=bodies, role__in=INSPECTORS
    )
    roles = {(one.user_id, one.role) for one in held}
    chiefs = {user for user, role in roles if role == Role.CHIEF}
    everybody = {user for user, _ in roles}
    if by[0].pk == by[1].pk or len(everybody) < 2 or not chiefs:
        raise NotYoursError("要两个人：一名负责人，一名纪检，都是这个机关或上级机关的。")
