"""The month on paper: complete, masked as on the page, with a code that leads back."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Event, Thread

import pypdfium2 as pdfium
import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.codes.actions import withdraw
from portal.codes.models import Code
from portal.codes.typeset import TypesetError
from portal.people.models import User
from portal.releases.models import State
from tests.builders import make_cast, make_places, walk
from tests.portal.pages.reading import text
from tests.villages.books import BOOKS, draft_books, income, line, publish_books
from villages import views
from villages.paper import Imprint, Line, Paper, Part, Sheet, Told, render
from villages.printed import BusyError, Press

pytestmark = pytest.mark.django_db
SHEET = f"{BOOKS}2026-06.pdf"
_SIZES = {Paper.A3: (842, 1191), Paper.A4: (595, 842)}


def sheet(client: Client, paper: str = "a4") -> pdfium.PdfDocument:
    answer = client.get(f"{SHEET}?paper={paper}")
    assert answer.status_code == 200
    return pdfium.PdfDocument(answer.content)


def words_of(pdf: pdfium.PdfDocument) -> str:
    return re.sub(r"\s|\u200b", "", "".join(page.get_textpage().get_text_bounded() for page in pdf))


@pytest.mark.parametrize("paper", list(Paper))
def test_every_line_of_a_long_month_is_there(client: Client, paper: Paper) -> None:
    long = "修建从上屋场老祠堂到水库大塘边的机耕道并清理沿线排水沟渠的人工材料费用第二次付款"
    rows = [line(凭证号=f"记-{n}", 摘要=f"{long}{n}号", 金额=f"{1000 + n}.50") for n in range(1, 121)]
    publish_books(*rows, income())
    pdf = sheet(client, paper)
    told = words_of(pdf)
    for number in range(1, 121):
        assert f"第二次付款{number}号" in told
        assert f"{1000 + number:,}.50" in told
    assert len(pdf) > 1
    assert f"共{len(pdf)}页" in told
    assert all((round(page.get_width()), round(page.get_height())) == _SIZES[paper] for page in pdf)


def test_a_short_month_is_one_page_with_its_balance(client: Client) -> None:
    publish_books(
        line(), income(), income(凭证号="记-9", 摘要="鱼塘押金", 金额="2000", 款项性质="押金保证金")
    )
    pdf = sheet(client, "a3")
    told = words_of(pdf)
    assert len(pdf) == 1
    assert "16,120.00" in told
    assert "只是过手1笔" in told
    assert "缺票据" in told
    assert "12388" in told


def test_a_person_is_masked_on_paper_too(client: Client) -> None:
    publish_books(income())
    told = words_of(sheet(client))
    assert "王*芳" in told
    assert "王小芳" not in told


def test_its_code_leads_to_the_village(client: Client) -> None:
    publish_books(line())
    picture = sheet(client)[0].render(scale=2).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    code = Code.objects.valid().get(region=make_places().dapu)
    assert found.text.endswith(f"/C/{code.slug}")
    assert client.get(f"/c/{code.slug}").status_code == 200


def test_it_is_made_once_and_then_answered_by_its_tag(client: Client) -> None:
    publish_books(line())
    tag = client.get(SHEET)["ETag"]
    assert client.get(SHEET, headers={"If-None-Match": tag}).status_code == 304


def test_what_is_published_later_is_on_the_next_print(client: Client) -> None:
    publish_books(line())
    before = client.get(SHEET)["ETag"]
    publish_books(line(凭证号="记-2", 摘要="补录的一笔"), opening="", batch=2)
    assert client.get(SHEET)["ETag"] != before
    assert "补录的一笔" in words_of(sheet(client))


def test_a_character_that_cannot_be_printed_is_named(client: Client) -> None:
    publish_books(line(摘要="修𰻞𰻞面馆的门"))
    assert "𰻞" in text(client, SHEET, status=404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{BOOKS}2026-05.pdf", 404),
        (f"{BOOKS}2026-13.pdf", 400),
        (f"{SHEET}?paper=a0", 400),
        ("/r/360902100000/ledger/2026-06.pdf", 404),
        ("/r/999999999999/ledger/2026-06.pdf", 404),
    ],
)
def test_what_cannot_be_printed_is_answered_in_words(client: Client, path: str, status: int) -> None:
    publish_books(line())
    text(client, path, status=status)


def test_a_draft_is_on_no_sheet(client: Client) -> None:
    (draft,) = draft_books(line(), opening=Decimal(0))
    text(client, SHEET, status=404)
    walk(draft, State.IN_REVIEW)
    text(client, SHEET, status=404)


@pytest.mark.parametrize("rows", [1, 60])
def test_a_sheet_costs_at_most_nine_queries_one_of_them_for_the_log(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    publish_books(*[line(凭证号=f"记-{number}") for number in range(rows)])
    with django_assert_max_num_queries(9):
        client.get(SHEET)


def test_the_command_prints_a_township_and_names_who_published_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_books(line())
    file = tmp_path / "june.pdf"
    call_command("sheets", str(file), region="360902100000", period="2026-06", paper="a4")
    told = words_of(pdfium.PdfDocument(file.read_bytes()))
    assert "办公打印纸墨" in told
    assert "没公开的2个村：三姑桥社区、前白村" in told
    said = capsys.readouterr()
    assert "1 个村" in said.out
    assert "三姑桥社区、前白村" in said.err


def test_the_command_refuses_what_is_no_month(tmp_path: Path) -> None:
    publish_books(line())
    with pytest.raises(CommandError, match="按月印"):
        call_command("sheets", str(tmp_path / "x.pdf"), region="360902100000", period="2026")


def test_the_command_prints_the_others_and_names_what_the_font_lacks(tmp_path: Path) -> None:
    publish_books(line())
    publish_books(line(村代码="前白村", 摘要="修𰻞𰻞面馆的门"))
    file = tmp_path / "june.pdf"
    with pytest.raises(CommandError, match=r"前白村.*U\+30EDE"):
        call_command("sheets", str(file), region="360902100000", period="2026-06", paper="a3")
    told = words_of(pdfium.PdfDocument(file.read_bytes()))
    assert "大浦村2026年6月的账" in told
    assert "印不了的1个村" in told


@pytest.mark.parametrize("region", ["999999999999", "360902000000"])
def test_the_command_prints_a_village_or_a_township(tmp_path: Path, region: str) -> None:
    publish_books(line())
    with pytest.raises(CommandError):
        call_command("sheets", str(tmp_path / "x.pdf"), region=region, period="2026-06")


TOWNSHIP = "/r/360902100000/ledger/2026-06.pdf?paper=a3"


def test_a_township_is_printed_by_its_own_staff(client: Client) -> None:
    publish_books(line())
    client.force_login(make_cast().clerk)
    told = words_of(pdfium.PdfDocument(client.get(TOWNSHIP).content))
    assert "办公打印纸墨" in told
    assert "没公开的2个村" in told
    text(client, TOWNSHIP.replace("2026-06", "2026-05"), status=404)


@pytest.mark.parametrize("who", ["stranger", "inspector"])
def test_a_township_is_printed_by_nobody_else(client: Client, who: str) -> None:
    publish_books(line())
    user: User = getattr(make_cast(), who)
    client.force_login(user)
    text(client, TOWNSHIP, status=404)


def test_the_list_of_codes_offers_the_newest_month(client: Client) -> None:
    publish_books(line())
    publish_books(line(日期="2026-07-03"), period="2026-07", opening="")
    client.force_login(make_cast().clerk)
    page = text(client, "/manage/codes/code/")
    assert 'href="/r/360902100204/ledger/2026-07.pdf?paper=a3"' in page
    assert 'href="/r/360902100000/ledger/2026-07.pdf?paper=a4"' in page
    assert "各村7月的账 A3" in page
    assert "360902100205/ledger" not in page


def test_the_page_of_the_month_leads_to_both_papers(client: Client) -> None:
    publish_books(line())
    page = text(client, f"{BOOKS}?period=2026-06")
    for paper in Paper:
        assert f'href="{SHEET}?paper={paper}"' in page
        assert client.get(f"{SHEET}?paper={paper}")["Content-Type"] == "application/pdf"


def test_a_withdrawn_code_is_printed_no_more(client: Client) -> None:
    publish_books(line())
    before = words_of(sheet(client))
    old = Code.objects.get()
    withdraw(
        by=make_cast().county_reviewer, code=old, reason="海报被偷换", office="袁州区", now=timezone.now()
    )
    after = words_of(sheet(client))
    assert old.slug in before
    assert old.slug not in after
    assert Code.objects.valid().get().slug in after


def test_the_second_print_of_a_day_reads_no_books(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publish_books(line())
    for _ in range(2):  # The first one also made the code.
        first = client.get(SHEET)
    with django_assert_max_num_queries(1):
        again = client.get(SHEET)
    assert again.content == first.content
    with django_assert_max_num_queries(1):
        client.get(SHEET, headers={"If-None-Match": again["ETag"]})


@pytest.mark.parametrize("error", [BusyError(), TypesetError("overflow")])
def test_who_cannot_be_served_now_is_asked_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_: object) -> bytes:
        raise error

    publish_books(line())
    monkeypatch.setattr(views, "_printed", refuse)
    answer = client.get(SHEET)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "再点一次" in answer.content.decode()


def test_one_sheet_is_made_at_a_time_and_nobody_waits_for_long() -> None:
    press, started, go = Press(wait=0.01), Event(), Event()

    def slow() -> bytes:
        started.set()
        go.wait(5)
        return b"slow"

    other = Thread(target=press.printed, args=("slow", slow))
    other.start()
    started.wait(5)
    with pytest.raises(BusyError):
        press.printed("quick", lambda: b"quick")
    go.set()
    other.join()
    assert press.printed("slow", lambda: b"made again") == b"slow"
    assert press.printed("quick", lambda: b"quick") == b"quick"


def test_the_press_keeps_the_latest_and_lets_go_of_what_failed() -> None:
    press = Press(most=2)
    with pytest.raises(ZeroDivisionError):
        press.printed("broken", lambda: bytes(1 // 0))
    for key in "abc":
        press.printed(key, key.encode)
    assert press.printed("c", lambda: b"again") == b"c"
    assert press.printed("a", lambda: b"again") == b"again"


def printed(*lines: Line, paper: Paper = Paper.A3, **told: object) -> pdfium.PdfDocument:
    """Return a sheet of one list, printed on 2026-11-23."""
    one = Sheet(
        village="大浦村",
        place="袁州区彬江镇",
        month="2026年10月",
        address="HTTPS://MA.EXAMPLE.CN/C/7K4M92X",
        boxes=[("进账（元）", "0.00"), ("花出（元）", "0.00"), ("月底还有（元）", "没公开")],
        notes=[],
        parts=[Part(title=f"花出 {len(lines)} 笔", lines=lines)] if lines else [],
        accounts=None,
        missing=Told(title="没有缺的", lines=[]),
    )
    shared = {"site": "宜春“码”上监督", "hotline": "12388", "printed_on": date(2026, 11, 23)}
    imprint = Imprint(**{**shared, "is_example": False, **told})  # type: ignore[arg-type]
    return pdfium.PdfDocument(render([one], imprint, paper=paper))


def entry(summary: str = "办公打印纸墨", who: str = "王*芳") -> Line:
    return Line(day="10月8日", summary=summary, who=who, amount="1,480.00", marks=["缺票据"])


@pytest.mark.parametrize(
    "summary",
    ["𫖯𬱖𬶋鱼塘清淤", "x" * 200, "https://example.cn/" + "a1" * 40, '#panic("x") *粗* $x$', "字" * 200],
)
def test_whatever_was_written_is_printed_inside_the_paper(summary: str) -> None:
    pdf = printed(entry(summary))
    told = words_of(pdf)
    assert re.sub(r"\s", "", summary) in told.replace("\ufffe", "")
    page = pdf[0]
    held = page.get_textpage()
    boxes = [held.get_charbox(at) for at in range(held.count_chars())]
    assert max(right for _, _, right, _ in boxes) <= page.get_width() - 30


def test_the_parts_of_the_imprint_that_may_be_left_out() -> None:
    bare = words_of(printed(entry()))
    assert "贴到" not in bare
    assert "日志编号" not in bare
    assert "示例" not in bare
    told = words_of(
        printed(
            entry(),
            until=date(2026, 12, 23),
            anchor="日志编号 71205 · 总指纹 e772 0b9f 3ac4 d815",
            is_example=True,
        )
    )
    assert "贴到12月23日" in told
    assert "日志编号71205·总指纹e7720b9f3ac4d815" in told
    assert "示例数据，非真实账目" in told


def smallest(pdf: pdfium.PdfDocument) -> float:
    """Return the size in points of the smallest letters."""
    return min(
        float(one.get_font_size())
        for page in pdf
        for one in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_TEXT], max_depth=8)
    )


@pytest.mark.parametrize(("paper", "least"), [(Paper.A3, 18), (Paper.A4, 10.5)])
@pytest.mark.parametrize("count", [1, 18, 90])
def test_the_letters_stay_as_large_as_promised(paper: Paper, least: float, count: int) -> None:
    assert smallest(printed(*[entry()] * count, paper=paper)) >= least - 0.01


@pytest.mark.parametrize(("paper", "count"), [(Paper.A3, 20), (Paper.A4, 24)])
def test_a_usual_month_fits_one_page(paper: Paper, count: int) -> None:
    assert len(printed(*[entry()] * count, paper=paper)) == 1
