"""Offices, officers with keys, and reports for the tests of complaints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from secrets import token_bytes
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from complaints.models import Office, OfficerKey, Outcome, Ticket
from complaints.reporting import receiving
from complaints.reporting.receiving import Given, Received
from complaints.results import publishing
from complaints.results.publishing import Draft
from complaints.sealing import keys, officers
from complaints.sealing.officers import Listed
from complaints.sealing.opening import Desk
from complaints.sealing.wall import Concern
from complaints.states import State
from complaints.tickets import acts, clocks
from portal.people.models import Role, User
from portal.places.models import Body
from portal.workdays.actions import load_calendar
from tests.county import make_person, make_places

NOW = datetime(2026, 11, 9, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
PASSPHRASE = "correct-horse-battery"
TOTP = "JBSWY3DPEHPK3PXP"
COUNTY_OFFICE, CITY_OFFICE = "360902000000-09", "360900000000-09"
DAPU = "360902100204"


@dataclass(frozen=True)
class Officers:
    """The staff of two commissions: two inspectors and a chief of the county, one inspector of the city."""

    county: Office
    city: Office
    li: Desk
    wang: Desk
    chief: Desk
    city_inspector: Desk


def make_officers() -> Officers:
    """Found both commissions, give everybody a key, and sign the list."""
    places = make_places()
    load_calendar()
    clocks.load_rules()
    city = _office(CITY_OFFICE, "宜春市纪委监委", places.city, None)
    county = _office(COUNTY_OFFICE, "袁州区纪委监委", places.county, city)
    people = {
        "li": ("insp-li", "李文", Role.INSPECTOR, county),
        "wang": ("insp-wang", "王芳", Role.INSPECTOR, county),
        "chief": ("insp-chief", "周正", Role.CHIEF, county),
        "city_inspector": ("insp-city", "何清", Role.INSPECTOR, city),
    }
    desks = {
        name: make_desk(make_person(username, told, role, office.body))
        for name, (username, told, role, office) in people.items()
    }
    sign_list()
    return Officers(county=county, city=city, **desks)


def _office(code: str, name: str, region: Any, superior: Office | None) -> Office:
    body, _ = Body.objects.get_or_create(code=code, defaults={"name": name, "region": region})
    return Office.objects.get_or_create(body=body, defaults={"superior": superior})[0]


def make_desk(user: User) -> Desk:
    """Return the unlocked desk of a new key, without the slow passphrase."""
    from complaints.sealing.boxes import new_pair

    pair = new_pair()
    key = OfficerKey.objects.create(user=user, public=pair.public, salt=b"", wrapped=b"", memory=0)
    return Desk(user, key, pair.private)


def sign_list(*, until: date = date(2030, 1, 1)) -> None:
    """Sign a list of every officer's key in use."""
    lines = [
        Listed(key.user.username, key.user.appointments.get().body.code, bytes(key.public))
        for key in OfficerKey.objects.filter(retired_at__isnull=True).select_related("user")
    ]
    seed = bytes.fromhex((_keys() / "commission.key").read_text().strip())
    (_keys() / officers.FILE).write_text(officers.sign(officers.compose(lines, until=until), seed))


def _keys() -> Path:
    return Path(settings.KEYS_DIR)


def make_report(
    text: str = "挖掘机费 12600 元，签字不像一个人。",
    *,
    about: str = "village",
    region: str = DAPU,
    today: date = TODAY,
    nonce: bytes | None = None,
    **more: Any,
) -> Received:
    """Hand in a report about 大浦村 and return its receipt."""
    excluded = frozenset(more.pop("excluded", ()))
    given = Given(text=text, concern=Concern(about=about, region=region, excluded=excluded), **more)
    return receiving.receive(given, nonce=nonce or token_bytes(16), today=today)


def to_accepted(staff: Officers, ticket: Ticket, *, track: str = "A", now: datetime = NOW) -> Ticket:
    """Accept a ticket, where that was not done yet."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    if ticket.state != State.RECEIVED:
        return ticket
    acts.triage(staff.wang, ticket.pk, track=track, now=now)
    return acts.accept(staff.wang, ticket.pk, now=now)


def to_merged(staff: Officers, ticket: Ticket, lead: Ticket, *, now: datetime = NOW) -> Ticket:
    """Merge a ticket into another one, accepted before."""
    to_accepted(staff, lead, now=now)
    return acts.merge(staff.chief, ticket.pk, into=lead, now=now)


def to_verifying(staff: Officers, ticket: Ticket, *, track: str = "A", now: datetime = NOW) -> Ticket:
    """Walk a ticket until 李文 verifies it."""
    to_accepted(staff, ticket, track=track, now=now)
    acts.assign(staff.chief, ticket.pk, to=staff.li.user, now=now)
    return acts.start(staff.li, ticket.pk, now=now)


DRAFT = Draft(
    topic="ledger",
    region=DAPU,
    title="挖掘机费重复报销",
    measures="退回 12,600.00 元，经办人被批评教育。",
    reply="您说的事查实了，谢谢您。",
    recovered=Decimal(12600),
    returned=Decimal(12600),
)


def to_concluded(
    staff: Officers, ticket: Ticket, *, funds: str = "none", now: datetime = NOW, draft: Draft = DRAFT
) -> Ticket:
    """Walk a ticket until 李文 has concluded it."""
    to_verifying(staff, ticket, now=now)
    return acts.conclude(staff.li, ticket.pk, outcome=Outcome.TRUE, funds=funds, told=draft.told(), now=now)


def to_published(staff: Officers, ticket: Ticket, *, now: datetime = NOW) -> Ticket:
    """Walk a ticket until its result is public."""
    to_concluded(staff, ticket, now=now)
    return publishing.publish(staff.wang, ticket.pk, now=now)


def unlock_code(now: datetime) -> str:
    """Return the second factor's code of a moment."""
    import pyotp

    return pyotp.TOTP(TOTP).at(now)


def make_key(user: User) -> OfficerKey:
    """Give an officer a key under PASSPHRASE and TOTP, in place of the one without a passphrase."""
    OfficerKey.objects.filter(user=user, retired_at__isnull=True).update(retired_at=NOW)
    return keys.make(user, PASSPHRASE, totp=TOTP).key
