"""The ceremony of the officers' list: proposed here, signed offline, installed here."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from nacl.signing import SigningKey

from complaints.models import OfficerKey
from complaints.sealing import officers
from complaints.sealing.officers import Listed, UnsignedListError
from portal.people.models import INSPECTORS, Appointment
from portal.vault import keys
from portal.vault.files import COMMISSION


class WrongKeyError(Exception):
    """The key file is not the commission's."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a signed list would change: lines that come and go, its last day, and the numbers of both lists.

    `before` is 0 where no list is in force yet.
    """

    added: list[Listed]
    removed: list[Listed]
    until: date
    serial: int
    before: int


def propose(*, until: date, today: date) -> tuple[str, list[Listed]]:
    """Return the text to be signed: every key in use whose owner is an officer today, and its lines.

    It comes from the database, which may lie: the lines are compared with each officer's own screen.
    """
    found = []
    for key in OfficerKey.objects.filter(retired_at__isnull=True).select_related("user"):
        held = Appointment.objects.valid(today).filter(user=key.user, role__in=INSPECTORS)
        office = held.order_by("-start_on").values_list("body__code", flat=True).first()
        if office and key.user.is_active:
            found.append(Listed(key.user.username, office, bytes(key.public)))
    serial = _present()[0] + 1
    return officers.compose(found, until=until, serial=serial), sorted(found, key=lambda one: one.username)


def sign(text: str, seed: bytes, *, public: bytes | None = None) -> str:
    """Return the signed list. Reads no database: it runs where there is none.

    Raises:
        UnsignedListError: the text is not a list. WrongKeyError: `seed` does not belong to `public`.
    """
    if public is not None and bytes(SigningKey(seed).verify_key) != public:
        raise WrongKeyError
    try:
        officers.parsed(text)
    except ValueError as error:
        raise UnsignedListError("这不是一份待签的名单，或内容损坏。") from error
    return officers.sign(text, seed)


def compare(signed: str, *, today: date) -> Change:
    """Return what a signed list would change; raise UnsignedListError where it is not one."""
    public = keys.load_public(COMMISSION)
    new = officers.read(signed, public, today=today)
    told = officers.inside(signed)
    before, old = _present()
    return Change(
        added=[one for one in new if one not in old],
        removed=[one for one in old if one not in new],
        until=told.until,
        serial=told.serial,
        before=before,
    )


def _present() -> tuple[int, list[Listed]]:
    """Return number and lines of the list in force, though it may have run out; 0 and none without one."""
    try:
        text = (Path(settings.KEYS_DIR) / officers.FILE).read_text(encoding="utf-8")
        lines = officers.read(text, keys.load_public(COMMISSION), today=date.min)
    except (OSError, UnsignedListError):
        return 0, []
    return officers.inside(text).serial, lines


def install(signed: str, *, today: date) -> Change:
    """Put a signed list in force at once and whole, readable by this account only.

    Raises:
        UnsignedListError: it is not signed by the commission, has run out, or its number is
            not above the present one's.
    """
    change = compare(signed, today=today)
    if change.serial <= change.before:
        raise UnsignedListError(
            f"现在的名单是第 {change.before} 号，这一份是第 {change.serial} 号，不是更新的，不换。"
        )
    folder = Path(settings.KEYS_DIR)
    fresh = folder / f".{officers.FILE}.{secrets.token_hex(4)}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(signed)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(folder / officers.FILE)
    return change
