"""Standards for everybody: what holds, what it was, what it comes to; and whatever is typed into it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from funds import standards
from funds.models import Standard
from funds.standard_page import change_of, due_words, rate_words, unit_words
from portal.columns.due import DueRule
from portal.releases.models import State
from tests.builders import make_places, make_programme, make_standard

D = Decimal
THIS_YEAR = date(2026, 1, 1)


def get(address: str, **query: str) -> HttpResponse:
    return Client().get(address, query)  # type: ignore[return-value]


def page(address: str = "/standards/", **query: str) -> str:
    answer = get(address, **query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("rate", "said"),
    [("112.5", "112.50"), ("1520", "1,520.00"), ("124.9788302", "124.9788302"), ("0.00000001", "0.00000001")],
)
def test_a_rate_keeps_every_decimal_it_has(rate: str, said: str) -> None:
    assert rate_words(D(rate).quantize(D("0.00000001"))) == said


@pytest.mark.parametrize(
    ("unit", "said"), [("亩", "元一亩"), ("人·月", "元一人一月"), ("人/月", "元一人一月")]
)
def test_a_unit_is_said_as_people_say_it(unit: str, said: str) -> None:
    assert unit_words(Standard(unit=unit)) == said


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("06-30", "每年6月30日前"),
        ("次月10日", "下个月10日前"),
        ("每月15日", "每月15日前"),
        ("", ""),
        ("随时", "随时"),
    ],
)
def test_a_due_day_is_said_in_full(rule: str, said: str) -> None:
    assert due_words(rule) == said


@pytest.mark.parametrize(
    ("start", "rate", "before", "word"),
    [
        (THIS_YEAR, "112.50", "110.00", "比去年多 2.50 元"),
        (THIS_YEAR, "110", "112.5", "比去年少 2.50 元"),
        (date(2019, 1, 1), "1520", "1600", "比上一次少 80.00 元"),
        (THIS_YEAR, "100", "100.00", "没变"),
        (THIS_YEAR, "100", None, "第一次公开"),
    ],
)
def test_what_changed_is_said(start: date, rate: str, before: str | None, word: str) -> None:
    standard = Standard(start_on=start, rate=D(rate))

    assert change_of(standard, D(before) if before else None, date(2026, 11, 24)).word == word


@pytest.fixture
def two_versions(db: None) -> Standard:
    make_programme()
    make_standard(
        rate=D("110.00"), start_on=date(2025, 1, 1), end_on=THIS_YEAR, document_no="示农〔2025〕1号"
    )
    return make_standard(due_rule=DueRule.parse("06-30"), document_no="示农〔2026〕3号")


def test_the_list_shows_what_holds_now_and_what_changed(two_versions: Standard) -> None:
    found = page()

    assert found.count(f'href="/standards/{two_versions.pk}/"') == 1
    assert "112.50" in found
    assert "多 2.50 元" in found
    assert "每年6月30日前" in found
    assert "110.00" not in found


@pytest.mark.django_db
def test_what_has_ended_or_is_not_public_is_not_listed() -> None:
    make_standard(name="旧标准", start_on=date(2020, 1, 1), end_on=date(2021, 1, 1))
    make_standard(name="将来的", start_on=date(timezone.localdate().year + 1, 1, 1))
    make_standard(name="草稿里的", state=State.DRAFT)

    found = page()

    assert not any(name in found for name in ("旧标准", "将来的", "草稿里的"))


def test_one_standard_shows_its_history_with_documents(two_versions: Standard) -> None:
    found = page(f"/standards/{two_versions.pk}/")

    assert "示农〔2025〕1号" in found
    assert "示农〔2026〕3号" in found
    assert "多 2.50" in found
    assert 'aria-label="2025年起110元，2026年起112.50元"' in found
    assert f"/row/standards/{two_versions.pk}/" in found
    assert "style=" not in found


def test_an_old_version_leads_to_the_same_page(two_versions: Standard) -> None:
    old = Standard.objects.get(rate=D("110.00"))

    assert "112.50" in page(f"/standards/{old.pk}/")


@pytest.mark.django_db
def test_an_unknown_standard_is_not_found() -> None:
    hidden = make_standard(state=State.DRAFT)

    assert get(f"/standards/{uuid4()}/").status_code == 404
    assert get(f"/standards/{hidden.pk}/").status_code == 404


@pytest.mark.parametrize("typed", ["6.2", " 6.2 ", "\uff16.2", "6.20"])
def test_the_calculator_says_what_is_due_and_how(two_versions: Standard, typed: str) -> None:
    for found in (
        page(quantity=typed, standard=str(two_versions.pk)),
        page(f"/standards/{two_versions.pk}/", quantity=typed),
    ):
        assert "112.50 元 × 6.2 亩 = 697.50 元" in found


@pytest.mark.parametrize(
    "typed",
    ["六", "-3", "0", "1e9", "NaN", "6.2亩", "9" * 30, "1" * 5000, "<b>", "6,2", "1.23456", "\x00", "%"],
)
def test_what_cannot_be_computed_is_said_in_words(two_versions: Standard, typed: str) -> None:
    found = page(f"/standards/{two_versions.pk}/", quantity=typed)

    assert "你该得" not in found
    assert "<b>" not in found.replace("<b>现在</b>", "")
    assert 'class="err"' in found or typed == "\x00"


@pytest.mark.django_db
def test_the_calculator_rounds_as_the_programme_says() -> None:
    make_programme(rounding="yuan")
    standard = make_standard(rate=D("112.55"))

    assert "= 113.00 元" in page(f"/standards/{standard.pk}/", quantity="1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("programme", "standard"),
    [({"method": "assessed"}, {}), ({}, {"type": "top_up_base"}), ({}, {"type": "ceiling"})],
)
def test_what_no_rule_computes_offers_no_calculator(
    programme: dict[str, Any], standard: dict[str, Any]
) -> None:
    make_programme(**programme)
    found = page(f"/standards/{make_standard(**standard).pk}/")

    assert "算不出" in found
    assert 'name="quantity"' not in found


@pytest.mark.django_db
def test_many_standards_are_paged_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standards, "PAGE", 2)
    make_programme()
    names = ["甲", "乙", "丙", "丁", "戊"]
    for name in names:
        make_standard(name=name)
    seen: list[str] = []
    address = "/standards/"

    while address:
        answer = Client().get(address)
        seen += [line.standard.name for group in answer.context["groups"] for line in group.lines]
        address = answer.context["next"]

    assert sorted(seen) == sorted(names)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"region": "abc"}, 400),
        ({"region": "999999999999"}, 404),
        ({"after": "x"}, 400),
        ({"after": "01890000-0000-7000-8000-000000000000"}, 400),
        ({"standard": "x"}, 200),
        ({"programme": "\x00'--"}, 200),
        ({"region": "360902100204"}, 200),
    ],
)
def test_a_broken_address_is_answered_with_help(query: dict[str, str], status: int) -> None:
    make_places()

    assert get("/standards/", **query).status_code == status


@pytest.mark.django_db
def test_a_county_without_any_says_so() -> None:
    assert "还没有公开补贴标准" in page()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 50])
def test_a_page_costs_at_most_eight_queries(count: int) -> None:
    make_programme()
    for number in range(count):
        standard = make_standard(name=f"标准{number:02d}")

    with CaptureQueriesContext(connection) as listed:
        page(quantity="1", standard=str(standard.pk))
    with CaptureQueriesContext(connection) as shown:
        page(f"/standards/{standard.pk}/", quantity="1")

    assert len(listed) <= 8
    assert len(shown) <= 8
