from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from funds.models import Payment, Programme
from portal.columns.periods import Period
from portal.places.models import Region
from portal.releases import actions
from portal.releases.errors import NotReadyError
from portal.releases.models import Release, Replacement, State, Total
from tests.builders import (
    Line,
    Places,
    add_rows,
    body_of,
    make_correction,
    make_programme,
    make_release,
    make_standard,
    start_release,
    walk,
)

pytestmark = pytest.mark.django_db


def _sums(region: Region, **more: object) -> tuple[int, Decimal]:
    """Return rows and yuan as the public pages add them up."""
    found = (
        Total.objects.public()
        .filter(region=region, **more)
        .aggregate(rows=Sum("row_count"), yuan=Sum("amount"))
    )
    return found["rows"] or 0, found["yuan"] or Decimal(0)


def _yuan(amount: int | str) -> Decimal:
    return Decimal(amount)


@pytest.fixture
def published(places: Places) -> Release:
    """Three rows in 大浦村 (100, 200, 300) and one in 前白村 (50)."""
    lines = [Line(name=f"李{number}", amount=_yuan(number * 100)) for number in (1, 2, 3)]
    return make_release(lines=[*lines, Line(name="王四", amount=_yuan(50), region=places.qianbai)])


def _row(release: Release, position: int) -> Payment:
    return Payment.objects.get(release=release, position=position)


def test_totals_are_right_at_every_level(published: Release, places: Places) -> None:
    assert _sums(places.dapu) == (3, _yuan(600))
    assert _sums(places.qianbai) == (1, _yuan(50))
    for above in (places.binjiang, places.county, places.city):
        assert _sums(above) == (4, _yuan(650))
    assert _sums(places.guoqiao) == (0, _yuan(0))


def test_totals_keep_programme_period_and_last_payment_apart(places: Places) -> None:
    earlier = Period.parse("2025")
    make_release(
        lines=[
            Line(amount=_yuan(10), paid_on=date(2026, 6, 1)),
            Line(amount=_yuan(20), paid_on=date(2026, 6, 9)),
            Line(amount=_yuan(30), period=earlier),
            Line(amount=_yuan(40), programme_code="NJ-2026"),
        ]
    )
    assert _sums(places.dapu, subject="GD-2026", start_on=date(2026, 1, 1)) == (2, _yuan(30))
    assert _sums(places.dapu, subject="GD-2026", start_on=earlier.start) == (1, _yuan(30))
    assert _sums(places.dapu, subject="NJ-2026") == (1, _yuan(40))
    newest = Total.objects.get(region=places.dapu, subject="GD-2026", start_on=date(2026, 1, 1))
    assert newest.paid_on == date(2026, 6, 9)


def test_rows_that_lie_in_the_township_itself_count_once(places: Places) -> None:
    make_release(lines=[Line(region=places.binjiang, amount=_yuan(10))])
    for region in (places.binjiang, places.county, places.city):
        assert _sums(region) == (1, _yuan(10))
    assert _sums(places.dapu) == (0, _yuan(0))


def test_a_draft_has_no_totals() -> None:
    make_release(state=State.IN_REVIEW)
    assert not Total.objects.exists()


def test_a_correction_leaves_the_sums_right_at_every_level(published: Release, places: Places) -> None:
    make_correction(
        published,
        {_row(published, 1).pk: Line(amount=_yuan(160)), _row(published, 4).pk: None},
    )
    assert _sums(places.dapu) == (3, _yuan(660))
    assert _sums(places.qianbai) == (0, _yuan(0))
    for above in (places.binjiang, places.county, places.city):
        assert _sums(above) == (3, _yuan(660))


def test_a_correction_that_moves_a_row_moves_its_sum(published: Release, places: Places) -> None:
    make_correction(published, {_row(published, 1).pk: Line(region=places.qianbai, amount=_yuan(100))})
    assert _sums(places.dapu) == (2, _yuan(500))
    assert _sums(places.qianbai) == (2, _yuan(150))
    assert _sums(places.binjiang) == (4, _yuan(650))


def test_a_correction_of_a_correction_leaves_the_sums_right(published: Release, places: Places) -> None:
    first = make_correction(published, {_row(published, 1).pk: Line(amount=_yuan(160))})
    make_correction(first, {_row(first, 1).pk: Line(amount=_yuan(10))})
    assert _sums(places.dapu) == (3, _yuan(510))


def test_sums_and_public_rows_always_agree(published: Release, places: Places) -> None:
    make_correction(published, {_row(published, 2).pk: Line(amount=_yuan(7)), _row(published, 3).pk: None})
    make_release(batch=2, state=State.WITHDRAWN)
    rows = Payment.objects.public()
    assert _sums(places.county) == (rows.count(), rows.aggregate(yuan=Sum("amount"))["yuan"])


def test_a_withdrawn_release_leaves_no_sum(places: Places) -> None:
    make_release(state=State.WITHDRAWN)
    assert _sums(places.dapu) == (0, _yuan(0))


def test_publishing_renews_the_pages_of_touched_places_and_no_others(places: Places) -> None:
    make_release()
    raised = dict(Region.objects.filter(generation__gt=0).values_list("code", "generation"))
    touched = (places.city, places.county, places.binjiang, places.dapu)
    assert raised == {region.code: 1 for region in touched}


def test_a_correction_renews_the_place_a_row_left(published: Release, places: Places) -> None:
    before = Region.objects.get(pk=places.dapu.pk).generation
    make_correction(published, {_row(published, 1).pk: Line(region=places.qianbai)})
    assert Region.objects.get(pk=places.dapu.pk).generation == before + 1


def test_a_master_renews_every_place_below_its_body(places: Places) -> None:
    make_programme()
    assert not Region.objects.filter(generation=0).exists()


def test_a_number_in_use_is_refused_by_name(places: Places) -> None:
    make_programme("GD-2026")
    with pytest.raises(NotReadyError, match="GD-2026"):
        make_programme("GD-2026", name="另一个补贴")


def test_the_number_of_a_withdrawn_master_is_free_again(places: Places) -> None:
    make_programme("GD-2026", state=State.WITHDRAWN)
    assert make_programme("GD-2026").code == "GD-2026"


def test_a_master_is_renewed_under_its_number_by_a_correction(places: Places) -> None:
    old = make_programme("GD-2026")
    draft = actions.start_correction(old.release_id, by=old.release.drafted_by, reason="名称有误")
    (new,) = add_rows(
        draft,
        [{"region": places.county, "code": "GD-2026", "name": "新名称", "department": "区农业农村局"}],
        replacing=[old],
    )
    Replacement.objects.create(release=draft, row_id=old.pk, by_row_id=new)
    walk(draft, State.PUBLISHED)
    assert [programme.name for programme in Programme.objects.public()] == ["新名称"]


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        (("2025-01-01", "2026-01-01"), ("2026-01-01", None), True),
        (("2025-01-01", "2026-01-02"), ("2026-01-01", None), False),
        (("2025-01-01", None), ("2026-01-01", "2026-02-01"), False),
        (("2026-03-01", None), ("2026-01-01", "2026-03-01"), True),
    ],
)
def test_standards_of_one_name_never_overlap(
    first: tuple[str, str | None], second: tuple[str, str | None], fits: bool, places: Places
) -> None:
    def days(start: str, end: str | None) -> dict[str, Any]:
        return {"start_on": date.fromisoformat(start), "end_on": date.fromisoformat(end) if end else None}

    make_standard(**days(*first))
    if fits:
        assert make_standard(**days(*second)).pk
        return
    with pytest.raises(NotReadyError, match="两个在同一天有效"):
        make_standard(**days(*second))


def test_standards_of_another_name_or_programme_may_overlap(places: Places) -> None:
    make_standard()
    assert make_standard(name="种粮补贴").pk
    assert make_standard("NJ-2026").pk


def test_a_township_publishes_for_its_own_place_only(places: Places) -> None:
    row = _row(make_release(lines=[Line()]), 1)
    draft = start_release(item=row.release.item, body=body_of(places.xicun))
    Replacement.objects.create(release=draft, row_id=row.pk)
    with pytest.raises(NotReadyError, match="不归“西村镇人民政府”管"):
        walk(draft, State.IN_REVIEW)
