"""What the public sees of reports: figures that hide small numbers, and the published results."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.models import Escalation, Office, Refusal, Result, Ticket
from complaints.reporting import following
from complaints.results import ledgerwords, publicledger, publicresults, publishing
from complaints.results.publicledger import Figures
from complaints.tickets import acts
from tests.complaints.cases import (
    DRAFT,
    NOW,
    TODAY,
    Officers,
    make_report,
    to_concluded,
    to_published,
)

pytestmark = pytest.mark.django_db
AUGUST, SEPTEMBER = date(2026, 8, 12), date(2026, 9, 3)


def open_tickets(office: Office, *days: date) -> None:
    """Make tickets as they stand in the table; what was reported does not matter to a count."""
    for day in days:
        Ticket.objects.create(office=office, number=f"{uuid4().int % 10**8:08d}", received_on=day)


def told(*, year: int | None = None) -> Figures:
    return publicledger.figures_of(publicledger.offices_of(None), year=year, today=TODAY)


def test_open_reports_are_counted_from_three_on(staff: Officers) -> None:
    open_tickets(staff.county, *[AUGUST] * 3, *[SEPTEMBER] * 2)
    figures = told()
    assert {(bar.month, bar.open) for bar in figures.bars if bar.open is not None} == {(8, 3)}
    assert (figures.is_exact, figures.open, figures.received, figures.quiet) == (False, 3, 3, None)


def test_offices_are_not_added_up_to_three(staff: Officers) -> None:
    open_tickets(staff.county, *[AUGUST] * 2)
    open_tickets(staff.city, *[AUGUST] * 2)
    assert (told().open, told().received) == (0, 0)


@pytest.mark.parametrize("hidden", [1, 2])
def test_all_figures_are_the_same_whether_few_or_no_reports_are_open(staff: Officers, hidden: int) -> None:
    open_tickets(staff.county, *[AUGUST] * 4)

    def shown() -> list[object]:
        return [
            (figures, ledgerwords.lines_of(figures), ledgerwords.charts_of(figures.bars))
            for figures in (told(), told(year=2026))
        ]

    before = shown()
    with transaction.atomic():
        open_tickets(staff.county, *[SEPTEMBER] * hidden)
        assert shown() == before
        transaction.set_rollback(True)


def test_refused_reports_are_told_only_where_no_open_one_follows(staff: Officers) -> None:
    for month in (5, 6, 7):
        for _ in range(2):
            refused(staff, date(2025, month, 7))
    assert (told().is_exact, told().quiet, told().open, told().received) == (True, 6, 0, 6)
    open_tickets(staff.county, date(2025, 9, 3))
    assert (told().is_exact, told().quiet, told().received) == (False, None, 0)


def refused(staff: Officers, day: date) -> None:
    ticket = make_report(today=day).ticket
    acts.refuse(staff.li, ticket.pk, reason=Refusal.NOT_OURS, text="", now=NOW)


def test_a_result_is_counted_and_stays_when_the_report_is_taken_up_again(staff: Officers) -> None:
    ticket = to_published(staff, make_report().ticket)
    assert (told().public, told().finished) == (1, 1)
    acts.reopen(staff.wang, ticket.pk, text="再查", now=NOW)
    assert (told().public, told().finished, told().open) == (1, 1, 0)


def test_overdue_reports_are_those_that_reached_the_public_level(staff: Officers) -> None:
    open_tickets(staff.county, *[AUGUST] * 5)
    late = list(Ticket.objects.all()[:4])
    for ticket, level in zip(late, ["public", "public", "public", "superior"], strict=True):
        Escalation.objects.create(
            ticket=ticket, round=1, step="", due_no=0, level=level, true_on=TODAY, at=NOW
        )
    assert told().overdue == 3


def test_two_overdue_reports_are_not_told(staff: Officers) -> None:
    open_tickets(staff.county, *[AUGUST] * 5)
    for ticket in Ticket.objects.all()[:2]:
        Escalation.objects.create(
            ticket=ticket, round=1, step="", due_no=0, level="public", true_on=TODAY, at=NOW
        )
    assert told().overdue is None


def test_a_deadline_that_was_moved_is_not_overdue_any_more(staff: Officers) -> None:
    open_tickets(staff.county, *[AUGUST] * 5)
    for ticket in Ticket.objects.all():
        Escalation.objects.create(
            ticket=ticket, round=1, step="", due_no=7, level="public", true_on=TODAY, at=NOW
        )
    assert told().overdue is None


@pytest.mark.parametrize(("ratings", "mean"), [([5, 4], None), ([5, 4, 2], 3.7)])
def test_a_mean_rating_needs_three(staff: Officers, ratings: list[int], mean: float | None) -> None:
    for stars in ratings:
        received = make_report()
        to_published(staff, received.ticket)
        holder = following.hold(received.code)
        assert holder
        following.rate(holder, stars=stars, now=NOW)
    assert told().mean == mean
    page = Client().get("/tickets/").content.decode()
    assert ("3.7 分" in page) == (mean is not None)


def publish(staff: Officers, **changes: Any) -> Result:  # Any: fields of a draft
    ticket = to_concluded(staff, make_report().ticket, draft=replace(DRAFT, **changes))
    publishing.publish(staff.wang, ticket.pk, now=NOW)
    return Result.objects.get(ticket=ticket)


def test_results_are_narrowed_by_place_and_topic(staff: Officers, client: Client) -> None:
    publish(staff, title="甲村的事")
    publish(staff, title="乙村的事", region="360902101200", topic="payments")
    for query, first, second in (
        ("", True, True),
        ("?region=360902000000", True, True),
        ("?region=360902100204", True, False),
        ("?region=360902101000", False, True),
        ("?topic=payments", False, True),
        ("?outcome=false", False, False),
        ("?track=A&year=2026", True, True),
        ("?year=2025", False, False),
    ):
        page = client.get(f"/tickets/{query}").content.decode()
        assert (("甲村的事" in page), ("乙村的事" in page)) == (first, second), query


@pytest.mark.parametrize(
    "query",
    ["topic=x", "region=36", "year=1999", "after=1", "track=E", "outcome=1", "after=2026-13-40_" + "0" * 32],
)
def test_an_address_that_cannot_be_read_says_so(places: object, client: Client, query: str) -> None:
    answer = client.get(f"/tickets/?{query}")
    assert answer.status_code == 400
    assert "从头再选" in answer.content.decode()


def test_pages_follow_by_key(staff: Officers, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publicresults, "PAGE", 2)
    for number in range(5):
        publish(staff, title=f"第{number}件事")
    seen, address = [], "/tickets/"
    while address:
        answer = client.get(address)
        seen += [one.title for one in answer.context["results"]]
        address = answer.context["next"]
    assert sorted(seen) == [f"第{number}件事" for number in range(5)]


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_asks_the_database_eight_times(
    staff: Officers, client: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        publish(staff)
        open_tickets(staff.county, AUGUST, SEPTEMBER, TODAY)
    with django_assert_max_num_queries(8):
        client.get("/tickets/?region=360902000000&topic=ledger")


def test_a_result_shows_its_number_and_the_hash_of_its_words(staff: Officers, client: Client) -> None:
    found = publish(staff)
    page = client.get(f"/tickets/{found.pk}/").content.decode()
    for words in (
        found.title,
        found.measures,
        "12,600.00",
        f"公开日志编号 {found.index}",
        publishing.words_hash(found),
    ):
        assert words in page
    assert found.ticket.number not in page
    assert 'data-seal="waiting"' in page


def test_an_unknown_result_is_not_found(staff: Officers, client: Client) -> None:
    assert client.get(f"/tickets/{uuid4()}/").status_code == 404


def test_the_reply_to_the_reporter_is_nowhere(staff: Officers, client: Client) -> None:
    found = publish(staff)
    for address in ("/tickets/", f"/tickets/{found.pk}/", "/tickets.csv"):
        assert DRAFT.reply not in client.get(address).content.decode()


def test_results_come_as_a_table(staff: Officers, client: Client) -> None:
    found = publish(staff, title="=HYPERLINK(1)")
    answer = client.get("/tickets.csv")
    heading, line = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    told = dict(zip(heading, line, strict=True))
    assert told["一句话"] == "'=HYPERLINK(1)"
    assert (told["追回（元）"], told["公开日志编号"]) == ("12600.00", str(found.index))


def test_the_page_explains_its_arithmetic_and_keeps_no_cookie(staff: Officers, client: Client) -> None:
    answer = client.get("/tickets/")
    assert "不到 3 件不说" in answer.content.decode()
    assert not answer.cookies
    assert (told().public, "还没有公布的结果" in answer.content.decode()) == (0, True)


def test_the_chart_is_told_in_words(staff: Officers) -> None:
    open_tickets(staff.county, *[AUGUST] * 3)
    own = publicledger.figures_of([staff.county], year=2026, today=TODAY)
    first, second = ledgerwords.charts_of(own.bars)
    assert "2026年8月：公布结果 0 件，正在办 3 件" in second.words
    assert "2026年6月：公布结果 0 件，正在办不到 3 件" in first.words
    assert [bar.label for bar in second.bars[:3]] == ["", "3", ""]
    assert [bar.top > 0 for bar in second.bars[:3]] == [False, True, False]
    # Of two offices one shows no count, so that the sum is what it is at least.
    assert "2026年8月：公布结果 0 件，正在办至少 3 件" in ledgerwords.charts_of(told(year=2026).bars)[1].words


def test_months_of_a_past_year_are_all_twelve() -> None:
    assert publicledger.months_of(2025, TODAY) == [(2025, month) for month in range(1, 13)]
    assert publicledger.months_of(None, date(2026, 3, 1))[0] == (2025, 10)
    assert publicledger.months_of(None, TODAY + timedelta(days=30))[-1] == (2026, 12)
