"""Administrators say who takes part and who answers; the duties follow at once, and nothing is deleted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal import doctor, troubles
from portal.duties.condition import quick
from portal.duties.generating import refresh
from portal.duties.models import Assignment, Duty, LastRefresh, Participation
from portal.people.models import Appointment, Role
from portal.places.models import Body
from tests.builders import body_of, make_cast, make_item, make_person, make_places
from tests.portal.duties.owed import assign, make_duty, take_part

pytestmark = pytest.mark.django_db
PARTS, ANSWERS = "/manage/duties/participation/", "/manage/duties/assignment/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_cast().administrator)
    return client


def months_ago(months: int) -> date:
    """Return the first day of a month before this one."""
    years, month = divmod(timezone.localdate().year * 12 + timezone.localdate().month - 1 - months, 12)
    return date(years, month + 1, 1)


def test_a_place_begins_and_the_message_says_how_many_duties_came(admin: Client) -> None:
    make_item("MS-X01", period="monthly")
    told = {"region": "彬江镇", "start_on": months_ago(2).isoformat(), "with_below": ""}
    text = admin.post(f"{PARTS}add/", told, follow=True).content.decode()
    assert Participation.objects.get().region == make_places().binjiang
    assert "多了 3 项" in text
    assert Duty.objects.count() == 3


def test_a_place_that_is_not_the_own_is_refused_in_the_same_words(client: Client) -> None:
    places = make_places()
    client.force_login(make_person("zhen", "黄管理", Role.ADMINISTRATOR, body_of(places.binjiang)))
    for typed in ("西村镇", places.xicun.code, "没有这个"):
        told = {"region": typed, "start_on": "2026-01-01"}
        assert "没有这个地方，或者不归您管" in client.post(f"{PARTS}add/", told).content.decode()
    assert not Participation.objects.exists()


def test_an_office_does_not_rule_over_its_place(client: Client) -> None:
    places = make_places()
    office = Body.objects.create(code=f"{places.county.code}-01", name="袁州区财政局", region=places.county)
    client.force_login(make_person("ju", "胡管理", Role.ADMINISTRATOR, office))
    begun = take_part(places.dapu)
    told = {"region": "彬江镇", "start_on": "2026-01-01"}
    for address in (PARTS, f"{PARTS}add/", f"{PARTS}{begun.pk}/change/"):
        assert client.post(address, told).status_code == 403
    assert Participation.objects.get() == begun
    menu = client.get(ANSWERS).content.decode()
    assert "责任分工" in menu
    assert "开始公开的地方" not in menu


def test_who_has_an_office_above_and_a_township_rules_over_the_township(client: Client) -> None:
    places = make_places()
    user = make_person("zhen", "黄管理", Role.ADMINISTRATOR, body_of(places.binjiang))
    office = Body.objects.create(code=f"{places.county.code}-01", name="袁州区财政局", region=places.county)
    Appointment.objects.create(user=user, body=office, role=Role.ADMINISTRATOR, start_on=timezone.localdate())
    client.force_login(user)
    for typed in ("西村镇", "彬江镇"):
        client.post(f"{PARTS}add/", {"region": typed, "start_on": "2026-01-01"})
    assert [one.region for one in Participation.objects.all()] == [places.binjiang]


def test_an_office_answers_from_a_day_on(admin: Client) -> None:
    places = make_places()
    item = make_item("MS-X01", period="monthly")
    office = Body.objects.create(
        code=f"{places.binjiang.code}-01", name="彬江镇财政所", region=places.binjiang
    )
    take_part(places.binjiang, months_ago(1), with_below=False)
    told = {"item": item.pk, "body": "彬江镇财政所", "start_on": months_ago(0).isoformat(), "end_on": ""}
    text = admin.post(f"{ANSWERS}add/", told, follow=True).content.decode()
    assert Assignment.objects.get().body == office
    assert "多了 2 项" in text
    assert {duty.body.name for duty in Duty.objects.all()} == {"彬江镇人民政府", "彬江镇财政所"}


@pytest.mark.parametrize(
    ("body", "end_on", "said"),
    [
        ("大浦村委会", "", "不是这一级的单位"),
        ("彬江镇人民政府", "2026-09-01", "终止日期要在起始日期之后"),
        ("没有的局", "", "没有这个单位，或者不归您管"),
    ],
)
def test_an_office_that_cannot_answer_is_refused(admin: Client, body: str, end_on: str, said: str) -> None:
    told = {"item": make_item().pk, "body": body, "start_on": "2026-09-01", "end_on": end_on}
    assert said in admin.post(f"{ANSWERS}add/", told).content.decode()
    assert not Assignment.objects.exists()


def test_what_has_begun_keeps_its_office_and_gets_an_end(admin: Client) -> None:
    one = assign(make_places().binjiang)
    told = {
        "item": make_item("MS-X09").pk,
        "body": "西村镇",
        "start_on": "2020-01-01",
        "end_on": "2026-12-01",
    }
    admin.post(f"{ANSWERS}{one.pk}/change/", told)
    changed = Assignment.objects.get()
    assert (changed.item, changed.body, changed.start_on) == (one.item, one.body, one.start_on)
    assert changed.end_on == date(2026, 12, 1)


def test_nothing_is_deleted(admin: Client) -> None:
    places = make_places()
    for address, one in ((PARTS, take_part(places.dapu)), (ANSWERS, assign(places.binjiang))):
        assert admin.post(f"{address}{one.pk}/delete/", {"post": "yes"}).status_code == 403
    assert (Participation.objects.count(), Assignment.objects.count()) == (1, 1)


def test_only_administrators_rule(client: Client) -> None:
    cast = make_cast()
    for user in (cast.clerk, cast.township_reviewer, cast.inspector):
        client.force_login(user)
        for address in (PARTS, ANSWERS):
            assert client.get(address).status_code == 403
            assert client.get(f"{address}add/").status_code == 403


def test_both_are_found_by_name(admin: Client) -> None:
    places = make_places()
    take_part(places.dapu)
    assign(places.binjiang)
    assert "大浦村" in admin.get(f"{PARTS}?q=大浦").content.decode()
    assert "彬江镇人民政府" in admin.get(f"{ANSWERS}?q=耕地").content.decode()


def test_the_catalogue_says_the_deadline_in_words_and_how_it_stands(admin: Client) -> None:
    item = make_item("MS-X01", period="monthly", deadline_days=10)
    address = f"/manage/catalogue/catalogueitem/{item.pk}/change/"
    text = admin.get(address).content.decode()
    assert "每月公开一次，这一期结束以后 10 个工作日内" in text
    assert "还没有地方要公开这一项" in text
    today = timezone.localdate()
    make_duty(make_places().binjiang, today - timedelta(days=1), item=item)
    make_duty(make_places().xicun, today, item=item)
    assert "现在没公开 1 项，还要公开 2 项" in admin.get(address).content.decode()
    event = make_item("MS-X02", period="per event", deadline_days=7, deadline_unit="calendar")
    assert event.deadline == "发生一次公开一次，事情发生以后 7 天内"


def test_silence_of_the_nightly_run_is_said_after_two_days() -> None:
    today = timezone.localdate()
    assert list(quick(today)) == []
    take_part(make_places().binjiang, today)
    assert len(list(quick(today))) == 1
    refresh(today=today)
    assert list(quick(today)) == []
    assert list(quick(today + timedelta(days=2))) == []
    assert len(list(quick(today + timedelta(days=3)))) == 1
    LastRefresh.objects.update(at=datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone()))
    assert any("duties refresh" in note.text for note in doctor.examine())
    assert troubles.facts(today)["duties"] == "see doctor"
