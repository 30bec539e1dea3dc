"""The queue: lights, tabs, order, pages by key, and as many queries for fifty tickets as for one."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.desk.queues import PAGE, Queue, due_of
from complaints.models import Refusal, Ticket
from complaints.reporting import following
from complaints.tickets import acts
from portal.workdays.calendar import current
from tests.complaints.cases import (
    NOW,
    TODAY,
    Officers,
    make_report,
    to_concluded,
    to_published,
    to_verifying,
)
from tests.complaints.desks import open_desk

pytestmark = pytest.mark.django_db


def counts(staff: Officers, today: date, who: str = "li") -> dict[str, int]:
    found = Queue(getattr(staff, who).user, today=today, calendar=current()).counts()
    return {name: count for name, count in found.items() if count}


def test_a_ticket_turns_amber_three_working_days_before_and_red_after_its_day(staff: Officers) -> None:
    ticket = make_report().ticket
    assert ticket.due_on == date(2026, 11, 30)  # a Monday
    seen = {
        date(2026, 11, 24): ("calm", "剩 4 个工作日"),
        date(2026, 11, 25): ("soon", "剩 3 个工作日"),
        date(2026, 11, 28): ("soon", "剩 1 个工作日"),
        date(2026, 11, 30): ("soon", "今天到期"),
        date(2026, 12, 1): ("late", "超期 1 天"),
    }
    for today, (light, word) in seen.items():
        assert counts(staff, today) == {light: 1, "new": 1, "all": 1}, today
        due = due_of(ticket, current(), today)
        assert due.word == word
        assert due.state == {"calm": "ok", "soon": "warn", "late": "bad"}[light]


def test_every_tab_counts_what_it_says(staff: Officers) -> None:
    mine = to_verifying(staff, make_report("我的").ticket)
    acts.ask_extension(staff.li, mine.pk, days=10, text="人在外地", now=NOW)
    assert counts(staff, TODAY) == {"mine": 1, "calm": 1, "all": 1}
    assert counts(staff, TODAY, "chief")["second"] == 1
    acts.decide_extension(staff.chief, mine.pk, grant=True, now=NOW)
    assert counts(staff, TODAY) == {"mine": 1, "calm": 1, "extended": 1, "all": 1}
    assert "second" not in counts(staff, TODAY, "chief")
    to_concluded(staff, make_report("有结论").ticket)
    assert "second" not in counts(staff, TODAY)
    assert counts(staff, TODAY, "wang")["second"] == 1


def test_an_objection_waits_for_a_second_and_a_new_round_has_its_tab(staff: Officers) -> None:
    received = make_report()
    ticket = to_published(staff, received.ticket)
    holder = following.hold(received.code)
    assert holder
    following.object_to(holder, text="没退全", now=NOW)
    assert counts(staff, TODAY, "wang")["second"] == 1
    acts.reopen(staff.wang, ticket.pk, text="再查", now=NOW)
    assert counts(staff, TODAY)["again"] == 1


def test_pages_by_key_show_every_ticket_once_by_its_day(staff: Officers) -> None:
    for number in range(5):
        make_report(str(number), today=TODAY + timedelta(days=number))
    done = make_report("不受理").ticket
    acts.refuse(staff.li, done.pk, reason=Refusal.WITHDRAWN, text="撤回", now=NOW)
    queue = Queue(staff.li.user, today=TODAY, calendar=current())
    whole, _ = queue.page("all")
    key, seen = "", []
    for one in whole:
        seen.append(one)
        key = f"{one.due_on or date.max}.{one.number}"
        assert queue.page("all", after=key)[0] == whole[len(seen) :]
    assert [one.due_on for one in whole[:-1]] == sorted(one.due_on for one in whole[:-1] if one.due_on)
    assert whole[-1] == done
    assert key.startswith("9999")


def test_a_key_that_says_nothing_is_the_first_page(staff: Officers) -> None:
    make_report()
    assert len(Queue(staff.li.user, today=TODAY, calendar=current()).page("all", after="x.y")[0]) == 1


def queries(staff: Officers) -> int:
    from complaints.models import Unlocked

    Unlocked.objects.all().delete()
    client = open_desk(staff.li)
    with CaptureQueriesContext(
        connection,
    ) as found:
        html = client.get("/desk/?tab=all").content.decode()
    assert html.count("挖掘机费") == Ticket.objects.count()
    return len(found)


def test_fifty_tickets_ask_no_more_than_one(staff: Officers) -> None:
    make_report("挖掘机费 0")
    one = queries(staff)
    for number in range(1, PAGE):
        make_report(f"挖掘机费 {number}")
    assert queries(staff) == one
    assert one <= 20


def test_a_number_leads_to_its_ticket(staff: Officers) -> None:
    ticket = make_report().ticket
    client = open_desk(staff.li)
    assert client.get(f"/desk/?number={ticket.number}").headers["Location"] == f"/desk/{ticket.pk}/"
    assert "没有这个编号" in client.get("/desk/?number=1").content.decode()


def test_shapes_and_words_say_the_same_as_colours(staff: Officers) -> None:
    make_report("旧的", today=timezone.localdate() - timedelta(days=90))
    html = open_desk(staff.li).get("/desk/?tab=late").content.decode()
    assert re.search(r'<tr class="late">.*超期 \d+ 天', html, re.DOTALL)


def test_words_are_found_in_titles_only_on_an_open_desk_and_never_in_an_address(staff: Officers) -> None:
    found, other = make_report("鱼塘租金没进账").ticket, make_report("挖掘机费不对").ticket
    hidden = make_report("鱼塘的另一件", excluded=[staff.li.user.pk]).ticket
    client = open_desk(staff.li)
    html = client.post("/desk/search/", {"words": "鱼塘"}).content.decode()
    assert found.number in html
    assert other.number not in html
    assert hidden.number not in html
    assert "还没销号的：1 件" in html
    assert 'method="post" action="/desk/search/"' in html
    locked = Client()
    locked.force_login(staff.li.user)
    assert locked.post("/desk/search/", {"words": "鱼塘"}).headers["Location"].startswith("/desk/unlock/")
