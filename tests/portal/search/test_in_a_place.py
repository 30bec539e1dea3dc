"""Rows inside one township or village: by their words, by the other side's public name, by the amount."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.catalogue.models import NamesPolicy
from portal.places.models import Level, Region
from portal.releases import actions, registry
from portal.releases.models import Release, Replacement, State
from portal.releases.registry import Disclosure
from portal.search import rows
from tests.builders import (
    NOW,
    add_rows,
    body_of,
    make_item,
    make_lines,
    make_places,
    make_programme,
    make_release,
    make_standard,
    start_release,
    walk,
)
from villages.models import CounterpartyType, Direction, LedgerEntry

pytestmark = pytest.mark.django_db
DAPU = "360902100204"
BINJIANG = "360902100000"
COUNTY = "360902000000"
NARROW = "要先选村，人名也一样"


def page(q: str, **more: str) -> str:
    answer = Client().get("/search", {"q": q, **more})
    assert answer.status_code == 200
    return answer.content.decode().replace("<mark>", "").replace("</mark>", "")


def entry(summary: str = "办公打印纸墨", **more: Any) -> dict[str, Any]:
    """Return a line of a book: paid to an organisation unless told a person's full name."""
    person = more.pop("person", "")
    other = more.pop("other", "便民文具店")
    told = {
        "region": make_places().dapu,
        "happened_on": date(2026, 6, 14),
        "voucher_no": "记-012",
        "direction": Direction.OUT,
        "account": "管理费用",
        "account_code": "521",
        "summary": summary,
        "amount": Decimal("12600.00"),
        "counterparty": person or other,
        "counterparty_public": f"{person[0]}*{person[2:]}" if person else other,
        "counterparty_type": CounterpartyType.PERSON if person else CounterpartyType.UNIT,
        "handler": "王小平",
        "approver": "刘建华",
    }
    return told | more


def book(
    *lines: dict[str, Any], state: State = State.PUBLISHED, names: NamesPolicy = NamesPolicy.MASKED
) -> Release:
    """Return a month's book of 大浦村."""
    item = make_item(
        f"MS-Z01-{names}", kind="ledger", level=Level.VILLAGE, period="monthly", names=names, name="收支明细"
    )
    batch = Release.objects.filter(kind="ledger").count() + 1
    release = start_release(
        item=item, body=body_of(make_places().dapu), period="2026-06", batch=batch, opening_amount=Decimal(0)
    )
    add_rows(release, lines or [entry()])
    return walk(release, state)


@pytest.mark.parametrize("q", ["纸", "打印", "打印纸", "办公打印纸墨", "打印 文具", " 打印 纸 ", "文具店 墨"])
@pytest.mark.parametrize("region", [DAPU, BINJIANG])
def test_a_line_is_found_by_words_of_one_to_many_characters(q: str, region: str) -> None:
    book()
    (row,) = LedgerEntry.objects.all()

    found = page(q, region=region)

    assert "账本里的事" in found
    assert f'href="/row/ledger/{row.pk}/"' in found
    assert "办公打印纸墨" in found
    assert "支出 · 便民文具店 · 大浦村 · 6月14日" in found
    assert "12,600.00" in found


@pytest.mark.parametrize(
    "q",
    [
        "12600",
        "12,600",
        "12600.00",
        "12600.00元",
        "12,600 元",
        "\uff11\uff12\uff16\uff10\uff10",
        "¥12600",
        "12600 打印",
        "文具 12600元",
    ],
)
def test_a_line_is_found_by_its_amount(q: str) -> None:
    book(entry(), entry("路灯维修", amount=Decimal("2600.00")))

    found = page(q, region=DAPU)

    assert "办公打印纸墨" in found
    assert "路灯维修" not in found


@pytest.mark.parametrize("q", ["1260", "600", "12600.01", "126000", "12600 路灯", "-12600"])
def test_another_amount_finds_nothing(q: str) -> None:
    book()

    assert "没查到" in page(q, region=DAPU)


def test_a_red_letter_line_is_found_as_it_is_shown() -> None:
    book(entry(amount=Decimal("-120.50")))

    assert "−120.50" in page("−120.50", region=DAPU)


@pytest.mark.parametrize("q", ["打印", "12600", "便民文具店"])
@pytest.mark.parametrize("region", ["", "360900000000", COUNTY])
def test_asked_wider_it_says_to_choose_a_village(q: str, region: str) -> None:
    book()

    found = page(q, region=region)

    assert "办公打印纸墨" not in found
    assert NARROW in found
    assert f"region={BINJIANG if region == COUNTY else COUNTY}" in found


@pytest.mark.parametrize("region", ["360902100205", "360902101000"])
def test_a_line_is_not_found_in_another_place(region: str) -> None:
    book()

    assert "没查到" in page("打印", region=region)


def test_a_township_offers_its_villages_with_what_they_hold() -> None:
    book(entry(), entry("打印机"), entry("打印店招牌", region=make_places().dapu))

    found = page("打印", region=BINJIANG)

    assert re.search(rf'region={DAPU}"[^>]*>大浦村<span>3</span>', found)
    assert NARROW not in found


@pytest.mark.parametrize("q", ["李大根", "李大", "大根误"])
def test_a_full_name_never_finds_a_masked_person(q: str) -> None:
    book(entry("清理水渠", person="李大根"))

    assert "没查到" in page(q, region=DAPU)


@pytest.mark.parametrize("q", ["李*根", "李*", "*根", "李"])
def test_a_person_is_found_as_shown_and_once(q: str) -> None:
    book(entry("清理水渠", person="李大根"))

    found = page(q, region=DAPU)

    assert "收钱、交钱的人和单位" in found
    assert "支出 · 清理水渠 · 大浦村 · 6月14日" in found
    assert found.count('href="/row/ledger/') == 1


@pytest.mark.parametrize("q", ["便民文具店", "文具", "店"])
def test_an_organisation_is_found_by_its_name(q: str) -> None:
    book()

    found = page(q, region=BINJIANG)

    assert "收钱、交钱的人和单位" in found
    assert found.count('href="/row/ledger/') == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN, State.DISCARDED])
@pytest.mark.parametrize("q", ["打印", "12600", "文具店"])
def test_what_is_not_public_is_not_found(state: State, q: str) -> None:
    book(state=state)

    assert "没查到" in page(q, region=DAPU)


@pytest.mark.parametrize("q", ["打印", "12600", "文具店"])
def test_a_line_of_an_item_that_tells_sums_alone_is_not_found(q: str) -> None:
    book(names=NamesPolicy.HIDDEN)

    assert "没查到" in page(q, region=DAPU)


def correct(release: Release, line: dict[str, Any] | None) -> None:
    (old,) = LedgerEntry.objects.filter(release=release)
    draft = actions.start_correction(release.pk, by=release.drafted_by, reason="摘要写错了")
    new = add_rows(draft, [line], replacing=[old])[0] if line else None
    Replacement.objects.create(release=draft, row_id=old.pk, by_row_id=new, reason="摘要写错了")
    walk(draft, State.PUBLISHED, at=NOW + timedelta(days=1))


@pytest.mark.parametrize("q", ["打印", "12600", "文具店"])
def test_a_line_that_was_replaced_is_found_by_its_newest_version_only(q: str) -> None:
    correct(book(), entry("修路灯", amount=Decimal("1.00"), other="宏达公司"))

    assert "没查到" in page(q, region=DAPU)
    assert "修路灯" in page("修路", region=DAPU)


@pytest.mark.parametrize("q", ["打印", "12600", "文具店"])
def test_a_line_that_was_taken_away_is_not_found(q: str) -> None:
    correct(book(), None)

    assert "没查到" in page(q, region=DAPU)


@pytest.mark.parametrize(("q", "key"), [("打印", "ledger"), ("文具", "ledger-names")])
def test_lines_are_paged_newest_first_without_loss_or_repeat(
    monkeypatch: pytest.MonkeyPatch, q: str, key: str
) -> None:
    monkeypatch.setattr(rows, "PAGE", 4)
    days = [date(2026, 6, 1 + number % 5) for number in range(11)]
    book(*[entry(f"打印{number}", happened_on=day) for number, day in enumerate(days)])
    seen: list[str] = []
    address = f"/search?q={q}&region={DAPU}&kind={key}"

    while address:
        answer: Any = Client().get(address)
        (section,) = answer.context["results"].sections
        seen += [line.href for line in section.lines]
        address = section.next

    newest = LedgerEntry.objects.order_by("-happened_on", "-id")
    assert seen == [f"/row/ledger/{row.pk}/" for row in newest]


def test_sections_can_be_chosen_and_say_how_much_they_hold() -> None:
    make_release(lines=make_lines(20))
    book(entry(person="李大根"), entry("李家桥维修"), entry("李家塘清淤"))

    found = page("李", region=DAPU)

    assert re.search(r'kind=payments"[^>]*>领补贴的人<span>10</span>', found)
    assert re.search(r'kind=ledger-names"[^>]*>收钱、交钱的人和单位<span>1</span>', found)
    assert re.search(r'kind=ledger"[^>]*>账本里的事<span>2</span>', found)
    assert "领补贴的人</h2>" not in page("李", region=DAPU, kind="ledger")


def test_who_finds_nothing_is_told_what_to_do_next() -> None:
    make_places()

    found = page("没有的事", region=DAPU)

    assert "换个说法，少写几个字。" in found
    assert re.search(rf'region={BINJIANG}"[^>]*>到彬江镇里查', found)
    assert "到全市里查" in page("没有的事", region=BINJIANG)


@pytest.fixture
def many_kinds(village_notices: Disclosure) -> Iterator[list[Disclosure]]:
    """Declare a dozen kinds more, each searched in every way and with its subjects named by a query."""

    def titles_by(number: int) -> Any:
        def titles(county: str, subjects: Collection[str]) -> dict[str, str]:
            place = Region.objects.get(code=f"{county}000000").name
            return dict.fromkeys(subjects, f"{place}{number}")

        return titles

    made = [
        replace(
            village_notices,
            code=f"notices-{letter}",
            name_field="note",
            place_search_fields=("title",),
            subject="title",
            subject_titles=titles_by(number),
        )
        for number, letter in enumerate("abcdefghijkl")
    ]
    for kind in made:
        registry.register(kind)
    yield made
    for kind in made:
        registry.unregister(kind.code)


@pytest.mark.parametrize("region", ["", COUNTY, BINJIANG, DAPU])
@pytest.mark.parametrize("more", [{}, {"kind": "notices-a"}, {"kind": "ledger"}])
def test_more_kinds_cost_no_more_queries(
    many_kinds: list[Disclosure], region: str, more: dict[str, str]
) -> None:
    make_programme(name="李子补贴")
    make_standard(name="李子树")
    make_release(lines=make_lines(50))
    book(*[entry(f"李家桥{number}", person="李大根") for number in range(30)], entry("李家塘"))
    item = make_item("XX-99", kind=many_kinds[0].code, name="村务公告")
    release = start_release(item=item)
    notice = {"region": make_places().dapu, "amount": 1, "posted_on": date(2026, 6, 1), "note": "李四"}
    add_rows(release, [{"title": f"李树{number}", **notice} for number in range(60)])
    walk(release, State.PUBLISHED)

    with CaptureQueriesContext(connection) as queries:
        found = page("李", region=region, **more)

    assert len(queries) <= 8
    assert ("李树" in found) == (more != {"kind": "ledger"})
    assert len(gzip.compress(found.encode())) <= 40_000


def test_a_later_page_costs_at_most_eight_queries(many_kinds: list[Disclosure]) -> None:
    book(*[entry(f"打印{number}") for number in range(30)])
    first: Any = Client().get(f"/search?q=打印&region={BINJIANG}&kind=ledger")
    (section,) = first.context["results"].sections

    with CaptureQueriesContext(connection) as queries:
        Client().get(section.next)

    assert len(queries) <= 8


@pytest.mark.parametrize("q", ["打印", "没有的事", "李", ""])
@pytest.mark.parametrize("region", ["", BINJIANG, DAPU])
def test_headings_stand_in_order(q: str, region: str) -> None:
    book(entry(), entry(person="李大根"))

    levels = [int(level) for level in re.findall(r"<h([1-6])", page(q, region=region))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
