"""The desk: what is owed from tight to loose, how far it is, and one key to begin it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote
from zlib import crc32

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.duties.models import Duty
from portal.duties.reminding import remind
from portal.people.models import User
from portal.places.models import Region
from portal.releases import actions
from portal.releases.models import State
from tests.builders import NOW, body_of, make_cast, make_item, make_places, next_reviewer, start_release, walk
from tests.portal.duties.owed import make_duty

pytestmark = pytest.mark.django_db
LIST = "/manage/duties/duty/"


def days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def code_of(name: str) -> str:
    return f"MS-{crc32(name.encode()):x}"


def owe(name: str, due: int, *, region: Region | None = None, **more: Any) -> Duty:
    """Return a monthly duty of 彬江镇, with an item of its own, due some days from now."""
    item = make_item(code_of(name), period="monthly", name=name)
    return make_duty(region or make_places().binjiang, days(due), item=item, **more)


def page(client: Client, user: User, address: str = "/manage/") -> str:
    client.force_login(user)
    return client.get(address).content.decode()


def light(text: str, word: str) -> int:
    """Return the number over a counter's word."""
    return int(text.split(f"</b>{word}</a>")[0].rpartition("<b>")[2])


def test_a_clerk_sees_what_is_owed_from_tight_to_loose(client: Client) -> None:
    owe("有的是时间", 22)
    owe("过期的", -12)
    owe("今天的", 0)
    owe("快的", 3)
    owe("还早", 4)
    owe("别处的", -5, region=make_places().xicun)
    text = page(client, make_cast().clerk)
    places = [text.index(name) for name in ("过期的", "今天的", "快的", "还早", "有的是时间")]
    assert places == sorted(places)
    for word in ("过了 12 天", "今天到期", "还有 3 天", "还有 4 天", "2026年9月"):
        assert word in text
    assert "别处的" not in text
    assert (light(text, "过期"), light(text, "快到期"), light(text, "退回来的")) == (1, 2, 0)


def test_what_was_published_is_no_longer_owed(client: Client) -> None:
    duty = owe("过期的", -1)
    walk(start_release(item=duty.item, period="2026-09", is_nil=True), State.PUBLISHED)
    text = page(client, make_cast().clerk)
    assert "过期的" not in text.split("下载模板")[0].split("从紧到松")[1].split("</table>")[0]
    assert "没有要公开的" in text


def test_one_key_leads_to_the_form_filled_in(client: Client) -> None:
    duty = owe("过期的", -1)
    text = page(client, make_cast().clerk)
    told = f"item={duty.item.code}&body={duty.body.code}&period=2026-09"
    links = unquote(text.replace("&amp;", "&"))
    upload, typed = f"/manage/imports/upload/add/?{told}", f"/manage/imports/upload/draft/add/?{told}"
    for address in (upload, typed, f"{typed}&nil=1", f"/manage/imports/upload/templates/{duty.item.code}/"):
        assert f'href="{address}"' in links
    for address, is_nil in ((upload, False), (typed, False), (f"{typed}&nil=1", True)):
        form = client.get(address).content.decode()
        assert f'<option value="{duty.item_id}" selected>' in form
        assert f'<option value="{duty.body_id}" selected>' in form
        assert 'value="2026-09"' in form
        assert ("checked" in form.split('name="is_nil"')[1].split(">")[0]) is is_nil


def test_an_address_of_another_place_chooses_nothing(client: Client) -> None:
    places, item = make_places(), make_item()
    client.force_login(make_cast().clerk)
    told = {"item": item.code, "body": body_of(places.xicun).code, "period": "<b>"}
    form = client.get("/manage/imports/upload/add/", told).content.decode()
    assert "西村镇" not in form
    assert f'<option value="{item.pk}" selected>' in form
    assert "<b>" not in form.split("<form")[-1]
    unknown = client.get("/manage/imports/upload/add/", {"item": "XX-99", "body": "9"}).content.decode()
    assert f'<option value="{body_of(places.binjiang).pk}" selected>' in unknown


def test_declaring_nothing_goes_through_review_and_meets_the_duty(client: Client) -> None:
    duty, cast = owe("过期的", -1), make_cast()
    client.force_login(cast.clerk)
    told = {"item": duty.item_id, "body": duty.body_id, "period": "2026-09", "batch": 1, "stage": "paid"}
    client.post("/manage/imports/upload/draft/add/", {**told, "is_nil": "on"})
    text = page(client, cast.clerk)
    assert "草稿中" in text
    draft = duty.body.releases.get()
    assert draft.is_nil
    walk(draft, State.PUBLISHED)
    duty.refresh_from_db()
    assert duty.is_nil


@pytest.mark.parametrize(
    ("state", "word", "act"), [(State.DRAFT, "草稿中", "接着做"), (State.IN_REVIEW, "乡镇（街道）在审", "看")]
)
def test_what_was_begun_says_how_far_it_is(client: Client, state: State, word: str, act: str) -> None:
    duty = owe("做着的", -1)
    release = walk(start_release(item=duty.item, period="2026-09", is_nil=True), state)
    row = page(client, make_cast().clerk).split("做着的", 1)[1].split("</tr>")[0]
    assert word in row
    assert f'{release.pk}/change/">{act}' in row
    assert "手工录入" not in row


def test_a_draft_of_other_days_or_another_office_is_no_work_on_it(client: Client) -> None:
    duty, places = owe("没人做的", -1), make_places()
    start_release(item=duty.item, period="2026-10")
    start_release(item=duty.item, period="2026-09", body=body_of(places.dapu))
    start_release(item=duty.item, period="2026-09", stage="notice")
    row = page(client, make_cast().clerk).split("没人做的", 1)[1].split("</tr>")[0]
    assert "手工录入" in row


def test_the_period_before_says_when_it_came_and_how_late(client: Client) -> None:
    late = owe("晚过的", -40, start_on=date(2026, 8, 1))
    owe("晚过的", -1)
    owe("头一回", -1)
    release = walk(
        start_release(item=late.item, period="2026-08", is_nil=True),
        State.PUBLISHED,
    )
    Duty.objects.filter(pk=late.pk).update(met_on=late.due_on + timedelta(days=7), release=release)
    text = page(client, make_cast().clerk)
    assert "2026年8月，晚了 7 天，没有发生" in text.split("晚过的", 1)[1].split("</tr>")[0]
    assert "没有公开过" in text.split("头一回", 1)[1].split("</tr>")[0]


def test_what_was_loaded_before_anything_was_owed_counts_as_the_period_before(client: Client) -> None:
    duty = owe("早有的", -1)
    walk(start_release(item=duty.item, period="2026-06", is_nil=True), State.PUBLISHED)
    assert (
        "2026年6月，7月1日公开，没有发生"
        in page(client, make_cast().clerk).split("早有的", 1)[1].split("</tr>")[0]
    )


def test_a_kind_that_no_template_takes_says_so(client: Client) -> None:
    make_duty(make_places().binjiang, days(-1), item=make_item("GW-99", kind="nothing", period="monthly"))
    assert "这张表还不能录" in page(client, make_cast().clerk)


def test_a_returned_draft_says_why_and_until_when(client: Client) -> None:
    duty = owe("退回的", 2)
    release = walk(start_release(item=duty.item, period="2026-09", is_nil=True), State.IN_REVIEW)
    actions.return_to_clerk(release.pk, by=next_reviewer(release), at=NOW, reason="请附会议记录")
    text = page(client, make_cast().clerk)
    assert light(text, "退回来的") == 1
    assert "退回来了" in text
    back = text.split("请附会议记录")[0].rsplit("<li>", 1)[1]
    assert f"再交到 {duty.due_on.month}月{duty.due_on.day}日" in back


def test_a_reviewer_sees_the_tightest_first_then_what_is_owed_below(client: Client) -> None:
    loose, tight = owe("不急的", 20), owe("急的", -2)
    owe("没交的", -9)
    for duty in (loose, tight):
        walk(start_release(item=duty.item, period="2026-09", is_nil=True), State.IN_REVIEW)
    text = page(client, make_cast().township_reviewer)
    waiting, _, owed = text.partition("等您审的</h2>")[2].partition("从紧到松</small>")
    assert waiting.index("急的") < waiting.index("不急的")
    assert "过了 2 天" in waiting
    assert "没交的" in owed
    assert "还没开始" in owed
    assert "手工录入" not in owed
    assert light(text, "等您审的") == 2


def test_the_desk_shows_fifteen_and_leads_to_the_rest(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    clerk = make_cast().clerk
    for number in range(18):
        owe("很多", number, start_on=date(2024 + number // 12, number % 12 + 1, 1))
    client.force_login(clerk)
    with django_assert_max_num_queries(13):
        text = client.get("/manage/").content.decode()
    assert text.count("手工录入<span") == 15
    assert "看另外 3 项" in text


def test_the_list_of_all_duties_by_state_item_and_place(client: Client) -> None:
    owe("过期的", -12)
    owe("还早", 40)
    owe("村里的", -3, region=make_places().dapu)
    late = owe("晚了的", -20)
    release = walk(start_release(item=late.item, period="2026-09", is_nil=True), State.PUBLISHED)
    Duty.objects.filter(pk=late.pk).update(met_on=days(-10), release=release)
    clerk, dapu = make_cast().clerk, make_places().dapu.code

    def listed(query: str) -> set[str]:
        text = page(client, clerk, LIST + query).split('id="result_list"')
        return {name for name in ("过期的", "还早", "村里的", "晚了的") if len(text) > 1 and name in text[1]}

    assert listed("") == {"过期的", "还早", "村里的"}
    assert listed("?state=missing") == {"过期的", "村里的"}
    assert listed("?state=soon") == set()
    assert listed("?state=late") == {"晚了的"}
    assert listed("?state=all") == {"过期的", "还早", "村里的", "晚了的"}
    assert listed("?state=nonsense") == {"过期的", "还早", "村里的"}
    assert listed(f"?place={dapu}") == {"村里的"}
    assert listed(f"?place=={make_places().binjiang.code}") == {"过期的", "还早"}
    assert listed(f"?item={code_of('还早')}") == {"还早"}
    assert listed("?q=大浦村") == {"村里的"}


def test_the_list_asks_the_database_no_more_for_more_rows(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        owe("很多", number, start_on=date(2023 + number // 12, number % 12 + 1, 1))
    client.force_login(make_cast().clerk)
    with django_assert_max_num_queries(22):
        assert client.get(LIST).content.decode().count("还没开始") == 30


def test_the_page_of_a_duty_offers_the_ways_to_clerks_alone(client: Client) -> None:
    duty, cast = owe("过期的", -12), make_cast()
    address = f"{LIST}{duty.pk}/change/"
    assert "本期没有" in page(client, cast.clerk, address)
    seen = page(client, cast.township_reviewer, address)
    assert "过了 12 天" in seen
    assert "本期没有" not in seen
    assert "提醒</h2>" not in seen
    remind(today=duty.due_on, at=timezone.now())
    assert "写信给录入员 1 人" in page(client, cast.clerk, address)
    for verb in ("add/", f"{duty.pk}/delete/"):
        assert client.get(LIST + verb).status_code in {403, 404}


def test_the_page_of_a_met_duty_says_how_it_went(client: Client) -> None:
    duty = owe("晚了的", -20)
    release = walk(start_release(item=duty.item, period="2026-09", is_nil=True), State.PUBLISHED)
    Duty.objects.filter(pk=duty.pk).update(met_on=days(-15), release=release)
    text = page(client, make_cast().clerk, f"{LIST}{duty.pk}/change/")
    assert "晚了 5 天" in text
    assert f"{release.pk}/change/" in text
