"""Sections and lists: filters, pages by key, what a policy lets be shown."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.catalogue.models import NamesPolicy
from portal.pages import lines
from portal.releases.models import Stage, State
from tests.builders import Line, Places, make_item, make_lines, make_programme, make_release
from tests.portal.pages.reading import BATCH, SUBSIDIES, VILLAGE, text

pytestmark = pytest.mark.django_db


def test_lines_are_paged_by_key_without_loss_or_repetition(client: Client) -> None:
    make_programme()
    make_release(rows=45)
    path, seen, sizes = BATCH, [], []

    while path:
        page = text(client, path)
        rows = re.findall(r'href="(/row/payments/[0-9a-f-]{36}/)"', page)
        seen += rows
        sizes.append(len(rows))
        following = re.search(r'href="([^"]*)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""

    assert sizes == [lines.PAGE, lines.PAGE, 5]
    assert len(set(seen)) == 45


def test_a_page_far_beyond_the_end_leads_back_to_the_first(client: Client) -> None:
    make_programme()
    make_release(rows=2)

    page = text(client, f"{BATCH}&after={'f' * 32}-999999", status=404)

    assert "后面没有了" in page
    assert BATCH.replace("&", "&amp;") in page


@pytest.mark.parametrize(
    "query",
    ["year=abcd", "year=99999", "period=2026-13", "period=x", "after=1", "after=../etc", "programme=%00"],
)
def test_a_malformed_query_is_answered_400_with_a_way_on(client: Client, places: Places, query: str) -> None:
    page = text(client, f"{SUBSIDIES}?programme=GD-2026&{query}", status=400)

    assert "网址里" in page
    assert f'href="{SUBSIDIES}"' in page


def test_lists_with_names_are_not_for_search_engines(client: Client) -> None:
    make_programme()
    make_release(lines=[Line(name="李大根")])

    page = text(client, BATCH)

    assert "李大根" in page
    assert '<meta name="robots" content="noindex">' in page


def test_a_masked_item_shows_masked_names(client: Client) -> None:
    make_programme()
    make_release(lines=[Line(name="李大根")], item=make_item("MS-M01", names=NamesPolicy.MASKED))

    page = text(client, BATCH)

    assert "李*根" in page
    assert "李大根" not in page


def test_a_hidden_item_shows_sums_only(client: Client) -> None:
    make_programme()
    make_release(lines=make_lines(4), item=make_item("MS-H01", names=NamesPolicy.HIDDEN))

    page = text(client, BATCH)

    assert "只公开合计" in page
    assert "1,125<i>元</i>" in page
    assert "/row/" not in page


@pytest.mark.parametrize(
    "path", [VILLAGE, SUBSIDIES, BATCH, "/r/360902100000/subsidies/?programme=GD-2026&period=2026"]
)
def test_a_sum_over_too_few_hidden_persons_is_not_told(client: Client, path: str) -> None:
    make_programme()
    make_release(lines=make_lines(2), item=make_item("MS-H01", names=NamesPolicy.HIDDEN))

    page = text(client, path)

    assert "人少，不公开" in page
    assert "338" not in page
    assert "337" not in page


def test_a_list_that_is_only_posted_is_no_money_paid(client: Client) -> None:
    make_programme()
    make_release(lines=[Line(paid_on=None)], stage=Stage.POSTED)

    page = text(client, VILLAGE)

    assert "公示，还没发" in page
    assert '<span class="n">0<i>笔</i>' in page


def test_the_filter_keeps_one_year_and_one_programme(client: Client) -> None:
    make_programme()
    make_programme("DB-1", name="农村低保")
    make_release(lines=make_lines(2))
    make_release(lines=[Line(programme_code="DB-1")], batch=2)
    make_release(lines=make_lines(1), period="2025")

    everything = text(client, SUBSIDIES)
    older = text(client, f"{SUBSIDIES}?year=2025")
    chosen = text(client, f"{SUBSIDIES}?programme=DB-1")

    assert "农村低保" in everything
    assert '<option value="2025" selected>' in older
    assert "<h1>农村低保</h1>" in chosen


def test_what_is_in_review_is_not_public(client: Client) -> None:
    make_programme()
    make_release(lines=make_lines(3), state=State.IN_REVIEW)

    assert "还没有公开补贴" in text(client, VILLAGE)
