"""The demo's two commissions, and the keys of their officers under one printed passphrase."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pyotp
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from complaints.models import Office, OfficerKey
from complaints.sealing import ceremony, keys
from complaints.sealing.opening import Desk
from complaints.sealing.passphrases import unwrap
from portal.demo.policies import CITY_COMMISSION, COUNTY_COMMISSION
from portal.people.models import User
from portal.places.models import Body
from portal.vault.files import COMMISSION
from portal.vault.keys import read_key

# Printed on the screen: whoever runs a demo shall open its desks.
PASSPHRASE = "yanshi-gongzuotai-2026"  # noqa: S105
_TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
INSPECTOR, SECOND, CHIEF, CITY = "jijian", "jijian2", "jizhang", "shijijian"
_LONG = timedelta(days=3650)


def usernames() -> tuple[str, ...]:
    """Return who has a desk in the demo."""
    return (INSPECTOR, SECOND, CHIEF, CITY)


def totp_code(now: datetime) -> str:
    """Return the second factor's code of a moment, the same for everybody in the demo."""
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The demo's second factor belongs into demo and test installations only.")
    return pyotp.TOTP(_TOTP).at(now)


def found_offices() -> None:
    """Make the city's commission and, below it, the county's; twice changes nothing."""
    city, _ = Office.objects.get_or_create(body=Body.objects.get(code=CITY_COMMISSION))
    Office.objects.get_or_create(body=Body.objects.get(code=COUNTY_COMMISSION), defaults={"superior": city})


def open_desks(today: date) -> dict[str, Desk]:
    """Give every officer a key, sign the list with the demo's own commission key, and unlock all desks."""
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The demo's keys belong into demo and test installations only.")
    desks = {name: _desk(User.objects.get(username=name)) for name in usernames()}
    text, _ = ceremony.propose(until=today + _LONG, today=today)
    seed = read_key(Path(settings.KEYS_DIR) / f"{COMMISSION}.key")
    ceremony.install(ceremony.sign(text, seed), today=today)
    return desks


def _desk(user: User) -> Desk:
    key = OfficerKey.objects.filter(user=user, retired_at__isnull=True).first()
    if key is None:
        key = keys.make(user, PASSPHRASE, totp=_TOTP).key
    opened = unwrap(bytes(key.wrapped), bytes(key.salt), PASSPHRASE, memory=key.memory)
    return Desk(user, key, opened.private)
