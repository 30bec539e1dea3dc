"""One box: places, programmes and standards everywhere, persons inside one township or village."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.catalogue.models import NamesPolicy
from portal.places.models import Level, Region
from portal.releases.models import State
from portal.search import rows
from tests.builders import (
    Line,
    make_item,
    make_lines,
    make_places,
    make_programme,
    make_release,
    make_standard,
)

pytestmark = pytest.mark.django_db
DAPU = "360902100204"
BINJIANG = "360902100000"


def ask(q: str = "", **more: str) -> HttpResponse:
    return Client().get("/search", {"q": q, **more})  # type: ignore[return-value]


def page(q: str = "", **more: str) -> str:
    answer = ask(q, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def plain(text: str) -> str:
    return text.replace("<mark>", "").replace("</mark>", "")


def make_village(code: str, name: str, parent: Region) -> Region:
    return Region.objects.create(
        code=code, name=f"{name}村委会", short_name=f"{name}村", stem=name, level=Level.VILLAGE, parent=parent
    )


@pytest.mark.parametrize(
    "q",
    ["大浦", "大浦村", "大浦村委会", "彬江镇大浦村", "袁州区彬江镇大浦村", " 大浦 村 ", "浦", "大浦\x00村"],
)
def test_a_village_is_found_as_people_call_it(q: str) -> None:
    make_places()

    assert f'href="/r/{DAPU}/"' in page(q)


def test_a_name_that_repeats_is_asked_first() -> None:
    places = make_places()
    for code, parent in (("360902100301", places.binjiang), ("360902101301", places.xicun)):
        make_village(code, "庙前", parent)

    found = plain(page("庙前"))

    assert "有 2 个庙前，你找哪一个？" in found
    assert "袁州区 彬江镇 庙前村" in found
    assert "袁州区 西村镇 庙前村" in found


def test_one_village_of_a_name_is_not_asked_for() -> None:
    make_places()

    assert "你找哪一个" not in page("大浦")


def test_programmes_and_standards_are_found_everywhere() -> None:
    programme, standard = make_programme(), make_standard()

    found = page("耕地")

    assert f"/standards/?region={programme.county}000000&amp;programme=GD-2026" in found
    assert f"/standards/{standard.pk}/" in found


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_what_is_not_public_is_not_found(state: State) -> None:
    make_programme(state=state)
    make_release(lines=[Line()], state=state)

    assert "没查到" in page("耕地")
    assert "没查到" in page("李大根", region=DAPU)


@pytest.mark.parametrize("q", ["李大根", "李大", "李", "大根", "根", "李 大 根", "李　大根"])
@pytest.mark.parametrize("region", [DAPU, BINJIANG])
def test_a_person_is_found_in_village_and_township(q: str, region: str) -> None:
    make_programme()
    make_release(lines=[Line()])

    found = plain(page(q, region=region))

    assert "领补贴的人" in found
    assert "李大根" in found
    assert "耕地地力保护补贴 · 大浦村 · 2026年" in found
    assert "697.50" in found


@pytest.mark.parametrize("region", ["", "360902000000", "360900000000", "360902101000", "360902100205"])
def test_a_person_is_not_found_wider_or_elsewhere(region: str) -> None:
    make_release(lines=[Line()])

    assert "领补贴的人" not in page("李大根", region=region)


def test_a_full_name_never_finds_a_masked_line() -> None:
    make_release(item=make_item("MS-P10", names=NamesPolicy.MASKED), lines=[Line()])

    assert "领补贴的人" not in page("李大根", region=DAPU)
    assert "领补贴的人" in page("李*根", region=DAPU)


def test_a_hidden_line_is_not_found_at_all() -> None:
    make_release(
        item=make_item("MS-P07", names=NamesPolicy.HIDDEN), lines=[Line(more={"name_public": "李大根"})]
    )

    assert "领补贴的人" not in page("李大根", region=DAPU)


@pytest.mark.parametrize(
    "q", ["%", "_", "李_根", "李%", "\\", "'", '"', "a' OR 1=1 --", "<script>", "%%", "*"]
)
def test_signs_of_the_database_and_of_html_are_letters_here(q: str) -> None:
    make_release(lines=[Line()])

    found = page(q, region=DAPU)

    assert "没查到" in found
    assert "<script>" not in found


@pytest.mark.parametrize(
    "q", ["", " ", "\u3000", "\x00", "\x01\x02", "\ud800".encode("utf-8", "replace").decode()]
)
def test_nothing_written_gives_help(q: str) -> None:
    make_places()

    answer = ask(q)

    assert answer.status_code == 200


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    make_places()

    assert "只用了前面 60 个字" in page("大" * 10_000)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"region": "abc"}, 400),
        ({"region": "360902100204' --"}, 400),
        ({"region": "999999999999"}, 404),
        ({"after": "7"}, 400),
        ({"kind": "<b>"}, 400),
        ({"region": DAPU, "kind": "payments", "after": "0197e2a0-0000-7000-8000-000000000000"}, 404),
    ],
)
def test_a_broken_address_is_answered_with_help(query: dict[str, str], status: int) -> None:
    make_places()

    answer = ask("李", **query)

    assert answer.status_code == status
    assert 'role="search"' in answer.content.decode()


def test_names_are_paged_by_key_without_loss_or_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "PAGE", 7)
    lines = [
        Line(name="李大根", amount=Decimal(number + 1), identity=f"11010119900307{number:04d}")
        for number in range(9)
    ]
    lines += [
        Line(name=f"李{sign}", amount=Decimal(number + 100)) for number, sign in enumerate("甲乙丙丁戊己庚辛")
    ]
    release = make_release(lines=lines)
    seen: list[Any] = []
    address = f"/search?q=李&region={DAPU}&kind=payments"

    while address:
        answer: Any = Client().get(address)
        assert answer.status_code == 200
        section = next(one for one in answer.context["results"].sections if one.kind == "payments")
        seen += [line.href for line in section.lines]
        address = section.next

    assert len(seen) == len(set(seen)) == release.row_count == 17


def test_counts_end_where_nobody_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST", 9)
    make_release(lines=make_lines(12))

    assert "9 多" in page("李", region=DAPU)
    assert "9 多" not in page("大根", region=DAPU)


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize("more", [{}, {"kind": "payments"}])
def test_a_search_costs_at_most_eight_queries(count: int, more: dict[str, str]) -> None:
    make_programme()
    make_standard()
    make_release(lines=make_lines(count))

    with CaptureQueriesContext(connection) as queries:
        page("李", region=BINJIANG, **more)

    assert len(queries) <= 8


def test_results_can_be_narrowed_by_place_and_kind() -> None:
    places = make_places()
    other = Region.objects.create(
        code="360921000000",
        name="奉新县",
        short_name="奉新县",
        stem="奉新",
        level=Level.COUNTY,
        parent=places.city,
    )
    town = Region.objects.create(
        code="360921100000",
        name="冯川镇",
        short_name="冯川镇",
        stem="冯川",
        level=Level.TOWNSHIP,
        parent=other,
    )
    make_village("360921100201", "大浦", town)

    whole, narrowed = page("大浦"), page("大浦", region="360921000000")

    assert "缩小范围" in whole
    assert "region=360921000000" in whole
    assert f'href="/r/{DAPU}/"' not in narrowed
    assert 'href="/r/360921100201/"' in narrowed


def test_every_result_page_is_kept_out_of_indexes() -> None:
    make_places()

    answer = ask("大浦")

    assert answer["X-Robots-Tag"] == "noindex"
    assert "style=" not in answer.content.decode()


def test_an_unchanged_page_is_not_sent_twice() -> None:
    make_places()
    first = ask("大浦")

    again = Client().get("/search", {"q": "大浦"}, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert not again.content
