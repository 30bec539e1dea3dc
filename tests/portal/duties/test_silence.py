"""A place's first page names what is missing, since when, and whose duty it is."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from portal.duties.models import Duty
from portal.places.models import Region
from tests.builders import body_of, make_item, make_places

pytestmark = pytest.mark.django_db


def owe(region: Region, due_on: date, *, code: str = "MS-X01") -> Duty:
    """Return a duty of a place's own body for September 2026."""
    return Duty.objects.create(
        item=make_item(code, kind="ledger", name="村集体财务收支逐笔明细"),
        body=body_of(region),
        region=region,
        start_on=date(2026, 9, 1),
        end_on=date(2026, 10, 1),
        due_on=due_on,
    )


def days_ago(days: int) -> date:
    return date.fromordinal(timezone.localdate().toordinal() - days)


def test_a_village_page_names_the_gap_the_days_and_the_office(client: Client) -> None:
    dapu = make_places().dapu
    owe(dapu, days_ago(12))
    page = client.get(f"/r/{dapu.code}/").content.decode()
    assert "1 项该公开，没公开" in page
    assert "村集体财务收支逐笔明细" in page
    assert "过了 12 天" in page
    assert "该由：大浦村委会" in page
    assert 'data-completeness="0"' in page


def test_a_place_where_nothing_is_owed_says_nothing_of_it(client: Client) -> None:
    dapu = make_places().dapu
    page = client.get(f"/r/{dapu.code}/").content.decode()
    assert "没公开</h2>" not in page
    assert "data-completeness" not in page


def test_what_is_due_today_is_not_missing(client: Client) -> None:
    dapu = make_places().dapu
    owe(dapu, days_ago(0))
    assert "data-completeness" not in client.get(f"/r/{dapu.code}/").content.decode()


def test_a_township_counts_what_its_villages_owe_and_names_its_own(client: Client) -> None:
    places = make_places()
    owe(places.dapu, days_ago(3))
    owe(places.binjiang, days_ago(4), code="MS-X02")
    page = client.get(f"/r/{places.binjiang.code}/").content.decode()
    assert "2 项该公开，没公开" in page
    assert page.count("过了 ") == 1
    assert "看另外 1 项没公开的" in page
    assert f'href="/duties/?region={places.binjiang.code}"' in page
