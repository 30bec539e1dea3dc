"""Somebody with a whole copy of the database and the settings, who may write into it, but has no key.

Each test plays one attempt. What the thief can do is break things aloud; what they cannot do is read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from nacl.secret import SecretBox
from nacl.signing import SigningKey

from complaints.errors import WallError
from complaints.models import Entry, Grant, OfficerKey, Part, Reading, Receipt, Ticket, Unlocked
from complaints.reporting import following
from complaints.sealing import boxes, keys, officers, opening, receipts
from complaints.sealing.boxes import NotOpenError
from complaints.sealing.officers import Listed, UnsignedListError
from complaints.sealing.opening import Desk
from complaints.sealing.pieces import grant_place
from complaints.tickets import acts
from portal.people.models import Appointment, Role, User
from tests.complaints.cases import (
    NOW,
    PASSPHRASE,
    TODAY,
    Officers,
    make_desk,
    make_key,
    make_report,
    sign_list,
    to_merged,
    to_verifying,
    unlock_code,
)
from tests.county import make_person

pytestmark = pytest.mark.django_db
SECRET = "只有我知道：会计的弟弟开的票"


@pytest.fixture
def thief(staff: Officers) -> boxes.Pair:
    """A key pair that nobody signed."""
    return boxes.new_pair()


@pytest.fixture
def clerk(staff: Officers) -> User:
    return make_person("clerk", "李春花", Role.CLERK, staff.county.body)


def _tried(private: bytes) -> Iterator[bytes]:
    """Yield whatever opens with a key, each box tried as every ticket's and part's."""
    for grant in Grant.objects.all():
        for ticket in Ticket.objects.all():
            for part in Part:
                try:
                    yield boxes.unseal_key(bytes(grant.box), private, grant_place(ticket, part))
                except NotOpenError:
                    continue


@contextmanager
def _past_triggers() -> Iterator[None]:
    """Write past every trigger, as a superuser of the database server can; use the alias `owner` inside."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield


# --- Reading only.


def test_what_the_database_holds_opens_with_nothing_that_it_holds(staff: Officers) -> None:
    make_key(staff.li.user)
    sign_list()
    make_report(SECRET, name="王大妈", phone="13900000000")
    secret = keys.unlock(staff.li.user, PASSPHRASE, unlock_code(NOW), session="s", now=NOW)
    held = [
        *(bytes(one.wrapped) for one in Receipt.objects.all()),
        *(bytes(one.lookup) for one in Receipt.objects.all()),
        *(bytes(one.public) for one in OfficerKey.objects.all()),
        *(bytes(one.wrapped) for one in OfficerKey.objects.all() if one.wrapped),
        *(bytes(one.box) for one in Unlocked.objects.all()),
        *(bytes(one.session) for one in Unlocked.objects.all()),
        settings.SECRET_KEY.encode(),
    ]
    candidates = {one[at : at + 32] for one in held for at in range(0, max(len(one) - 31, 1), 8)}
    sealed = [bytes(one.box) for one in Entry.objects.all()]
    for key in (one for one in candidates if len(one) == 32):
        assert not list(_tried(key))
        for entry in Entry.objects.all():
            with pytest.raises(NotOpenError):
                boxes.unseal(bytes(entry.box), key, entry.place)
    assert not any(SECRET.encode() in box for box in sealed)
    assert secret not in b"".join(held)  # the one thing that opens a desk is in a cookie


def test_a_guess_at_a_code_cannot_be_tested_without_the_pepper(staff: Officers) -> None:
    # The thief even guesses right: 60 bits are few, the pepper is what makes a copy useless.
    received = make_report(SECRET)
    guess = receipts.unlocking(received.code, b"\x00" * 32)
    assert not Receipt.objects.filter(lookup=guess.lookup).exists()
    receipt = Receipt.objects.get()
    with pytest.raises(Exception, match="Decryption failed"):
        SecretBox(guess.wrap).decrypt(bytes(receipt.wrapped))


def test_an_officers_box_is_not_opened_by_a_short_list_of_passphrases(staff: Officers) -> None:
    key = make_key(staff.li.user)
    for guess in ("password1234", "123456789012", staff.li.user.username * 3):
        with pytest.raises(keys.WrongPassphraseError):
            keys.unlock(staff.li.user, guess, unlock_code(NOW), session="s", now=NOW)
    assert PASSPHRASE.encode() not in bytes(key.wrapped)


# --- Writing: another key.


def test_a_public_key_exchanged_before_the_next_report_gets_nothing(
    staff: Officers, thief: boxes.Pair, caplog: pytest.LogCaptureFixture
) -> None:
    OfficerKey.objects.filter(pk=staff.li.key.pk).update(public=thief.public)
    ticket = make_report(SECRET).ticket
    assert not list(_tried(thief.private))
    assert not Grant.objects.filter(ticket=ticket, key=staff.li.key).exists()
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    assert any("insp-li" in said for said in officers.troubles(today=TODAY))


def test_a_key_added_for_a_clerk_with_a_new_appointment_gets_nothing(
    staff: Officers, thief: boxes.Pair, clerk: User
) -> None:
    Appointment.objects.create(user=clerk, body=staff.county.body, role=Role.CHIEF, start_on=TODAY)
    OfficerKey.objects.create(user=clerk, public=thief.public, salt=b"", wrapped=b"", memory=0)
    ticket = make_report(SECRET).ticket
    with pytest.raises(WallError):
        acts.invite(staff.wang, ticket.pk, to=clerk, now=NOW)
    assert not list(_tried(thief.private))
    assert any("还没有签进名单" in said for said in officers.troubles(today=TODAY))


def test_a_user_renamed_to_an_officer_gets_nothing(staff: Officers, thief: boxes.Pair, clerk: User) -> None:
    User.objects.filter(pk=staff.li.user.pk).update(username="gone")
    User.objects.filter(pk=clerk.pk).update(username="insp-li")
    OfficerKey.objects.create(user=clerk, public=thief.public, salt=b"", wrapped=b"", memory=0)
    make_report(SECRET)
    assert not list(_tried(thief.private))


def test_an_officers_key_given_to_another_user_opens_nothing_for_them(staff: Officers, clerk: User) -> None:
    ticket = make_report(SECRET).ticket
    OfficerKey.objects.filter(pk=staff.li.key.pk).update(user=clerk)
    key = OfficerKey.objects.get(pk=staff.li.key.pk)
    with pytest.raises(NotOpenError):
        opening.peek(Desk(clerk, key, boxes.new_pair().private), ticket)
    assert not Grant.objects.filter(ticket=make_report("下一件").ticket, key=key).exists()


def test_a_row_that_makes_somebody_a_reader_gets_no_key_from_a_merge(
    staff: Officers, thief: boxes.Pair, clerk: User
) -> None:
    lead, second = make_report("第一件").ticket, make_report(SECRET).ticket
    key = OfficerKey.objects.create(user=clerk, public=thief.public, salt=b"", wrapped=b"", memory=0)
    Grant.objects.create(ticket=lead, part=Part.CONTENT, key=key, holder="officer", box=b"x" * 80, on=TODAY)
    to_merged(staff, second, lead)
    assert not list(_tried(thief.private))
    assert not Grant.objects.filter(ticket=second, key=key).exists()


@pytest.mark.parametrize("how", ["unsigned", "other key", "altered", "expired", "empty", "garbage"])
def test_a_list_that_is_not_the_commissions_seals_to_nobody(
    staff: Officers, thief: boxes.Pair, how: str
) -> None:
    path = Path(settings.KEYS_DIR) / officers.FILE
    mine = officers.compose([Listed("insp-li", staff.county.body.code, thief.public)], until=date(2030, 1, 1))
    match how:
        case "unsigned":
            path.write_text(mine)
        case "other key":
            path.write_text(officers.sign(mine, bytes(SigningKey.generate())))
        case "altered":
            path.write_text(path.read_text().replace("2030", "2031"))
        case "expired":
            sign_list(until=TODAY - timedelta(days=1))
        case "empty":
            path.write_text("")
        case _:
            path.write_bytes(b"officers 1\n\xe2\x80\x94 " + b"A" * 88)
    OfficerKey.objects.filter(pk=staff.li.key.pk).update(public=thief.public)
    with pytest.raises(UnsignedListError):
        officers.listed(today=TODAY)
    ticket = make_report(SECRET).ticket
    holders = set(Grant.objects.filter(ticket=ticket).values_list("holder", flat=True))
    assert holders == {"reporter", "escrow"}
    assert not list(_tried(thief.private))


def test_an_older_list_brings_nobody_back_who_left(staff: Officers) -> None:
    path = Path(settings.KEYS_DIR) / officers.FILE
    old = path.read_text()
    keys.retire(staff.li.user, now=NOW)
    sign_list()
    path.write_text(old)
    assert not Grant.objects.filter(ticket=make_report(SECRET).ticket, key=staff.li.key).exists()


# --- Writing: boxes moved about.


@pytest.mark.django_db(transaction=True)
def test_a_box_moved_to_another_ticket_does_not_open(staff: Officers) -> None:
    mine, theirs = make_report("我的"), make_report(SECRET)
    box = Entry.objects.get(ticket=theirs.ticket).box
    with _past_triggers():
        Entry.objects.using("owner").filter(ticket=mine.ticket).update(box=box)
    holder = following.hold(mine.code)
    assert holder
    with pytest.raises(NotOpenError):
        following.read(holder)


@pytest.mark.parametrize("holder", ["reporter", "officer"])
def test_a_grant_moved_to_another_ticket_does_not_open(staff: Officers, holder: str) -> None:
    mine, theirs = make_report("我的"), make_report(SECRET)
    which: dict[str, Any] = {"part": Part.CONTENT, "holder": holder}
    if holder == "officer":
        which["key"] = staff.li.key
    box = Grant.objects.get(ticket=theirs.ticket, **which).box
    Grant.objects.filter(ticket=mine.ticket, **which).update(box=box)
    if holder == "reporter":
        assert following.hold(mine.code) is None
    else:
        with pytest.raises(NotOpenError):
            opening.peek(staff.li, mine.ticket)


def test_a_receipt_pointed_at_another_ticket_opens_nothing(staff: Officers) -> None:
    mine, theirs = make_report("我的"), make_report(SECRET)
    Receipt.objects.filter(ticket=theirs.ticket).delete()
    Receipt.objects.filter(ticket=mine.ticket).update(ticket=theirs.ticket)
    assert following.hold(mine.code) is None


def test_identity_is_not_opened_as_content(staff: Officers) -> None:
    ticket = make_report(SECRET, name="王大妈").ticket
    box = Grant.objects.get(ticket=ticket, part=Part.IDENTITY, key=staff.li.key).box
    Grant.objects.filter(ticket=ticket, part=Part.CONTENT, key=staff.li.key).update(box=box)
    with pytest.raises(NotOpenError):
        opening.peek(staff.li, ticket)


@pytest.mark.parametrize("who", ["reporter", "officer"])
def test_a_key_that_the_thief_chose_is_not_used_for_what_is_said_next(staff: Officers, who: str) -> None:
    # Anybody can seal to a public key: the thief puts a key of their own where the ticket's key stood.
    received = make_report(SECRET)
    ticket, chosen = received.ticket, boxes.new_key()
    public = bytes(ticket.receipt.public if who == "reporter" else staff.li.key.public)
    which = {"holder": "reporter"} if who == "reporter" else {"key": staff.li.key}
    forged = boxes.seal_key(chosen, public, ticket.place + b"content")
    Grant.objects.filter(ticket=ticket, part=Part.CONTENT, **which).update(box=forged)
    if who == "reporter":
        assert following.hold(received.code) is None
    else:
        with pytest.raises(NotOpenError):
            acts.note(staff.li, ticket.pk, text=SECRET, now=NOW)
        assert Entry.objects.filter(ticket=ticket).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_note_is_not_turned_into_a_letter_to_the_reporter(staff: Officers) -> None:
    received = make_report()
    to_verifying(staff, received.ticket)
    acts.note(staff.li, received.ticket.pk, text=SECRET, now=NOW)
    with _past_triggers():
        Entry.objects.using("owner").filter(kind="note").update(is_for_reporter=True)
    holder = following.hold(received.code)
    assert holder
    with pytest.raises(NotOpenError):
        following.read(holder)


# --- Covering tracks.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["altered", "removed", "rewritten"])
def test_a_trace_that_was_touched_is_found(staff: Officers, how: str) -> None:
    ticket = make_report().ticket
    for _ in range(3):
        opening.read(staff.li, ticket, why="办理", now=NOW)
    assert not opening.broken_chains()
    with _past_triggers():
        readings = Reading.objects.using("owner")
        second = readings.get(ticket=ticket, seq=2)
        match how:
            case "altered":
                readings.filter(pk=second.pk).update(by=staff.wang.user)
            case "removed":
                second.delete()
            case _:
                _rewrite(second, by=staff.wang.user)
    assert opening.broken_chains() == [ticket.number]


def _rewrite(reading: Reading, *, by: User) -> None:
    """Change an opening and every digest after it, as well as one can without the key."""
    readings, previous = Reading.objects.using("owner"), bytes(reading.previous)
    for one in readings.filter(ticket=reading.ticket, seq__gte=reading.seq).order_by("seq"):
        who = by.pk if one.pk == reading.pk else one.by_id
        told = [str(one.ticket_id), str(one.seq), one.part, str(who), one.at.isoformat(), one.why]
        digest = sha256(previous + "\n".join(told).encode()).digest()
        readings.filter(pk=one.pk).update(by=who, previous=previous, digest=digest)
        previous = digest


def test_a_superuser_of_the_site_opens_nothing(staff: Officers) -> None:
    root = User.objects.create_superuser("root", "root@example.cn", "x", name="超管")
    ticket = make_report(SECRET).ticket
    desk = make_desk(root)
    assert not Ticket.objects.readable_by(root).exists()
    with pytest.raises(NotOpenError):
        opening.peek(desk, ticket)
    with pytest.raises(keys.WrongPassphraseError):
        keys.unlock(staff.li.user, "", "", session="s", now=NOW)
