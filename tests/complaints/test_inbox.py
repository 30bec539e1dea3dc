"""Each week's reports leave number and root in the public log: none vanishes unseen, no few are told."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from io import StringIO
from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from complaints.models import Inbox, InboxLeaf, Result, Ticket
from complaints.results import inbox, publishing
from complaints.tasks import tell_inbox
from portal.log import keyfile, signing
from portal.log.models import Leaf
from portal.record.verifying import check_path, entry_of
from portal.releases.verification import Difference, verify
from tests.complaints.cases import NOW, Officers, make_report, to_published
from tests.portal.log.keeping import bend
from tests.racing import race

MONDAY = date(2026, 11, 2)
WEEK = timedelta(days=7)


def reports(*days: date) -> list[tuple[Ticket, str]]:
    found = [make_report(f"第 {place} 件", today=day) for place, day in enumerate(days)]
    return [(one.ticket, one.code) for one in found]


@pytest.mark.django_db
def test_a_week_is_told_once_it_is_over(staff: Officers) -> None:
    tickets = [
        ticket for ticket, _ in reports(MONDAY, MONDAY + timedelta(days=3), MONDAY + timedelta(days=6))
    ]
    make_report("下一周的", today=MONDAY + WEEK)
    assert inbox.tell(now=NOW - timedelta(days=1)) == []
    (week,) = inbox.tell(now=NOW)
    told = entry_of(bytes(Leaf.objects.get(idx=week.index).entry))
    assert told is not None
    assert (told["t"], told["week"], told["count"], told["root"]) == (
        "inbox",
        "2026-11-02",
        "3",
        bytes(week.root).hex(),
    )
    assert set(week.leaves.values_list("ticket", flat=True)) == {ticket.pk for ticket in tickets}
    assert inbox.tell(now=NOW) == []


@pytest.mark.django_db
def test_the_order_of_leaves_tells_nothing_of_arrival(staff: Officers) -> None:
    reports(*[MONDAY] * 5)
    inbox.tell(now=NOW)
    leaves = list(InboxLeaf.objects.order_by("position").values_list("leaf", flat=True))
    assert [bytes(leaf) for leaf in leaves] == sorted(bytes(leaf) for leaf in leaves)


@pytest.mark.django_db
def test_a_report_proves_that_it_was_counted(staff: Officers) -> None:
    for ticket, _ in reports(*[MONDAY] * 5):
        assert inbox.proof_of(ticket) is None
    inbox.tell(now=NOW)
    for ticket in Ticket.objects.all():
        proof = inbox.proof_of(ticket)
        assert proof is not None
        assert proof.holds
        box = sha256(ticket.entries.get(kind="report").box).digest()
        leaf = sha256(b"inbox" + ticket.pk.bytes + box).digest()
        assert (proof.leaf, proof.box) == (leaf.hex(), box.hex())
        told = entry_of(bytes(Leaf.objects.get(idx=proof.index).entry)) or {}
        path = [bytes.fromhex(node) for node in proof.path]
        check_path(leaf, proof.position, int(told["count"]), path, bytes.fromhex(told["root"]))
        assert str(proof.index) in proof.words


@pytest.mark.django_db
def test_few_reports_wait_for_the_next_weeks(staff: Officers) -> None:
    reports(MONDAY - 2 * WEEK, MONDAY - WEEK)
    assert inbox.tell(now=NOW) == []
    reports(MONDAY)
    (week,) = inbox.tell(now=NOW)
    assert (week.week_on, week.count) == (MONDAY, 3)


def told_of(counts: tuple[int, ...]) -> tuple[tuple[date, int], ...]:
    received = [(MONDAY + WEEK * place, uuid4()) for place, count in enumerate(counts) for _ in range(count)]
    found = inbox.batches(received, after=None, today=MONDAY + WEEK * len(counts))
    return tuple((week, len(tickets)) for week, tickets in found)


def test_no_week_with_one_or_two_reports_follows_from_the_entries() -> None:
    """A reader who knows the rule and all entries cannot say of a week that it had one, or two, or either."""
    alike: dict[object, list[tuple[int, ...]]] = {}
    for counts in product(range(8), repeat=3):
        if sum(counts) < 8:  # Every way to come to the same entries is among these.
            alike.setdefault(told_of(counts), []).append(counts)
    for possible in alike.values():
        for place in range(3):
            assert not {counts[place] for counts in possible} <= {1, 2}


def test_late_reports_belong_to_the_first_open_week() -> None:
    late: list[tuple[date, UUID]] = [(MONDAY - WEEK, uuid4()) for _ in range(3)]
    assert inbox.batches(late, after=MONDAY, today=MONDAY + WEEK) == []
    ((week, tickets),) = inbox.batches(late, after=MONDAY, today=MONDAY + 2 * WEEK)
    assert (week, len(tickets)) == (MONDAY + WEEK, 3)


@pytest.mark.django_db
def test_missed_weeks_are_caught_up_with(staff: Officers) -> None:
    reports(*[MONDAY - WEEK] * 3, *[MONDAY] * 4)
    call_command("tickets", "inbox", "--now", "2026-11-09T03:20+08:00", stdout=StringIO())
    assert list(Inbox.objects.order_by("week_on").values_list("week_on", "count")) == [
        (MONDAY - WEEK, 3),
        (MONDAY, 4),
    ]


@pytest.mark.django_db
def test_the_task_is_harmless_when_run_twice(staff: Officers) -> None:
    reports(*[date(2025, 3, 4)] * 3)
    assert (tell_inbox(), tell_inbox()) == (1, 0)


@pytest.fixture
def logged(transactional_db: None, settings: Settings, tmp_path: Path) -> Officers:
    from tests.complaints.cases import make_officers

    settings.LOG_KEY = tmp_path / "log.key"
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    staff = make_officers()
    tickets = [ticket for ticket, _ in reports(*[MONDAY] * 3)]
    to_published(staff, tickets[0])
    inbox.tell(now=NOW)
    signing.look(keyfile.load(settings.LOG_KEY), settings.LOG_KEY.with_suffix(".mark"), at=NOW)
    assert verify(full=True, at=NOW).difference is None
    assert verify(full=False, at=NOW).difference is None
    return staff


def found() -> Difference:
    """Return the difference that both runs find."""
    full = verify(full=True, at=NOW).difference
    assert full is not None
    assert verify(full=False, at=NOW).difference == full
    return full


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("title = '没有这回事'", "words"),
        ("measures = '没有这回事'", "words"),
        ("recovered = 0", "recovered"),
        ("returned = 1", "returned"),
        ("outcome = 'false'", "outcome"),
        ("topic = 'other'", "topic"),
        ("was_in_time = NOT was_in_time", "in_time"),
        ("days_taken = 1", "days"),
        ("published_on = '2026-01-01'", "on"),
        ("region_id = (SELECT id FROM places_region WHERE code = '360902101200')", "region"),
        ("index = NULL", "log"),
        ("index = 1", "log"),
    ],
)
def test_a_superuser_who_alters_a_result_is_found(logged: Officers, change: str, field: str) -> None:
    result = Result.objects.get()
    bend(f"UPDATE complaints_result SET {change}")
    difference = found()
    assert (difference.kind, difference.id, difference.field) == ("result", str(result.pk), field)
    assert publishing.disagreements() == [str(result.pk)]


def test_a_superuser_who_deletes_a_result_is_found(logged: Officers) -> None:
    result = Result.objects.get()
    bend("DELETE FROM complaints_result")
    difference = found()
    assert (difference.kind, difference.id, difference.field) == ("result", str(result.pk), "id")
    assert difference.index == result.index


def test_a_superuser_who_deletes_the_entry_is_found(logged: Officers) -> None:
    index = Result.objects.get().index
    bend("DELETE FROM log_leaf WHERE idx = %s", [index])
    difference = verify(full=True, at=NOW).difference
    assert difference is not None
    assert (difference.kind, difference.index) == ("leaf", index)


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        ("DELETE FROM complaints_inboxleaf WHERE position = 1", "root"),
        ("UPDATE complaints_inboxleaf SET position = 9 WHERE position = 0", "root"),
        ("UPDATE complaints_entry SET box = box || '\\x00'::bytea WHERE kind = 'report'", "leaf"),
        ("DELETE FROM complaints_entry WHERE kind = 'report'", "leaf"),
        ("UPDATE complaints_inbox SET count = 2", "count"),
        ("DELETE FROM complaints_inbox", "id"),
    ],
)
def test_a_superuser_who_makes_a_report_vanish_is_found(logged: Officers, statement: str, field: str) -> None:
    bend(statement)
    difference = found()
    assert (difference.kind, difference.field) == ("inbox", field)


def test_a_made_up_week_is_found(logged: Officers) -> None:
    bend(
        "INSERT INTO complaints_inbox (week_on, count, root, index)"
        " VALUES ('2026-10-05', 3, decode(repeat('00', 32), 'hex'), 9)"
    )
    assert (found().kind, found().id, found().field) == ("inbox", "2026-10-05", "log")


def test_a_report_that_was_altered_does_not_prove_itself(logged: Officers) -> None:
    bend("UPDATE complaints_entry SET box = box || '\\x00'::bytea WHERE kind = 'report'")
    proof = inbox.proof_of(Ticket.objects.earliest("number"))
    assert proof is not None
    assert (proof.holds, "对不上" in proof.words) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_of_a_week_once() -> None:
    from tests.complaints.cases import make_officers

    make_officers()
    reports(*[MONDAY] * 3)
    told = race([partial(inbox.tell, now=NOW)] * 3)
    assert sorted(len(weeks) for weeks in told) == [0, 0, 1]
    assert Leaf.objects.filter(kind="inbox").count() == 1
