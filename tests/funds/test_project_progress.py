"""A project goes on by later releases: no correction, and every version stays readable."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from funds.models import LivelihoodProject
from portal.columns.periods import Period
from portal.overview.asked import Asked
from portal.overview.figures import figures_of
from portal.releases.models import Replaced, Total
from tests.builders import make_places
from tests.funds.projects import building, errors_of, item_of, planned, project, publish, publish_project
from tests.portal.pages.reading import text
from tests.villages.books import folder_of, picture

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Period.parse("2026-10"), Period.parse("2026-11")


def _settle(**told: Any) -> LivelihoodProject:
    """Publish the final account of the project under the catalogue's own item for it."""
    right = {"item": item_of("projects", "MS-J06"), "period": NOVEMBER}
    return publish_project(project(), **right | told)


def test_the_final_account_takes_the_place_of_what_was_told_of_the_works() -> None:
    works = publish_project(building())
    account = _settle()
    assert LivelihoodProject.objects.public().get() == account
    link = Replaced.objects.get()
    assert (link.row_id, link.by_row_id, link.reason) == (works.pk, account.pk, "新的进展")


def test_it_is_no_correction_in_the_ranking() -> None:
    publish_project(building())
    _settle()
    county = make_places().county
    assert figures_of(county, date(2026, 11, 25), Asked(region=county.code)).fixes.all == 0


def test_the_budget_is_counted_once() -> None:
    publish_project(building())
    _settle()
    totals = Total.objects.public().filter(region=make_places().county, kind="projects")
    assert sum(total.amount for total in totals) == Decimal("486000.00")


def test_a_project_may_move_on_twice_in_one_month() -> None:
    publish(planned())
    publish(building(), batch=2)
    publish(project(), batch=3)
    assert LivelihoodProject.objects.public().get().state == "settled"
    assert Replaced.objects.count() == 2


def test_an_earlier_month_does_not_take_the_place_of_a_later_one() -> None:
    publish_project(building(), period=NOVEMBER)
    ((_, column, message),) = errors_of(project(), period=OCTOBER)
    assert column == "项目编号"
    assert "已经公开过" in message


@pytest.mark.parametrize("other", [{"项目名称": "另一条路"}, {"所在地代码": "前白村"}])
def test_the_number_of_another_project_stays_taken(other: dict[str, str]) -> None:
    publish_project(building())
    assert [column for _, column, _ in errors_of(project(**other), period=NOVEMBER)] == ["项目编号"]


@pytest.mark.parametrize("which", ["works", "account"])
def test_both_versions_stand_side_by_side(client: Client, which: str) -> None:
    rows = {"works": publish_project(building()), "account": _settle()}
    page = client.get(rows[which].get_absolute_url()).content.decode()
    assert "更新过 1 次" in page
    assert "为什么：新的进展" in page
    assert '<span class="vh">以前 </span><b>在建</b>' in page
    assert '<span class="vh">现在 </span><b>决算</b>' in page
    assert "更正过" not in page


def test_of_three_versions_the_last_two_stand_side_by_side(client: Client) -> None:
    publish(planned())
    publish(building(), batch=2)
    page = client.get(_settle().get_absolute_url()).content.decode()
    assert "更新过 2 次" in page
    assert '<span class="vh">以前 </span><b>在建</b>' in page


def test_documents_of_the_works_stay_on_the_page_of_the_account(client: Client, tmp_path: Path) -> None:
    papers = folder_of(tmp_path, **{"路-合同.jpg": picture("合同"), "路-中标通知书.jpg": picture("中标")})
    publish_project(building(附件="路-合同.jpg;路-中标通知书.jpg"), files=papers)
    page = text(client, _settle().get_absolute_url())
    missing = re.findall(r'class="no">.*?<b>(.*?)</b>缺', page, re.DOTALL)
    assert page.count('href="/doc/') == 2
    assert missing == ["验收单", "决算书", "审计报告"]
