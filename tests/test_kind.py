"""A new kind of disclosure is one model, one entry, one template: shown by one that only the suite knows."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from portal.columns.periods import Period
from portal.duties.generating import refresh
from portal.duties.models import Duty, Participation
from portal.imports.loading import LoadRequest, load
from portal.imports.typed import TypedRow, save_rows
from portal.imports.workbooks import write_template
from portal.releases.models import Release, State, Total
from portal.releases.registry import Disclosure
from tests.builders import NOW, body_of, make_cast, make_item, make_places, walk

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def draft(village_notices: Disclosure, tmp_path: Path) -> Release:
    make_item("XX-99", kind=village_notices.code, name="村务公告")
    path = tmp_path / "notices.csv"
    path.write_text("村代码,标题,金额,张贴日期\n大浦村,水渠清淤,8450.00,2026-06-20\n", encoding="utf-8")
    request = LoadRequest(
        kind=village_notices.code,
        body=body_of(make_places().binjiang),
        period=Period.parse("2026"),
        by=make_cast().clerk,
        today=TODAY,
    )
    return load(request, path).releases[0]


def test_its_template_can_be_filled_in(village_notices: Disclosure) -> None:
    workbook = io.BytesIO()
    write_template(village_notices.title, village_notices.columns, workbook)
    (headers, *_) = openpyxl.load_workbook(workbook).worksheets[0].values
    assert [str(header).rstrip("*† ") for header in headers] == [c.header for c in village_notices.columns]


def test_it_is_loaded_reviewed_published_and_summed(draft: Release) -> None:
    walk(draft, State.PUBLISHED)
    found = Total.objects.public().get(region=make_places().county)
    assert (found.row_count, found.amount) == (1, Decimal("8450.00"))


def test_it_is_typed_in_by_hand(draft: Release, village_notices: Disclosure) -> None:
    cells = {"region": "大浦村", "title": "路灯", "amount": "10.00", "posted_on": "2026-06-21"}
    save_rows(draft.pk, [TypedRow(cells)], by=make_cast().clerk, at=NOW, today=TODAY)
    assert village_notices.model._default_manager.filter(release=draft).count() == 2


def test_it_has_its_section_and_its_row_page(
    draft: Release, village_notices: Disclosure, client: Client
) -> None:
    walk(draft, State.PUBLISHED)
    row = village_notices.model._default_manager.get(release=draft)
    section = client.get(f"/r/{make_places().dapu.code}/notices/")
    page = client.get(f"/row/{village_notices.code}/{row.pk}/")
    assert section.status_code == page.status_code == 200
    assert "8,450" in section.content.decode()
    assert "水渠清淤" in page.content.decode()


def test_it_is_found_by_its_words(draft: Release, client: Client) -> None:
    walk(draft, State.PUBLISHED)
    assert "水渠<mark>清淤</mark>" in client.get("/search", {"q": "清淤"}).content.decode()


def test_its_draft_stands_on_the_reviewers_desk(draft: Release, client: Client) -> None:
    walk(draft, State.IN_REVIEW)
    client.force_login(make_cast().township_reviewer)
    page = client.get(f"/manage/releases/release/{draft.pk}/change/")
    assert "水渠清淤" in page.content.decode()


def test_it_can_be_downloaded_as_data(draft: Release, village_notices: Disclosure, client: Client) -> None:
    walk(draft, State.PUBLISHED)
    response = client.get(f"/data/{village_notices.code}.csv", {"region": make_places().county.code})
    assert "水渠清淤,8450.00,2026-06-20" in b"".join(response).decode()


def test_its_duty_is_met(draft: Release) -> None:
    Participation.objects.create(region=make_places().county, start_on=date(2026, 1, 1))
    refresh(today=TODAY)
    walk(draft, State.PUBLISHED)
    assert Duty.objects.on_time().filter(release=draft).count() == 1
