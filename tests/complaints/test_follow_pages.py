"""Following a report: the code in the body, plain words, and one page for whatever finds nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from complaints.models import Entry, Grant, Outcome, Refusal, Ticket
from complaints.reporting import following, limits
from complaints.reporting.receiving import Received
from complaints.results import inbox, publishing
from complaints.sealing import opening, receipts
from complaints.tickets import acts
from tests.complaints.cases import (
    DRAFT,
    NOW,
    TODAY,
    Officers,
    make_report,
    to_concluded,
    to_merged,
    to_published,
    to_verifying,
)
from tests.complaints.forms import Sender, code_in, title_of, typed_in
from tests.portal.log.keeping import bend

pytestmark = pytest.mark.django_db
NAMES = ("李文", "王芳", "周正")


@pytest.fixture(autouse=True)
def _nobody_counted(settings: Settings) -> None:
    settings.RECEIPTS_PER_CLIENT_A_MINUTE = 1000
    limits.lookups.forget()
    limits.ceiling.forget()


@pytest.fixture
def sender(client: Client) -> Sender:
    return Sender(client)


def page_of(answer: Any) -> str:
    assert answer.status_code == 200, title_of(answer)
    page: str = answer.content.decode()
    assert not [name for name in NAMES if name in page]
    return page


def test_the_receipt_leads_to_the_follow_up(sender: Sender, staff: Officers) -> None:
    code = code_in(sender.send())
    page = page_of(sender.follow(code, confirm="1"))
    assert "收到了，还没定" in page
    assert "个工作日（周末和放假不算" in page
    assert "还没有人阅看" in page
    assert Ticket.objects.get().receipt.is_confirmed


def test_the_code_is_never_in_an_address_and_hidden_in_the_page(sender: Sender, staff: Officers) -> None:
    code = code_in(sender.send())
    answer = sender.follow(code)
    shown = re.sub(r'<input type="hidden" name="code" value="\d+">', "", answer.content.decode())
    assert code[4:16] not in shown
    assert receipts.groups(code)[0] in shown
    assert shown.count("****") == 3
    assert 'method="get"' not in shown
    assert code not in str(answer.headers)


@pytest.mark.parametrize("form", ["{0} {1} {2} {3} {4}", "{0}-{1}-{2}-{3}-{4}", " {0}{1}{2}{3}{4}\n"])
def test_a_code_is_read_as_people_write_it(sender: Sender, staff: Officers, form: str) -> None:
    code = make_report().code
    assert "办到哪一步了" in page_of(sender.follow(form.format(*receipts.groups(code))))


def test_full_width_digits_are_read(sender: Sender, staff: Officers) -> None:
    code = make_report().code
    wide = code.translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})
    assert "办到哪一步了" in page_of(sender.follow(wide))


def test_a_miscopied_digit_is_said_at_once(
    sender: Sender, staff: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make_report().code
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    asked = list[str]()
    monkeypatch.setattr(limits, "unlocking", asked.append)
    answer = sender.follow(wrong)
    assert answer.status_code == 400
    assert "有数字抄错了" in answer.content.decode()
    assert title_of(answer).startswith("有 1 处要改")
    assert f'value="{wrong}"' in answer.content.decode()
    assert asked == []


def other_code(seed: int) -> str:
    return f"{seed:018d}{receipts.check_digits(seed):02d}"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the codes that cost a slow hash from now on."""
    found, slow = list[str](), receipts.unlocking

    def counting(code: str, pepper: bytes) -> receipts.Unlocking:
        found.append(code)
        return slow(code, pepper)

    monkeypatch.setattr(receipts, "unlocking", counting)
    return found


def test_not_found_and_destroyed_look_the_same_and_cost_one_hash(
    sender: Sender, staff: Officers, hashed: list[str]
) -> None:
    destroyed = make_report()
    Grant.objects.filter(ticket=destroyed.ticket).delete()
    hashed.clear()
    absent, gone = sender.follow(other_code(7)), sender.follow(destroyed.code)
    assert (absent.status_code, gone.status_code) == (200, 200)
    assert len(absent.content) == len(gone.content)
    assert "没查到" in gone.content.decode()
    assert hashed == [other_code(7), destroyed.code]


def test_a_code_that_finds_something_costs_one_hash_too(
    sender: Sender, staff: Officers, hashed: list[str]
) -> None:
    code = make_report().code
    hashed.clear()
    sender.follow(code, act="add", text="还有")
    assert hashed == [code]


def test_a_question_is_answered(sender: Sender, staff: Officers) -> None:
    received = make_report()
    ticket = to_verifying(staff, received.ticket)
    acts.ask(staff.li, ticket.pk, text="挖掘机哪天来的？", now=NOW)
    page = page_of(sender.follow(received.code))
    assert "纪委问您一句" in page
    assert "挖掘机哪天来的？" in page
    assert "正在核查" in page
    page = page_of(sender.follow(received.code, act="add", text="10月8日"))
    assert "收到了，已经加进去" in page
    assert "您的回答" not in page
    assert "10月8日" in page


def test_pressed_twice_a_supplement_is_one(sender: Sender, staff: Officers) -> None:
    code = make_report().code
    for _ in range(2):
        page_of(sender.follow(code, act="add", text="还有一张"))
    page_of(sender.follow(code, act="add", text="别的"))
    page_of(sender.follow(code, act="add", text="还有一张"))
    assert Entry.objects.filter(kind="supplement").count() == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": " "}, "请写几句"),
        ({"text": "字" * 20_001}, "写了 20,001 个字"),
        ({"text": "还有", "end": ""}, "网断了"),
    ],
)
def test_a_supplement_that_cannot_be_taken_comes_back(
    sender: Sender, staff: Officers, fields: dict[str, str], sentence: str
) -> None:
    answer = sender.follow(make_report().code, act="add", **fields)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert typed_in(answer) == fields["text"]
    assert not Entry.objects.filter(kind="supplement").exists()


def test_who_read_it_is_told_by_number_and_day(sender: Sender, staff: Officers) -> None:
    received = make_report()
    for desk in (staff.li, staff.wang, staff.li):
        opening.read(desk, received.ticket, why="办理", now=NOW)
    assert f"已有 2 人阅看，最近 {TODAY.month}月{TODAY.day}日" in page_of(
        sender.follow(received.code)
    ).replace(f"{TODAY.year}年", "")


def test_a_conclusion_nobody_approved_is_not_told(sender: Sender, staff: Officers) -> None:
    received = make_report()
    to_concluded(staff, received.ticket)
    page = page_of(sender.follow(received.code))
    assert "查完了，正在复核" in page
    assert DRAFT.reply not in page
    assert "属实" not in page


def test_the_result_is_told_with_the_reply(sender: Sender, staff: Officers) -> None:
    received = make_report()
    to_published(staff, received.ticket)
    page = page_of(sender.follow(received.code))
    for words in ("有结果了", "结果：属实已改", DRAFT.title, DRAFT.measures, DRAFT.reply):
        assert words in page


def test_a_result_that_may_not_be_public_is_told_by_the_reply_alone(sender: Sender, staff: Officers) -> None:
    received = make_report()
    ticket = to_concluded(staff, received.ticket)
    acts.seal_result(staff.wang, ticket.pk, text="涉及个人隐私", now=NOW)
    page = page_of(sender.follow(received.code))
    assert DRAFT.reply in page
    assert "不对外公开" in page
    assert "涉及个人隐私" in page
    assert DRAFT.measures not in page


@pytest.mark.parametrize("reason", list(Refusal))
def test_why_it_was_not_accepted_is_told_in_plain_words(
    sender: Sender, staff: Officers, reason: Refusal
) -> None:
    received = make_report()
    acts.refuse(staff.li, received.ticket.pk, reason=reason, text="归镇里的司法所管。", now=NOW)
    page = page_of(sender.follow(received.code))
    assert "没有受理" in page
    assert "归镇里的司法所管。" in page
    assert str(reason.value) not in page


def test_an_objection_and_a_rating(sender: Sender, staff: Officers) -> None:
    received = make_report()
    to_published(staff, received.ticket, now=timezone.now())
    page = page_of(sender.follow(received.code))
    assert "不同意这个结果" in page
    for _ in range(2):
        assert "异议收到了" in page_of(sender.follow(received.code, act="object", text="钱没退全"))
        assert "谢谢您来评" in page_of(sender.follow(received.code, act="rate", stars="4"))
    ticket = Ticket.objects.get()
    assert (ticket.has_objection, ticket.rating) == (True, 4)
    assert ticket.events.filter(verb__in=["object", "rate"]).count() == 2


def test_after_thirty_days_there_is_no_objection(sender: Sender, staff: Officers) -> None:
    told = timezone.now() - timedelta(days=31)
    received = make_report(today=timezone.localdate(told) - timedelta(days=9))
    to_published(staff, received.ticket, now=told)
    assert "不同意这个结果" not in page_of(sender.follow(received.code))
    answer = sender.follow(received.code, act="object", text="钱没退全")
    assert answer.status_code == 400
    assert "30 天内" in answer.content.decode()


def test_a_rating_needs_a_choice(sender: Sender, staff: Officers) -> None:
    received = make_report()
    to_published(staff, received.ticket)
    assert sender.follow(received.code, act="rate").status_code == 400


def test_a_merged_report_tells_the_leading_one(sender: Sender, staff: Officers) -> None:
    lead, second = make_report("第一件"), make_report("第二件，我还有照片")
    to_merged(staff, second.ticket, lead.ticket)
    lead.ticket.refresh_from_db()
    to_published(staff, lead.ticket)
    page = page_of(sender.follow(second.code))
    assert "有结果了" in page
    assert DRAFT.measures in page
    assert DRAFT.reply not in page
    assert "第二件，我还有照片" in page
    assert "第一件" not in page


@pytest.fixture
def merged(staff: Officers) -> tuple[Received, Received]:
    """Return an earlier report and the one that was merged into it."""
    lead, second = make_report("第一件", today=TODAY - timedelta(days=3)), make_report("第二件")
    to_merged(staff, second.ticket, lead.ticket)
    return lead, second


OTHERS = (
    "您补充了",
    "纪委问您",
    "异议",
    "哪天来的",
    "别人",
    "并",
    "归镇里",
    "11月6日",
    "前查出结果",
    "安排了人办",
)


def test_a_merged_report_does_not_tell_that_another_reported(
    sender: Sender, staff: Officers, merged: tuple[Received, Received]
) -> None:
    lead, second = merged
    to_verifying(staff, lead.ticket)
    acts.ask(staff.li, lead.ticket.pk, text="哪天来的？", now=NOW)
    holder = following.hold(lead.code)
    assert holder
    following.add(holder, text="10月8日", files=(), now=NOW)
    page = page_of(sender.follow(second.code))
    assert "<h2>在办</h2>" in page
    assert "您的这件正和有关的事一起办" in page
    assert not [words for words in OTHERS if words in page]


def test_a_merged_report_hears_of_a_result_but_not_of_its_objection(
    sender: Sender, staff: Officers, merged: tuple[Received, Received]
) -> None:
    lead, second = merged
    to_published(staff, lead.ticket, now=timezone.now())
    page_of(sender.follow(lead.code, act="object", text="钱没退全"))
    page = page_of(sender.follow(second.code))
    assert "有结果了" in page
    assert "给出结果" in page
    assert "不同意这个结果" in page
    assert "异议收到了" not in page


def test_the_holder_of_a_merged_report_objects_to_the_result(
    sender: Sender, staff: Officers, merged: tuple[Received, Received]
) -> None:
    lead, second = merged
    to_published(staff, lead.ticket, now=timezone.now())
    for _ in range(2):
        page = page_of(sender.follow(second.code, act="object", text="钱没退全"))
        assert "异议收到了，等答复" in page
        assert "您提了异议" in page
    lead.ticket.refresh_from_db()
    assert lead.ticket.has_objection
    assert second.ticket.entries.filter(kind="objection").count() == 1
    assert lead.ticket.events.filter(verb="object").count() == 1
    # The first reporter learns nothing of it, and may still object.
    page = page_of(sender.follow(lead.code))
    assert "您提了异议" not in page
    assert "异议收到了" not in page
    assert "异议收到了，等答复" in page_of(sender.follow(lead.code, act="object", text="我也不服"))


def test_the_answer_to_a_merged_objection_is_not_the_first_reporters(
    sender: Sender, staff: Officers, merged: tuple[Received, Received]
) -> None:
    lead, second = merged
    to_published(staff, lead.ticket, now=timezone.now())
    page_of(sender.follow(second.code, act="object", text="钱没退全"))
    acts.answer_objection(staff.wang, lead.ticket.pk, text="退款凭证在这里。", now=timezone.now())
    page = page_of(sender.follow(lead.code))
    assert "答复了异议" not in page
    assert "退款凭证" not in page
    page = page_of(sender.follow(second.code))
    assert "<h2>有结果了</h2>" in page
    assert "退款凭证在这里。" in page


def test_without_a_result_a_merged_report_objects_to_nothing(
    sender: Sender, staff: Officers, merged: tuple[Received, Received]
) -> None:
    answer = sender.follow(merged[1].code, act="object", text="不服")
    assert answer.status_code == 400
    assert not Entry.objects.filter(kind="objection").exists()


def test_a_suspension_is_explained(sender: Sender, staff: Officers) -> None:
    received = make_report()
    ticket = to_verifying(staff, received.ticket)
    acts.suspend(staff.li, ticket.pk, text="等笔迹鉴定", until=TODAY + timedelta(days=20), now=NOW)
    page = page_of(sender.follow(received.code))
    assert "等笔迹鉴定" in page
    assert "先停一停" in page


def test_officers_notes_are_not_shown(sender: Sender, staff: Officers) -> None:
    received = make_report()
    ticket = to_verifying(staff, received.ticket)
    acts.note(staff.li, ticket.pk, text="调取原件", now=NOW)
    acts.ask_extension(staff.li, ticket.pk, days=30, text="案情复杂", now=NOW)
    page = page_of(sender.follow(received.code))
    assert "调取原件" not in page
    assert "案情复杂" not in page


def test_a_second_round_keeps_the_first_result(sender: Sender, staff: Officers) -> None:
    received = make_report()
    ticket = to_published(staff, received.ticket)
    holder = following.hold(received.code)
    assert holder
    following.object_to(holder, text="钱没退全", now=NOW)
    acts.reopen(staff.wang, ticket.pk, text="再查", now=NOW)
    acts.assign(staff.chief, ticket.pk, to=staff.wang.user, now=NOW)
    acts.start(staff.wang, ticket.pk, now=NOW)
    told = DRAFT.told() | {"reply": "第二次的答复"}
    acts.conclude(staff.wang, ticket.pk, outcome=Outcome.PARTLY, funds="none", told=told, now=NOW)
    publishing.publish(staff.li, ticket.pk, now=NOW)
    holder = following.hold(received.code)
    assert holder
    assert [(one.round, one.reply) for one in following.results(holder)] == [
        (2, "第二次的答复"),
        (1, DRAFT.reply),
    ]


def test_who_holds_a_code_is_not_counted_as_guessing(
    sender: Sender, staff: Officers, settings: Settings
) -> None:
    settings.RECEIPTS_PER_CLIENT_A_MINUTE = 2
    code, other = make_report().code, receipts.code_of(b"k" * 32, b"n" * 16, b"nobody's")
    for _ in range(4):
        page_of(sender.follow(code))
    assert [sender.follow(other).status_code for _ in range(3)] == [200, 200, 429]


def test_too_many_lookups_wait_and_keep_what_was_typed(
    sender: Sender, staff: Officers, settings: Settings
) -> None:
    settings.RECEIPTS_PER_CLIENT_A_MINUTE = 1
    code = make_report().code
    sender.follow(receipts.code_of(b"k" * 32, b"n" * 16, b"nobody's"))
    answer = sender.follow(code, act="add", text="还有一句")
    assert answer.status_code == 429
    assert typed_in(answer) == "还有一句"
    assert 'name="act" value="add"' in answer.content.decode()


def test_a_flood_of_lookups_is_stopped_and_told_once(
    sender: Sender, staff: Officers, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.RECEIPTS_MOST_A_MINUTE = 1
    code = make_report().code
    assert [sender.follow(code).status_code for _ in range(4)] == [200, 429, 429, 429]
    assert caplog.text.count("somebody may be guessing") == 1
    assert code not in caplog.text


def test_without_a_database_the_words_come_back(sender: Sender, staff: Officers) -> None:
    code = make_report().code

    def away(*_: Any) -> None:
        raise OperationalError

    with connections["default"].execute_wrapper(away):
        answer = sender.follow(code, act="add", text="还有一句")
    assert answer.status_code == 503
    assert typed_in(answer) == "还有一句"


def test_whoever_holds_a_code_sees_that_it_was_counted(sender: Sender, staff: Officers) -> None:
    codes = [make_report(f"第 {number} 件").code for number in range(3)]
    assert "丢不了" not in page_of(sender.follow(codes[0]))
    (week,) = inbox.tell(now=NOW + timedelta(days=7))
    page = page_of(sender.follow(codes[0]))
    assert f"您这件记在公开日志第 {week.index} 行" in page
    assert bytes(week.root).hex() in page


@pytest.mark.django_db(transaction=True)
def test_a_report_that_the_log_does_not_count_is_said(sender: Sender, staff: Officers) -> None:
    codes = [make_report(f"第 {number} 件").code for number in range(3)]
    inbox.tell(now=NOW + timedelta(days=7))
    bend("UPDATE complaints_inboxleaf SET leaf = sha256('other'::bytea) WHERE position = 0")
    # The altered one's own leaf is computed from its content, and still leads to the signed root.
    assert sum("对不上" in page_of(sender.follow(code)) for code in codes) == 2


def test_no_cookie_and_no_cache(sender: Sender, staff: Officers) -> None:
    for answer in (sender.client.get("/ticket/"), sender.follow(make_report().code), sender.follow("1")):
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("supplements", [1, 20])
def test_the_follow_up_page_makes_a_bounded_number_of_queries(
    sender: Sender,
    staff: Officers,
    supplements: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    received = make_report()
    holder = following.hold(received.code)
    assert holder
    for number in range(supplements):
        following.add(holder, text=f"第 {number} 句", files=(), now=NOW)
    to_published(staff, received.ticket)
    with django_assert_max_num_queries(17):
        page_of(sender.follow(received.code))
