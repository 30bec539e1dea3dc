"""The signed head of a day, as paper carries it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.log import anchors
from tests.builders import NOW
from tests.portal.log.keeping import Keeper, append

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timezone.localdate(NOW)


def test_paper_carries_the_head_of_ten_past_midnight(keeper: Keeper) -> None:
    assert anchors.line(DAY) == ""
    append(0)
    newest = keeper.newest()
    tomorrow = anchors.anchor_of(DAY + timedelta(days=1))
    assert tomorrow is not None
    assert tomorrow.size == newest.size
    assert anchors.line(DAY + timedelta(days=1)) == f"公开日志编号 {newest.size} 总指纹 {tomorrow.code}"


def test_before_the_first_midnight_the_newest_head_stands_in(keeper: Keeper) -> None:
    append(0)
    newest = keeper.newest()
    assert anchors.anchor_of(DAY) is None
    assert anchors.line(DAY).startswith(f"公开日志编号 {newest.size} ")
