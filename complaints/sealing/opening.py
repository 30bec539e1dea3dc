"""Open a ticket's content with an officer's key, and leave a trace of every opening."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from complaints.errors import WallError
from complaints.models import Entry, Grant, OfficerKey, Part, Reading, SealedFile, Ticket
from complaints.sealing import boxes, pieces, wall
from complaints.sealing.pieces import Piece, grant_place
from complaints.sealing.wall import Concern
from portal.people.models import User
from portal.vault import keys


@dataclass(frozen=True)
class Desk:
    """An officer whose desk is unlocked: the private half lives as long as the request."""

    user: User
    key: OfficerKey
    private: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything of a ticket that one officer may read."""

    ticket: Ticket
    key: bytes = field(repr=False)
    pieces: list[Piece] = field(repr=False)

    @property
    def report(self) -> Piece:
        """The report itself."""
        return next(piece for piece in self.pieces if piece.kind == "report")

    @property
    def concern(self) -> Concern:
        """Whom it concerns, for the wall."""
        return Concern.read(self.report.told["concern"])


@dataclass(frozen=True, kw_only=True)
class Shown(Content):
    """A content whose opening stands in the trace; only `read` makes one, and only this goes on a page."""


def key_to(desk: Desk, ticket: Ticket, part: Part = Part.CONTENT) -> bytes:
    """Return one of a ticket's keys; raise NotOpenError where it was not sealed to this officer."""
    grant = Grant.objects.filter(ticket=ticket, part=part, key=desk.key).first()
    if grant is None:
        raise boxes.NotOpenError
    return boxes.unseal_key(bytes(grant.box), desk.private, grant_place(ticket, part))


def read(desk: Desk, ticket: Ticket, *, why: str, now: datetime) -> Shown:
    """Open the content for a person's eyes and record that it was opened."""
    content = admit(desk, ticket, now=now)
    record(ticket, part=Part.CONTENT, by=desk.user, why=why, now=now)
    return Shown(ticket=content.ticket, key=content.key, pieces=content.pieces)


def admit(desk: Desk, ticket: Ticket, *, now: datetime) -> Content:
    """Open the content for its reader, whom the wall of interests may shut out since the grant was made.

    Raises:
        WallError: it does; that somebody came is part of the trace, and from now on the ticket is not there.
    """
    content = peek(desk, ticket)
    if why := _refusal(desk, content, now=now):
        record(ticket, part="wall", by=desk.user, why="refused", now=now)
        _block(desk, ticket, now=now)
        raise WallError(why)
    return content


def _refusal(desk: Desk, content: Content, *, now: datetime) -> str:
    """Return why a reader is shut out: by the wall of today, or because it refused them once."""
    if why := wall.refusal(desk.user, content.concern, today=timezone.localdate(now)):
        return why
    blocked = Grant.objects.filter(
        ticket=content.ticket, part=Part.CONTENT, key=desk.key, blocked_on__isnull=False
    )
    return "这件因为回避没让您看过，要由同事再交给您。" if blocked.exists() else ""


def _block(desk: Desk, ticket: Ticket, *, now: datetime) -> None:
    """Note that the wall shut a reader out: to them the ticket is gone, also when the conflict ends."""
    held = Grant.objects.filter(ticket=ticket, key__user=desk.user, blocked_on__isnull=True)
    held.update(blocked_on=timezone.localdate(now))


def unblock(ticket: Ticket, key: OfficerKey) -> None:
    """Let a reader in again to whom a colleague granted a ticket anew; the wall was asked before."""
    Grant.objects.filter(ticket=ticket, key=key).update(blocked_on=None)


def keep_clear(desk: Desk, ticket: Ticket, *, now: datetime) -> None:
    """Raise WallError where the wall shut an officer out since the grant; without one nothing is asked."""
    held = Grant.objects.filter(ticket=ticket, part=Part.CONTENT, key=desk.key)
    if held.exists() and (why := _refusal(desk, peek(desk, ticket), now=now)):
        # Undone with the transaction of an act; whoever catches the refusal outside it opens once more.
        _block(desk, ticket, now=now)
        raise WallError(why)


def peek(desk: Desk, ticket: Ticket) -> Content:
    """Open the content for an act of the same request; what a person gets to see goes through `read`."""
    return content_under(ticket, key_to(desk, ticket))


def content_under(ticket: Ticket, key: bytes) -> Content:
    """Open the content with its key, whoever brought that."""
    entries = ticket.entries.filter(part=Part.CONTENT).select_related("by").order_by("position")
    return Content(ticket=ticket, key=key, pieces=pieces.opened(entries, key))


def read_identity(desk: Desk, ticket: Ticket, *, why: str, now: datetime) -> dict[str, str]:
    """Open name and telephone and record it; empty where the reporter gave none.

    Raises:
        NotOpenError: this officer has no grant for the identity.
    """
    admit(desk, ticket, now=now)
    entries = ticket.entries.filter(part=Part.IDENTITY).order_by("position")
    if not entries:
        return {}
    key = key_to(desk, ticket, Part.IDENTITY)
    found = pieces.opened(entries, key)
    record(ticket, part=Part.IDENTITY, by=desk.user, why=why, now=now)
    return {name: str(found[-1].told.get(name, "")) for name in ("name", "phone")}


def identity_words(desk: Desk, ticket: Ticket) -> list[str]:
    """Return name and telephone for a comparison that shows neither; nothing without a grant for them."""
    entries = ticket.entries.filter(part=Part.IDENTITY).order_by("position")
    if not entries or not Grant.objects.filter(ticket=ticket, part=Part.IDENTITY, key=desk.key).exists():
        return []
    found = pieces.opened(entries, key_to(desk, ticket, Part.IDENTITY))
    return [str(piece.told.get(name, "")) for piece in found for name in ("name", "phone")]


def read_file(desk: Desk, file: SealedFile, *, now: datetime) -> tuple[dict[str, object], bytes]:
    """Return a file's description and bytes, and record it."""
    key = admit(desk, file.ticket, now=now).key
    (piece,) = pieces.opened([file.entry], key)
    described = next(one for one in piece.files if one["id"] == str(file.pk))
    data = pieces.read_file(file, key)
    record(file.ticket, part="file", by=desk.user, why=f"file-{piece.files.index(described) + 1}", now=now)
    return described, data


def titles(desk: Desk, tickets: Iterable[Ticket], *, today: date) -> dict[object, str]:
    """Return the first words of each ticket's report, for a list on an unlocked desk; by ticket id.

    None of a report that the wall stands before since its key was handed over. Three queries in all.
    """
    wanted, posts = list(tickets), wall.posts_of(desk.user, today=today)
    grants = {
        grant.ticket_id: grant
        for grant in Grant.objects.filter(ticket__in=wanted, part=Part.CONTENT, key=desk.key)
    }
    reports = {one.ticket_id: one for one in Entry.objects.filter(ticket__in=grants, kind="report")}
    found: dict[object, str] = {}
    for ticket in wanted:
        grant, entry = grants.get(ticket.pk), reports.get(ticket.pk)
        if grant is None or entry is None:
            continue
        try:
            key = boxes.unseal_key(bytes(grant.box), desk.private, grant_place(ticket, Part.CONTENT))
            (piece,) = pieces.opened([entry], key)
        except boxes.NotOpenError:
            continue
        if wall.stands_between(desk.user, posts, Concern.read(piece.told["concern"])):
            continue
        words = " ".join(piece.text.split())[:40]
        found[ticket.pk] = f"{piece.topic} · {words}" if piece.topic else words
    return found


@transaction.atomic
def record(ticket: Ticket, *, part: str, by: User, why: str, now: datetime) -> Reading:
    """Append to the chain of openings of a ticket."""
    Ticket.objects.select_for_update().get(pk=ticket.pk)
    last = Reading.objects.filter(ticket=ticket).order_by("-seq").first()
    reading = Reading(
        ticket=ticket,
        seq=last.seq + 1 if last else 1,
        part=str(part),
        by=by,
        at=now,
        why=why,
        previous=bytes(last.digest) if last else bytes(32),
    )
    reading.digest = digest_of(reading)
    reading.save(force_insert=True)
    return reading


def digest_of(reading: Reading) -> bytes:
    """Return the keyed hash that chains an opening to the one before; the database alone rewrites nothing."""
    told = "\n".join(
        [
            str(reading.ticket_id),
            str(reading.seq),
            reading.part,
            str(reading.by_id),
            reading.at.astimezone(UTC).isoformat(),  # the database gives it back in another zone
            reading.why,
        ]
    )
    return hmac.digest(
        keys.load("receipt"), b"reading\x00" + bytes(reading.previous) + told.encode(), "sha256"
    )


def broken_chains(tickets: QuerySet[Ticket] | None = None) -> list[str]:
    """Return the numbers of tickets (of all, or of some) whose trace of openings was altered."""
    readings = Reading.objects.all() if tickets is None else Reading.objects.filter(ticket__in=tickets)
    broken, previous, ticket, seq = [], bytes(32), None, 0
    for reading in readings.select_related("ticket").order_by("ticket", "seq").iterator():
        if reading.ticket_id != ticket:
            ticket, previous, seq = reading.ticket_id, bytes(32), 0
        seq += 1
        if (
            reading.seq != seq
            or bytes(reading.previous) != previous
            or digest_of(reading) != bytes(reading.digest)
        ):
            broken.append(reading.ticket.number)
        previous = bytes(reading.digest)
    return sorted(set(broken))
