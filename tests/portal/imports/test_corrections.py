from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Sum
from django.utils import timezone

from funds.models import Payment
from portal.columns.periods import Period
from portal.imports.loading import LoadRequest, load
from portal.imports.origins import PUBLIC_ID, cell_texts, standing_rows, stored_rows
from portal.imports.reading.errors import FileError
from portal.imports.request import Loaded, RefusedError
from portal.imports.typed import TypedRow, delete_rows, save_rows
from portal.places.models import Region
from portal.releases.actions import narrowing, start_correction
from portal.releases.errors import NotAllowedError, WrongStateError
from portal.releases.models import Release, Replaced, Replacement, State, Total
from portal.releases.registry import kind
from tests.builders import (
    NOW,
    body_of,
    make_cast,
    make_item,
    make_places,
    make_programme,
    make_standard,
    start_release,
    walk,
)
from tests.portal.imports.uploads import identity, line, table

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
Edit = Callable[[list[dict[str, str]]], None]


@pytest.fixture
def published(tmp_path: Path) -> Release:
    make_cast()
    make_item()
    make_programme()
    make_standard()
    path = tmp_path / "first.csv"
    path.write_bytes(table(*(line(at) for at in range(1, 4))))
    request = LoadRequest(
        kind="payments",
        body=body_of(make_places().binjiang),
        period=Period.parse("2026"),
        by=make_cast().clerk,
        today=TODAY,
    )
    return walk(load(request, path).releases[0], State.PUBLISHED)


def exported(release: Release) -> list[dict[str, str]]:
    """Return the rows of a release as its exported workbook has them, by header."""
    payments = kind("payments")
    return [
        {PUBLIC_ID.header: str(stored.row.pk)}
        | {c.header: cell_texts(payments.columns, stored)[c.field] for c in payments.columns}
        for stored in stored_rows(payments, standing_rows(release.pk).select_related("region"))
    ]


def corrected(release: Release, tmp_path: Path, edit: Edit, **told: Any) -> Loaded:
    rows = exported(release)
    headers = list(rows[0])
    edit(rows)
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
    text = [headers, *([row.get(header, "") for header in headers] for row in rows)]
    path.write_text("\n".join(",".join(cells) for cells in text), encoding="utf-8")
    right: dict[str, Any] = {
        "kind": "payments",
        "body": body_of(make_places().binjiang),
        "period": Period.parse("2026"),
        "by": make_cast().clerk,
        "today": TODAY,
        "corrects": release,
        "reason": "录入时少写一个 0",
    }
    return load(LoadRequest(**right | told), path)


def sum_at(region: Region) -> Decimal:
    found = Total.objects.public().filter(region=region, kind="payments").aggregate(sum=Sum("amount"))
    return found["sum"] or Decimal(0)


def change(at: int, **cells: str) -> Edit:
    return lambda rows: rows[at].update(cells)


def test_only_the_changed_row_becomes_a_new_version(published: Release, tmp_path: Path) -> None:
    found = corrected(published, tmp_path, change(1, 补贴金额="700.00"))
    new = Payment.objects.get(release=found.releases[0])
    old = Payment.objects.get(pk=Replacement.objects.get().row_id)
    assert (new.version, new.first_id, new.position) == (2, old.pk, old.position)
    assert bytes(new.identity_digest or b"") == bytes(old.identity_digest or b"")
    assert "改了 1 行" in "".join(found.notes)
    assert "2 行没有变" in "".join(found.notes)


def test_a_file_corrects_by_the_policy_its_list_has_now(published: Release, tmp_path: Path) -> None:
    cast = make_cast()
    order = narrowing.ask_order(
        item_id=published.item_id, after="masked", reason="x", by=cast.administrator, at=NOW
    )
    narrowing.decide_order(order.pk, by=cast.county_reviewer, at=timezone.now())
    list(narrowing.apply_orders(at=NOW))
    found = corrected(published, tmp_path, change(1, 补贴金额="700.00"))
    new = Payment.objects.get(release=found.releases[0])
    assert new.name_public == Payment.objects.get(pk=Replacement.objects.get().row_id).name_public
    assert "*" in new.name_public
    assert "2 行没有变" in "".join(found.notes)
    assert walk(found.releases[0], State.PUBLISHED).names == "masked"


def test_a_number_without_values_withdraws_the_line(published: Release, tmp_path: Path) -> None:
    def blank(rows: list[dict[str, str]]) -> None:
        rows[0] = {PUBLIC_ID.header: rows[0][PUBLIC_ID.header]}

    corrected(published, tmp_path, blank)
    assert Replacement.objects.get().by_row_id is None


def test_totals_follow_at_every_level_and_the_old_row_stays(published: Release, tmp_path: Path) -> None:
    before = Payment.objects.filter(release=published)[0]
    places = make_places()
    was = sum_at(places.county)
    release = corrected(published, tmp_path, change(0, 补贴金额="1.00")).releases[0]
    walk(release, State.PUBLISHED)
    difference = Decimal("1.00") - before.amount
    assert [sum_at(place) - was for place in (places.dapu, places.binjiang, places.county)] == [
        difference
    ] * 3
    assert Payment.objects.filter(pk=before.pk).exists()
    assert before.pk not in set(Payment.objects.public().values_list("pk", flat=True))


def test_a_corrected_row_is_corrected_again(published: Release, tmp_path: Path) -> None:
    for amount in ("1.00", "2.00"):
        walk(corrected(published, tmp_path, change(0, 补贴金额=amount)).releases[0], State.PUBLISHED)
    versions = Payment.objects.filter(first_id=exported_first(published)).order_by("version")
    assert [(row.version, row.amount) for row in versions][1:] == [(2, Decimal(1)), (3, Decimal(2))]
    assert Replaced.objects.count() == 2


def exported_first(release: Release) -> UUID:
    first: UUID = Payment.objects.filter(release=release).order_by("position")[0].pk
    return first


@pytest.mark.parametrize("number", ["0190d6a0-0000-7000-8000-000000000000", "x"])
def test_an_unknown_number_is_named(published: Release, tmp_path: Path, number: str) -> None:
    with pytest.raises(RefusedError) as refused:
        corrected(published, tmp_path, change(2, 公开编号=number))
    (error,) = refused.value.built.errors
    assert (error.row, error.column) == (4, PUBLIC_ID.header)


def test_an_unchanged_file_corrects_nothing(published: Release, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="没有一行"):
        corrected(published, tmp_path, lambda rows: None)


def test_a_lost_column_is_refused_and_not_taken_for_blank(published: Release, tmp_path: Path) -> None:
    def lose(rows: list[dict[str, str]]) -> None:
        rows[0]["补贴金额"] = "5.00"

    rows = exported(published)
    headers = [header for header in rows[0] if header != "开户行"]
    path = tmp_path / "a.csv"
    lose(rows)
    path.write_text(
        "\n".join(",".join(cells) for cells in [headers, *([row[h] for h in headers] for row in rows)])
    )
    request = LoadRequest(
        kind="payments",
        body=body_of(make_places().binjiang),
        period=Period.parse("2026"),
        by=make_cast().clerk,
        today=TODAY,
        corrects=published,
        reason="x",
    )
    with pytest.raises(FileError, match="开户行"):
        load(request, path)


def draft_with_rows() -> tuple[Release, list[Payment]]:
    make_programme()
    make_standard()
    release = start_release(item=make_item())
    save_rows(release.pk, [TypedRow(cells(at)) for at in range(2)], by=make_cast().clerk, at=NOW, today=TODAY)
    return release, list(Payment.objects.filter(release=release).order_by("position"))


def cells(number: int, **other: str) -> dict[str, str]:
    return {
        "programme_code": "GD-2026",
        "region": "大浦村",
        "name": f"王{'甲乙丙'[number]}",
        "identity": identity(number),
        "account": f"62170000000000{number:05d}",
        "standard_name": "耕地补贴",
        "quantity": "6.2",
        "rate": "112.50",
        "amount": "697.50",
        "paid_on": "2026-06-20",
    } | other


def test_typed_rows_are_checked_and_stored_like_a_file(db: None) -> None:
    make_cast()
    make_item()
    release, rows = draft_with_rows()
    release.refresh_from_db()
    assert [row.name_public for row in rows] == ["王甲", "王乙"]
    assert (release.row_count, release.amount) == (2, Decimal("1395.00"))


def test_a_typed_row_with_an_error_changes_nothing(db: None) -> None:
    make_cast()
    make_item()
    release, rows = draft_with_rows()
    typed = [TypedRow(cells(2)), TypedRow(cells(0, amount="六百"), rows[0].pk)]
    with pytest.raises(RefusedError) as refused:
        save_rows(release.pk, typed, by=make_cast().clerk, at=NOW, today=TODAY)
    assert [(error.row, error.column) for error in refused.value.built.errors] == [(2, "补贴金额")]
    assert Payment.objects.filter(release=release).count() == 2


def test_an_edited_row_keeps_the_number_it_shows_by_its_end(db: None) -> None:
    make_cast()
    make_item()
    release, rows = draft_with_rows()
    ends = {"identity": f"****{cells(0)['identity'][-4:]}", "account": f"****{cells(0)['account'][-4:]}"}
    typed = [TypedRow(cells(0, amount="700.00", **ends), rows[0].pk)]
    save_rows(release.pk, typed, by=make_cast().clerk, at=NOW, today=TODAY)
    edited = Payment.objects.filter(release=release).order_by("position")[0]
    assert edited.amount == Decimal("700.00")
    assert bytes(edited.identity_digest or b"") == bytes(rows[0].identity_digest or b"")
    assert edited.position == rows[0].position


def test_rows_of_a_draft_are_deleted(db: None) -> None:
    make_cast()
    make_item()
    release, rows = draft_with_rows()
    delete_rows(release.pk, [rows[0].pk], by=make_cast().clerk, at=NOW, today=TODAY)
    release.refresh_from_db()
    assert release.row_count == 1


def test_a_stranger_types_nothing(db: None) -> None:
    make_cast()
    make_item()
    release, _ = draft_with_rows()
    with pytest.raises(NotAllowedError):
        save_rows(release.pk, [TypedRow(cells(2))], by=make_cast().stranger, at=NOW, today=TODAY)


def test_nothing_is_typed_into_what_was_handed_in(published: Release) -> None:
    with pytest.raises(WrongStateError):
        save_rows(published.pk, [TypedRow(cells(2))], by=make_cast().clerk, at=NOW, today=TODAY)


def test_a_published_row_changed_by_hand_is_replaced_at_publication(published: Release) -> None:
    row = Payment.objects.filter(release=published).order_by("position")[0]
    draft = start_correction(published.pk, by=make_cast().clerk, reason="金额写错")
    save_rows(
        draft.pk,
        [TypedRow(cells(0, quantity="2", amount="225.00"), row.pk)],
        by=make_cast().clerk,
        at=NOW,
        today=TODAY,
    )
    walk(draft, State.PUBLISHED)
    new = Payment.objects.get(release=draft)
    assert (new.version, new.first_id, Replaced.objects.get().row_id) == (2, row.pk, row.pk)


def test_a_published_row_deleted_by_hand_is_withdrawn(published: Release) -> None:
    row = Payment.objects.filter(release=published).order_by("position")[0]
    draft = start_correction(published.pk, by=make_cast().clerk, reason="不是本村的")
    delete_rows(draft.pk, [row.pk], by=make_cast().clerk, at=NOW, today=TODAY)
    walk(draft, State.PUBLISHED)
    assert Replaced.objects.get().by_row_id is None
    assert not Payment.objects.public().filter(pk=row.pk).exists()
