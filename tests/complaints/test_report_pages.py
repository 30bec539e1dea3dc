"""Handing in a report: one field is enough, nothing typed is lost, nothing of it leaks."""

from __future__ import annotations

import gzip
import logging
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from complaints.models import Receipt, Ticket
from complaints.reporting import limits, nonces
from complaints.sealing import opening, receipts
from funds.models import EnterpriseFee, Payment
from portal.pages import style
from tests.builders import make_programme, make_release
from tests.complaints.cases import DAPU, NOW, Officers, sign_list
from tests.complaints.forms import WORDS, Sender, code_in, title_of, typed_in
from tests.funds.drafting import fee, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_counted() -> None:
    limits.reports.forget()
    limits.lookups.forget()
    limits.ceiling.forget()


@pytest.fixture
def sender(client: Client) -> Sender:
    return Sender(client)


def content_of(staff: Officers) -> Any:
    return opening.peek(staff.li, Ticket.objects.get())


def test_one_field_is_enough(sender: Sender, staff: Officers) -> None:
    answer = sender.send()
    code = code_in(answer)
    assert answer.status_code == 200
    assert receipts.read(code) == code
    assert content_of(staff).report.text == WORDS
    assert staff.county.body.name in answer.content.decode()


@pytest.mark.parametrize("query", [{}, {"region": DAPU}])
def test_the_page_is_one_flight_without_script(
    client: Client, staff: Officers, query: dict[str, str]
) -> None:
    answer = client.get("/report/", query, headers={"accept-encoding": "gzip"})
    assert len(answer.content) <= 14_600
    page = gzip.decompress(answer.content).decode()
    assert style.text() in page
    assert "<script" not in page
    assert " style=" not in page


def test_what_somebody_wrote_is_never_packed(sender: Sender, staff: Officers) -> None:
    told = {"text": WORDS, "nonce": nonces.fresh(), "end": "1"}
    answer = sender.client.post("/report/", told, headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in answer
    assert code_in(answer)


def test_the_page_promises_what_the_rule_says(sender: Sender, staff: Officers) -> None:
    page = sender.open(region=DAPU)
    promise = re.search(r"交了以后.*?(\d+月\d+日)前", page, re.DOTALL)
    assert promise
    assert "个工作日（周末和放假不算" in page
    for words in ("可以不留姓名", "不记录您的手机号和网络地址", "乡镇、村里和系统管理员看不到"):
        assert words in page


def test_every_field_reaches_the_officers_and_only_them(sender: Sender, staff: Officers) -> None:
    given = {"about": "village", "region": DAPU, "whom": "刘会计", "name": "王大妈", "phone": "13900000000"}
    sender.send(**given, exclude=[str(staff.wang.user.pk)])
    content = content_of(staff)
    assert content.report.told["whom"] == "刘会计"
    assert content.concern.told() == {
        "about": "village",
        "region": DAPU,
        "excluded": [staff.wang.user.pk],
    }
    identity = opening.read_identity(staff.li, content.ticket, why="核实", now=NOW)
    assert identity == {"name": "王大妈", "phone": "13900000000"}
    assert not Ticket.objects.readable_by(staff.wang.user).exists()


def test_the_form_names_the_officers_to_avoid(sender: Sender, staff: Officers) -> None:
    page = sender.open(region=DAPU)
    # The city's too: a report about the county's own departments goes there.
    for desk in (staff.li, staff.wang, staff.chief, staff.city_inspector):
        assert f'name="exclude" value="{desk.user.pk}"' in page


def test_the_same_form_gives_the_same_receipt(sender: Sender, staff: Officers) -> None:
    nonce = nonces.fresh()
    first, again = sender.send(nonce=nonce), sender.send(nonce=nonce)
    assert code_in(first) == code_in(again)
    assert "没有重复收" in again.content.decode()
    assert Ticket.objects.count() == 1


def test_a_code_that_was_written_down_is_not_shown_again(sender: Sender, staff: Officers) -> None:
    nonce = nonces.fresh()
    code = code_in(sender.send(nonce=nonce))
    assert code_in(sender.send(nonce=nonce)) == code
    sender.follow(code, confirm="1")
    page = sender.send(nonce=nonce).content.decode()
    assert code not in page
    assert "查询码已经给过了" in page


def test_changed_words_are_another_report_and_it_says_so(sender: Sender, staff: Officers) -> None:
    nonce = nonces.fresh()
    first, other = sender.send(nonce=nonce), sender.send("另一件", nonce=nonce)
    assert code_in(first) != code_in(other)
    assert "另外一件" in other.content.decode()
    assert "另外一件" not in sender.send("别的表").content.decode()
    number = nonces.read(nonce)
    assert number is not None
    assert all(number not in bytes(one.nonce or b"") for one in Receipt.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_give_one_receipt(staff: Officers) -> None:
    nonce, codes = nonces.fresh(), list[str]()
    start = threading.Barrier(2)

    def press() -> None:
        start.wait()
        codes.append(code_in(Sender(Client()).send(nonce=nonce)))
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 2
    assert len(set(codes)) == 1
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"nonce": "forged"}, "开得太久"),
        ({"nonce": signing.TimestampSigner(salt="other").sign("AAAAAAAAAAAAAAAAAAAAAA==")}, "开得太久"),
        ({"end": ""}, "网断了"),
        ({"text": "  \n"}, "请写一写是什么事"),
        ({"text": "字" * 20_001}, "写了 20,001 个字"),
        ({"name": "长" * 61}, "姓名太长"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    sender: Sender, staff: Officers, fields: dict[str, str], sentence: str
) -> None:
    sent = {"text": "第一行\n第二行 <b>粗</b> ‮反‬", "whom": "刘会计", "phone": "139"} | fields
    answer = sender.send(**sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert title_of(answer).startswith("有 1 处要改")
    assert typed_in(answer) == sent["text"]
    assert 'value="刘会计"' in page
    assert not Ticket.objects.exists()


def test_a_form_given_back_can_be_sent_as_it_is(sender: Sender, staff: Officers) -> None:
    answer = sender.send(nonce="forged")
    nonce = re.search(r'name="nonce" value="(.*?)"', answer.content.decode())
    assert nonce
    assert code_in(sender.send(typed_in(answer), nonce=nonce[1]))


def test_a_form_of_eight_days_ago_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    nonce = nonces.fresh()
    assert nonces.read(nonce)
    monkeypatch.setattr(nonces, "LIFETIME", timedelta(seconds=-1))
    assert nonces.read(nonce) is None


def test_twenty_thousand_signs_are_taken_in_whole(sender: Sender, staff: Officers) -> None:
    text = ("字" * 99 + "\n") * 200
    code_in(sender.send(text.replace("\n", "\r\n")))
    assert content_of(staff).report.text == text


def test_no_cookie_no_cache_no_referrer(sender: Sender, staff: Officers) -> None:
    answers = [sender.client.get("/report/"), sender.send(), sender.send(""), sender.client.get("/ticket/")]
    for answer in answers:
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
        assert style.source_hash() in answer["Content-Security-Policy"]


def test_no_header_and_no_log_line_repeats_a_word(
    sender: Sender, staff: Officers, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answers = [sender.send("canary-text"), sender.send("canary-text", end="")]
    for answer in answers:
        assert "canary" not in str(answer.headers)
    assert "canary" not in caplog.text


class _Away:
    """A database that is away: every statement fails as it does when the server is gone."""

    def __call__(self, *_: Any) -> None:
        raise OperationalError("the connection is closed: canary-text")


def test_without_a_database_the_words_come_back(
    sender: Sender, staff: Officers, caplog: pytest.LogCaptureFixture
) -> None:
    with connections["default"].execute_wrapper(_Away()):
        answer = sender.send("canary-text", name="王大妈")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert typed_in(answer) == "canary-text"
    assert 'value="王大妈"' in answer.content.decode()
    assert "data-receipt" not in answer.content.decode()
    assert "canary" not in caplog.text
    assert not Ticket.objects.exists()


def test_over_the_limit_one_waits_and_answers(sender: Sender, staff: Officers, settings: Settings) -> None:
    settings.REPORTS_PER_CLIENT_AN_HOUR = 1
    settings.REPORTS_WAIT_SECONDS = 0
    code_in(sender.send("第一件"))
    answer = sender.send("第二件")
    page = answer.content.decode()
    assert answer.status_code == 429
    assert typed_in(answer) == "第二件"
    words = re.search(r"([一二三四五六七八九])加([一二三四五六七八九])等于几", page)
    token = re.search(r'name="question" value="(.*?)"', page)
    assert words
    assert token
    numbers = "零一二三四五六七八九"
    total = numbers.index(words[1]) + numbers.index(words[2])
    assert sender.send("第二件", question=token[1], answer=str(total + 1)).status_code == 429
    assert code_in(sender.send("第二件", question=token[1], answer=str(total)))
    assert sender.send("第三件", question=token[1], answer=str(total)).status_code == 429


def test_the_answer_counts_only_after_the_wait(settings: Settings) -> None:
    settings.REPORTS_WAIT_SECONDS = 20
    question = limits.ask()
    first, second = (("零一二三四五六七八九").index(sign) for sign in (question.words[0], question.words[2]))
    assert not limits.is_answered(question.token, str(first + second))


FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example"},
    {"origin": "http://testserver.evil.example", "sec-fetch-site": "same-site"},
    {"origin": "http://[broken"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_cannot_send_the_form(sender: Sender, staff: Officers, headers: dict[str, str]) -> None:
    told = {"text": WORDS, "nonce": nonces.fresh(), "end": "1"}
    answer = sender.client.post("/report/", told, headers=headers)
    assert answer.status_code == 400
    assert typed_in(answer) == WORDS
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("origin", ["null", "http://testserver", "http://TESTSERVER"])
def test_a_browser_that_says_nothing_of_its_site_is_not_another(
    sender: Sender, staff: Officers, origin: str
) -> None:
    told = {"text": WORDS, "nonce": nonces.fresh(), "end": "1"}
    assert code_in(sender.client.post("/report/", told, headers={"origin": origin}))


def test_a_list_that_ran_out_refuses_no_report(sender: Sender, staff: Officers) -> None:
    sign_list(until=NOW.date().replace(year=2020))
    assert code_in(sender.send())


def test_without_an_office_the_page_says_so(client: Client) -> None:
    page = client.get("/report/").content.decode()
    assert "不会假装收到" in page
    assert "tel:12388" in page
    assert "<textarea" not in page


def test_no_office_no_receipt(sender: Sender, caplog: pytest.LogCaptureFixture) -> None:
    answer = sender.send()
    assert answer.status_code == 503
    assert typed_in(answer) == WORDS


@pytest.mark.parametrize(
    "query", ["?region=1", "?region=%00", "?region=999999999999&row=x/y", "?row=payments/1"]
)
def test_the_page_stands_whatever_it_is_given(client: Client, staff: Officers, query: str) -> None:
    assert "<textarea" in client.get(f"/report/{query}").content.decode()


def test_a_number_drawn_twice_is_drawn_again(
    sender: Sender, staff: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([7, 7, 8])
    monkeypatch.setattr("complaints.reporting.receiving.secrets.randbelow", lambda _most: next(drawn))
    sender.send("第一件")
    assert code_in(sender.send("第二件"))
    assert sorted(Ticket.objects.values_list("number", flat=True)) == ["00000007", "00000008"]


@pytest.mark.parametrize("path", ["/report/", "/ticket/"])
@pytest.mark.parametrize("is_multipart", [True, False])
def test_a_form_too_large_to_read_is_answered_in_words(
    client: Client, staff: Officers, path: str, *, is_multipart: bool
) -> None:
    words = "canary" * 600_000
    if is_multipart:
        answer = client.post(path, {"text": words})
    else:
        answer = client.post(path, f"text={words}", content_type="application/x-www-form-urlencoded")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "没有收全，或者字太多了" in page
    assert "canary" not in page


def test_a_row_alone_says_which_place_it_is(sender: Sender, staff: Officers) -> None:
    make_programme()
    row = Payment.objects.get(release=make_release(rows=1))
    code_in(sender.send(row=f"payments/{row.pk}"))
    assert content_of(staff).concern.region == row.region.code


def test_the_form_about_a_row_makes_a_bounded_number_of_queries(
    client: Client, staff: Officers, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_programme()
    row = Payment.objects.filter(release=make_release(rows=50)).first()
    assert row
    with django_assert_max_num_queries(25):
        client.get("/report/", {"row": f"payments/{row.pk}"})


@pytest.mark.parametrize(("topic", "kept"), [("business", "business"), ("other-thing", ""), ("", "")])
def test_a_report_of_business_says_so_inside_what_is_sealed(
    sender: Sender, staff: Officers, topic: str, kept: str
) -> None:
    page = sender.open(region=DAPU, topic=topic)
    assert ("说的是：<b>营商环境</b>" in page) is bool(kept)
    sender.send(region=DAPU, topic=topic)
    assert content_of(staff).report.told["topic"] == kept
    assert not any("topic" in field.name for field in Ticket._meta.get_fields())


def test_a_row_about_enterprises_is_a_matter_of_business(sender: Sender, staff: Officers) -> None:
    publish("enterprise_fees", fee())
    row = f"enterprise_fees/{EnterpriseFee.objects.get().pk}"
    assert 'name="topic" value="business"' in sender.open(row=row)


def test_the_queue_tells_reports_of_business_apart(sender: Sender, staff: Officers) -> None:
    sender.send(region=DAPU, topic="business")
    sender.send("别的事", region=DAPU)
    titles = opening.titles(staff.li, Ticket.objects.all(), today=timezone.localdate())
    assert sorted(titles.values()) == sorted([f"营商环境 · {WORDS}", "别的事"])
