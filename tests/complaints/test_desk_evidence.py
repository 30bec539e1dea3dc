"""The row a report came from: its proof judged, its present state beside it, its documents compared."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from complaints.desk import evidence
from complaints.sealing import opening
from complaints.sealing.pieces import File
from portal.releases.actions.correction import withdraw
from portal.releases.models import Release
from tests.complaints.cases import NOW, Officers, make_report
from tests.complaints.desks import open_desk, page
from tests.county import make_cast
from tests.villages.books import income, line, publish_books
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db
PHOTO = File(name="公开图片1", media_type="image/webp", data=b"RIFF-a-voucher")
HASH = "5d8f0b4c"


@pytest.fixture
def snapshot() -> dict[str, Any]:
    """Return what a form takes of a public line of books."""
    publish_books(line(), income())
    row = LedgerEntry.objects.order_by("position")[0]
    told = json.loads(Client().get(f"/row/ledger/{row.pk}/opening.json").content)
    return {
        "row": f"ledger/{row.pk}",
        "title": "挖掘机费",
        "version": 1,
        "values": [["摘要", "清淤挖掘机费"]],
        "opening": told,
        "documents": [{"caption": "发票", "leaf": "", "pages": [{"sha256": HASH, "file": "公开图片1"}]}],
    }


def test_a_true_snapshot_is_proven_and_still_stands(snapshot: dict[str, Any]) -> None:
    shown = evidence.shown(snapshot)
    assert shown
    assert (shown.is_proven, shown.now, shown.state) == (True, "现在还是这样", "ok")
    assert shown.values == [("摘要", "清淤挖掘机费")]
    assert shown.address == f"/row/{snapshot['row']}/"


def bend(opening: dict[str, Any], part: str) -> None:
    """Change one part of an opening, as somebody would who wants it to say something else."""
    if part == "values":
        name = next(iter(opening["values"]["what"]))
        opening["values"]["what"][name] = "something else"
    elif part == "salts":
        opening["salts"]["what"] = "00" * 16
    elif part == "digests":
        opening["digests"]["kept"] = "00" * 32
    elif part == "path":
        opening["release"]["path"] = ["00" * 32]
    elif part == "entry":
        opening["entry"] = opening["entry"].replace('"t":"release"', '"t":"raised"')
    else:
        opening[part] = "99999"


@pytest.mark.parametrize("part", ["values", "salts", "digests", "path", "entry", "log_index"])
def test_a_bent_snapshot_is_not_proven(part: str, snapshot: dict[str, Any]) -> None:
    bent = deepcopy(snapshot)
    bend(bent["opening"], part)
    assert bent != snapshot
    shown = evidence.shown(bent)
    assert shown
    assert not shown.is_proven


def test_a_row_withdrawn_since_is_said(snapshot: dict[str, Any]) -> None:
    release = Release.objects.get()
    withdraw(release.pk, by=make_cast().county_reviewer, at=NOW, reason="录错了")
    shown = evidence.shown(snapshot)
    assert shown
    assert (shown.now, shown.state, shown.is_proven) == ("现在已经撤下", "bad", True)


def test_a_report_without_a_row_has_no_evidence_of_one() -> None:
    assert evidence.shown(None) is None
    assert evidence.shown({}) is None


@pytest.mark.parametrize("row", ["nonsense", "ledger/x", "nothing/01890000-0000-7000-8000-000000000000"])
def test_a_snapshot_that_says_nothing_is_shown_as_unproven(row: str) -> None:
    shown = evidence.shown({"row": row})
    assert shown
    assert (shown.is_proven, shown.now, shown.address) == (False, "现在找不到这一行", "")


def test_documents_are_compared_with_what_the_public_saw(snapshot: dict[str, Any]) -> None:
    for sha256, is_same in ((HASH, True), ("00", False)):
        shown = evidence.shown(snapshot, [{"name": "公开图片1", "sha256": sha256}])
        assert shown
        assert [(one.caption, one.is_same) for one in shown.documents] == [("发票", is_same)]


def test_the_page_shows_snapshot_and_pictures_side_by_side(staff: Officers, snapshot: dict[str, Any]) -> None:
    ticket = make_report(files=(PHOTO,), snapshot=snapshot).ticket
    html = page(open_desk(staff.li), ticket)
    for words in ("证明对得上", "现在还是这样", "清淤挖掘机费", "和公开的不一样"):
        assert words in html
    assert html.count("<img") == 1
    assert opening.peek(staff.li, ticket).report.told["snapshot"]["title"] == "挖掘机费"
