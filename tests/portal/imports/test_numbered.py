"""Numbers that a load proposed come back to the clerk as a table."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client

from portal.releases.models import Release, State
from tests.builders import body_of, make_cast, make_places, walk
from tests.villages.property import DAPU, IDENTITY, asset, lease, load_kind, publish, resource

pytestmark = pytest.mark.django_db


def _numbered(client: Client, release: Release) -> list[dict[str, object]]:
    response = client.get(f"/manage/imports/upload/draft/{release.pk}/numbered/")
    assert response.status_code == 200
    headers, *rows = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].values
    return [dict(zip(map(str, headers), row, strict=True)) for row in rows]


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(make_cast().clerk)
    return client


def test_a_load_says_how_many_rows_it_numbered() -> None:
    (note,) = load_kind("assets", asset(""), asset("ZC-9"), asset("")).notes
    assert "有 2 行没有编号" in note
    assert "带编号的表" in note
    assert load_kind("assets", asset("ZC-9"), period="2027").notes == []


def test_the_whole_file_comes_back_with_its_numbers(clerk: Client) -> None:
    drafts = load_kind("assets", asset(""), asset("", 村代码="前白村"), asset("ZC-9")).releases
    assert len(drafts) == 2
    for draft in drafts:
        rows = _numbered(clerk, draft)
        assert [(row["资产编号"], row["村代码"]) for row in rows] == [
            (f"{DAPU}-ZC-0002", DAPU),
            ("360902100205-ZC-0003", "360902100205"),
            ("ZC-9", DAPU),
        ]


def test_other_drafts_are_left_out(clerk: Client) -> None:
    (draft,) = load_kind("assets", asset("")).releases
    load_kind("assets", asset("ZC-9"), period="2027")
    assert [row["资产编号"] for row in _numbered(clerk, draft)] == [f"{DAPU}-ZC-0002"]


def test_a_tenants_number_is_left_blank(clerk: Client) -> None:
    publish("resources", resource())
    (draft,) = load_kind("leases", lease("", 承租人证件号=IDENTITY)).releases
    (row,) = _numbered(clerk, draft)
    assert (row["承租人"], row["承租人证件号"] or "") == ("陈建华", "")
    assert str(row["合同编号"]).startswith(f"{DAPU}-HT-")


def test_the_drafts_page_leads_to_it_and_a_published_ones_does_not(clerk: Client) -> None:
    (draft,) = load_kind("assets", asset("")).releases
    page = f"/manage/releases/release/{draft.pk}/change/"
    assert "带编号的表" in clerk.get(page).content.decode()
    walk(draft, State.PUBLISHED)
    assert "带编号的表" not in clerk.get(page).content.decode()
    assert clerk.get(f"/manage/imports/upload/draft/{draft.pk}/numbered/").status_code in {302, 404}


def test_only_a_clerk_of_the_body_gets_it(client: Client) -> None:
    (draft,) = load_kind("assets", asset("")).releases
    cast = make_cast()
    for user in (cast.stranger, cast.township_reviewer, cast.inspector):
        client.force_login(user)
        assert client.get(f"/manage/imports/upload/draft/{draft.pk}/numbered/").status_code in {403, 404}


def test_a_villages_own_draft_is_all_it_sees(clerk: Client) -> None:
    places = make_places()
    (draft,) = load_kind("assets", asset("", 村代码=""), body=body_of(places.dapu)).releases
    assert [row["村代码"] for row in _numbered(clerk, draft)] == [DAPU]
