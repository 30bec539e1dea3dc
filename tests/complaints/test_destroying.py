"""Content is destroyed when its time is over: nobody opens it any more; the public result stays."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from complaints.models import Grant, Receipt, Refusal, Result, SealedFile, Ticket
from complaints.reporting import following
from complaints.reporting.receiving import Received
from complaints.results import inbox
from complaints.sealing import boxes, opening, pieces
from complaints.sealing.pieces import File
from complaints.tasks import destroy_due, sweep_files
from complaints.tickets import acts, destroying
from tests.complaints.cases import NOW, TODAY, Officers, make_officers, make_report, to_merged, to_published
from tests.racing import race

pytestmark = pytest.mark.django_db
PHOTO = File(name="图片1", media_type="image/webp", data=b"RIFF-a-picture")
LATER = NOW.replace(year=NOW.year + 2)


def written_off(staff: Officers) -> Received:
    received = make_report(files=(PHOTO,), name="王大妈", phone="13900000000")
    to_published(staff, received.ticket)
    acts.write_off(staff.wang, received.ticket.pk, now=NOW)
    return received


def refused(staff: Officers) -> Received:
    received = make_report(files=(PHOTO,))
    acts.refuse(staff.li, received.ticket.pk, reason=Refusal.NOT_OURS, text="归别处", now=NOW)
    return received


def is_gone(staff: Officers, received: Received) -> bool:
    ticket = Ticket.objects.get(pk=received.ticket.pk)
    return ticket.destroyed_on is not None and not ticket.grants.exists()


@pytest.mark.parametrize(("days_early", "gone"), [(1, False), (0, True)])
def test_content_goes_two_years_after_the_write_off(staff: Officers, days_early: int, gone: bool) -> None:
    received = written_off(staff)
    assert destroying.destroy_due(now=LATER - timedelta(days=days_early)) == int(gone)
    assert is_gone(staff, received) == gone


@pytest.mark.parametrize(("on", "gone"), [(date(2027, 5, 8), False), (date(2027, 5, 9), True)])
def test_what_was_not_accepted_goes_after_half_a_year(staff: Officers, on: date, gone: bool) -> None:
    received = refused(staff)
    destroying.destroy_due(now=datetime(on.year, on.month, on.day, 4, tzinfo=UTC))
    assert is_gone(staff, received) == gone


def test_nobody_opens_it_any_more(
    staff: Officers, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    received = written_off(staff)
    (file,) = received.ticket.files.all()
    path = pieces.path_of(file.pk)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        destroying.destroy_due(now=LATER)
    assert following.hold(received.code) is None
    assert not Grant.objects.filter(ticket=received.ticket).exists()
    assert (bytes(Receipt.objects.get().wrapped), path.exists()) == (b"", False)
    for desk in (staff.li, staff.wang, staff.chief):
        with pytest.raises(boxes.NotOpenError):
            opening.read(desk, received.ticket, why="办理", now=LATER)
    ticket = Ticket.objects.get()
    assert (ticket.destroyed_on, ticket.padded_size) == (TODAY.replace(year=TODAY.year + 2), 0)


def test_the_public_result_stays(staff: Officers, client: Client) -> None:
    written_off(staff)
    result = Result.objects.get()
    destroying.destroy_due(now=LATER)
    assert result.title in client.get(f"/tickets/{result.pk}/").content.decode()


def test_the_place_in_the_weeks_tree_stays(staff: Officers) -> None:
    received = [written_off(staff), make_report(), make_report()]
    inbox.tell(now=NOW + timedelta(days=7))
    destroying.destroy_due(now=LATER)
    proof = inbox.proof_of(received[0].ticket)
    assert proof is not None
    assert proof.holds


def test_an_open_objection_and_a_new_round_keep_it(staff: Officers) -> None:
    objected, again = refused(staff), refused(staff)
    holder = following.hold(objected.code)
    assert holder
    following.object_to(holder, text="归你们管", now=NOW)
    acts.reopen(staff.wang, again.ticket.pk, text="重新办", now=NOW)
    assert destroying.destroy_due(now=LATER) == 0


def test_a_merged_report_goes_with_the_leading_one(staff: Officers) -> None:
    lead, second = make_report("第一件"), make_report("第二件")
    to_merged(staff, second.ticket, lead.ticket)
    assert destroying.destroy_due(now=LATER) == 0
    to_published(staff, lead.ticket)
    acts.write_off(staff.wang, lead.ticket.pk, now=NOW)
    assert destroying.destroy_due(now=LATER) == 2
    assert following.hold(second.code) is None


def test_it_is_done_once_however_often_it_runs(staff: Officers) -> None:
    for _ in range(3):
        refused(staff)
    told = StringIO()
    call_command("tickets", "destroy", "--now", LATER.isoformat(), stdout=told)
    assert "3 件" in told.getvalue()
    assert (destroying.destroy_due(now=LATER), destroy_due()) == (0, 0)
    assert set(Ticket.objects.values_list("destroyed_on", flat=True)) == {LATER.date()}


def test_files_that_a_crash_left_are_swept(staff: Officers) -> None:
    refused(staff)
    (file,) = SealedFile.objects.all()
    kept, left = pieces.path_of(file.pk), pieces.path_of(uuid4())
    left.parent.mkdir(parents=True)
    fresh = pieces.path_of(uuid4())
    fresh.parent.mkdir(parents=True, exist_ok=True)
    for path in (left, fresh):
        path.write_bytes(b"sealed")
    for path in (kept, left):
        os.utime(path, (0, 0))
    assert (sweep_files(), sweep_files()) == (1, 0)
    assert (kept.exists(), left.exists(), fresh.exists()) == (True, False, True)


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 1, 15), 6, date(2025, 7, 15)),
        (date(2028, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 12, 1), 24, date(2024, 12, 1)),
    ],
)
def test_months_are_counted_back(today: date, months: int, day: date) -> None:
    assert destroying.months_before(today, months) == day


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_destroy_once() -> None:
    staff = make_officers()
    for _ in range(3):
        refused(staff)
    done = race([partial(destroying.destroy_due, now=LATER)] * 3)
    assert sum(done) == 3
    assert not Ticket.objects.filter(destroyed_on=None).exists()
