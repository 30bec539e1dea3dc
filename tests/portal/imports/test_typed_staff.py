from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from funds.models import Payment, Programme
from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.releases.models import Release, State
from tests.builders import body_of, make_cast, make_item, make_places, make_programme, make_release
from tests.portal.imports.uploads import identity

pytestmark = pytest.mark.django_db
ROOT = "/manage/imports/upload/"


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(make_cast().clerk)
    return client


@pytest.fixture
def draft() -> Release:
    make_places()
    if not Programme.objects.exists():
        make_programme()
    return make_release(state=State.DRAFT, lines=[])


def _cells(number: int = 1, **more: str) -> dict[str, str]:
    cells = {
        "programme_code": "GD-2026",
        "region": "360902100204",
        "name": "李大根",
        "identity": identity(number),
        "account": f"62170000000000{number:05d}",
        "standard_name": "耕地补贴",
        "quantity": "6.2",
        "rate": "112.50",
        "amount": "697.50",
        "period": "2026",
        "paid_on": "2026-06-20",
    }
    return cells | more


def _at(release: Release, part: str = "") -> str:
    return f"{ROOT}draft/{release.pk}/{part}"


def _add(client: Client, release: Release, number: int = 1, **cells: str) -> Any:
    return client.post(_at(release, "add/"), _cells(number, **cells))


def _only(release: Release) -> Payment:
    return Payment.objects.get(release=release)


def test_a_batch_is_opened_by_hand_and_leads_to_the_table(clerk: Client) -> None:
    told = {"item": make_item().pk, "body": body_of(make_places().dapu).pk, "period": "2026"}
    response = clerk.post(f"{ROOT}draft/add/", told | {"batch": "2", "stage": "notice", "expected": "1,000"})
    release = Release.objects.get(batch=2)
    assert response.headers["Location"] == _at(release, "table/")
    assert (release.stage, str(release.expected_amount), release.body.region) == (
        "notice",
        "1000.00",
        make_places().dapu,
    )


def test_nothing_happened_is_a_batch_without_rows(clerk: Client) -> None:
    told = {"item": make_item().pk, "body": body_of(make_places().dapu).pk, "period": "2026"}
    response = clerk.post(f"{ROOT}draft/add/", told | {"batch": "1", "stage": "paid", "is_nil": "on"})
    release = Release.objects.get(is_nil=True)
    assert response.headers["Location"] == f"/manage/releases/release/{release.pk}/change/"


def test_a_second_draft_of_the_same_batch_names_who_is_at_it(clerk: Client, draft: Release) -> None:
    told = {"item": draft.item_id, "body": draft.body_id, "period": "2026", "batch": "1", "stage": "paid"}
    page = clerk.post(f"{ROOT}draft/add/", told)
    assert page.status_code == 422
    assert "李春花正在录这一批" in page.content.decode()


def test_a_row_is_added_with_its_warnings(clerk: Client, draft: Release) -> None:
    _add(clerk, draft, amount="600.00")
    row = _only(draft)
    assert (row.region, str(row.amount)) == (make_places().dapu, "600.00")
    assert Warning.objects.filter(release=draft, rule_code="payment-arithmetic").exists()


def test_wrong_cells_are_named_beside_them_and_nothing_typed_is_lost(clerk: Client, draft: Release) -> None:
    wrong = identity(5)[:-1] + ("0" if identity(5)[-1] != "0" else "1")
    page = _add(clerk, draft, identity=wrong, amount="12.345", bank="彬江支行")
    text = page.content.decode()
    assert page.status_code == 422
    assert "<title>有 2 处要改" in text
    assert f'value="{wrong}"' in text
    assert 'value="12.345"' in text
    assert 'value="彬江支行"' in text
    for name in ("identity", "amount"):
        field = re.search(rf'<input id="{name}"[^>]*>', text)
        assert field is not None
        assert 'aria-invalid="true"' in field[0]
        assert f'aria-describedby="e-{name} ' in field[0]
        assert f'id="e-{name}"' in text
    assert not Payment.objects.filter(release=draft).exists()


def test_a_new_row_begins_with_what_the_last_one_shares(clerk: Client, draft: Release) -> None:
    _add(clerk, draft)
    page = clerk.get(_at(draft, "add/")).content.decode()
    assert 'name="programme_code" value="GD-2026"' in page
    assert 'name="period" value="2026"' in page
    assert 'name="paid_on" value="2026-06-20"' in page
    assert '<option value="360902100204" selected>大浦村' in page
    assert 'name="name" value=""' in page
    assert 'name="amount" value=""' in page


def test_a_row_is_changed_and_keeps_the_numbers_that_are_not_typed(clerk: Client, draft: Release) -> None:
    _add(clerk, draft)
    row = _only(draft)
    page = clerk.get(_at(draft, f"{row.pk}/")).content.decode()
    shown = f"****{identity(1)[-4:]}"
    assert f'name="identity" value="{shown}"' in page
    assert identity(1) not in page
    cells = _cells(identity=shown, account="****0001", amount="700.00")
    clerk.post(_at(draft, f"{row.pk}/"), cells)
    changed = _only(draft)
    assert str(changed.amount) == "700.00"
    assert bytes(changed.identity_digest or b"") == bytes(row.identity_digest or b"")
    assert bytes(changed.account_digest or b"") == bytes(row.account_digest or b"")


def test_a_copy_brings_everything_but_numbers(clerk: Client, draft: Release) -> None:
    _add(clerk, draft)
    page = clerk.get(_at(draft, f"add/?copy={_only(draft).pk}")).content.decode()
    assert 'name="name" value="李大根"' in page
    assert 'name="identity" value=""' in page
    assert 'name="account" value=""' in page


def test_rows_are_deleted_after_one_more_question(clerk: Client, draft: Release) -> None:
    _add(clerk, draft)
    row = _only(draft)
    page = clerk.post(_at(draft, "delete/"), {"row": str(row.pk)}).content.decode()
    assert "删掉这 1 行？" in page
    assert "李大根" in page
    assert Payment.objects.filter(pk=row.pk).exists()
    done = clerk.post(_at(draft, "delete/"), {"row": str(row.pk), "sure": "1"}, follow=True)
    assert "删错了，请点“录一行”重新录入" in done.content.decode()
    assert not Payment.objects.filter(release=draft).exists()


def test_deleting_nothing_says_so(clerk: Client, draft: Release) -> None:
    page = clerk.post(_at(draft, "delete/"), {"row": "no-uuid"}, follow=True)
    assert "还没有勾选" in page.content.decode()


def _table(*rows: dict[str, str], **shared: str) -> dict[str, str]:
    above = {"programme_code": "GD-2026", "standard_name": "耕地补贴", "rate": "112.50", "period": "2026"}
    above |= {"paid_on": "2026-06-20", "entry_type": "正常", "payee_type": "农户", "method": "银行转账"}
    told = {f"s-{name}": text for name, text in (above | shared).items()} | {"count": "10"}
    for number, cells in enumerate(rows, start=1):
        told |= {f"r{number}-{name}": text for name, text in cells.items()}
    return told


def _row(number: int, **more: str) -> dict[str, str]:
    names = ("region", "name", "identity", "account", "quantity", "amount")
    return {name: text for name, text in _cells(number).items() if name in names} | more


def test_several_rows_are_typed_at_once(clerk: Client, draft: Release) -> None:
    clerk.post(_at(draft, "table/"), _table(_row(1), _row(2), {"region": "360902100204"}))
    rows = Payment.objects.filter(release=draft).order_by("position")
    assert [(row.position, str(row.rate)) for row in rows] == [(1, "112.50000000"), (2, "112.50000000")]
    draft.refresh_from_db()
    assert str(draft.amount) == "1395.00"


def test_one_wrong_row_of_a_table_saves_none_and_marks_its_cell(clerk: Client, draft: Release) -> None:
    told = _table(_row(1), {}, _row(3, amount="abc"))
    page = clerk.post(_at(draft, "table/"), told)
    text = page.content.decode()
    assert page.status_code == 422
    assert 'id="e-r3-amount"' in text
    assert 'name="r3-amount" value="abc"' in text
    assert f'value="{identity(1)}"' in text
    assert not Payment.objects.filter(release=draft).exists()


def test_an_error_in_a_shared_value_is_named_at_each_row(clerk: Client, draft: Release) -> None:
    page = clerk.post(_at(draft, "table/"), _table(_row(1), paid_on="yesterday"))
    assert page.status_code == 422
    assert "第 1 行：" in page.content.decode()
    assert 'name="s-paid_on" value="yesterday"' in page.content.decode()


def test_an_empty_table_says_so(clerk: Client, draft: Release) -> None:
    page = clerk.post(_at(draft, "table/"), _table())
    assert (page.status_code, "一行也没有填" in page.content.decode()) == (422, True)


def test_rows_come_fifty_a_page(clerk: Client) -> None:
    release = make_release(state=State.DRAFT, rows=60)
    first = clerk.get(_at(release)).content.decode()
    second = clerk.get(_at(release, "?p=2")).content.decode()
    assert first.count('name="row"') == 50
    assert second.count('name="row"') == 10
    assert clerk.get(_at(release, "?at=55")).content.decode().count('name="row"') == 10
    for strange in ("p=99999", "p=-1", "p=x", "at=99999999999", "at=0", "p=²"):
        assert clerk.get(_at(release, f"?{strange}")).status_code == 200


def test_a_correction_marks_what_it_changes_adds_and_withdraws(clerk: Client) -> None:
    make_programme()
    published = make_release(rows=3)
    clerk.post(f"/manage/releases/release/{published.pk}/correct/", {"reason": "面积登记有误"})
    draft = Release.objects.get(corrects=published)
    rows = list(Payment.objects.filter(release=published).order_by("position"))
    page = clerk.get(_at(draft)).content.decode()
    assert page.count('name="row"') == 3
    cells = _cells(identity="****0001", account="****0001", quantity="2", amount="225.00")
    assert clerk.post(_at(draft, f"{rows[0].pk}/"), cells).status_code == 302
    _add(clerk, draft, number=8)
    clerk.post(_at(draft, "delete/"), {"row": str(rows[2].pk), "sure": "1"})
    page = clerk.get(_at(draft)).content.decode()
    assert "改过" in page
    assert "新加" in page
    assert "要撤下的" in page
    assert sorted("none" if plan.by_row_id is None else "new" for plan in draft.replacements.all()) == [
        "new",
        "none",
    ]
    clerk.post(_at(draft, "restore/"), {"row": str(rows[2].pk)})
    assert not draft.replacements.filter(by_row_id__isnull=True).exists()
    assert "要撤下的" not in clerk.get(_at(draft)).content.decode()


@pytest.mark.parametrize(
    "part", ["", "add/", "table/", "delete/", "restore/", "01890000-0000-7000-8000-000000000000/"]
)
def test_to_others_a_draft_answers_as_unknown(part: str, client: Client, draft: Release) -> None:
    cast = make_cast()
    for user in (cast.stranger, cast.township_reviewer, cast.administrator):
        client.force_login(user)
        assert client.get(_at(draft, part)).status_code == 404
        assert client.post(_at(draft, part), _cells()).status_code == 404
    assert not Payment.objects.filter(release=draft).exists()


def test_a_row_of_another_release_cannot_be_changed_here(clerk: Client, draft: Release) -> None:
    other = make_release(state=State.DRAFT, period="2024", rows=1)
    row = Payment.objects.get(release=other)
    assert clerk.get(_at(draft, f"{row.pk}/")).status_code == 404
    clerk.post(_at(draft, f"{row.pk}/"), _cells())
    clerk.post(_at(draft, "delete/"), {"row": str(row.pk), "sure": "1"})
    assert Payment.objects.filter(pk=row.pk).exists()


def test_a_village_needs_no_place(clerk: Client) -> None:
    make_programme()
    release = make_release(state=State.DRAFT, lines=[], body=body_of(make_places().dapu))
    assert 'name="region"' not in clerk.get(_at(release, "add/")).content.decode()
    cells = _cells()
    del cells["region"]
    clerk.post(_at(release, "add/"), cells)
    assert _only(release).region == make_places().dapu


@pytest.mark.parametrize("part", ["", "add/", "table/", "delete/", "restore/"])
def test_a_release_that_is_no_draft_any_more_leads_to_its_page(part: str, clerk: Client) -> None:
    release = make_release(period="2024")
    page = clerk.get(_at(release, part), follow=True)
    assert page.redirect_chain[-1][0] == f"/manage/releases/release/{release.pk}/change/"
    assert "不能再录入和改动" in page.content.decode()


def test_what_was_typed_into_a_draft_submitted_meanwhile_is_not_lost(clerk: Client) -> None:
    release = make_release(state=State.IN_REVIEW)
    page = _add(clerk, release, name="王小妹")
    assert page.status_code == 422
    assert "审核中" in page.content.decode()
    assert 'name="name" value="王小妹"' in page.content.decode()
    table = clerk.post(_at(release, "table/"), _table(_row(1, name="张国强")))
    assert 'name="r1-name" value="张国强"' in table.content.decode()
    clerk.post(_at(release, "delete/"), {"row": str(uuid4()), "sure": "1"})
    clerk.post(_at(release, "restore/"), {"row": str(uuid4())})
    assert Payment.objects.filter(release=release).count() == 3
