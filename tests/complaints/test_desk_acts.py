"""Every act by its form: what is offered to whom, what is refused in words, what was typed stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Entry, Grant, Part, Result, Ticket
from complaints.reporting import following
from complaints.states import State
from complaints.tickets import acts
from tests.complaints.cases import (
    NOW,
    Officers,
    make_report,
    to_accepted,
    to_concluded,
    to_published,
    to_verifying,
)
from tests.complaints.desks import do, offered, open_desk, page

pytestmark = pytest.mark.django_db
CONCLUSION: dict[str, Any] = {
    "outcome": "true",
    "topic": "ledger",
    "place": "彬江镇大浦村",
    "title": "挖掘机费重复报销",
    "measures": "退回 12,600.00 元。",
    "recovered": "12600",
    "returned": "0",
    "funds": "due",
    "row": "",
    "reply": "您说的事查实了。",
}


def state_of(ticket: Ticket) -> str:
    return Ticket.objects.get(pk=ticket.pk).state


def test_a_whole_way_by_forms(staff: Officers) -> None:
    ticket = make_report().ticket
    wang, chief, li = open_desk(staff.wang), open_desk(staff.chief), open_desk(staff.li)
    assert "accept" not in offered(page(wang, ticket))
    assert do(wang, ticket.pk, "triage", track="A").status_code == 302
    assert do(wang, ticket.pk, "accept").status_code == 302
    assert do(chief, ticket.pk, "assign", to=staff.li.user.pk).status_code == 302
    assert offered(page(li, ticket)) >= {"start", "note", "ask", "suspend", "ask_extension"}
    assert "reassign" not in offered(page(li, ticket))
    assert do(li, ticket.pk, "start").status_code == 302
    assert do(li, ticket.pk, "note", text="调取原件").status_code == 302
    assert do(li, ticket.pk, "ask", text="哪天来的？").status_code == 302
    assert do(li, ticket.pk, "conclude", **CONCLUSION).status_code == 302
    assert "publish" not in offered(page(li, ticket))
    assert "挖掘机费重复报销" in page(wang, ticket)
    assert do(wang, ticket.pk, "publish").status_code == 302
    assert Result.objects.get().region.code == "360902100204"
    refused = do(chief, ticket.pk, "write_off")
    assert refused.status_code == 409
    assert "还没登记退还" in refused.content.decode()
    assert do(li, ticket.pk, "settle_funds", funds="returned").status_code == 302
    assert do(chief, ticket.pk, "write_off").status_code == 302
    assert state_of(ticket) == State.WRITTEN_OFF
    for words in ("调取原件", "哪天来的？", "分派给李文", "销号"):
        assert words in page(li, ticket)


def test_a_conclusion_is_previewed_as_the_public_will_read_it(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    li = open_desk(staff.li)
    shown = do(li, ticket.pk, "conclude", **CONCLUSION, preview="1").content.decode()
    assert "还没有交" in shown
    assert "袁州区彬江镇大浦村" in shown
    assert state_of(ticket) == State.VERIFYING


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("place", "没有村", "里没有"),
        ("row", "ledger/01890000-0000-7000-8000-000000000000", "没有这一行"),
        ("row", "nonsense", "没有这一行"),
        ("recovered", "-1", "大于或等于"),
        ("title", "长" * 41, "40"),
    ],
)
def test_what_is_wrong_in_a_conclusion_is_said_beside_it(
    field: str, value: str, words: str, staff: Officers
) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    response = do(open_desk(staff.li), ticket.pk, "conclude", **{**CONCLUSION, field: value})
    assert response.status_code == 422
    html = response.content.decode()
    assert words in html
    assert "您说的事查实了。" in html
    assert state_of(ticket) == State.VERIFYING


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("note", {"text": ""}, 422),
        ("note", {"text": "旧的", "seen": 0}, 409),
        ("refuse", {"reason": "in_court", "text": "不归我们"}, 409),
        ("conclude", {**CONCLUSION, "preview": "1"}, 200),
    ],
)
def test_no_way_to_the_page_of_a_ticket_leaves_no_trace(
    name: str, fields: dict[str, Any], status: int, staff: Officers
) -> None:
    ticket = to_verifying(staff, make_report("挖掘机").ticket)
    read = ticket.readings.filter(part=Part.CONTENT, by=staff.li.user)
    response = do(open_desk(staff.li), ticket.pk, name, **fields)
    assert response.status_code == status
    assert "挖掘机" in response.content.decode()
    assert read.count() == 1


def test_an_act_that_is_done_shows_nothing_and_is_no_reading(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    assert do(open_desk(staff.li), ticket.pk, "note", text="调取原件").status_code == 302
    assert not ticket.readings.filter(part=Part.CONTENT).exists()


def test_a_refusal_names_its_reason_and_reaches_the_reporter(staff: Officers) -> None:
    received = make_report()
    response = do(open_desk(staff.li), received.ticket.pk, "refuse", reason="in_court", text="请等法院判决")
    assert response.status_code == 302
    holder = following.hold(received.code)
    assert holder
    assert holder.ticket.refusal == "in_court"
    assert following.read(holder)[-1].text == "请等法院判决"


def test_a_reason_outside_the_closed_list_is_not_taken(staff: Officers) -> None:
    ticket = make_report().ticket
    response = do(open_desk(staff.li), ticket.pk, "refuse", reason="lazy", text="不想办")
    assert response.status_code == 422
    assert state_of(ticket) == State.RECEIVED


def test_a_stale_form_says_so_and_keeps_what_was_typed(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    seen = Ticket.objects.get(pk=ticket.pk).last_seq
    acts.note(staff.wang, ticket.pk, text="另一个人写的", now=NOW)
    response = do(open_desk(staff.li), ticket.pk, "note", seen=seen, text="我写了很久的话")
    html = response.content.decode()
    assert response.status_code == 409
    assert "刚才被处理过" in html
    assert "我写了很久的话" in html
    assert Entry.objects.filter(kind="note").count() == 1


def test_an_act_that_is_no_longer_possible_keeps_what_was_typed(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    response = do(open_desk(staff.li), ticket.pk, "refuse", reason="in_court", text="一大段话")
    assert response.status_code == 409
    assert "一大段话" in response.content.decode()
    assert "不能不受理" in response.content.decode()


def test_another_officers_step_is_refused_in_words(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    response = do(open_desk(staff.wang), ticket.pk, "conclude", **CONCLUSION)
    assert response.status_code == 409
    assert "由承办人做" in response.content.decode()


def test_the_wall_refuses_in_words_and_the_refusal_is_recorded(staff: Officers) -> None:
    ticket = make_report(excluded=[staff.li.user.pk]).ticket
    acts.triage(staff.wang, ticket.pk, track="A", now=NOW)
    acts.accept(staff.wang, ticket.pk, now=NOW)
    response = do(open_desk(staff.chief), ticket.pk, "assign", to=staff.li.user.pk)
    assert response.status_code == 409
    assert "回避" in response.content.decode()
    assert ticket.readings.filter(part="wall", by=staff.chief.user).exists()
    assert not ticket.grants.filter(key=staff.li.key).exists()


def test_a_form_says_whether_the_reporter_reads_its_words(staff: Officers) -> None:
    """What each act seals for the reporter, its form has to say, and no other."""
    received = make_report()
    ticket = to_verifying(staff, received.ticket)
    li = open_desk(staff.li)
    shown = page(li, ticket)
    until = timezone.localdate() + timedelta(days=9)
    fields: dict[str, dict[str, Any]] = {
        "ask_extension": {"days": "20"},
        "suspend": {"until": until.isoformat()},
        "note": {},
        "ask": {},
    }
    for name, more in fields.items():
        hint = shown.partition(f"/do/{name}/")[2].partition("</form>")[0]
        assert do(li, ticket.pk, name, text=f"这是{name}", **more).status_code == 302
        holder = following.hold(received.code)
        assert holder
        is_read = any(f"这是{name}" == piece.text for piece in following.read(holder))
        assert ("举报人凭查询码看到" in hint) == is_read, name


def test_suspended_and_resumed(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    li = open_desk(staff.li)
    until = timezone.localdate() + timedelta(days=9)
    assert do(li, ticket.pk, "suspend", text="等鉴定", until="2020-01-01").status_code == 409
    assert do(li, ticket.pk, "suspend", text="等鉴定", until=until.isoformat()).status_code == 302
    assert "中止，不计时" in page(li, ticket)
    assert do(li, ticket.pk, "resume").status_code == 302
    assert state_of(ticket) == State.VERIFYING


def test_more_time_is_asked_by_one_and_granted_by_the_chief(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    li, wang, chief = open_desk(staff.li), open_desk(staff.wang), open_desk(staff.chief)
    assert do(li, ticket.pk, "ask_extension", days="20", text="人在外地").status_code == 302
    assert "grant_extension" not in offered(page(wang, ticket))
    assert {"grant_extension", "deny_extension"} <= offered(page(chief, ticket))
    assert do(wang, ticket.pk, "grant_extension").status_code == 409
    assert do(chief, ticket.pk, "grant_extension").status_code == 302
    assert Ticket.objects.get().extended_days == 20
    assert do(li, ticket.pk, "ask_extension", days="20", text="还不够").status_code == 409


def test_a_denied_extension_changes_no_date(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    do(open_desk(staff.li), ticket.pk, "ask_extension", days="20", text="人在外地")
    assert do(open_desk(staff.chief), ticket.pk, "deny_extension").status_code == 302
    assert Ticket.objects.get().due_on == ticket.due_on


def test_transferred_taken_and_given_back(staff: Officers) -> None:
    ticket, other = make_report().ticket, make_report("另一件").ticket
    chief, city = open_desk(staff.chief), open_desk(staff.city_inspector)
    assert do(open_desk(staff.li), ticket.pk, "transfer", to=staff.city.pk, text="归市里").status_code == 409
    for one in (ticket, other):
        assert do(chief, one.pk, "transfer", to=staff.city.pk, text="归市里").status_code == 302
    assert do(city, ticket.pk, "take").status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).office == staff.city
    assert do(city, other.pk, "give_back", text="归区里").status_code == 302
    assert Ticket.objects.get(pk=other.pk).office == staff.county


def test_merged_by_number_only_into_what_one_can_read(staff: Officers) -> None:
    lead, second = make_report("第一件").ticket, make_report("第二件").ticket
    hidden = make_report("看不到的", excluded=[staff.chief.user.pk]).ticket
    chief = open_desk(staff.chief)
    nothing = do(chief, second.pk, "merge", number="00000000").content.decode()
    foreign = do(chief, second.pk, "merge", number=hidden.number).content.decode()
    assert "没有这个编号的工单" in nothing
    assert "没有这个编号的工单" in foreign
    # Into what may still be refused nothing is merged: it would be buried with it.
    assert "已受理" in do(chief, second.pk, "merge", number=lead.number).content.decode()
    to_accepted(staff, lead)
    assert do(chief, second.pk, "merge", number=lead.number).status_code == 302
    assert Ticket.objects.get(pk=second.pk).merged_into == lead
    assert lead.number in page(chief, second)


def test_invited_and_shown_who_reported(staff: Officers) -> None:
    ticket = make_report(name="王大妈", phone="13900000000").ticket
    Grant.objects.filter(ticket=ticket, key=staff.li.key).delete()
    chief = open_desk(staff.chief)
    assert open_desk(staff.li).get(f"/desk/{ticket.pk}/").status_code == 404
    assert do(chief, ticket.pk, "invite", to=staff.li.user.pk).status_code == 302
    assert "没有交给您看" in page(open_desk_again(staff), ticket)
    assert do(chief, ticket.pk, "share_identity", to=staff.li.user.pk, text="当面核实").status_code == 302
    assert Grant.objects.filter(ticket=ticket, key=staff.li.key, part=Part.IDENTITY).exists()


def open_desk_again(staff: Officers) -> Client:
    from complaints.models import Unlocked

    Unlocked.objects.filter(key=staff.li.key).delete()
    return open_desk(staff.li)


def test_reassigned_by_the_chief(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    assert do(open_desk(staff.wang), ticket.pk, "reassign", to=staff.wang.user.pk).status_code == 409
    assert do(open_desk(staff.chief), ticket.pk, "reassign", to=staff.wang.user.pk).status_code == 302
    assert Ticket.objects.get().officer == staff.wang.user


def test_sent_back_and_sealed(staff: Officers) -> None:
    ticket = to_concluded(staff, make_report().ticket)
    wang = open_desk(staff.wang)
    assert do(open_desk(staff.li), ticket.pk, "send_back", text="自己退自己").status_code == 409
    assert do(wang, ticket.pk, "send_back", text="金额不对").status_code == 302
    li = page(open_desk_again(staff), ticket)
    assert "金额不对" in li
    other = to_concluded(staff, make_report("另一件").ticket)
    assert do(wang, other.pk, "seal_result", text="涉及未成年人，依法不公布").status_code == 302
    assert Ticket.objects.get(pk=other.pk).sealed_by == staff.wang.user


def test_an_objection_is_answered_or_begins_a_new_round(staff: Officers) -> None:
    first, second = make_report("一"), make_report("二")
    for received in (first, second):
        to_published(staff, received.ticket)
        holder = following.hold(received.code)
        assert holder
        following.object_to(holder, text="钱没退全", now=NOW)
    wang = open_desk(staff.wang)
    assert "有异议，等答复" in page(wang, first.ticket)
    assert do(open_desk(staff.li), first.ticket.pk, "answer_objection", text="退了").status_code == 409
    assert do(wang, first.ticket.pk, "answer_objection", text="已经退全，见收据").status_code == 302
    assert do(wang, second.ticket.pk, "reopen", text="我们再查一遍").status_code == 302
    assert not Ticket.objects.filter(has_objection=True).exists()
    assert Ticket.objects.get(pk=second.ticket.pk).round == 2
