"""Home, places and the pages of words, as a reader meets them."""

from __future__ import annotations

import gzip
import re
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.pages import sections, style
from portal.places.models import Region
from tests.builders import Places, make_lines, make_places, make_programme, make_release
from tests.portal.pages.reading import BATCH, SUBSIDIES, VILLAGE, text

pytestmark = pytest.mark.django_db

PLACES = ["/", "/r/360900000000/", "/r/360902000000/", "/r/360902100000/", VILLAGE]
SECTIONS_OF_A_PLACE = list(sections.SECTIONS)
SECTIONS = [f"{place}subsidies/" for place in PLACES[1:]]


@pytest.mark.parametrize("rows", [1, 50])
@pytest.mark.parametrize(
    "path", [*PLACES, *SECTIONS, f"{VILLAGE}ledger/", BATCH, "/report/?region=360902100204"]
)
def test_a_cold_page_makes_a_bounded_number_of_queries_its_seal_included(
    client: Client, path: str, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_programme()
    make_release(rows=rows)

    with django_assert_max_num_queries(20):
        text(client, path)


@pytest.mark.parametrize("path", [*PLACES, *SECTIONS])
def test_a_page_of_a_place_without_anything_published_says_so(
    client: Client, places: Places, path: str
) -> None:
    assert "还没有公开" in text(client, path)


def test_the_home_stands_before_any_place_is_loaded(client: Client) -> None:
    assert "正在准备" in text(client, "/")


def test_the_village_is_first_paint_in_one_flight(client: Client) -> None:
    make_programme()
    make_release(rows=50)

    page = client.get(VILLAGE, headers={"accept-encoding": "gzip"})

    assert len(page.content) <= 14_600
    html = gzip.decompress(page.content).decode()
    assert style.text() in html
    assert "<script" not in html
    assert not re.search(r'(?:src|rel="stylesheet" href)="', html)


def test_a_village_says_what_was_paid_and_names_nobody(client: Client) -> None:
    make_programme()
    make_release(lines=make_lines(4))

    page = text(client, VILLAGE)

    assert 'data-region="360902100204"' in page
    assert "1,125<i>元</i>" in page
    assert "耕地地力保护补贴" in page
    assert "李大根" not in page
    assert "noindex" not in page


@pytest.mark.parametrize("slug", SECTIONS_OF_A_PLACE)
def test_every_section_without_anything_published_says_so(client: Client, places: Places, slug: str) -> None:
    assert "还没有公开" in text(client, f"{VILLAGE}{slug}/")


@pytest.mark.parametrize(
    ("path", "below"),
    [("/r/360900000000/", "袁州区"), ("/r/360902000000/", "彬江镇"), ("/r/360902100000/", "大浦村")],
)
def test_a_wider_place_leads_down_with_totals(client: Client, path: str, below: str) -> None:
    make_programme()
    make_release(lines=make_lines(4))

    page = text(client, path)

    assert below in page
    assert "1,125<i>元</i>" in page
    assert "4 笔" in page


@pytest.mark.parametrize(
    "path",
    [
        "/r/999999999999/",
        "/r/999999999999/subsidies/",
        f"{VILLAGE}nonsense/",
        f"{SUBSIDIES}?year=1999",
        f"{SUBSIDIES}?programme=NO-1",
        f"{SUBSIDIES}?programme=GD-2026&period=2026-02",
        "/nowhere",
        "/row/payments/00000000-0000-7000-8000-000000000000/",
        "/row/unknown/00000000-0000-7000-8000-000000000000/",
        "/row/payments/12/",
    ],
)
def test_what_does_not_exist_is_answered_404_with_a_search_box(client: Client, path: str) -> None:
    make_programme()
    make_release(rows=1)

    page = text(client, path, status=404)

    assert 'action="/search"' in page
    assert "12388" in page
    assert "示例数据，非真实账目" in page


def test_words_a_phone_adds_to_the_address_change_nothing(client: Client, places: Places) -> None:
    plain = text(client, SUBSIDIES)

    assert text(client, f"{SUBSIDIES}?from=singlemessage&isappinstalled=0") == plain
    assert text(client, f"{VILLAGE}?from=timeline") == text(client, VILLAGE)


def test_the_address_of_a_merged_place_shows_its_successor_and_keeps_nothing(
    client: Client, places: Places
) -> None:
    Region.objects.filter(pk=places.qianbai.pk).update(end_on=date(2026, 9, 1), succeeded_by=places.dapu)
    old = "/r/360902100205/"

    before = text(client, old)
    Region.objects.filter(pk=places.dapu.pk).update(short_name="新大浦村")
    after = text(client, old)

    assert "前白村并到这里了" in before
    assert f'rel="canonical" href="http://127.0.0.1:8000{VILLAGE}"' in before
    assert f"{old}subsidies/" in before
    assert "<h1>新大浦村</h1>" in after


def test_big_type_is_a_cookie_and_a_way_back(client: Client, places: Places) -> None:
    answer = client.get("/big", {"next": VILLAGE})
    big = text(client, VILLAGE)
    client.get("/big", {"next": VILLAGE})

    assert answer["Location"] == VILLAGE
    assert '<html lang="zh-Hans" class="big">' in big
    assert 'class="big"' not in text(client, VILLAGE)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "evil", ""],
)
def test_big_type_never_leads_away(client: Client, target: str) -> None:
    assert client.get("/big", {"next": target})["Location"] == "/"


def test_big_type_comes_back_to_the_same_filters(client: Client, places: Places) -> None:
    target = f"{SUBSIDIES}?year=2026&programme=耕地"

    back = client.get("/big", {"next": target})["Location"]

    assert back == f"{SUBSIDIES}?year=2026&programme=%E8%80%95%E5%9C%B0"


@pytest.mark.parametrize("path", [*PLACES, *SECTIONS, "/report/", "/about/", "/nowhere", f"{VILLAGE}ledger/"])
def test_no_page_carries_what_the_policy_forbids(client: Client, places: Places, path: str) -> None:
    answer = client.get(path)
    html = answer.content.decode()

    assert " style=" not in html
    assert "<script" not in html
    assert not re.search(r"\son[a-z]+=", html)
    if "<style>" in html:
        assert style.source_hash() in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", [*PLACES, *SECTIONS])
def test_no_page_sets_a_cookie(client: Client, places: Places, path: str) -> None:
    assert not client.get(path).cookies


def test_places_stand_in_the_order_of_their_codes(client: Client) -> None:
    make_places()

    shown = re.findall(r'class="row" href="/r/(\d{12})/"', text(client, "/r/360902100000/"))

    assert shown == sorted(shown)
    assert len(shown) == 3
