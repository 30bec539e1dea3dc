"""What a month begins with: asked of the clerk, shown to clerk and reviewer, held against before."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.imports.models import Upload
from portal.imports.typed import TypedRow, save_rows
from portal.people.models import User
from portal.releases.actions import start_correction
from portal.releases.models import Release, State
from tests.builders import NOW, body_of, make_cast, make_item, make_places, make_release, walk
from tests.portal.imports.uploads import processed
from tests.villages.books import draft_books, income, line, publish_books
from tests.villages.drafting import as_csv, item_of

pytestmark = pytest.mark.django_db


def _page(client: Client, release: Release, user: User) -> str:
    client.force_login(user)
    page = client.get(f"/manage/releases/release/{release.pk}/change/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _july(**told: Any) -> Release:
    """Return the draft of a month after June, which ended with 10,000 − 1,480."""
    publish_books(line())
    (release,) = draft_books(
        line(日期="2026-07-01", 金额="20.00"), income(日期="2026-07-02"), period="2026-07", **told
    )
    return release


def test_the_panel_carries_the_last_closing_forward(client: Client) -> None:
    page = _page(client, _july(), make_cast().clerk)
    assert "期初余额（接上次公开的） 8,520.00 元" in page
    assert "期末余额 14,100.00 元" in page
    assert "接得上" in page


def test_a_gap_is_told_to_the_reviewer_with_its_reason(client: Client) -> None:
    release = _july(opening=Decimal("8500.00"))
    assert "还没有写原因" in _page(client, release, make_cast().clerk)
    told = {"opening_amount": "8500", "opening_reason": "上月漏记手续费", "difference_reason": ""}
    client.post(f"/manage/releases/release/{release.pk}/figures/", told)
    release = walk(Release.objects.get(pk=release.pk), State.IN_REVIEW)
    page = _page(client, release, make_cast().township_reviewer)
    assert "相差 −20.00 元" in page
    assert "上月漏记手续费" in page


def test_passing_money_is_told_apart(client: Client) -> None:
    (release,) = draft_books(line(), income(款项性质="代收代付", 金额="300.00"), opening=Decimal(0))
    page = _page(client, release, make_cast().clerk)
    assert "代收代付、借款等 300.00 元" in page
    assert "期末余额 −1,180.00 元" in page


def test_the_first_ledger_asks_for_what_was_there(client: Client) -> None:
    (release,) = draft_books(line())
    page = _page(client, release, make_cast().clerk)
    assert "这个村第一次公开收支账，要写期初余额" in page
    told = {"opening_amount": "１，０００", "difference_reason": ""}  # noqa: RUF001 # as phones write it
    client.post(f"/manage/releases/release/{release.pk}/figures/", told)
    assert "期初余额 1,000.00 元" in _page(client, release, make_cast().clerk)


def test_a_wrong_balance_keeps_what_was_typed(client: Client) -> None:
    (release,) = draft_books(line())
    client.force_login(make_cast().clerk)
    told = {"opening_amount": "一千多", "opening_reason": "我的话"}
    answer = client.post(f"/manage/releases/release/{release.pk}/figures/", told)
    assert answer.status_code == 409
    assert "一千多" in answer.content.decode()
    assert "我的话" in answer.content.decode()


def test_a_correction_counts_the_rows_it_leaves_alone(client: Client) -> None:
    (release,) = publish_books(line(), income())
    draft = start_correction(release.pk, by=make_cast().clerk, reason="漏了一笔")
    cells = {"region": "大浦村", "happened_on": "2026-06-20", "voucher_no": "记-009", "direction": "支出"}
    cells |= {"account": "管理费用", "summary": "水电", "counterparty": "供电所", "amount": "100.00"}
    cells |= {"handler": "王小平", "approver": "刘建华"}
    save_rows(draft.pk, [TypedRow(cells)], by=make_cast().clerk, at=NOW, today=NOW.date())
    page = _page(client, draft, make_cast().clerk)
    assert "期末余额 14,020.00 元" in page


def _told(**more: Any) -> dict[str, Any]:
    told = {"item": item_of("ledger").pk, "period": "2026-06", "batch": "1", "stage": "paid"}
    told["body"] = body_of(make_places().dapu).pk
    told["file"] = SimpleUploadedFile("账.csv", as_csv([line()]))
    return told | more


def test_the_import_form_takes_the_balance_into_the_draft(client: Client) -> None:
    client.force_login(make_cast().clerk)
    client.post("/manage/imports/upload/add/", _told(opening="-12.50"))
    upload = processed(Upload.objects.get())
    client.post(f"/manage/imports/upload/{upload.pk}/confirm/")
    release = processed(upload).release
    assert release is not None
    assert release.opening_amount == Decimal("-12.50")


def test_a_kind_without_balance_refuses_one_and_keeps_it(client: Client) -> None:
    client.force_login(make_cast().clerk)
    answer = client.post(
        "/manage/imports/upload/add/", _told(item=make_item().pk, period="2026", opening="5")
    )
    assert answer.status_code == 422
    assert "没有期初余额，请空着" in answer.content.decode()
    assert 'value="5"' in answer.content.decode()
    draft_form = client.get("/manage/imports/upload/draft/add/").content.decode()
    assert "期初余额" in draft_form


def test_other_releases_have_no_such_panel_and_no_such_field(client: Client) -> None:
    page = _page(client, make_release(state=State.DRAFT), make_cast().clerk)
    assert "期初" not in page
