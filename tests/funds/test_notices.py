"""Notices: their words with their paragraphs, what is refused, what is asked about."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client

from funds.models import Notice
from portal.columns.column import CellError
from portal.columns.paragraphs import Paragraphs
from portal.imports.origins import cell_texts, stored_rows
from portal.imports.typed import TypedRow, save_rows
from portal.releases.models import Release, State
from portal.releases.registry import kind
from portal.releases.verification.run import verify
from tests.builders import NOW, make_cast, make_item, make_places, walk
from tests.villages.drafting import TODAY
from tests.villages.telling import errors_of, item_for, load_rows, notice, publish, said_of

pytestmark = pytest.mark.django_db
TEXT = "第一段：查了账。\n\n第二段：\t有 2 笔\\没票据。\n第三段。"
WINDOW = {"公示起始日期": "2026-06-20", "公示终止日期": "2026-06-26"}


@pytest.mark.parametrize(
    "raw",
    [
        "　　一。\r\n　　二。",
        "一。\r二。 ",
        "一。\u2028二。",
        "\n一。\n二。\n\n",
    ],
)
def test_paragraphs_have_one_line_end(raw: str) -> None:
    assert Paragraphs().parse(raw) == "一。\n二。"


def test_many_blank_lines_are_one() -> None:
    assert Paragraphs().parse("一\n\n \n\n二") == "一\n\n二"


def test_a_text_has_a_bound_and_no_unseen_signs() -> None:
    assert len(Paragraphs().parse("字" * 20_000)) == 20_000
    with pytest.raises(CellError, match="太长"):
        Paragraphs().parse("字" * 20_001)
    with pytest.raises(CellError, match="看不见"):
        Paragraphs().parse("一\x0b二")


def _xlsx(*rows: dict[str, str]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_paragraphs_are_the_same_from_csv_and_from_xlsx() -> None:
    load_rows("notices", notice(正文=TEXT))
    load_rows("notices", data=_xlsx(notice(正文=TEXT)), suffix=".xlsx", batch=2)
    assert set(Notice.objects.values_list("text", flat=True)) == {TEXT}


def test_what_was_loaded_can_be_proved() -> None:
    publish("notices", notice(正文=TEXT))
    report = verify(full=True, at=NOW)
    assert (report.difference, report.rows) == (None, 1)


def test_a_notice_typed_in_again_keeps_its_paragraphs() -> None:
    (draft,) = load_rows("notices", notice(正文=TEXT)).releases
    row = Notice.objects.get()
    (stored,) = stored_rows(kind("notices"), Notice.objects.select_related("release", "region"))
    columns = kind("notices").columns
    cells = cell_texts(columns, stored) | {"title": "改过的标题"}
    cells["text"] = cells["text"].replace("\n", "\r\n")
    save_rows(draft.pk, [TypedRow(cells, row.pk)], by=make_cast().clerk, at=NOW, today=TODAY)
    assert list(Notice.objects.values_list("title", "text")) == [("改过的标题", TEXT)]


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"正文": ""}, "正文", "附件"),
        ({"发布日期": "2026-11-25"}, "发布日期", "今天之后"),
        ({"公示起始日期": "2026-06-20"}, "公示终止日期", "也要写"),
        (WINDOW | {"公示终止日期": "2026-06-19"}, "公示终止日期", "起始日期之前"),
        ({"公开目录编码": "MS-P02"}, "公开目录编码", "没有用“信息公开”"),
        ({"地区代码": "国桥村"}, "地区代码", "辖区内没有"),
    ],
)
def test_what_cannot_be_is_refused(cells: dict[str, str], column: str, says: str) -> None:
    errors = errors_of("notices", notice(**cells))
    assert [(row, where) for row, where, _ in errors] == [(2, column)]
    assert says in errors[0][2]


def test_a_notice_may_be_its_file() -> None:
    load_rows("notices", notice(正文="", 附件="报告.pdf"))
    assert Notice.objects.get().attachments == "报告.pdf"


def test_a_place_that_is_not_told_is_the_offices_own() -> None:
    load_rows("notices", notice(地区代码=""))
    assert Notice.objects.get().region == make_places().binjiang


def test_a_window_that_tells_its_end_begins_with_the_notice() -> None:
    load_rows("notices", notice(公示终止日期="2026-06-26"))
    found = Notice.objects.get()
    assert (found.window_start_on, found.window_end_on) == (found.issued_on, TODAY.replace(month=6, day=26))


def test_rows_of_several_items_become_several_drafts() -> None:
    item_for("notices")
    make_item("XX-07", kind="notices", section="信息公开", name="离任审计")
    load_rows("notices", notice(), notice(公开目录编码="XX-07", 标题="离任审计结果"))
    assert set(Release.objects.values_list("item__code", flat=True)) == {"XX-02", "XX-07"}


def test_the_period_is_the_loads_where_it_is_not_told() -> None:
    load_rows("notices", notice(), notice(所属期="2026Q1", 标题="一季度"), period="2026Q2")
    assert [row.start_on.month for row in Notice.objects.order_by("position")] == [4, 1]


def test_right_notices_raise_no_question() -> None:
    assert said_of("notices", notice(**WINDOW)) == {}


@pytest.mark.parametrize(("end", "is_asked"), [("2026-06-26", False), ("2026-06-25", True)])
def test_a_window_has_the_days_its_item_asks_for(end: str, is_asked: bool) -> None:
    item = item_for("notices", code="XX-08", window_days=7, window_unit="calendar")
    said = said_of("notices", notice(**WINDOW | {"公示终止日期": end}), item=item)
    assert ("notice-window-short" in said) is is_asked


@pytest.mark.parametrize(("issued", "is_asked"), [("2026-06-20", False), ("2026-06-21", True)])
def test_a_window_does_not_begin_before_its_notice(issued: str, is_asked: bool) -> None:
    assert ("notice-window-over" in said_of("notices", notice(发布日期=issued, **WINDOW))) is is_asked


def test_a_notice_told_twice_is_asked_about() -> None:
    assert "notice-again" in said_of("notices", notice(), notice(正文="别的话"))
    assert "notice-again" not in said_of("notices", notice(), notice(发布日期="2026-06-19"), batch=2)


def test_a_notice_published_before_is_the_same() -> None:
    publish("notices", notice())
    (draft,) = load_rows("notices", notice(正文="又贴一次"), batch=2).releases
    assert walk(draft, State.DRAFT).state == State.DRAFT
    assert "notice-again" in said_of("notices", notice(正文="再贴一次"), batch=3)


def test_a_text_is_typed_into_a_field_of_several_lines(client: Client) -> None:
    (draft,) = load_rows("notices", notice(正文=TEXT)).releases
    client.force_login(make_cast().clerk)
    page = client.get(f"/manage/imports/upload/draft/{draft.pk}/add/").content.decode()
    assert '<textarea id="text"' in page
    told = {
        "title": "第二份",
        "region": "360902100204",
        "category": "村务监督",
        "publisher": "大浦村",
        "issued_on": "2026-06-20",
        "text": "一。\r\n\r\n二。",
        "period": "2026Q2",
    }
    client.post(f"/manage/imports/upload/draft/{draft.pk}/add/", told)
    assert Notice.objects.get(title="第二份").text == "一。\n\n二。"
