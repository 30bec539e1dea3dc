"""Accounts and appointments in the staff's site: who may change whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from portal.people.models import Appointment, Role, User
from tests.county import body_of, make_cast, make_person, make_places

pytestmark = pytest.mark.django_db
USERS = "/manage/people/user/"


def sign_in(client: Client) -> User:
    user = make_cast().administrator
    client.force_login(user)
    return user


def form(*rows: dict[str, str], initial: int = 0, **told: str) -> dict[str, str]:
    """Return a posted user form with rows of appointments."""
    data = {"appointments-TOTAL_FORMS": str(len(rows)), "appointments-INITIAL_FORMS": str(initial)}
    for number, row in enumerate(rows):
        data |= {f"appointments-{number}-{name}": value for name, value in row.items()}
    return data | told


def new_user(*rows: dict[str, str], **told: str) -> dict[str, str]:
    secret = {"password1": "shi-tang-41-zhu", "password2": "shi-tang-41-zhu"}
    return form(*rows) | {"username": "new", "name": "新来的", **secret, **told}


def row(body: str = "彬江镇", role: str = Role.CLERK, **told: str) -> dict[str, str]:
    return {"body": body, "role": role, "start_on": "2026-01-01", **told}


def test_administrator_opens_an_account_with_its_appointment(client: Client) -> None:
    sign_in(client)
    answer = client.post(f"{USERS}add/", new_user(row("彬江镇人民政府")))
    assert answer.status_code == 302
    user = User.objects.get(username="new")
    assert user.check_password("shi-tang-41-zhu")
    assert [one.body.name for one in user.appointments.all()] == ["彬江镇人民政府"]
    assert not user.is_superuser


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "请至少填一个任职"),
        ([row("丰城市人民政府")], "或者不归您管"),
        ([row("999999999999")], "或者不归您管"),
        ([row("大浦村委会", Role.TOWNSHIP_REVIEWER)], "要任在乡镇"),
        ([row("彬江镇人民政府", Role.COUNTY_REVIEWER)], "要任在县"),
        ([row(end_on="2025-12-31")], "要在起始日期之后"),
    ],
)
def test_wrong_appointments_are_refused_and_typed_words_stay(
    client: Client, rows: list[dict[str, str]], words: str
) -> None:
    sign_in(client)
    answer = client.post(f"{USERS}add/", new_user(*rows))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert words in page
    assert "新来的" in page
    assert "处要改" in page
    assert not User.objects.filter(username="new").exists()


def test_a_repeated_name_asks_for_the_code(client: Client) -> None:
    sign_in(client)
    places = make_places()
    for number, place in enumerate((places.binjiang, places.xicun)):
        place.bodies.create(code=f"{place.code}-0{number + 1}", name="财政所")
    page = client.post(f"{USERS}add/", new_user(row("财政所"))).content.decode()
    assert "不止一个" in page
    assert "360902100000-01" in page


def test_nobody_changes_the_own_account(client: Client) -> None:
    own = sign_in(client)
    page = client.get(f"{USERS}{own.pk}/change/").content.decode()
    assert "自己不能改" in page
    assert 'name="_save"' not in page
    answer = client.post(f"{USERS}{own.pk}/change/", form(row(), username="sun", name="别名", is_active="on"))
    assert answer.status_code == 403
    assert own.appointments.count() == 1


def test_who_is_appointed_elsewhere_is_only_looked_at(client: Client) -> None:
    sign_in(client)
    person = make_cast().clerk
    _appoint_elsewhere(person)
    assert "别的单位还有任职" in client.get(f"{USERS}{person.pk}/change/").content.decode()
    assert client.post(f"{USERS}{person.pk}/change/", form(username="x")).status_code == 403
    assert client.get(f"{USERS}{person.pk}/password/").status_code == 403


def test_appointments_elsewhere_are_not_shown(client: Client) -> None:
    sign_in(client)
    person = make_cast().clerk
    _appoint_elsewhere(person)
    assert "丰城市" not in client.get(f"{USERS}{person.pk}/change/").content.decode()
    assert "丰城市" not in client.get("/manage/people/appointment/").content.decode()


def _appoint_elsewhere(person: User) -> None:
    city = make_places().city
    county = city.children.create(
        code="360981000000", name="丰城市", short_name="丰城市", stem="丰城", level="county"
    )
    body = county.bodies.create(code=county.code, name="丰城市人民政府")
    Appointment.objects.create(user=person, body=body, role=Role.CLERK, start_on=date(2026, 1, 1))


def test_superusers_are_not_an_administrators(client: Client) -> None:
    sign_in(client)
    root = make_person("root", "根", Role.CLERK, body_of(make_places().binjiang))
    User.objects.filter(pk=root.pk).update(is_superuser=True)
    assert client.get(f"{USERS}{root.pk}/change/").status_code == 404


def posted(appointment: Appointment, **told: Any) -> dict[str, str]:
    return {"id": str(appointment.pk), "user": str(appointment.user_id), **told}


def test_an_appointment_is_ended_not_rewritten(client: Client) -> None:
    sign_in(client)
    person = make_cast().clerk
    held = person.appointments.get()
    told = posted(held, body="西村镇", role=Role.INSPECTOR, start_on="2026-06-01", end_on="2026-12-01")
    answer = client.post(
        f"{USERS}{person.pk}/change/",
        form(told, initial=1, username="li", name="李春花", email="", is_active="on"),
    )
    assert answer.status_code == 302
    held.refresh_from_db()
    assert (held.body.name, held.role, held.end_on) == ("彬江镇人民政府", Role.CLERK, date(2026, 12, 1))


def test_what_has_begun_is_not_deleted(client: Client) -> None:
    sign_in(client)
    person = make_cast().clerk
    told = posted(person.appointments.get(), DELETE="on")
    data = form(told, initial=1, username="li", name="李春花", is_active="on")
    assert "不能删掉" in client.post(f"{USERS}{person.pk}/change/", data).content.decode()
    assert person.appointments.exists()


def test_what_has_not_begun_can_be_taken_back(client: Client) -> None:
    sign_in(client)
    person = make_cast().clerk
    later = person.appointments.create(
        body=body_of(make_places().binjiang),
        role=Role.INSPECTOR,
        start_on=timezone.localdate() + timedelta(days=10),
    )
    now = person.appointments.exclude(pk=later.pk).get()
    rows = [posted(one, DELETE="on") if one == later else posted(one) for one in person.appointments.all()]
    data = form(*rows, initial=2, username="li", name="李春花", is_active="on")
    assert client.post(f"{USERS}{person.pk}/change/", data).status_code == 302
    assert list(person.appointments.all()) == [now]


def test_an_ended_appointment_closes_the_door(client: Client) -> None:
    person = make_cast().clerk
    client.force_login(person)
    assert client.get("/manage/").status_code == 200
    person.appointments.update(end_on=timezone.localdate())
    assert client.get("/manage/").headers["Location"].startswith("/manage/login/")


def test_administrator_sets_a_new_password(client: Client) -> None:
    sign_in(client)
    person = make_cast().clerk
    told = {"password1": "zhu-yuan-73-he", "password2": "zhu-yuan-73-he", "set-password": "1"}
    assert client.post(f"{USERS}{person.pk}/password/", told).status_code == 302
    person.refresh_from_db()
    assert person.check_password("zhu-yuan-73-he")


def test_the_log_of_changes_holds_no_name(client: Client) -> None:
    sign_in(client)
    client.post(f"{USERS}add/", new_user(row("彬江镇人民政府")))
    person = User.objects.get(username="new")
    data = form(posted(person.appointments.get()), initial=1, username="new", name="改名", is_active="on")
    client.post(f"{USERS}{person.pk}/change/", data)
    entries = LogEntry.objects.all()
    assert entries.count() == 2
    for entry in entries:
        assert not [word for word in ("新来的", "改名", "彬江", "new") if word in str(entry.__dict__)]
        assert not [word for word in ("新来的", "改名", "彬江") if word in entry.get_change_message()]
    assert client.get(f"{USERS}{person.pk}/history/").status_code == 200


def test_groups_and_permissions_are_no_second_way_in(client: Client) -> None:
    sign_in(client)
    assert client.get("/manage/auth/group/").status_code == 404


def test_superuser_administers_everything(client: Client) -> None:
    root = User.objects.create(username="root", name="根", is_superuser=True)
    client.force_login(root)
    person = make_cast().clerk
    assert client.get(f"{USERS}{person.pk}/change/").status_code == 200
    assert client.get("/manage/places/region/").status_code == 200


def test_first_page_names_appointments_that_end_soon(client: Client) -> None:
    sign_in(client)
    cast, today = make_cast(), timezone.localdate()
    cast.clerk.appointments.update(end_on=today + timedelta(days=20))
    cast.inspector.appointments.update(end_on=today + timedelta(days=40))
    page = client.get("/manage/").content.decode()
    assert "李春花" in page
    assert "陈明" not in page
