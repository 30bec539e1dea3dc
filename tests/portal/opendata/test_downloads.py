"""Open data is what pages show: the public rendering, the newest versions, nothing more."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from funds.models import Payment
from portal.catalogue.models import NamesPolicy
from portal.opendata.writing import inert
from portal.places.models import Region
from portal.releases import actions
from tests.builders import (
    NOW,
    Line,
    make_cast,
    make_correction,
    make_item,
    make_lines,
    make_places,
    make_programme,
    make_release,
)
from tests.villages.books import line, publish_books
from tests.villages.telling import notice
from tests.villages.telling import publish as tell

pytestmark = pytest.mark.django_db


def table(client: Client, region: Region, kind: str = "payments") -> list[dict[str, str]]:
    """Return the rows of a download by their headings."""
    response = client.get(f"/data/{kind}.csv", {"region": region.code})
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_a_village_has_its_rows_as_numbers_and_days(client: Client) -> None:
    make_release(lines=[Line(), Line(region=make_places().qianbai)])
    (row,) = table(client, make_places().dapu)
    assert (row["姓名"], row["补贴金额"], row["发放日期"]) == ("李大根", "697.50", "2026-06-20")
    assert (row["地区代码"], row["地区"], row["所属期"]) == (
        make_places().dapu.code,
        "袁州区彬江镇大浦村",
        "2026",
    )
    assert row["网址"].endswith(f"/row/payments/{row['公开编号']}/")


def test_rows_of_other_places_are_not_even_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.opendata.records._CHUNK", 2)
    make_release(lines=[*make_lines(9, region=make_places().qianbai), Line()])
    with CaptureQueriesContext(connection) as queries:
        (row,) = table(client, make_places().dapu)
    assert row["地区"] == "袁州区彬江镇大浦村"
    assert sum('FROM "funds_payment"' in query["sql"] for query in queries) == 1


def test_nothing_is_there_that_no_page_shows(client: Client) -> None:
    make_release(lines=[Line()])
    (row,) = table(client, make_places().dapu)
    text = "".join(row) + "".join(row.values())
    assert not {"身份证号", "银行账号", "户号", "账户户名", "开户行"} & row.keys()
    assert "6217" not in text
    assert "0038" not in text


def test_a_masked_name_is_masked_and_a_hidden_item_is_left_out(client: Client) -> None:
    masked = make_item("MS-P04", names=NamesPolicy.MASKED)
    hidden = make_item("MS-P07", names=NamesPolicy.HIDDEN)
    make_release(item=masked, lines=[Line(name="张平安")])
    make_release(item=hidden, lines=make_lines(4))
    assert [row["姓名"] for row in table(client, make_places().dapu)] == ["张*安"]


def test_a_whole_county_is_told_without_names(client: Client) -> None:
    make_release(lines=[Line()])
    (row,) = table(client, make_places().county)
    assert "姓名" not in row
    assert "李大根" not in "".join(row.values())
    assert row["补贴金额"] == "697.50"


def test_a_whole_county_is_told_without_the_texts_that_may_name_people(client: Client) -> None:
    tell("notices", notice(正文="李大根的宅基地批了。"))
    publish_books(line(摘要="付李大根误工费", 往来单位="便民文具店"))
    (told,) = table(client, make_places().dapu, "notices")
    (wide,) = table(client, make_places().county, "notices")
    assert told["正文"] == "李大根的宅基地批了。"
    assert wide["标题"] == told["标题"]
    assert "李大根" not in "".join(wide.values())
    (book,) = table(client, make_places().county, "ledger")
    assert "李大根" not in "".join(book.values())
    assert (book["经手人"], book["金额"]) == ("王小平", "1480.00")


def test_only_the_newest_version_stands_there_and_withdrawn_lines_do_not(client: Client) -> None:
    release = make_release(lines=[Line(name="李大根"), Line(name="王小妹")])
    first, second = Payment.objects.filter(release=release).order_by("position")
    make_correction(release, {first.pk: Line(amount=Decimal("700.00")), second.pk: None})
    (row,) = table(client, make_places().binjiang)
    assert (row["补贴金额"], row["第几版"]) == ("700.00", "2")


def test_a_withdrawn_release_is_gone(client: Client) -> None:
    release = make_release()
    actions.withdraw(release.pk, by=make_cast().county_reviewer, at=NOW, reason="发错了")
    assert table(client, make_places().binjiang) == []


def test_more_rows_than_one_reading_come_whole_and_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.opendata.records._CHUNK", 2)
    make_release(lines=make_lines(5))
    rows = table(client, make_places().dapu)
    assert len({row["公开编号"] for row in rows}) == len(rows) == 5


@pytest.mark.parametrize(
    ("text", "told"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5.00", "-5.00"), ("-5 元", "'-5 元"), ("办公", "办公")],
)
def test_nothing_becomes_a_formula(text: str, told: str) -> None:
    assert inert(text) == told


def test_the_page_lists_what_there_is(client: Client) -> None:
    make_release(lines=make_lines(3))
    make_programme()
    page = client.get("/data/", {"region": make_places().dapu.code}).content.decode()
    assert "到户资金发放明细" in page
    assert "货币资金余额" not in page


@pytest.mark.parametrize("path", ["/data/?region=abc", "/data/nothing.csv?region=360902100204"])
def test_what_is_not_there_says_so(client: Client, path: str) -> None:
    make_places()
    assert client.get(path).status_code == 404


def test_the_command_writes_the_same_as_the_page(client: Client, tmp_path: Path) -> None:
    make_release(lines=[Line()])
    path = tmp_path / "out.csv"
    call_command("export", "payments", str(path), "--region", make_places().dapu.code)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.DictReader(stream)) == table(client, make_places().dapu)


def test_the_command_writes_one_object_a_line(tmp_path: Path) -> None:
    make_release(lines=make_lines(2))
    path = tmp_path / "out.json"
    call_command("export", "payments", str(path), "--region", make_places().county.code, "--format", "json")
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [one["补贴金额"] for one in told] == ["112.50", "225.00"]


@pytest.mark.parametrize(
    "words", [["nothing", "x.csv", "--region", "360902100204"], ["payments", "x.csv"], ["payments"]]
)
def test_a_wrong_order_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    make_places()
    with pytest.raises(SystemExit) as stopped:
        call_command("export", *words)
    assert stopped.value.code == 2
    assert capsys.readouterr().err
