"""One disclosed row: values, versions, trace, withdrawal."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from funds.models import Payment
from portal.catalogue.models import CatalogueItem, NamesPolicy
from portal.people.models import User
from portal.releases.models import Release, State
from tests.builders import (
    Line,
    make_correction,
    make_item,
    make_lines,
    make_programme,
    make_release,
)

pytestmark = pytest.mark.django_db


def rows_of(release: Release) -> list[Payment]:
    return list(Payment.objects.filter(release=release).order_by("position"))


def page(client: Client, row: Payment, *, status: int = 200) -> str:
    answer = client.get(f"/row/payments/{row.pk}/")
    assert answer.status_code == status
    return str(answer.content.decode())


def test_a_row_shows_its_values_its_reference_and_the_way_it_came(client: Client) -> None:
    make_programme()
    row = rows_of(make_release(lines=[Line(name="李大根")]))[0]

    shown = page(client, row)

    assert f'data-row="payments/{row.pk}"' in shown
    assert "<h1>耕地地力保护补贴</h1>" in shown
    assert "李大根" in shown
    assert "697.50" in shown
    assert "2026年6月20日" in shown
    assert "彬江镇人民政府" in shown
    assert "袁州区人民政府" in shown
    assert '<meta name="robots" content="noindex">' in shown


def test_the_trace_names_offices_and_no_person_of_the_staff(client: Client) -> None:
    make_programme()
    row = rows_of(make_release())[0]

    shown = page(client, row)

    names = list(User.objects.values_list("name", flat=True))
    assert len(names) > 3
    assert [name for name in names if name in shown] == []


def test_no_digit_of_identity_or_account_is_shown(client: Client) -> None:
    make_programme()
    row = rows_of(make_release(lines=[Line(identity="110101199003070038", account="6217000000000012345")]))[0]

    shown = page(client, row)

    for secret in ("110101199003070038", "0038", "6217000000000012345", "2345", "7000"):
        assert secret not in shown.replace(str(row.pk), "")


def test_a_corrected_row_stands_beside_its_older_version(client: Client) -> None:
    make_programme()
    release = make_release(lines=[Line(name="李大根", amount=Decimal("69.75"))])
    old = rows_of(release)[0]
    correction = make_correction(release, {old.pk: Line(name="李大根", amount=Decimal("697.50"))})
    new = rows_of(correction)[0]

    now, before = page(client, new), page(client, old)

    for shown in (now, before):
        assert "改过 1 次" in shown
        assert "面积登记有误" in shown
        assert '<span role="cell" class="was"><span class="vh">改前 </span><b>69.75 元</b>' in shown
        assert '<span role="cell" class="now"><span class="vh">改后 </span><b>697.50 元</b>' in shown
    assert f'<a href="/row/payments/{new.pk}/">看现在的</a>' in before
    assert "看现在的" not in now


def test_a_row_corrected_twice_keeps_every_version_readable(client: Client) -> None:
    make_programme()
    release = make_release(lines=[Line(amount=Decimal("1.00"))])
    first = rows_of(release)[0]
    second = rows_of(make_correction(release, {first.pk: Line(amount=Decimal("2.00"))}))[0]
    third = rows_of(make_correction(release, {second.pk: Line(amount=Decimal("3.00"))}))[0]

    assert "改过 2 次" in page(client, third)
    assert f"/row/payments/{third.pk}/" in page(client, first)
    assert f"/row/payments/{third.pk}/" in page(client, second)


def test_a_row_of_a_withdrawn_release_is_gone_with_its_reason_and_without_its_values(client: Client) -> None:
    make_programme()
    release = make_release(lines=[Line(name="李大根")], state=State.WITHDRAWN)

    shown = page(client, rows_of(release)[0], status=410)

    assert "发错了对象" in shown
    assert "袁州区人民政府" in shown
    assert "李大根" not in shown
    assert "697.50" not in shown


def test_a_line_withdrawn_by_a_correction_is_gone_in_every_version(client: Client) -> None:
    make_programme()
    release = make_release(lines=make_lines(2))
    row, kept = rows_of(release)
    changed = rows_of(make_correction(release, {row.pk: Line(name="李大根", amount=Decimal("5.00"))}))[0]
    make_correction(release, {changed.pk: None})

    for version in (row, changed):
        shown = page(client, version, status=410)
        assert "面积登记有误" in shown
        assert row.name_public not in shown
    page(client, kept)


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_a_row_that_was_never_public_does_not_exist(client: Client, state: State) -> None:
    make_programme()
    row = rows_of(make_release(state=state))[0]

    page(client, row, status=404)


def test_a_correction_still_in_review_changes_nothing(client: Client) -> None:
    make_programme()
    release = make_release(lines=[Line(amount=Decimal("69.75"))])
    old = rows_of(release)[0]
    make_correction(release, {old.pk: Line(amount=Decimal("697.50"))}, state=State.IN_REVIEW)

    shown = page(client, old)

    assert "改过" not in shown
    assert "697.50" not in shown


def test_a_hidden_item_has_no_row_pages(client: Client) -> None:
    make_programme()
    release = make_release(lines=make_lines(4), item=make_item("MS-H01", names=NamesPolicy.HIDDEN))

    shown = page(client, rows_of(release)[0], status=404)

    assert "只公开合计" in shown


def test_no_page_of_any_version_shows_one_that_is_hidden(client: Client) -> None:
    make_programme()
    item = make_item()
    release = make_release(lines=[Line(amount=Decimal("69.75"))], item=item)
    old = rows_of(release)[0]
    CatalogueItem.objects.filter(pk=item.pk).update(names=NamesPolicy.HIDDEN)
    release.refresh_from_db()
    newest = rows_of(make_correction(release, {old.pk: Line(amount=Decimal("697.50"))}))[0]

    for version in (old, newest):
        shown = page(client, version, status=404)
        assert "只公开合计" in shown
        assert "697.50" not in shown


@pytest.mark.parametrize("rows", [1, 50])
@pytest.mark.parametrize("corrections", [0, 2])
def test_a_row_page_makes_a_bounded_number_of_queries_its_proof_included(
    client: Client, rows: int, corrections: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_programme()
    release = make_release(rows=rows)
    row = rows_of(release)[0]
    for number in range(corrections):
        row = rows_of(make_correction(release, {row.pk: Line(amount=Decimal(number + 1))}))[0]

    with django_assert_max_num_queries(24):
        page(client, row)


def test_a_masters_row_has_its_page_too(client: Client) -> None:
    programme = make_programme()

    answer = client.get(f"/row/programmes/{programme.pk}/")

    assert answer.status_code == 200
    assert "区农业农村局" in answer.content.decode()
