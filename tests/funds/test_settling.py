"""Lines of type 更正 find the published row they replace, or say why not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from funds.models import Payment
from funds.settling import settle_corrections
from portal.releases.models import Release, Replaced, State
from tests.builders import Line, Places, make_release, walk

pytestmark = pytest.mark.django_db

PAID = date(2026, 6, 20)
IDENTITY = "110101199003070011"


def _correcting(**more: object) -> Line:
    told = {"entry_type": "correction", "original_paid_on": PAID} | more
    return Line(identity=IDENTITY, amount=Decimal("700.00"), paid_on=date(2026, 6, 30), more=told)


@pytest.fixture
def published(places: Places) -> Release:
    return make_release(lines=[Line(identity=IDENTITY, paid_on=PAID), Line(identity="110101199003070022")])


def test_it_replaces_the_row_it_names_and_no_other(published: Release) -> None:
    draft = make_release(state=State.DRAFT, batch=2, lines=[_correcting()])
    assert settle_corrections(draft) == []
    walk(draft, State.PUBLISHED)
    replaced = Replaced.objects.get()
    assert replaced.row_id == Payment.objects.get(release=published, position=1).pk
    assert replaced.by_row_id == Payment.objects.get(release=draft).pk


@pytest.mark.parametrize(
    "line",
    [
        _correcting(original_paid_on=date(2026, 6, 19)),
        Line(identity="110101199003079999", more={"entry_type": "correction", "original_paid_on": PAID}),
        Line(
            identity=IDENTITY,
            programme_code="NJ-2026",
            more={"entry_type": "correction", "original_paid_on": PAID},
        ),
    ],
    ids=["another day", "another person", "another programme"],
)
def test_a_line_that_names_no_row_is_an_error_in_its_place(line: Line, published: Release) -> None:
    draft = make_release(state=State.DRAFT, batch=2, lines=[Line(), line])
    ((position, field, message),) = settle_corrections(draft)
    assert (position, field) == (2, "original_paid_on")
    assert "没有找到要更正的那一笔" in message
    assert not draft.replacements.exists()


def test_a_line_that_names_two_rows_is_an_error(published: Release) -> None:
    make_release(batch=2, lines=[Line(identity=IDENTITY, paid_on=PAID)])
    draft = make_release(state=State.DRAFT, batch=3, lines=[_correcting()])
    ((_, _, message),) = settle_corrections(draft)
    assert "分不清" in message


def test_two_lines_that_name_one_row_are_an_error(published: Release) -> None:
    draft = make_release(state=State.DRAFT, batch=2, lines=[_correcting(), _correcting()])
    ((position, _, message),) = settle_corrections(draft)
    assert position == 2
    assert "只留一行" in message


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_a_row_that_is_not_public_is_not_corrected(state: State, places: Places) -> None:
    make_release(state=state, lines=[Line(identity=IDENTITY, paid_on=PAID)])
    draft = make_release(state=State.DRAFT, batch=2, lines=[_correcting()])
    assert len(settle_corrections(draft)) == 1


def test_an_ordinary_line_replaces_nothing(published: Release) -> None:
    draft = make_release(state=State.DRAFT, batch=2, lines=[Line(identity=IDENTITY)])
    assert settle_corrections(draft) == []
    assert not draft.replacements.exists()
