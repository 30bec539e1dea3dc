"""我的钱发够了吗 over HTTP: who finds what, in which words, and who finds nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.conf import settings as installed
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from funds import tries
from funds.models import LookupCount, Payment
from portal.catalogue.models import NamesPolicy
from portal.columns.due import DueRule
from portal.columns.periods import Period
from portal.releases.models import State
from tests.builders import (
    Line,
    make_correction,
    make_item,
    make_lines,
    make_places,
    make_programme,
    make_release,
    make_standard,
)

pytestmark = pytest.mark.django_db
D = Decimal
DAPU = "360902100204"
ANNA = "110101199003070038"
OTHER = "110101199003070054"


@pytest.fixture(autouse=True)
def fresh_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "clients", tries.ClientTries())


def masters() -> None:
    make_programme()
    make_standard(due_rule=DueRule.parse("06-30"))


def first_row() -> Payment:
    row: Payment = Payment.objects.order_by("release__created_at", "position")[0]
    return row


def same(row: Payment, code: str = DAPU, query: str = "") -> HttpResponse:
    return Client().get(f"/r/{code}/subsidies/same/{row.pk}/{query}")  # type: ignore[return-value]


def mine(name: str, tail: str, **headers: str) -> HttpResponse:
    address = f"/r/{DAPU}/subsidies/mine/"
    return Client(enforce_csrf_checks=True).post(address, {"name": name, "tail": tail}, headers=headers)  # type: ignore[return-value]


def masked_list(*lines: Line) -> None:
    item = make_item("MS-P10", name="高龄津贴", names=NamesPolicy.MASKED)
    make_release(item=item, lines=lines)


def test_enough_and_in_time_says_so() -> None:
    masters()
    make_release(lines=[Line()])

    page = same(first_row()).content.decode()

    assert "都够数" in page
    assert "697.50" in page
    assert "耕地地力保护补贴" in page


def test_short_says_by_how_much_and_offers_the_report() -> None:
    masters()
    make_release(lines=[Line(amount=D("571.50"), paid_on=date(2026, 7, 14))])

    page = same(first_row()).content.decode()

    assert "有 1 笔少了 126 元" in page
    assert "少了 126 元，晚了 14 天" in page
    assert f"/report/?row=payments/{first_row().pk}" in page


def test_the_standard_of_the_period_is_used_not_todays() -> None:
    make_programme()
    make_standard(rate=D("110.00"), start_on=date(2025, 1, 1), end_on=date(2026, 1, 1))
    make_standard()
    make_release(
        period="2025",
        lines=[Line(amount=D("682.00"), rate=D("110.00"), paid_on=date(2025, 6, 1))],
    )

    assert "都够数" in same(first_row()).content.decode()


def test_what_is_assessed_is_said_to_be_uncomputable() -> None:
    make_programme(method="assessed")
    make_release(lines=[Line(quantity=None, rate=None)])

    page = same(first_row()).content.decode()

    assert "算不出够不够" in page
    assert "这项按户核定，算不出该得多少。" in page


def test_only_the_same_person_in_the_same_village_is_joined() -> None:
    places = make_places()
    make_release(
        lines=[
            Line(identity=ANNA),
            Line(name="王小妹", identity=OTHER, amount=D("111.11")),
            Line(identity=ANNA, region=places.qianbai, amount=D("222.22")),
        ]
    )

    page = same(first_row()).content.decode()

    assert "697.50" in page
    assert "111.11" not in page
    assert "222.22" not in page


def test_masked_lines_never_stand_beside_a_full_name() -> None:
    make_release(lines=[Line()])
    masked_list(Line(amount=D("333.33"), programme_code="GL-2026"))

    page = same(first_row()).content.decode()

    assert "333.33" not in page
    assert "李*根" not in page


@pytest.mark.parametrize("names", [NamesPolicy.MASKED, NamesPolicy.HIDDEN])
def test_a_line_without_full_name_answers_as_an_unknown_one(names: NamesPolicy) -> None:
    make_release(item=make_item("MS-P10", names=names), lines=[Line()])

    answer, unknown = same(first_row()), Client().get(f"/r/{DAPU}/subsidies/same/{uuid4()}/")

    assert answer.status_code == unknown.status_code == 404
    own, other = answer.content.decode(), unknown.content.decode()
    assert own.replace(str(first_row().pk), "") == other.replace(
        unknown.request["PATH_INFO"].split("/")[5], ""
    )


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_what_is_not_public_is_not_found(state: State) -> None:
    make_release(lines=[Line()], state=state)

    assert same(first_row()).status_code == 404


def test_a_line_without_an_id_is_not_found() -> None:
    make_release(lines=[Line(more={"identity_digest": None})])

    assert same(first_row()).status_code == 404


def test_a_row_of_another_village_is_not_found() -> None:
    make_release(lines=[Line()])

    assert same(first_row(), code="360902100205").status_code == 404


def test_a_corrected_row_leads_to_the_corrected_figures() -> None:
    masters()
    release = make_release(lines=[Line(amount=D("100.00"))])
    old = first_row()
    make_correction(release, {old.pk: Line()})

    page = same(old).content.decode()

    assert "都够数" in page


def test_a_withdrawn_line_is_not_found_even_beside_others_of_the_person() -> None:
    release = make_release(lines=[Line(), Line(amount=D("5.00"))])
    old = first_row()
    make_correction(release, {old.pk: None})

    assert same(old).status_code == 404


def monthly(number: int, *lines: Line) -> None:
    period = Period.parse(f"2026-{number:02d}")
    item = make_item("MS-P12", name="公益性岗位补贴", period="monthly")
    told = [Line(**{**vars(line), "period": period, "paid_on": date(2026, 6, 20)}) for line in lines]
    make_release(item=item, period=period.label(), lines=told)


def test_a_month_without_this_person_is_named() -> None:
    masters()
    monthly(3, Line())
    monthly(4, Line(name="王小妹", identity=OTHER))
    monthly(5, Line())

    page = same(first_row()).content.decode()

    assert "4月 没有你的" in page


def test_a_list_without_ids_proves_no_gap() -> None:
    masters()
    monthly(3, Line())
    monthly(4, Line(name="王小妹", more={"identity_digest": None}))
    monthly(5, Line())

    assert "没有你的" not in same(first_row()).content.decode()


def test_years_are_chosen_by_address() -> None:
    make_release(lines=[Line()])
    make_release(period="2025", lines=[Line(amount=D("600.00"), paid_on=date(2025, 6, 1))])
    row = first_row()

    assert "600.00" not in same(row).content.decode()
    assert "600.00" in same(row, query="?year=2025").content.decode()
    assert same(row, query="?year=2019").status_code == 404
    assert same(row, query="?year=20x9").status_code == 400


def test_the_page_is_kept_out_of_indexes_and_says_no_digit() -> None:
    make_release(lines=[Line()])

    answer = same(first_row())
    page = answer.content.decode()

    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page
    assert "0001" not in page.replace(str(first_row().pk), "")
    assert ANNA[-4:] not in page.replace(str(first_row().pk), "")
    assert "style=" not in page
    assert "<script" not in page


@pytest.mark.parametrize("count", [1, 50])
def test_a_page_costs_at_most_eight_queries(count: int) -> None:
    masters()
    lines = [Line(amount=D(number + 1)) for number in range(count)]
    make_release(lines=lines)
    row = first_row()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        same(row)
    with CaptureQueriesContext(connection) as own_queries:
        mine("李大根", "0001")

    assert len(queries) <= 8
    assert len(own_queries) <= 10  # Two more: the counter of guesses, and yesterday's forgotten.


def test_name_and_digits_find_masked_and_hidden_payments_too() -> None:
    make_release(lines=[Line()])
    masked_list(Line(amount=D("333.33"), programme_code="GL-2026"))
    hidden = make_item("MS-P07", name="医疗救助金", names=NamesPolicy.HIDDEN)
    make_release(item=hidden, lines=[Line(amount=D("444.44"), programme_code="YL-2026")])

    answer = mine("李大根", "0001")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert all(figure in page for figure in ("697.50", "333.33", "444.44"))
    assert "李大根的补贴" in page
    assert "卡尾号 0001" in page
    assert str(Payment.objects.get(amount=D("444.44")).pk) not in page  # Such a row has no page.


def test_another_person_of_the_same_masked_name_is_not_shown() -> None:
    masked_list(
        Line(amount=D("333.33")),
        Line(name="李小根", identity=OTHER, account="6217000000000007777", amount=D("555.55")),
    )

    page = mine("李大根", "0001").content.decode()

    assert "333.33" in page
    assert "555.55" not in page


@pytest.mark.parametrize("name", [" 李大根 ", "李　大根", "李 大 根", "李大根\u200b"])
@pytest.mark.parametrize("tail", ["0001", "\uff10\uff10\uff10\uff11", " 00 01 "])
def test_input_is_read_as_people_type_it(name: str, tail: str) -> None:
    make_release(lines=[Line()])

    assert "697.50" in mine(name, tail).content.decode()


def test_an_absent_name_and_wrong_digits_answer_alike() -> None:
    make_release(lines=[Line()])

    def answered(name: str, tail: str) -> tuple[int, str, int]:
        with CaptureQueriesContext(connection) as queries:
            answer = mine(name, tail)
        return answer.status_code, answer.content.decode().replace(name, "NAME"), len(queries)

    assert answered("李大根", "9999") == answered("张不在", "0001")


@pytest.mark.parametrize(
    ("name", "tail", "said"),
    [
        ("", "0001", "有 1 处要改"),
        ("李大根", "12a4", "有 1 处要改"),
        ("", "", "有 2 处要改"),
        ("李*根", "0001", "写全名"),
        ("李大根" * 400, "1" * 4000, "有"),
        ("\x00\x00", "\x00", "有 2 处要改"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(name: str, tail: str, said: str) -> None:
    make_places()

    answer = mine(name, tail)

    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_guesses_at_a_name_run_out_for_the_day(settings: Settings) -> None:
    settings.LOOKUPS_PER_NAME_A_DAY = 3
    make_release(lines=[Line(), *make_lines(1)])

    answers = [mine("李大根", "9999").status_code for _ in range(3)]
    limited = mine("李 大根", "0001")

    assert answers == [200, 200, 200]
    assert limited.status_code == 429
    assert "明天再来查" in limited.content.decode()
    assert installed.HOTLINE in limited.content.decode()
    assert mine("王大根", "0001").status_code == 200  # Another name still has its tries.


def test_the_counter_holds_no_name_and_forgets_yesterday() -> None:
    make_release(lines=[Line()])
    LookupCount.objects.create(digest=b"0" * 16, on=date(2020, 1, 1))

    mine("李大根", "0001")

    kept = LookupCount.objects.get()
    assert len(bytes(kept.digest)) == 16
    assert "李大根".encode() not in bytes(kept.digest)


def test_one_client_cannot_try_every_name(settings: Settings) -> None:
    settings.LOOKUPS_PER_CLIENT_AN_HOUR = 2
    make_places()

    answers = [mine(name, "0001").status_code for name in ("甲一", "乙二", "丙三")]

    assert answers == [200, 200, 429]
    assert LookupCount.objects.count() == 2  # The third never reached the database.


def test_client_counts_end_with_the_hour_and_share_a_network(settings: Settings) -> None:
    settings.LOOKUPS_PER_CLIENT_AN_HOUR = 1
    now = [0.0]
    clients = tries.ClientTries(clock=lambda: now[0])

    assert [clients.is_too_many("203.0.113.7"), clients.is_too_many("203.0.113.99")] == [False, True]
    assert not clients.is_too_many("203.0.114.7")
    assert not clients.is_too_many("2001:db8::1")
    assert clients.is_too_many("2001:db8::ffff")
    now[0] = 3600.0
    assert not clients.is_too_many("203.0.113.7")


def test_another_sites_form_is_refused() -> None:
    make_release(lines=[Line()])

    answer = mine("李大根", "0001", **{"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "697.50" not in answer.content.decode()
    assert not LookupCount.objects.exists()


def test_the_form_stands_alone_and_needs_no_cookie() -> None:
    make_places()

    answer = Client().get(f"/r/{DAPU}/subsidies/mine/")

    assert answer.status_code == 200
    assert not answer.cookies
    assert 'method="post"' in answer.content.decode()


@pytest.mark.parametrize("code", ["360902100000", "360902000000", "360902999999"])
def test_names_are_looked_up_in_a_village_only(code: str) -> None:
    make_places()

    assert Client().get(f"/r/{code}/subsidies/mine/").status_code == 404
