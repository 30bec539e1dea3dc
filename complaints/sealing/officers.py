"""The signed list of officers: the only public keys anything is sealed to.

It is a file beside the keys, signed by the commission's offline key. Whoever owns the database can neither
add a key to it nor bring an older list back; whoever owns the folder can bring one back until its day, and
only with keys that it held. Each list has a higher serial number than the one before: `install` takes no
other. A key that the list does not hold is skipped, and said aloud.

    officers 1
    serial 7
    until 2027-12-31
    zhou 360902000000-09 <base64 of 32 bytes>
    — <base64 of the Ed25519 signature over everything before this line>
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from complaints.models import OfficerKey
from portal.people.models import INSPECTORS, Appointment, User
from portal.vault import keys
from portal.vault.files import COMMISSION

log = logging.getLogger(__name__)
FILE = "officers.list"
_HEAD = "officers 1"
_MARK = "— "


class UnsignedListError(Exception):
    """There is no list, or it is not signed by the commission's key, or it has run out."""


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    username: str
    office: str
    public: bytes


@dataclass(frozen=True)
class Parsed:
    """What a list says: its number, its last day, its lines."""

    serial: int
    until: date
    lines: list[Listed]


def compose(lines: Iterable[Listed], *, until: date, serial: int = 1) -> str:
    """Return the text to be signed."""
    rows = sorted(f"{one.username} {one.office} {base64.b64encode(one.public).decode()}" for one in lines)
    return "\n".join([_HEAD, f"serial {serial}", f"until {until.isoformat()}", *rows]) + "\n"


def sign(text: str, seed: bytes) -> str:
    """Return a text with the commission's signature below it."""
    signature = SigningKey(seed).sign(text.encode()).signature
    return f"{text}{_MARK}{base64.b64encode(signature).decode()}\n"


def read(signed: str, public: bytes, *, today: date) -> list[Listed]:
    """Return the lines of a signed list.

    Raises:
        UnsignedListError: with a plain sentence for whoever runs the site.
    """
    text, _, signature = signed.rpartition(_MARK)
    try:
        VerifyKey(public).verify(text.encode(), base64.b64decode(signature.strip(), validate=True))
        found = parsed(text)
    except (BadSignatureError, binascii.Error, ValueError) as error:
        raise UnsignedListError("办案人员名单的签名不对，或内容损坏。请用纪委的离线密钥重新签名。") from error
    if today > found.until:
        raise UnsignedListError(f"办案人员名单 {found.until} 已到期。请用纪委的离线密钥重新签名。")
    return found.lines


def inside(signed: str) -> Parsed:
    """Return what a list says that `read` accepted."""
    return parsed(signed.rpartition(_MARK)[0])


def parsed(text: str) -> Parsed:
    """Return what a list without its signature says; raise ValueError."""
    head, number, until, *rows = text.splitlines()
    serial = number.removeprefix("serial ")
    if head != _HEAD or serial == number or not (serial.isascii() and serial.isdigit()):
        raise ValueError(head)
    return Parsed(int(serial), date.fromisoformat(until.removeprefix("until ")), [_line(row) for row in rows])


def _line(row: str) -> Listed:
    username, office, public = row.split(" ")
    found = base64.b64decode(public, validate=True)
    if len(found) != 32:
        raise ValueError(username)
    return Listed(username, office, found)


def fingerprint(public: bytes) -> str:
    """Return what two people compare by eye or telephone: eight groups of four hexadecimal digits."""
    digest = sha256(public).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def listed(*, today: date) -> list[Listed]:
    """Return the list in force; raise UnsignedListError."""
    path = Path(settings.KEYS_DIR) / FILE
    try:
        signed = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnsignedListError("没有办案人员名单。请在工作台生成密钥，再用离线密钥签名。") from error
    return read(signed, keys.load_public(COMMISSION), today=today)


def keys_of(office: str, *, today: date) -> list[OfficerKey]:
    """Return the keys reports to an office are sealed to: listed, in use, and held by an officer of today.

    The database can take somebody off, never put somebody on. Without a valid list it is nobody, and the
    alarm is raised: a report is then sealed to escrow alone, and never refused.
    """
    try:
        wanted = {one.public: one for one in listed(today=today) if one.office == office}
    except UnsignedListError as error:
        log.error("Reports are sealed to escrow alone: %s", type(error).__name__)  # noqa: TRY400 # not a fault here
        return []
    found = [
        key
        for key in OfficerKey.objects.filter(public__in=list(wanted), retired_at__isnull=True).select_related(
            "user"
        )
        if key.user.username == wanted[bytes(key.public)].username
        and key.user.is_active
        and Appointment.objects.valid(today)
        .filter(user=key.user, body__code=office, role__in=INSPECTORS)
        .exists()
    ]
    if len(found) < len(wanted):
        log.error("Of %s listed keys of %s only %s are in use.", len(wanted), office, len(found))
    return found


def key_of(user_id: int, *, today: date) -> OfficerKey | None:
    """Return the listed key of one officer, whatever the office; None where nothing may be sealed to them."""
    try:
        known = {(one.public, one.username): one.office for one in listed(today=today)}
    except UnsignedListError:
        return None
    key = OfficerKey.objects.filter(user=user_id, retired_at__isnull=True).select_related("user").first()
    office = known.get((bytes(key.public), key.user.username)) if key else None
    if key is None or office is None or not key.user.is_active:
        return None
    # The list may be older than the end of an appointment.
    serves = Appointment.objects.valid(today).filter(user=user_id, body__code=office, role__in=INSPECTORS)
    return key if serves.exists() else None


def inspects(user: User, *, today: date) -> bool:
    """Return whether somebody is an officer of any office today."""
    held = Appointment.objects.valid(today).filter(user=user, role__in=INSPECTORS)
    return user.is_active and held.exists()


def troubles(*, today: date) -> list[str]:
    """Return plain sentences for `doctor` and `/readyz`: what keeps reports from being sealed to officers."""
    try:
        lines = listed(today=today)
    except UnsignedListError as error:
        return [str(error)]
    known = {bytes(key.public) for key in OfficerKey.objects.filter(retired_at__isnull=True)}
    lost = [one.username for one in lines if one.public not in known]
    unsigned = len(known - {one.public for one in lines})
    said = [f"名单上的 {name} 没有对应的密钥，举报封不到这个人。" for name in lost]
    if unsigned:
        said.append(f"有 {unsigned} 把密钥还没有签进名单，举报封不到这些人。")
    return said
