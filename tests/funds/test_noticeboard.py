"""Pages of notices: what is open first, what was told, what stands above."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from funds.models import Notice
from portal.places.models import Region
from portal.releases.models import Stage
from tests.builders import NOW, make_cast, make_item, make_places, make_programme, make_release
from tests.portal.pages.reading import VILLAGE, text
from tests.villages.telling import decision, item_for, load_rows, notice, publish

pytestmark = pytest.mark.django_db
BOARD = f"{VILLAGE}notices/"


@pytest.fixture(autouse=True)
def pages_dir(settings: Settings, tmp_path: Path) -> None:
    settings.PAGES_DIR = tmp_path / "pages"


def _window(start: int, end: int) -> dict[str, str]:
    """Return a window by its first and last day, counted from today."""
    today = timezone.localdate()
    return {
        "公示起始日期": (today + timedelta(days=start)).isoformat(),
        "公示终止日期": (today + timedelta(days=end)).isoformat(),
    }


def _row(**cells: str) -> str:
    publish("notices", notice(**cells))
    return f"/row/notices/{Notice.objects.latest('pk').pk}/"


def test_an_open_window_says_which_day_it_is_and_until_when(client: Client) -> None:
    page = text(client, _row(**_window(-2, 4)))
    assert "今天是第 3 天" in page
    assert "还有 4 天" in page
    assert page.count('<li class="done">') >= 2
    assert page.count('aria-current="date"') == 1
    assert "我有意见" in page
    assert "/report/?region=360902100204&amp;row=notices/" in page


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [(-6, 0, "今天是最后一天"), (-7, -1, "公示到期了"), (1, 7, "公示还没开始")],
)
def test_a_window_turns_with_the_day(client: Client, start: int, end: int, says: str) -> None:
    assert says in text(client, _row(**_window(start, end)))


def test_a_notice_without_a_window_has_no_days(client: Client) -> None:
    assert "今天是第 3 天" in text(client, _row(标题="有公示期的", **_window(-2, 4)))
    page = text(client, _row(标题="没有公示期的"))
    assert "没有公示期的</h1>" in page
    assert "今天是第" not in page
    assert "公示到期了" not in page
    assert 'aria-current="date"' not in page


def test_paragraphs_stay_paragraphs_and_nothing_is_markup(client: Client) -> None:
    page = text(client, _row(正文="第一段。\n\n第二段。\n<b>第三行</b>"))
    assert '<p class="said">第一段。\n\n第二段。\n&lt;b&gt;第三行&lt;/b&gt;</p>' in page
    assert "缺原件" not in page


def test_a_notice_that_is_only_a_file_names_what_is_missing(client: Client) -> None:
    page = text(client, _row(正文="", 附件="报告.pdf"))
    assert "写在原件里" in page
    assert "还缺 1 份原件" in page
    assert "报告.pdf" not in page


def test_the_board_shows_what_is_open_first(client: Client) -> None:
    publish("notices", notice(标题="宅基地名单", **_window(-1, 5)), notice(标题="旧的", **_window(-9, -3)))
    page = text(client, BOARD)
    assert "正在公示 1 件" in page
    opened = page.partition("还能提意见的")[2].partition("</section>")[0]
    assert "宅基地名单" in opened
    assert "旧的" not in opened
    assert "公示到期了" in page


def test_a_board_without_open_windows_says_so(client: Client) -> None:
    publish("notices", notice())
    assert "现在没有公示" in text(client, BOARD)


def test_an_empty_board_names_what_should_stand_there(client: Client) -> None:
    item_for("notices")
    make_places()
    page = text(client, BOARD)
    assert "还没有公开通知" in page
    assert "村务监督季度报告" in page.partition("这里该公开")[2]


def test_a_village_sees_its_townships_and_its_countys_notices_but_not_its_neighbours(client: Client) -> None:
    places = make_places()
    publish("notices", notice(标题="镇里的事", 地区代码=""))
    publish("notices", notice(标题="区里的事", 地区代码=""), place=places.county, by=make_cast().county_clerk)
    publish("notices", notice(标题="邻村的事", 地区代码="前白村"), batch=2)
    page = text(client, BOARD)
    assert "镇里的事" in page
    assert "区里的事" in page
    assert "邻村的事" not in page
    assert "看彬江镇全部通知" in page


def test_a_new_notice_above_shows_on_a_kept_page(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    make_places()
    assert "镇里的事" not in text(client, BOARD)
    with django_capture_on_commit_callbacks(execute=True):
        publish("notices", notice(标题="镇里的事", 地区代码="", **_window(0, 6)))
    page = text(client, BOARD)
    assert "镇里的事" in page
    assert "正在公示 1 件" in page


def test_a_wider_place_counts_what_its_places_told(client: Client) -> None:
    publish("notices", notice(), notice(标题="第二份"))
    publish("decisions", decision())
    page = text(client, "/r/360902100000/notices/")
    line = page.partition("大浦村</a>")[2].partition("</tr>")[0]
    assert ">2<" in line
    assert ">1<" in line
    assert "大浦村" not in text(client, "/r/360902000000/notices/").partition("<main")[2]


@pytest.fixture
def posted() -> Region:
    """Return 大浦村, where a list of payments was posted before it is paid."""
    make_programme()
    item = make_item(window_days=7, window_unit="calendar")
    make_release(item=item, stage=Stage.POSTED)
    return make_places().dapu


def test_a_list_posted_before_it_is_paid_is_a_notice_too(client: Client, posted: Region) -> None:
    page = text(client, f"{posted.get_absolute_url()}notices/")
    assert "耕地地力保护补贴：打算发给谁" in page
    assert "stage=notice" in page
    assert "公示到期了" in page
    href = page.partition('href="/r/360902100204/subsidies/?')[2].partition('"')[0].replace("&amp;", "&")
    listed = text(client, f"/r/360902100204/subsidies/?{href}")
    assert "李大根" in listed
    assert "公示到期了" in listed


def test_its_window_is_counted_from_the_day_it_was_posted(client: Client, posted: Region) -> None:
    from funds.noticeboard.queries import posted_lists
    from portal.workdays.arithmetic import Calendar

    (found,) = posted_lists(posted, Calendar(), today=NOW.date() + timedelta(days=3))
    assert found.window is not None
    assert (found.window.number, found.window.end_on) == (3, date(2026, 7, 8))


def test_notices_are_chosen_by_year_and_by_item(client: Client) -> None:
    make_item("XX-07", kind="notices", section="信息公开", name="离任审计")
    publish(
        "notices",
        notice(),
        notice(标题="去年的", 发布日期="2025-12-31"),
        notice(标题="审计结果", 公开目录编码="XX-07"),
    )
    last_year = text(client, f"{BOARD}?year=2025")
    assert "去年的" in last_year
    assert "第二季度村务监督报告" not in last_year
    by_item = text(client, f"{BOARD}?item=XX-07")
    assert "审计结果" in by_item
    assert "去年的" not in by_item
    assert "没有这样的通知" in text(client, f"{BOARD}?year=2001", status=404)
    assert "年份不对" in text(client, f"{BOARD}?year=x", status=400)
    assert "页码不对" in text(client, f"{BOARD}?after=1", status=400)


def test_long_lists_are_paged_by_key(client: Client) -> None:
    days = [date(2026, 6, 20) - timedelta(days=at // 2) for at in range(45)]
    publish("notices", *(notice(标题=f"通知{at:02d}号", 发布日期=f"{day}") for at, day in enumerate(days)))
    path, seen = BOARD, list[str]()
    while path:
        page = text(client, path).partition("<main")[2]
        seen += [f"通知{at:02d}号" for at in range(45) if f"通知{at:02d}号" in page]
        found = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        path = found.replace("&amp;", "&") if 'rel="next"' in page else ""
    assert sorted(seen) == [f"通知{at:02d}号" for at in range(45)]


def test_a_notice_is_found_by_title_number_and_words(client: Client) -> None:
    publish("notices", notice(文号="彬府发〔2026〕7号", 正文="水渠清淤要出工。"))
    for word in ("村务监督", "彬府发", "清淤"):
        assert "第二季度" in text(client, f"/search?q={word}&region=360902100204")


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize(
    ("path", "most"),
    [(BOARD, 14), ("/r/360902100000/notices/", 14), (f"{BOARD}?year=2026", 8)],
)
def test_queries_do_not_grow(
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    posted: Region,
    path: str,
    most: int,
    count: int,
) -> None:
    rows = [notice(标题=f"通知{at}", **_window(-1, 5)) for at in range(count)]
    publish("notices", *rows)
    publish("decisions", *(decision(事项编号=f"SY-{at}") for at in range(count)))
    with django_assert_max_num_queries(most):
        client.get(f"{path}{'&' if '?' in path else '?'}nothing=1")


def test_a_draft_is_not_public(client: Client) -> None:
    publish("notices", notice(标题="审过了"))
    load_rows("notices", notice(标题="还没审"), batch=2)
    page = text(client, BOARD)
    assert "审过了" in page
    assert "还没审" not in page


@pytest.mark.parametrize(
    ("region", "is_found"), [("360902100204", True), ("360902000000", False), ("", False)]
)
def test_who_is_named_in_a_notice_is_found_in_its_place_alone(
    client: Client, region: str, is_found: bool
) -> None:
    path = _row(正文="李大根的宅基地批了。")
    found = client.get("/search", {"q": "李大根", "region": region}).content.decode()
    assert (path in found) == is_found
    assert path in client.get("/search", {"q": "监督报告", "region": region}).content.decode()


def test_a_notice_may_name_people_and_is_kept_by_no_search_engine(client: Client) -> None:
    assert '<meta name="robots" content="noindex">' in text(client, _row())
