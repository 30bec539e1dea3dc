"""Erasure at the desk: asked for beside the row, decided by another person, and named nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from portal.people.models import Role, User
from portal.releases.models import Attachment, Erasure, Release, State
from tests.builders import body_of, make_cast, make_person, make_places
from tests.villages.books import draft_books, folder_of, line, picture, publish_books

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stores(settings: Settings, tmp_path: Path) -> None:
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR", "PAGES_DIR", "DATA_DIR"):
        setattr(settings, name, tmp_path / name.lower())


@pytest.fixture
def release(tmp_path: Path) -> Release:
    files = folder_of(tmp_path, **{"张三收条.jpg": picture("收条")})
    (found,) = publish_books(line(附件="张三收条.jpg"), files=files)
    return found


def _page(client: Client, user: User, url: str) -> str:
    client.force_login(user)
    return str(client.get(url).content.decode())


def _ask_url(release: Release) -> str:
    row = Attachment.objects.get().row_id
    return f"/manage/releases/release/{release.pk}/rows/{row}/erase/"


def _asked(client: Client, release: Release) -> Erasure:
    client.force_login(make_cast().clerk)
    told = {"groups": ["who", "kept"], "ground": "pipl-47", "documents": [str(Attachment.objects.get().pk)]}
    answer = client.post(_ask_url(release), told)
    asked = Erasure.objects.get()
    assert answer.headers["Location"] == f"/manage/releases/erasure/{asked.pk}/change/"
    return asked


def test_a_clerk_asks_beside_the_row_and_the_county_decides(client: Client, release: Release) -> None:
    cast = make_cast()
    rows = _page(client, cast.clerk, f"/manage/releases/release/{release.pk}/rows/")
    assert _ask_url(release) in rows
    page = _page(client, cast.clerk, _ask_url(release))
    assert "张三收条.jpg" in page
    assert "金额、日期、项目、地方不能删" in page
    asked = _asked(client, release)
    own = f"/manage/releases/erasure/{asked.pk}/"
    assert "提出的人不能批准" in _page(client, cast.clerk, own + "change/")
    first = _page(client, cast.county_reviewer, "/manage/")
    assert "等您批准的依法删除" in first
    assert "等批准" in _page(client, cast.county_reviewer, "/manage/releases/erasure/")
    page = _page(client, cast.county_reviewer, own + "change/")
    assert "批准，现在删除" in page
    assert "个人信息保护法第四十七条" in page
    assert client.get(own + "decide/").status_code == 302
    assert Erasure.objects.get().decided_at is None  # looking decides nothing
    assert client.post(own + "decide/").status_code == 302
    done = Erasure.objects.get()
    assert (done.decided_by, done.documents) == (cast.county_reviewer, [Attachment.objects.get().pk])
    assert Attachment.objects.get().erased_at is not None
    after = _page(client, cast.county_reviewer, own + "change/")
    assert "已经删除" in after
    assert "张三" not in after
    assert "等您批准的依法删除" not in _page(client, cast.county_reviewer, "/manage/")
    assert client.post(own + "decide/").status_code == 409


@pytest.mark.parametrize("who", ["clerk", "township_reviewer"])
def test_nobody_else_decides(client: Client, release: Release, who: str) -> None:
    asked = _asked(client, release)
    client.force_login(getattr(make_cast(), who))
    assert client.post(f"/manage/releases/erasure/{asked.pk}/decide/").status_code == 403
    assert Erasure.objects.get().decided_at is None


def test_a_county_reviewer_does_not_decide_the_own_request(client: Client, release: Release) -> None:
    reviewer = make_cast().county_reviewer
    client.force_login(reviewer)
    client.post(_ask_url(release), {"groups": ["who"], "ground": "ruling"})
    own = f"/manage/releases/erasure/{Erasure.objects.get().pk}/"
    assert "批准，现在删除" not in _page(client, reviewer, own + "change/")
    assert client.post(own + "decide/").status_code == 403
    other = make_person("qi", "齐县审", Role.COUNTY_REVIEWER, body_of(make_places().county))
    client.force_login(other)
    assert client.post(own + "decide/").status_code == 302


def test_a_request_is_taken_back_or_turned_down(client: Client, release: Release) -> None:
    cast = make_cast()
    own = f"/manage/releases/erasure/{_asked(client, release).pk}/"
    client.force_login(cast.township_reviewer)
    assert client.post(own + "drop/").status_code == 403
    client.force_login(cast.county_reviewer)
    assert client.post(own + "drop/").status_code == 302
    assert not Erasure.objects.exists()
    assert Attachment.objects.get().erased_at is None


def test_what_is_missing_is_said(client: Client, release: Release) -> None:
    client.force_login(make_cast().clerk)
    page = client.post(_ask_url(release), {"groups": ["what"]}).content.decode()
    assert "没有提出" in page
    assert "依据" in page
    assert not Erasure.objects.exists()


def test_strangers_and_drafts_have_no_such_page(client: Client, release: Release, tmp_path: Path) -> None:
    client.force_login(make_cast().stranger)
    assert client.get(_ask_url(release)).status_code == 404
    (draft,) = draft_books(line(凭证号="记-009", 日期="2026-07-01"), period="2026-07")
    assert draft.state == State.DRAFT
    rows = _page(client, make_cast().clerk, f"/manage/releases/release/{draft.pk}/rows/")
    assert "/erase/" not in rows
