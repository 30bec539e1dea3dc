"""The gate: to whom a ticket was not sealed, every address of it is one that does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from complaints.desk.urls import urlpatterns
from complaints.errors import WallError
from complaints.models import SealedFile, Ticket
from complaints.sealing import opening
from complaints.sealing.opening import Desk
from complaints.sealing.pieces import File
from portal.people.models import Appointment, Role, User
from tests.complaints.cases import (
    NOW,
    Officers,
    make_desk,
    make_report,
    sign_list,
    to_verifying,
)
from tests.complaints.desks import open_desk
from tests.county import body_of, make_cast, make_person, make_places

pytestmark = pytest.mark.django_db
SAMPLES = {
    "user_id": "1",
    "name": "note",
    "code": "accept",
    "rest": "no/such/thing",
    "file_id": "01890000-0000-7000-8000-000000000000",
    "entry_id": "01890000-0000-7000-8000-000000000000",
}
XICUN_VILLAGE = "360902101202"
PHOTO = File(name="图片1", media_type="image/webp", data=b"RIFF-a-picture")


def addresses(ticket_id: object) -> list[str]:
    """Return every address of the desk that names a ticket."""
    found = []
    for one in urlpatterns:
        text = re.sub(r"<\w+:(\w+)>", r"{\1}", str(one.pattern))
        if "{ticket_id}" in text:
            found.append("/desk/" + text.format(ticket_id=ticket_id, **SAMPLES))
    return found


def everywhere() -> list[str]:
    """Return every address of the desk, for a ticket that does not exist."""
    return [
        "/desk/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(one.pattern)).format(ticket_id=uuid4(), **SAMPLES)
        for one in urlpatterns
    ]


def answer(client: Client, method: str, url: str) -> tuple[int, bytes, dict[str, str], list[str]]:
    data = {"seen": "3", "text": "因为", "why": "办理", "passphrase": "x", "code": "1"}
    response = getattr(client, method)(url, data if method == "post" else None)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return response.status_code, response.content, headers, sorted(response.cookies)


def signed_in(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def outsider(name: str, staff: Officers) -> User | None:
    """Return one of those who are no officers, or are none any more."""
    cast = make_cast()
    if name == "superuser":
        return User.objects.create(username="root", name="超级", is_staff=True, is_superuser=True)
    if name == "former inspector":
        Appointment.objects.filter(user=staff.li.user).update(end_on=date(2026, 1, 1))
        return staff.li.user
    return {
        "signed out": None,
        "clerk": cast.clerk,
        "reviewer": cast.county_reviewer,
        "administrator": cast.administrator,
    }[name]


OUTSIDERS = ["signed out", "clerk", "reviewer", "administrator", "superuser", "former inspector"]


@pytest.mark.parametrize("name", OUTSIDERS)
def test_an_outsider_finds_one_answer_everywhere(name: str, staff: Officers) -> None:
    ticket = make_report(files=(PHOTO,)).ticket
    client = signed_in(outsider(name, staff))
    for method in ("get", "post"):
        nothing = answer(client, method, "/desk/nothing/like/this")
        assert nothing[0] == (302 if name == "signed out" else 404)
        for url in [*addresses(ticket.pk), *everywhere()]:
            assert answer(client, method, url) == nothing, url


def test_who_is_signed_out_is_led_to_the_sign_in_without_a_word_of_the_address(client: Client) -> None:
    response = client.get(f"/desk/{uuid4()}/")
    assert response.headers["Location"] == "/manage/login/?next=/desk/"


def township_inspector(staff: Officers) -> Desk:
    return make_desk(make_person("insp-town", "镇纪检", Role.INSPECTOR, body_of(make_places().binjiang)))


FOREIGN: dict[str, Callable[[Officers], Desk]] = {
    "other office": lambda staff: staff.city_inspector,
    "township inspector": township_inspector,
    "excluded inspector": lambda staff: staff.li,
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("is_open", [True, False], ids=["open", "locked"])
def test_a_foreign_ticket_is_answered_like_none(name: str, is_open: bool, staff: Officers) -> None:
    desk = FOREIGN[name](staff)
    sign_list()
    ticket = make_report(files=(PHOTO,), excluded=[staff.li.user.pk], name="王大妈").ticket
    client = open_desk(desk) if is_open else signed_in(desk.user)
    absent = uuid4()
    for method in ("get", "post"):
        for foreign, nowhere in zip(addresses(ticket.pk), addresses(absent), strict=True):
            found = answer(client, method, foreign)
            assert found == answer(client, method, nowhere), foreign
            assert found[0] == 404, foreign
    assert not ticket.readings.exists()


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_ticket_is_counted_listed_found_and_exported_nowhere(name: str, staff: Officers) -> None:
    desk = FOREIGN[name](staff)
    ticket = make_report(excluded=[staff.li.user.pk]).ticket
    client = open_desk(desk)
    for url in (
        "/desk/",
        f"/desk/?number={ticket.number}",
        "/desk/?tab=all",
        "/desk/quarter/",
        "/desk/readings/",
    ):
        html = client.get(url).content.decode()
        assert str(ticket.pk) not in html
        assert "全部 1" not in html
    assert "能看的 0 件" in client.get("/desk/quarter/").content.decode()


def test_whom_the_wall_shuts_out_later_finds_nothing_any_more(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report(files=(PHOTO,), name="王大妈").ticket)
    client = open_desk(staff.li)
    assert client.get(f"/desk/{ticket.pk}/").status_code == 200
    place = make_places().dapu
    Appointment.objects.create(
        user=staff.li.user, body=body_of(place), role=Role.CLERK, start_on=date(2026, 1, 1)
    )
    file = SealedFile.objects.get()
    assert "挖掘机" not in client.get("/desk/?tab=all").content.decode()
    for url in (f"/desk/{ticket.pk}/", f"/desk/{ticket.pk}/file/{file.pk}/"):
        assert client.get(url).status_code == 404
    assert client.post(f"/desk/{ticket.pk}/identity/", {"why": "办理"}).status_code == 404
    assert client.post(f"/desk/{ticket.pk}/do/note/", {"text": "x", "seen": "5"}).status_code == 404
    assert ticket.readings.filter(part="wall", by=staff.li.user).count() == 1


def shut_out(desk: Desk) -> Appointment:
    """Appoint an officer where the usual report is about."""
    return Appointment.objects.create(
        user=desk.user, body=body_of(make_places().dapu), role=Role.CLERK, start_on=date(2026, 1, 1)
    )


def test_once_the_wall_refused_a_ticket_everything_answers_as_for_none(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report(files=(PHOTO,), name="王大妈").ticket)
    opening.read(staff.wang, ticket, why="办理", now=NOW)
    client, absent = open_desk(staff.li), uuid4()
    assert "全部 1" in client.get("/desk/").content.decode()
    shut_out(staff.li)
    assert client.get(f"/desk/{ticket.pk}/").status_code == 404
    for url in ("/desk/", f"/desk/?number={ticket.number}", "/desk/?tab=all", "/desk/readings/"):
        response = client.get(url)
        assert response.status_code == 200
        assert str(ticket.pk) not in response.content.decode()
        assert "全部 1" not in response.content.decode()
    assert ticket.number not in client.get("/desk/readings/").content.decode()
    assert "能看的 0 件" in client.get("/desk/quarter/").content.decode()
    for method in ("get", "post"):
        for gone, nowhere in zip(addresses(ticket.pk), addresses(absent), strict=True):
            assert answer(client, method, gone) == answer(client, method, nowhere), gone
    assert ticket.readings.filter(part="wall", by=staff.li.user).count() == 1


def test_the_end_of_a_conflict_lets_nobody_in_by_itself(staff: Officers) -> None:
    ticket = make_report().ticket
    post = shut_out(staff.li)
    with pytest.raises(WallError):
        opening.read(staff.li, ticket, why="办理", now=NOW)
    post.delete()
    with pytest.raises(WallError):
        opening.read(staff.li, ticket, why="办理", now=NOW)
    assert not Ticket.objects.readable_by(staff.li.user).exists()
    opening.unblock(ticket, staff.li.key)
    assert opening.read(staff.li, ticket, why="办理", now=NOW)
    assert Ticket.objects.readable_by(staff.li.user).exists()


def test_the_wall_blocks_one_reader_of_one_ticket(staff: Officers) -> None:
    ticket, other = make_report().ticket, make_report(region=XICUN_VILLAGE).ticket
    shut_out(staff.li)
    with pytest.raises(WallError):
        opening.keep_clear(staff.li, ticket, now=NOW)
    assert list(Ticket.objects.readable_by(staff.li.user)) == [other]
    assert Ticket.objects.readable_by(staff.wang.user).count() == 2


def test_every_page_is_kept_by_nobody(staff: Officers) -> None:
    ticket = make_report().ticket
    client = open_desk(staff.li)
    for url in (
        "/desk/",
        "/desk/keys/",
        "/desk/readings/",
        "/desk/quarter/",
        f"/desk/{ticket.pk}/",
        "/desk/x",
    ):
        response = client.get(url)
        assert response.headers["Cache-Control"] == "no-store", url
        assert response.headers["Referrer-Policy"] == "same-origin", url


def test_a_locked_desk_shows_no_word_of_a_report(staff: Officers) -> None:
    ticket = make_report("特别的词语").ticket
    client = signed_in(staff.li.user)
    assert "（已锁）" in client.get("/desk/?tab=all").content.decode()
    for url in addresses(ticket.pk):
        for method in ("get", "post"):
            response = getattr(client, method)(url)
            assert response.status_code in {302, 401, 405}, url
            assert "特别的词语".encode() not in response.content
    assert "特别的词语" in open_desk(staff.li).get("/desk/?tab=all").content.decode()


def test_a_form_needs_its_token(staff: Officers) -> None:
    ticket = make_report().ticket
    strict = open_desk(staff.li, Client(enforce_csrf_checks=True))
    response = strict.post(f"/desk/{ticket.pk}/do/note/", {"text": "x", "seen": "1"})
    assert response.status_code == 403


def test_a_stolen_session_without_the_cookie_opens_nothing(staff: Officers) -> None:
    ticket = make_report().ticket
    client = open_desk(staff.li)
    other = Client()
    other.cookies["sessionid"] = client.cookies["sessionid"].value
    assert other.get(f"/desk/{ticket.pk}/").status_code == 302
    other.cookies["desk"] = "AAAA"
    assert other.get(f"/desk/{ticket.pk}/").status_code == 302
    assert client.get(f"/desk/{ticket.pk}/").status_code == 200


def test_tickets_have_no_place_in_the_staff_site(staff: Officers) -> None:
    from django.contrib import admin

    known = {
        model._meta.model_name for model in admin.site._registry if model._meta.app_label == "complaints"
    }
    assert known == {"office", "deadlinerule"}
    client = signed_in(make_cast().administrator)
    assert client.get("/manage/complaints/deadlinerule/").status_code == 200
    assert client.post("/manage/complaints/office/add/", {}).status_code == 403


def test_officers_find_the_desk_in_the_menu_and_nobody_else_does(staff: Officers) -> None:
    cast = make_cast()
    assert "举报工单" in signed_in(staff.li.user).get("/manage/").content.decode()
    for user in (cast.clerk, cast.county_reviewer, cast.administrator):
        assert "举报工单" not in signed_in(user).get("/manage/").content.decode()
