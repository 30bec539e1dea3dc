"""The wall of interests: one office above, never the concerned, asked again at every later grant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from complaints.errors import WallError
from complaints.models import Grant, Office, OfficerKey, Part, Reading, Ticket
from complaints.sealing import officers, opening, wall
from complaints.sealing.boxes import NotOpenError
from complaints.sealing.wall import Concern
from complaints.tickets import acts
from portal.people.models import Appointment, Role, User
from portal.places.models import Body, Region
from tests.complaints.cases import (
    DAPU,
    NOW,
    TODAY,
    Officers,
    make_desk,
    make_report,
    sign_list,
    to_merged,
    to_verifying,
)
from tests.county import make_person

pytestmark = pytest.mark.django_db
BINJIANG, COUNTY, CITY = "360902100000", "360902000000", "360900000000"
XICUN_VILLAGE = "360902101202"


def _readers(ticket: Ticket) -> set[str]:
    found = Grant.objects.filter(ticket=ticket, part=Part.CONTENT, holder="officer")
    return set(found.values_list("key__user__username", flat=True))


def _holders(ticket: Ticket) -> set[str]:
    return set(Grant.objects.filter(ticket=ticket).values_list("holder", flat=True))


COUNTY_STAFF = {"insp-li", "insp-wang", "insp-chief"}


@pytest.mark.parametrize(
    ("about", "region", "readers"),
    [
        ("village", DAPU, COUNTY_STAFF),
        ("township", DAPU, COUNTY_STAFF),
        ("township", BINJIANG, COUNTY_STAFF),
        ("", "", COUNTY_STAFF),
        ("", DAPU, COUNTY_STAFF),
        ("county", COUNTY, {"insp-city"}),
        ("county", DAPU, {"insp-city"}),
        ("county", "", {"insp-city"}),
        ("city", CITY, set()),
        ("city", DAPU, set()),
        ("city", "", set()),
        ("village", "999999999999", COUNTY_STAFF),
    ],
)
def test_a_report_goes_to_the_office_above(
    staff: Officers, about: str, region: str, readers: set[str]
) -> None:
    ticket = make_report(about=about, region=region).ticket
    assert _readers(ticket) == readers
    assert {"reporter", "escrow"} <= _holders(ticket)


SINCE = date(2026, 1, 1)


def _appoint(user: User, region: str, role: Role = Role.CLERK) -> None:
    Appointment.objects.create(user=user, body=Body.objects.get(code=region), role=role, start_on=SINCE)


@pytest.mark.parametrize(("held", "about"), [(DAPU, "village"), (BINJIANG, "township"), (DAPU, "township")])
def test_who_serves_where_it_is_about_does_not_read_it(staff: Officers, held: str, about: str) -> None:
    _appoint(staff.li.user, held)
    assert _readers(make_report(about=about).ticket) == COUNTY_STAFF - {"insp-li"}


def test_who_serves_elsewhere_reads_it(staff: Officers) -> None:
    _appoint(staff.li.user, XICUN_VILLAGE)
    assert _readers(make_report().ticket) == COUNTY_STAFF


def test_who_serves_in_any_village_reads_nothing_without_a_place(staff: Officers) -> None:
    _appoint(staff.li.user, XICUN_VILLAGE)
    assert _readers(make_report(about="", region="").ticket) == COUNTY_STAFF - {"insp-li"}


def test_superusers_are_not_exempt(staff: Officers) -> None:
    User.objects.filter(pk=staff.li.user.pk).update(is_superuser=True)
    _appoint(staff.li.user, DAPU)
    ticket = make_report().ticket
    assert not Ticket.objects.readable_by(staff.li.user).filter(pk=ticket.pk).exists()
    with pytest.raises(NotOpenError):
        opening.peek(staff.li, ticket)


def test_whom_the_reporter_ticks_does_not_read_it(staff: Officers) -> None:
    ticket = make_report(excluded=[staff.chief.user.pk]).ticket
    assert _readers(ticket) == {"insp-li", "insp-wang"}
    assert ticket.office == staff.county


def test_nobody_left_means_the_office_above(staff: Officers) -> None:
    everybody = [staff.li.user.pk, staff.wang.user.pk, staff.chief.user.pk]
    ticket = make_report(excluded=everybody).ticket
    assert (_readers(ticket), ticket.office) == ({"insp-city"}, staff.city)


def test_nobody_at_all_means_escrow_alone_and_is_never_refused(staff: Officers) -> None:
    everybody = list(OfficerKey.objects.values_list("user", flat=True))
    received = make_report(excluded=everybody)
    assert _holders(received.ticket) == {"reporter", "escrow"}
    assert received.code


def test_without_a_list_everything_goes_to_escrow_and_is_said(
    staff: Officers, caplog: pytest.LogCaptureFixture
) -> None:
    (Path(settings.KEYS_DIR) / officers.FILE).unlink()
    assert _holders(make_report().ticket) == {"reporter", "escrow"}
    assert "escrow alone" in caplog.text


@pytest.mark.parametrize("what", ["inactive", "appointment over", "retired"])
def test_the_database_can_take_a_reader_off(
    staff: Officers, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    match what:
        case "inactive":
            User.objects.filter(pk=staff.li.user.pk).update(is_active=False)
        case "retired":
            OfficerKey.objects.filter(pk=staff.li.key.pk).update(retired_at=NOW)
        case _:
            Appointment.objects.filter(user=staff.li.user).update(end_on=TODAY)
    assert _readers(make_report().ticket) == COUNTY_STAFF - {"insp-li"}
    assert "in use" in caplog.text


# --- Every later grant.


def _refusals(ticket: Ticket) -> list[str]:
    return list(Reading.objects.filter(ticket=ticket, part="wall").values_list("why", flat=True))


@pytest.mark.parametrize("way", ["assign", "invite", "identity"])
def test_a_later_grant_asks_the_wall_again_and_a_refusal_is_kept(staff: Officers, way: str) -> None:
    ticket = make_report(excluded=[staff.wang.user.pk], name="王大妈").ticket
    acts.triage(staff.li, ticket.pk, track="A", now=NOW)
    acts.accept(staff.li, ticket.pk, now=NOW)
    ways: dict[str, Callable[[], Ticket]] = {
        "assign": lambda: acts.assign(staff.chief, ticket.pk, to=staff.wang.user, now=NOW),
        "invite": lambda: acts.invite(staff.li, ticket.pk, to=staff.wang.user, now=NOW),
        "identity": lambda: acts.share_identity(
            staff.li, ticket.pk, to=staff.wang.user, reason="核实", now=NOW
        ),
    }
    with pytest.raises(WallError):
        ways[way]()
    assert _refusals(ticket) == [f"refused-{staff.wang.user.pk}"]
    assert "insp-wang" not in _readers(ticket)
    assert not opening.broken_chains()


def test_a_transfer_below_the_wall_is_refused_and_kept(staff: Officers) -> None:
    ticket = make_report(about="county", region=COUNTY).ticket
    chief = make_desk(make_person("city-chief", "钟立", Role.CHIEF, staff.city.body))
    sign_list()
    ticket = make_report(about="county", region=COUNTY).ticket
    with pytest.raises(WallError):
        acts.transfer(chief, ticket.pk, to=staff.county, text="给区里", now=NOW)
    assert _refusals(ticket) == [f"refused-office-{staff.county.pk}"]


@pytest.mark.parametrize("about", ["county", "city"])
def test_a_level_without_a_place_still_shuts_its_own_officers_out(staff: Officers, about: str) -> None:
    concern = Concern(about=about)
    assert wall.refusal(staff.li.user, concern, today=TODAY)
    assert bool(wall.refusal(staff.city_inspector.user, concern, today=TODAY)) == (about == "city")


def test_a_merge_does_not_carry_over_the_wall(staff: Officers) -> None:
    lead = make_report("第一件").ticket
    second = make_report("第二件", excluded=[staff.li.user.pk]).ticket
    to_merged(staff, second, lead)
    assert "insp-li" not in _readers(second)


def test_an_appointment_after_the_grant_closes_the_report(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report(name="王大妈").ticket)
    _appoint(staff.li.user, DAPU)
    for read in (opening.read, opening.read_identity):
        with pytest.raises(WallError):
            read(staff.li, ticket, why="办理", now=NOW)
    assert not opening.titles(staff.li, [ticket], today=TODAY)
    assert opening.titles(staff.wang, [ticket], today=TODAY)
    with pytest.raises(WallError):
        acts.note(staff.li, ticket.pk, text="记", now=NOW)
    assert _refusals(ticket) == ["refused", "refused", "refused-"]


def test_a_township_inspector_reads_a_village_below_and_never_the_own_township(staff: Officers) -> None:
    body = Body.objects.get(code=BINJIANG)
    Office.objects.create(body=body, superior=staff.county)
    town = make_desk(make_person("town", "易平", Role.INSPECTOR, body))
    sign_list()
    village, township = make_report().ticket, make_report(about="township").ticket
    assert "town" not in _readers(village) | _readers(township)
    acts.invite(staff.li, village.pk, to=town.user, now=NOW)
    assert opening.peek(town, village).report.text
    with pytest.raises(WallError):
        acts.invite(staff.li, township.pk, to=town.user, now=NOW)


def test_who_has_no_listed_key_or_office_is_granted_nothing(staff: Officers) -> None:
    ticket = make_report().ticket
    newcomer = make_desk(make_person("new", "新来", Role.INSPECTOR, staff.county.body))
    with pytest.raises(WallError, match="名单"):
        acts.invite(staff.li, ticket.pk, to=newcomer.user, now=NOW)
    Appointment.objects.filter(user=staff.city_inspector.user).update(end_on=TODAY)
    with pytest.raises(WallError, match="名单"):
        acts.invite(staff.li, ticket.pk, to=staff.city_inspector.user, now=NOW)


def test_two_counties_without_a_place_go_to_the_city(staff: Officers) -> None:
    other = Region.objects.create(
        code="360921000000", name="奉新县", short_name="奉新县", stem="奉新", level="county",
        parent=Region.objects.get(code=CITY),
    )  # fmt: skip
    body = Body.objects.create(code="360921000000-09", name="奉新县纪委监委", region=other)
    Office.objects.create(body=body, superior=staff.city)
    assert wall.office_for(Concern()) == staff.city
    assert wall.office_for(Concern(about="village", region=DAPU)) == staff.county


def test_offices_in_a_ring_hold_up_no_report(staff: Officers) -> None:
    Office.objects.filter(pk=staff.city.pk).update(superior=staff.county)
    everybody = list(OfficerKey.objects.values_list("user", flat=True))
    assert _holders(make_report(excluded=everybody).ticket) == {"reporter", "escrow"}


def test_a_concern_shows_nothing_of_itself(staff: Officers) -> None:
    concern = Concern(about="village", region=DAPU, excluded=frozenset({7}))
    assert DAPU not in repr(concern)
    assert Concern.read(concern.told()) == concern


def test_a_colleague_grants_anew_what_the_wall_had_closed(staff: Officers) -> None:
    ticket = make_report().ticket
    _appoint(staff.li.user, DAPU)
    with pytest.raises(WallError):
        acts.note(staff.li, ticket.pk, text="记", now=NOW)
    assert not Ticket.objects.readable_by(staff.li.user).exists()
    with pytest.raises(WallError):
        acts.invite(staff.wang, ticket.pk, to=staff.li.user, now=NOW)
    Appointment.objects.filter(user=staff.li.user, body__code=DAPU).delete()
    assert not Ticket.objects.readable_by(staff.li.user).exists()
    acts.invite(staff.wang, ticket.pk, to=staff.li.user, now=NOW)
    assert Ticket.objects.readable_by(staff.li.user).exists()
