"""Rows by the documents behind them: what they are, and whether there are any."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.releases.actions.erasure import ask_erasure, decide_erasure
from portal.releases.models import Attachment, Ground
from tests.builders import NOW, make_cast, make_lines, make_programme, make_release
from tests.portal.pages.reading import text
from tests.villages.books import folder_of, line, picture, publish_books
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db
DAPU = "360902100204"
BINJIANG = "360902100000"


@pytest.fixture(autouse=True)
def books(settings: object, tmp_path: Path) -> None:
    """Publish a line with two documents, one whose only file never came, and one without."""
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    files = folder_of(tmp_path, **{"李大根发票.jpg": picture(), "明细.png": picture("明细", form="PNG")})
    publish_books(
        line(摘要="打印甲", 附件="李大根发票.jpg;明细.png"),
        line(摘要="打印乙", 附件="没有的合同.jpg", 凭证号="记-002"),
        line(摘要="打印丙", 凭证号="记-003"),
        files=files,
    )


def found(client: Client, q: str, **more: str) -> list[str]:
    """Return the summaries of the lines found."""
    answer = client.get("/search", {"q": q, "region": DAPU, **more})
    assert answer.status_code == 200
    ids = re.findall(r'href="/row/ledger/([^/]+)/"', answer.content.decode())
    return sorted(LedgerEntry.objects.filter(pk__in=ids).values_list("summary", flat=True))


@pytest.mark.parametrize("q", ["发票", "明细单", "明细", "打印 发票", "发票 1480"])
def test_a_line_is_found_by_what_its_documents_are(client: Client, q: str) -> None:
    assert found(client, q) == ["打印甲"]


@pytest.mark.parametrize("q", ["李大根", "大根", "jpg", "合同", "票", "单"])
def test_neither_a_file_name_nor_a_missing_file_nor_one_character_finds_a_line(
    client: Client, q: str
) -> None:
    assert found(client, q) == []


def test_lines_with_documents_can_be_chosen(client: Client) -> None:
    page = text(client, f"/search?q=打印&region={DAPU}")
    assert "papers=1" in page
    assert "有票据的" in page
    assert "票据 2 份" in page

    assert found(client, "打印") == ["打印丙", "打印乙", "打印甲"]
    assert found(client, "打印", papers="1") == ["打印甲"]
    assert found(client, "文具", papers="1") == ["打印甲"]
    assert found(client, "文具", papers="1", kind="ledger-names") == ["打印甲"]


def test_where_nothing_has_documents_nothing_is_offered(client: Client) -> None:
    make_release(lines=make_lines(3))

    assert "有票据的" not in text(client, f"/search?q=李大根&region={DAPU}")


@pytest.mark.parametrize("region", [DAPU, BINJIANG, ""])
def test_asking_for_documents_costs_at_most_eight_queries(client: Client, region: str) -> None:
    make_programme()

    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/search", {"q": "打印", "region": region, "papers": "1"})

    assert answer.status_code == 200
    assert len(queries) <= 8


def test_a_document_erased_by_law_finds_its_line_no_more(client: Client) -> None:
    row = LedgerEntry.objects.get(summary="打印甲")
    invoice = Attachment.objects.get(row_id=row.pk, caption="invoice")
    told: dict[str, Any] = {"ground": Ground.LAW, "by": make_cast().clerk, "documents": [invoice.pk]}
    asked = ask_erasure(row.release_id, [row.pk], ["kept"], at=NOW, **told)
    decide_erasure(asked.pk, by=make_cast().county_reviewer, at=NOW)
    assert found(client, "发票") == []
    assert found(client, "明细") == ["打印甲"]
