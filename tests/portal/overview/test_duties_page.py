"""Who should have published what: the list, its filters, its pages, and what it costs."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from portal.duties.models import Duty, Participation
from portal.pages import store
from tests.builders import body_of, make_item, make_places
from tests.funds.projects import planned, publish
from tests.portal.overview.owing import days_ago, office, owe

pytestmark = pytest.mark.django_db


def page(client: Client, **words: str) -> str:
    answer = client.get("/duties/", words)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_anybody_taking_part_the_page_says_so(client: Client) -> None:
    make_places()
    assert "还没有开始算" in page(client)


def test_without_a_place_the_widest_that_takes_part_is_shown(client: Client) -> None:
    places = make_places()
    for region in (places.dapu, places.binjiang):
        Participation.objects.create(region=region, start_on=days_ago(90))
    assert f'data-region="{places.binjiang.code}"' in page(client)


def test_two_places_alike_are_shown_by_what_holds_both(client: Client) -> None:
    places = make_places()
    for region in (places.dapu, places.guoqiao):
        Participation.objects.create(region=region, start_on=days_ago(90))
    assert f'data-region="{places.county.code}"' in page(client)


def test_the_figures_are_those_of_the_year(client: Client) -> None:
    places = make_places()
    owe(places.dapu, 400, number=1)
    owe(places.dapu, 10, number=1)
    owe(places.dapu, 20, met=20, number=2)
    owe(places.dapu, 30, met=25, number=3)
    owe(places.binjiang, 0, number=4)
    found = page(client, region=places.county.code)
    assert re.findall(r'<span class="n[ k]*">(\d+)<i>', found) == ["3", "1", "2"]
    assert 'data-completeness="66"' in found
    assert "没公开 1，晚了 1" in found


def test_what_is_missing_comes_first_longest_first(client: Client) -> None:
    places = make_places()
    owe(places.dapu, 3, number=1)
    owe(places.qianbai, 12, number=2)
    owe(places.sangu, 5, met=5, number=3)
    found = page(client, region=places.county.code)
    assert re.findall(r"过了 (\d+) 天", found) == ["12", "3"]
    assert "彬江镇前白村委会" in found


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("", ["过了 9 天", "过了 4 天"]),
        ("soon", ["今天到期", "还有 2 天"]),
        ("late", ["晚了 3 天"]),
        ("on_time", ["本期没有", "按时"]),
        ("nil", ["本期没有"]),
        ("withdrawn", ["过了 4 天"]),
        ("not_due", ["没到期"]),
        (
            "all",
            ["没到期", "还有 2 天", "今天到期", "过了 4 天", "本期没有", "按时", "晚了 3 天", "过了 9 天"],
        ),
    ],
)
def test_each_state_lists_its_own(client: Client, state: str, seen: list[str]) -> None:
    dapu = make_places().dapu
    owe(dapu, 9, number=1)
    owe(dapu, 4, met=6, withdrawn=1, number=2)
    owe(dapu, 0, number=3)
    owe(dapu, -2, number=4)
    owe(dapu, -9, number=5)
    owe(dapu, 8, met=5, number=6)
    owe(dapu, 7, met=7, number=7)
    owe(dapu, 6, met=7, number=8, is_nil=True)
    found = page(client, region=dapu.code, **({"state": state} if state else {}))
    assert re.findall(r'</svg>\s*([^<]*?)\s*</span>\s*</td><td data-l="公开什么"', found) == seen


@pytest.mark.parametrize(
    ("section", "leads_to"),
    [("乡村振兴", "revitalization"), ("营商环境", "business"), ("民生资金", "projects")],
)
def test_what_is_public_leads_to_the_section_of_its_board(
    client: Client, section: str, leads_to: str
) -> None:
    county = make_places().county
    item = make_item("XC-02", kind="projects", section=section, level="county", period="per event")
    release = publish(planned(), item=item)
    Duty.objects.create(
        item=item,
        body=release.body,
        region=county,
        start_on=release.start_on,
        end_on=release.end_on,
        due_on=days_ago(3),
        met_on=days_ago(3),
        release=release,
    )
    assert f'href="/r/{county.code}/{leads_to}/"' in page(client, region=county.code, state="on_time")


def test_a_withdrawn_one_says_that_it_was_public(client: Client) -> None:
    dapu = make_places().dapu
    owe(dapu, 4, met=6, withdrawn=1)
    assert "公开后又撤下了" in page(client, region=dapu.code)


def test_whose_and_which_section_narrow_list_and_counts(client: Client) -> None:
    places = make_places()
    owe(places.dapu, 3, number=1)
    owe(places.binjiang, 4, number=2, kind="receptions", section="公务消费")
    owe(places.county, 5, number=3, body=office("袁州区民政局", "07"))
    towns = page(client, region=places.county.code, who="township")
    assert re.findall(r"过了 (\d+) 天", towns) == ["4"]
    assert ">没公开 1<" in towns
    spending = page(client, region=places.county.code, section="公务消费")
    assert re.findall(r"过了 (\d+) 天", spending) == ["4"]
    offices = page(client, region=places.county.code, who="office")
    assert "袁州区民政局" in offices
    assert re.findall(r"过了 (\d+) 天", offices) == ["5"]


def test_pages_follow_each_other_without_loss_or_repetition(client: Client) -> None:
    dapu = make_places().dapu
    for number in range(1, 46):
        owe(dapu, 3 + number % 2, number=number)
    seen: list[str] = []
    address, words = f"/duties/?region={dapu.code}&state=all", []
    while address:
        found = client.get(address).content.decode()
        seen += re.findall(r"过了 (\d+) 天", found)
        more = re.search(r'href="([^"]*)" rel="next">([^<]*)<', found)
        address = more[1].replace("&amp;", "&") if more else ""
        words += [more[2]] if more else []
    assert len(seen) == 45
    assert seen == sorted(seen)
    assert words == ["看另外 20 项", "看另外 5 项"]


def test_the_number_left_is_told_from_the_first_page_on(client: Client) -> None:
    dapu = make_places().dapu
    for number in range(1, 46):
        owe(dapu, 3, number=number)
    assert "看另外 25 项" in page(client, region=dapu.code)


@pytest.mark.parametrize(
    "query",
    ["region=36090", "state=gone", "who=all", "section=别的", "after=2026-13-01_5", "after=zzz"],
)
def test_what_cannot_be_read_is_refused_in_words(client: Client, query: str) -> None:
    make_places()
    answer = client.get(f"/duties/?{query}")
    assert answer.status_code == 400
    assert "从头再选" in answer.content.decode()


def test_a_place_that_does_not_exist_is_not_found(client: Client) -> None:
    make_places()
    assert client.get("/duties/?region=999999999999").status_code == 404


def test_a_telephone_and_the_office_stand_beside_the_gap(client: Client) -> None:
    dapu = make_places().dapu
    body = body_of(dapu)
    body.telephone = "0795-0001204"
    body.save()
    owe(dapu, 3)
    found = page(client, region=dapu.code)
    assert "大浦村委会<br>" in found
    assert 'href="tel:0795-0001204"' in found


@pytest.mark.parametrize("many", [1, 30])
def test_a_page_costs_six_queries_whatever_its_size(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, many: int
) -> None:
    places = make_places()
    Participation.objects.create(region=places.county, start_on=days_ago(90))
    for number in range(1, many + 1):
        for region in (places.dapu, places.guoqiao, places.county):
            owe(region, 3, number=number)
            owe(region, 60, met=70, number=number)
    store.drop_all()
    addresses = ["", f"?region={places.county.code}", f"?region={places.county.code}&state=all&who=village"]
    for address in addresses:
        with django_assert_max_num_queries(6):
            client.get(f"/duties/{address}")
        store.drop_all()


def test_a_kept_page_costs_nothing_and_goes_when_its_place_publishes(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    dapu = make_places().dapu
    owe(dapu, 3)
    assert "过了 3 天" in page(client, region=dapu.code)
    with django_assert_max_num_queries(0):
        page(client, region=dapu.code)
    store.drop([dapu.code])
    owe(dapu, 4, number=2)
    assert "过了 4 天" in page(client, region=dapu.code)


def test_the_address_below_the_place_shows_the_same(client: Client) -> None:
    dapu = make_places().dapu
    owe(dapu, 3)
    assert client.get(f"/r/{dapu.code}/duties/").content.decode() == page(client, region=dapu.code)


def download(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a streamed one
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_holds_what_the_page_was_narrowed_to(client: Client) -> None:
    places = make_places()
    owe(places.dapu, 12, number=1)
    owe(places.guoqiao, 8, met=5, number=2)
    owe(places.county, 9, met=5, number=3, body=office("袁州区民政局", "07"))
    owe(places.qianbai, 9, met=5, number=4, kind="receptions", section="公务消费")
    words = {"state": "late", "who": "village", "section": "民生资金"}
    found = page(client, region=places.county.code, **words)
    narrowed, everything = re.findall(r'href="(/duties\.csv[^"]*)"', found)
    rows = download(client, narrowed.replace("&amp;", "&"))
    assert [row["该由谁公开"] for row in rows] == ["国桥村委会"]
    rows = download(client, everything.replace("&amp;", "&"))
    assert [row["该由谁公开"] for row in rows] == ["国桥村委会", "大浦村委会"]


def test_the_arithmetic_is_two_sentences_and_the_rest_is_folded(client: Client) -> None:
    dapu = make_places().dapu
    owe(dapu, 3)
    found = page(client, region=dapu.code)
    open_part, folded = found.partition("<h2>怎么算的</h2>")[2].split("<details>", 1)
    assert open_part.count("。") == 2
    assert "排名先比" in folded.partition("</details>")[0]


def test_the_file_holds_every_duty_of_the_year_and_no_formula(client: Client) -> None:
    places = make_places()
    owe(places.dapu, 400, number=1)
    owe(places.dapu, 12, number=1)
    owe(places.guoqiao, 8, met=5, number=2)
    owe(places.county, 9, number=3, body=office("=1+1", "07"))
    rows = download(client, f"/duties.csv?region={places.county.code}&state=all")
    assert [row["状态"] for row in rows] == ["晚了", "没公开", "没公开"]
    assert [row["该由谁公开"] for row in rows] == ["国桥村委会", "'=1+1", "大浦村委会"]
    assert [row["晚了几天"] for row in rows] == ["3", "", ""]
    assert [row["过了几天"] for row in rows] == ["", "9", "12"]
    assert rows[2]["地方"] == "袁州区彬江镇大浦村"


@pytest.mark.parametrize(("count", "readings"), [(3, 2), (4, 3), (5, 3)])
def test_a_file_longer_than_one_reading_is_read_by_key(
    client: Client, monkeypatch: pytest.MonkeyPatch, count: int, readings: int
) -> None:
    monkeypatch.setattr("portal.overview.spreadsheet._CHUNK", 2)
    county = make_places().county
    made = [owe(county, 12 - number // 2, number=number + 1) for number in range(count)]
    answer = client.get(f"/duties.csv?region={county.code}")
    with CaptureQueriesContext(connection) as queries:
        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # as above
    told = [row["目录编码"] for row in csv.DictReader(io.StringIO(text))]
    assert told == [duty.item.code for duty in reversed(made)]
    assert sum('FROM "duties_duty"' in query["sql"] for query in queries) == readings
