"""The officers' list from proposal to installation, the escrow's protocol, and what the doctor says."""

from __future__ import annotations

import stat
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from complaints import condition
from complaints.errors import NotYoursError, WallError
from complaints.models import Entry, Grant, OfficerKey, Reading, Ticket
from complaints.sealing import boxes, ceremony, officers, opening
from complaints.sealing.boxes import NotOpenError
from complaints.sealing.officers import UnsignedListError
from complaints.tickets import escrow
from portal import doctor, troubles
from portal.people.models import Appointment, Role
from tests.complaints.cases import NOW, TODAY, Officers, make_desk, make_report, sign_list
from tests.county import make_person

pytestmark = pytest.mark.django_db
LONG = date(2099, 1, 1)


def _run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def _keys() -> Path:
    return Path(settings.KEYS_DIR)


def _seed(name: str) -> bytes:
    return bytes.fromhex((_keys() / f"{name}.key").read_text().strip())


def test_proposed_signed_and_installed_a_key_gets_the_next_report(staff: Officers, tmp_path: Path) -> None:
    new = make_desk(make_person("new", "新来", Role.INSPECTOR, staff.county.body))
    file, signed = tmp_path / "list", tmp_path / "list.signed"
    told = _run("officers", "propose", str(file), "--until", LONG.isoformat())
    assert officers.fingerprint(bytes(new.key.public)) in told
    assert "insp-city" in told
    _run("officers", "sign", str(file), "--key", str(_keys() / "commission.key"))
    told = _run("officers", "install", str(signed))
    assert "增加" in told
    assert "去掉" not in told
    assert Grant.objects.filter(ticket=make_report().ticket, key=new.key).exists()
    installed = _keys() / officers.FILE
    assert stat.S_IMODE(installed.stat().st_mode) == 0o600
    assert not list(_keys().glob(".officers*"))


def test_signing_needs_no_database(
    staff: Officers, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    text, _ = ceremony.propose(until=LONG, today=TODAY)
    (tmp_path / "list").write_text(text)
    with django_db_blocker.block():
        _run("officers", "sign", str(tmp_path / "list"), "--key", str(_keys() / "commission.key"))
    signed = (tmp_path / "list.signed").read_text()
    assert not ceremony.compare(signed, today=TODAY).added


def test_a_key_that_is_not_the_commissions_signs_nothing(staff: Officers, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(ceremony.propose(until=LONG, today=TODAY)[0])
    (_keys() / "escrow.pub").rename(_keys() / "other.pub")
    (_keys() / "escrow.key").rename(_keys() / "other.key")
    with pytest.raises(CommandError, match="对不上"):
        _run("officers", "sign", str(tmp_path / "list"), "--key", str(_keys() / "other.key"))
    assert not (tmp_path / "list.signed").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "officers 2\nserial 1\nuntil 2099-01-01\n",
        "officers 1\nserial 1\nuntil never\n",
        "officers 1\nuntil 2099-01-01\n",
        "officers 1\nserial -1\nuntil 2099-01-01\n",
    ],
)
def test_what_is_no_list_is_not_signed(text: str) -> None:
    with pytest.raises(UnsignedListError):
        ceremony.sign(text, bytes(32))


def test_only_a_signed_list_in_time_is_installed(staff: Officers) -> None:
    before = (_keys() / officers.FILE).read_text()
    text, _ = ceremony.propose(until=LONG, today=TODAY)
    over, _ = ceremony.propose(until=TODAY - timedelta(days=1), today=TODAY)
    for candidate in (text, ceremony.sign(text, b"x" * 32), ceremony.sign(over, _seed("commission"))):
        with pytest.raises(UnsignedListError):
            ceremony.install(candidate, today=TODAY)
    assert (_keys() / officers.FILE).read_text() == before


def test_an_earlier_list_does_not_come_back_though_its_day_is_the_same(staff: Officers) -> None:
    earlier = (_keys() / officers.FILE).read_text()
    Appointment.objects.filter(user=staff.li.user).update(end_on=TODAY)
    text, _ = ceremony.propose(until=date(2030, 1, 1), today=TODAY)
    change = ceremony.install(ceremony.sign(text, _seed("commission")), today=TODAY)
    assert (change.before, change.serial) == (1, 2)
    for candidate in (earlier, ceremony.sign(text, _seed("commission"))):
        with pytest.raises(UnsignedListError, match="不是更新的"):
            ceremony.install(candidate, today=TODAY)


def test_a_newer_list_may_end_sooner(staff: Officers) -> None:
    text, _ = ceremony.propose(until=date(2027, 1, 1), today=TODAY)
    assert ceremony.install(ceremony.sign(text, _seed("commission")), today=TODAY).serial == 2


def test_a_proposal_names_nobody_without_an_appointment(staff: Officers) -> None:
    Appointment.objects.filter(user=staff.li.user).update(end_on=TODAY)
    make_desk(make_person("clerk", "录入", Role.CLERK, staff.county.body))
    _, lines = ceremony.propose(until=LONG, today=TODAY)
    assert [one.username for one in lines] == ["insp-chief", "insp-city", "insp-wang"]


def test_the_list_of_keys_says_who_is_signed(staff: Officers) -> None:
    make_desk(make_person("new", "新来", Role.INSPECTOR, staff.county.body))
    lines = _run("officers", "list").splitlines()
    assert [line.split("　")[0] for line in lines if "new" in line] == ["未签"]
    assert sum(line.startswith("已签") for line in lines) == 4


def test_retiring_by_command_takes_the_grants(staff: Officers) -> None:
    make_report()
    _run("officers", "retire", "insp-li")
    assert not Grant.objects.filter(key=staff.li.key).exists()
    with pytest.raises(CommandError, match="没有这个用户"):
        _run("officers", "retire", "nobody")


def test_codes_are_printed_for_the_demo_only(staff: Officers, settings: Settings) -> None:
    assert len(_run("officers", "code", "jijian").strip()) == 6
    with pytest.raises(CommandError):
        _run("officers", "code", "insp-li")
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境"):
        _run("officers", "code", "jijian")


# --- Escrow.


def _lost(staff: Officers) -> Ticket:
    """Return a ticket that nobody reads any more."""
    ticket = make_report("没人能看了").ticket
    Grant.objects.filter(ticket=ticket, holder="officer").delete()
    return ticket


def test_two_persons_give_a_lost_report_to_an_officer(staff: Officers) -> None:
    ticket = _lost(staff)
    both = (staff.chief.user, staff.wang.user)
    escrow.open_by_protocol(
        ticket.number, _seed("escrow"), why="口令都忘了", by=both, to=staff.li.user, now=NOW
    )
    content = opening.peek(staff.li, ticket)
    assert [piece.text for piece in content.pieces] == ["没人能看了", "口令都忘了"]
    who = Reading.objects.filter(ticket=ticket, part="escrow").values_list("by", flat=True)
    assert set(who) == {one.pk for one in both}
    assert not Entry.objects.get(ticket=ticket, kind="reason").is_for_reporter
    assert not opening.broken_chains()


def test_without_an_officer_it_only_shows_that_the_key_opens(staff: Officers) -> None:
    ticket = _lost(staff)
    told = _run(
        *("escrow", "open", ticket.number, "--key", str(_keys() / "escrow.key"), "--why", "演练"),
        *("--by", "insp-chief", "--by", "insp-wang"),
    )
    assert "没有交给谁看" in told
    assert "没人能看了" not in told
    assert not Grant.objects.filter(ticket=ticket, holder="officer").exists()
    assert Reading.objects.filter(ticket=ticket, part="escrow").count() == 2


@pytest.mark.parametrize("by", [("chief", "chief"), ("li", "wang"), ("chief", "clerk")])
def test_escrow_needs_a_chief_and_another_officer(staff: Officers, by: tuple[str, str]) -> None:
    ticket = _lost(staff)
    clerk = make_person("clerk", "录入", Role.CLERK, staff.county.body)
    first, second = (clerk if one == "clerk" else getattr(staff, one).user for one in by)
    with pytest.raises(NotYoursError):
        escrow.open_by_protocol(ticket.number, _seed("escrow"), why="x", by=(first, second), to=None, now=NOW)
    assert not Reading.objects.filter(ticket=ticket).exists()


def test_escrow_keeps_the_wall(staff: Officers) -> None:
    ticket = make_report(excluded=[staff.li.user.pk]).ticket
    both = (staff.chief.user, staff.wang.user)
    with pytest.raises(WallError):
        escrow.open_by_protocol(ticket.number, _seed("escrow"), why="x", by=both, to=staff.li.user, now=NOW)
    assert not Grant.objects.filter(ticket=ticket, key=staff.li.key).exists()
    assert [one.part for one in Reading.objects.filter(ticket=ticket)] == ["wall"]


def test_another_key_opens_no_escrow(staff: Officers) -> None:
    both = (staff.chief.user, staff.wang.user)
    with pytest.raises(NotOpenError):
        escrow.open_by_protocol(
            _lost(staff).number, boxes.new_pair().private, why="x", by=both, to=None, now=NOW
        )


# --- Health.


def _said(today: date = TODAY) -> str:
    return " ".join([*condition.quick(today), *condition.thorough(today)])


def test_a_healthy_room_says_nothing(staff: Officers) -> None:
    opening.read(staff.li, make_report().ticket, why="办理", now=NOW)
    assert not _said()
    assert troubles.facts(timezone.localdate())["sealing"] == "ok"


def test_an_installation_without_an_office_has_no_trouble(db: None) -> None:
    assert not _said()


def test_the_doctor_names_lists_keys_and_unread_tickets(staff: Officers) -> None:
    ticket = _lost(staff)
    OfficerKey.objects.filter(pk=staff.city_inspector.key.pk).update(retired_at=NOW)
    said = _said()
    assert "insp-city" in said
    assert f"第 {ticket.number} 号没有人能看" in said
    assert "宜春市纪委监委没有能用的密钥" in said
    (_keys() / officers.FILE).unlink()
    assert "没有办案人员名单" in " ".join(note.text for note in doctor.examine())
    assert troubles.facts(TODAY)["sealing"] == "see doctor"


def test_a_list_that_runs_out_soon_is_said_before(staff: Officers) -> None:
    sign_list(until=TODAY + timedelta(days=20))
    assert "到期" in _said()
