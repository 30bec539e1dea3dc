"""Sums of a year hold no group of too few persons of whom only sums are public."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.overview.money import of_year
from portal.pages import totals
from portal.releases.models import NamesShown
from tests.builders import Line, make_item, make_places, make_release

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)


def _told() -> tuple[Decimal | None, str]:
    """Return the yuan of 2026 in the township as its page and its overview tell them."""
    township = make_places().binjiang
    (year,) = totals.by_year(township, ["payments"])
    (section,) = of_year(township, TODAY)
    assert section.money is not None
    return year.amount, section.money.figure


def _hide(count: int, programme: str = "YL-2026") -> None:
    lines = [Line(amount=Decimal(7000 + n), programme_code=programme) for n in range(count)]
    item = make_item(f"MS-{programme[:2]}", names=NamesShown.HIDDEN)
    make_release(lines=lines, item=item)


def test_one_hidden_person_is_in_no_sum_of_the_year() -> None:
    make_release(lines=[Line(amount=Decimal(100)), Line(amount=Decimal(150)), Line(amount=Decimal(250))])
    before = _told()
    _hide(1)
    assert before[0] == Decimal(500)
    assert _told() == before


def test_few_of_several_programmes_do_not_make_many() -> None:
    make_release(lines=[Line(amount=Decimal(500))])
    before = _told()
    for programme in ("YL-2026", "CJ-2026", "GE-2026"):
        _hide(1, programme)
    assert _told() == before


def test_three_hidden_persons_of_one_programme_are_summed() -> None:
    make_release(lines=[Line(amount=Decimal(500))])
    _hide(3)
    assert _told()[0] == Decimal(21503)


def test_a_year_of_too_few_hidden_persons_alone_has_no_sum() -> None:
    _hide(2)
    township = make_places().binjiang
    (year,) = totals.by_year(township, ["payments"])
    (section,) = of_year(township, TODAY)
    assert (year.rows, year.amount) == (2, None)
    assert section.money is None


def test_open_lines_beside_one_hidden_person_do_not_make_its_sum_public() -> None:
    make_release(lines=[Line(amount=Decimal(500))] * 3)
    _hide(1, "GD-2026")
    (group,) = totals.groups(make_places().dapu, ["payments"])
    assert (group.rows, group.amount) == (4, None)
