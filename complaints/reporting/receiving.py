"""Take in a report: sealed to the officers one above, to the reporter, to escrow; sent twice, it is one."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from nacl.secret import SecretBox

from complaints.models import Entry, Event, Grant, OfficerKey, Part, Receipt, Ticket
from complaints.reporting import following, limits
from complaints.reporting.following import Kept
from complaints.sealing import boxes, pieces, receipts, wall
from complaints.sealing.pieces import File
from complaints.sealing.wall import Concern
from complaints.tickets import clocks
from portal.vault import keys
from portal.vault.files import ESCROW

_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True, repr=False)
class Given:
    """What somebody reports; `snapshot`: the row as shown, with its proof; `digests`: files' hashes."""

    text: str
    concern: Concern = field(default_factory=Concern)
    whom: str = ""
    name: str = ""
    phone: str = ""
    topic: str = ""
    snapshot: dict[str, Any] | None = None
    files: tuple[File, ...] = ()
    digests: tuple[str, ...] = ()

    def body(self) -> bytes:
        """Return what makes one report differ from another, as bytes to hash."""
        row = (self.snapshot or {}).get("row", "")
        told = [self.text, self.concern.told(), self.whom, self.name, self.phone, row, sorted(self.digests)]
        if self.topic:
            told.append(self.topic)
        return json.dumps(told, ensure_ascii=False).encode()


@dataclass(frozen=True, kw_only=True)
class Received:
    """What a reporter gets: the code, and the ticket behind it.

    `is_repeat`: the same form with the same words was here before, and `kept` is what is kept of its files.
    `is_changed`: the same form was here with other words, so that this is a second report.
    """

    code: str = field(repr=False)
    ticket: Ticket
    is_repeat: bool
    is_changed: bool = False
    kept: Kept | None = field(default=None, repr=False)


def code_of(given: Given, nonce: bytes) -> str:
    """Return the 查询码 of what is given with a form's nonce."""
    return receipts.code_of(keys.load("receipt"), nonce, given.body())


def receive(given: Given, *, nonce: bytes, today: date) -> Received:
    """Take in a report and return its 查询码; the same form with the same words gives the same code.

    Committed when this returns, or an exception says that nothing was taken in. One slow hash in every case.
    """
    code = code_of(given, nonce)
    unlocking, mark = limits.unlocking(code), _mark(nonce)
    for _ in range(_ATTEMPTS):
        if there := _found(unlocking.lookup):
            return Received(code=code, ticket=there, is_repeat=True, kept=_kept(unlocking))
        try:
            with transaction.atomic():
                is_changed = Receipt.objects.filter(nonce=mark).exists()
                ticket = _store(given, unlocking, mark, today)
                return Received(code=code, ticket=ticket, is_repeat=False, is_changed=is_changed)
        except IntegrityError as error:
            # The same form on two connections at once, or a number drawn twice: look again, draw again.
            refused = error
    raise refused


def _mark(nonce: bytes) -> bytes:
    return hmac.digest(keys.load("pepper"), b"nonce\x00" + nonce, "sha256")


def _found(lookup: bytes) -> Ticket | None:
    return Ticket.objects.filter(receipt__lookup=lookup).select_related("office__body").first()


def _kept(unlocking: receipts.Unlocking) -> Kept:
    """Return what is kept of the files of a report that was here before, as its own code opens it."""
    holder = following.opened_by(unlocking)
    return Kept.of(following.read(holder) if holder else [])


def _store(given: Given, unlocking: receipts.Unlocking, mark: bytes, today: date) -> Ticket:
    office, officers = wall.recipients(wall.office_for(given.concern), given.concern, today=today)
    ticket = Ticket(office=office, number=f"{secrets.randbelow(10**8):08d}", received_on=today)
    ticket.save(force_insert=True)
    _keep_receipt(ticket, unlocking, mark)
    content = boxes.new_key()
    entry = pieces.put(ticket, content, kind="report", told=_told(given), on=today, files=given.files)
    entries = [entry]
    share(ticket, content, Part.CONTENT, officers, today=today)
    if given.name or given.phone:
        identity = boxes.new_key()
        person = {"name": given.name, "phone": given.phone}
        entries.append(
            pieces.put(ticket, identity, kind="identity", told=person, on=today, part=Part.IDENTITY)
        )
        share(ticket, identity, Part.IDENTITY, officers, today=today)
    Event.objects.create(ticket=ticket, seq=1, verb="receive", target=ticket.state, on=today, entry=entry.pk)
    ticket.last_seq = 1
    ticket.padded_size = _size(ticket, entries)
    clocks.start(ticket, today=today)
    ticket.save()
    return ticket


def _told(given: Given) -> dict[str, Any]:
    return {
        "text": given.text,
        "whom": given.whom,
        "concern": given.concern.told(),
        "snapshot": given.snapshot,
        "is_named": bool(given.name or given.phone),
        "topic": given.topic,
    }


def _keep_receipt(ticket: Ticket, unlocking: receipts.Unlocking, mark: bytes) -> None:
    pair = boxes.new_pair()
    Receipt.objects.create(
        ticket=ticket,
        lookup=unlocking.lookup,
        nonce=mark,
        public=pair.public,
        wrapped=bytes(SecretBox(unlocking.wrap).encrypt(pair.private)),
    )


def share(ticket: Ticket, key: bytes, part: Part, officers: list[OfficerKey], *, today: date) -> None:
    """Seal one of a ticket's keys to its officers, to the reporter and to escrow."""
    place = pieces.grant_place(ticket, part)
    holders: list[tuple[str, OfficerKey | None, bytes]] = [
        ("officer", one, bytes(one.public)) for one in officers
    ]
    holders.append(("reporter", None, bytes(ticket.receipt.public)))
    holders.append(("escrow", None, keys.load_public(ESCROW)))
    Grant.objects.bulk_create(
        Grant(
            ticket=ticket,
            part=part,
            holder=holder,
            key=officer,
            on=today,
            box=boxes.seal_key(key, public, place),
        )
        for holder, officer, public in holders
    )


def _size(ticket: Ticket, entries: list[Entry]) -> int:
    return sum(len(entry.box) for entry in entries) + sum(file.padded_size for file in ticket.files.all())
