"""Pages of what a village decided."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.releases.models import State
from tests.builders import walk
from tests.portal.pages.reading import VILLAGE, text
from tests.villages.books import line, publish_books
from tests.villages.telling import debt, decision, load_rows, publish
from villages.models import Debt, Decision, LedgerEntry

pytestmark = pytest.mark.django_db
BOARD = f"{VILLAGE}notices/"
MATTER = f"{BOARD}?matter=SY-001"
STEPS = {"党组织提议": "2026-05-01", "两委商议": "2026-05-08", "党员审议": "2026-05-15"}


def _all_steps(**last: str) -> list[dict[str, str]]:
    """Return the four steps of one matter."""
    before = [decision(环节=step, 会议日期=day) for step, day in STEPS.items()]
    return [*before, decision(**{"环节": "村民决议"} | last)]


def test_a_matter_says_what_came_of_it_and_how(client: Client) -> None:
    publish("decisions", *_all_steps(决议公开日期="2026-06-12"))
    page = text(client, MATTER)
    assert "通过了" in page
    assert "应到 30 人，实到 21 人，20 人同意" in page
    for step in STEPS:
        assert step in page
    assert ">没公开。" not in page
    assert "6月12日" in page
    assert "还没公开。" in page  # what came of it


def test_a_step_that_is_not_published_is_named(client: Client) -> None:
    publish("decisions", *_all_steps()[1:])
    page = text(client, MATTER)
    assert "写了通过，有疑问" in page
    assert "缺党组织提议" in page


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"实到人数": "19", "同意人数": "19"}, "来的人不够：要应到的三分之二"),
        ({"同意人数": "10"}, "同意的人不够：要到会的超过一半"),
    ],
)
def test_votes_that_do_not_suffice_are_told(client: Client, cells: dict[str, str], says: str) -> None:
    publish("decisions", *_all_steps(**cells))
    assert says in text(client, MATTER)


def test_what_did_not_pass_is_told(client: Client) -> None:
    publish("decisions", *_all_steps(同意人数="9", 结果="没有通过"))
    page = text(client, MATTER)
    assert "没有通过" in page
    assert "同意的人不够" not in page


def test_a_matter_still_being_talked_over_is_not_decided(client: Client) -> None:
    publish("decisions", *_all_steps()[:2])
    page = text(client, MATTER)
    assert "还没有表决" in page
    assert "通过了" not in page


def test_a_matter_leads_to_what_followed_and_back(client: Client) -> None:
    publish("decisions", *_all_steps())
    publish_books(line(事项编号="SY-001"))
    publish("debts", debt(事项编号="SY-001"))
    page = text(client, MATTER)
    entry, owed = LedgerEntry.objects.get(), Debt.objects.get()
    assert f"/row/ledger/{entry.pk}/" in page
    assert f"/row/debts/{owed.pk}/" in page
    for path in (f"/row/ledger/{entry.pk}/", f"/row/debts/{owed.pk}/"):
        row = text(client, path)
        assert "村里怎么定的" in row
        assert "notices/?matter=SY-001" in row


def test_a_line_whose_matter_was_never_published_says_so(client: Client) -> None:
    publish_books(line(事项编号="SY-009"))
    page = text(client, f"/row/ledger/{LedgerEntry.objects.get().pk}/")
    assert "缺决议" in page
    assert "没有公开这件事的决议" in text(client, f"{BOARD}?matter=SY-009", status=404)


def test_a_line_without_a_matter_says_nothing_of_one(client: Client) -> None:
    publish_books(line())
    assert "村里怎么定的" not in text(client, f"/row/ledger/{LedgerEntry.objects.get().pk}/")


def test_the_same_number_in_another_village_is_another_matter(client: Client) -> None:
    publish("decisions", decision(村代码="前白村"))
    text(client, MATTER, status=404)


def test_a_step_has_its_own_page_with_the_whole_matter(client: Client) -> None:
    publish("decisions", *_all_steps())
    page = text(client, f"/row/decisions/{Decision.objects.get(step='party').pk}/")
    assert "党员审议" in page
    assert "这件事的每一步" in page
    assert "缺会议记录" in page
    assert "这件事我有疑问" in page
    assert f'href="{BOARD}">' in page


def test_matters_are_listed_by_year(client: Client) -> None:
    publish("decisions", *_all_steps(), decision(事项编号="SY-002", 事项="鱼塘发包", 会议日期="2025-03-01"))
    page = text(client, f"{BOARD}?show=decided")
    assert "上坊路硬化" in page
    assert "鱼塘发包" not in page
    assert "鱼塘发包" in text(client, f"{BOARD}?show=decided&year=2025")
    assert "没有公开村里定的事" in text(client, f"{BOARD}?show=decided&year=2020", status=404)
    assert "还没有公开" in text(client, "/r/360902100205/notices/?show=decided")


def test_a_draft_is_not_public(client: Client) -> None:
    (draft,) = load_rows("decisions", decision()).releases
    walk(draft, State.IN_REVIEW)
    text(client, MATTER, status=404)


def test_a_matter_is_found_in_its_village(client: Client) -> None:
    publish("decisions", decision())
    assert "<mark>上坊路</mark>" in text(client, "/search?q=上坊路&region=360902100204")


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize(("query", "most"), [("?show=decided", 6), ("?matter=SY-000", 8)])
def test_queries_do_not_grow(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, query: str, most: int, count: int
) -> None:
    publish("decisions", *(decision(事项编号=f"SY-{at:03d}") for at in range(count)))
    client.get(BOARD + query)
    with django_assert_max_num_queries(most):
        client.get(BOARD + query)
