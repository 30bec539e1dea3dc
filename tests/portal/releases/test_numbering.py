"""Numbers that a load proposes go on from the highest of their place."""

from __future__ import annotations

import pytest

from portal.columns.row import Row
from portal.releases.actions import discard
from portal.releases.numbering import Numbering, numbering
from tests.builders import NOW, make_cast
from tests.villages.property import DAPU, asset, load_kind
from villages.models import VillageAsset

pytestmark = pytest.mark.django_db
QIANBAI = "360902100205"


def _so_far() -> dict[str, int]:
    return dict(numbering(VillageAsset, "asset_no", "ZC", "360902").highest)


def test_the_highest_of_each_place_counts_as_a_number_and_not_as_text() -> None:
    load_kind("assets", asset(f"{DAPU}-ZC-10000"), asset(f"{DAPU}-ZC-9999"), asset(f"{QIANBAI}-ZC-0007"))
    assert _so_far() == {DAPU: 10000, QIANBAI: 7}


@pytest.mark.parametrize("own", ["ZC-99", f"{DAPU}-ZY-0099", f"{DAPU}-ZC-1234567890", f"{DAPU}-ZC-99甲"])
def test_somebodys_own_numbers_do_not_count(own: str) -> None:
    load_kind("assets", asset(own))
    assert _so_far() == {}


def test_a_draft_that_was_thrown_away_does_not_count() -> None:
    (release,) = load_kind("assets", asset(f"{DAPU}-ZC-0041")).releases
    assert _so_far() == {DAPU: 41}
    discard(release.pk, by=make_cast().clerk, reason="", at=NOW)
    assert _so_far() == {}


def test_a_number_that_is_there_or_wrong_is_kept() -> None:
    numbers = Numbering("asset_no", "ZC", {DAPU: 3})
    told = Row(number=2, values={"asset_no": "甲1"}, item="", place=DAPU)
    wrong = Row(number=2, values={}, item="", place=DAPU, errors=[("asset_no", "太长")])
    nowhere = Row(number=2, values={}, item="")
    blank = Row(number=2, values={}, item="", place=DAPU)
    for row in (told, wrong, nowhere, blank):
        numbers.propose(row)
    found = [row.get("asset_no") for row in (told, wrong, nowhere, blank)]
    assert found == ["甲1", None, None, f"{DAPU}-ZC-0005"]
