"""Two at once: what must happen once happens once, and what came too late is refused, not lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, connections, transaction

from funds.models import Payment
from portal.people.models import Role
from portal.releases import actions, hooks
from portal.releases.actions.steps import rule_of
from portal.releases.errors import NotAllowedError, NotReadyError, RivalCorrectionError, WrongStateError
from portal.releases.models import Release, Replaced, State, Step, Total
from portal.releases.trees import plant
from tests.builders import (
    NOW,
    Line,
    add_rows,
    body_of,
    make_cast,
    make_correction,
    make_item,
    make_person,
    make_places,
    make_release,
    next_reviewer,
    start_release,
    walk,
)
from tests.portal.releases.test_freeze import copy_in
from tests.racing import meanwhile, race

pytestmark = pytest.mark.django_db(transaction=True)


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # A transaction sees one state of the view.
        cursor.execute(
            """SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'"""
        )
        return bool(cursor.fetchone()[0])


def _until_somebody_waits() -> None:
    pause = threading.Event()
    for _ in range(500):
        if _waiting():
            return
        pause.wait(0.01)
    pytest.fail("nobody waited for the lock")


def test_submission_waits_for_an_open_load_and_counts_its_rows() -> None:
    draft = make_release(state=State.DRAFT, rows=1)
    submit = partial(actions.submit, draft.pk, by=draft.drafted_by, at=NOW)
    with ExitStack() as beside, transaction.atomic():
        copy_in(draft, draft, count=5)
        beside.enter_context(meanwhile(submit))
        _until_somebody_waits()
    submitted = Release.objects.get(pk=draft.pk)
    assert (submitted.state, submitted.row_count) == (State.IN_REVIEW, 6)
    with transaction.atomic():
        assert bytes(submitted.root or b"") == plant(submitted)


def test_a_load_that_comes_during_submission_is_refused() -> None:
    draft = make_release(state=State.DRAFT, rows=1)
    with ExitStack() as beside, transaction.atomic():
        actions.submit(draft.pk, by=draft.drafted_by, at=NOW)
        results = beside.enter_context(meanwhile(partial(copy_in, draft, draft, count=5)))
        _until_somebody_waits()
    assert [rule_of(result) for result in results] == ["releases_rows_frozen"]
    assert Payment.objects.filter(release=draft).count() == 1


def _approve(release: Release, *, by: Any = None) -> Release:
    fresh = Release.objects.get(pk=release.pk)
    return actions.approve(release.pk, by=by or next_reviewer(fresh), at=NOW, level="county")


def _before_last_approval(**told: Any) -> Release:
    release = make_release(state=State.IN_REVIEW, **told)
    actions.approve(release.pk, by=next_reviewer(release), at=NOW, level="township")
    return release


def test_a_double_click_publishes_once() -> None:
    release = _before_last_approval()
    reviewer = make_cast().county_reviewer
    results = race([partial(_approve, release, by=reviewer)] * 2)
    assert [result.state for result in results] == [State.PUBLISHED, State.PUBLISHED]
    assert Step.objects.filter(release=release, verb="approve").count() == 2
    assert Total.objects.filter(release=release, region__code="360902100204").count() == 1


def test_of_two_reviewers_at_once_one_publishes_and_one_is_told() -> None:
    release = _before_last_approval()
    second = make_person("hu", "胡二", Role.COUNTY_REVIEWER, body_of(make_places().county))
    reviewers = [make_cast().county_reviewer, second]
    results = race([partial(_approve, release, by=reviewer) for reviewer in reviewers])
    assert sorted(type(result).__name__ for result in results) == ["Release", "WrongStateError"]
    assert Total.objects.filter(release=release, region__code="360902100204").count() == 1


def test_twelve_at_once_on_six_releases_publish_each_once() -> None:
    releases = [_before_last_approval(batch=number) for number in range(1, 7)]
    reviewer = make_cast().county_reviewer
    results = race([partial(_approve, release, by=reviewer) for release in releases * 2])
    assert all(isinstance(result, Release) for result in results)
    village = Total.objects.public().filter(region__code="360902100204")
    assert sorted(village.values_list("release_id", flat=True)) == sorted(release.pk for release in releases)
    dapu = make_places().dapu
    assert dapu.generation == 6


def _rivals() -> list[Release]:
    published = make_release(rows=3)
    rows = list(published.funds_payment_rows.in_order().values_list("pk", flat=True))
    both = [
        make_correction(published, dict.fromkeys(some, Line(amount=Decimal(amount))), state=State.IN_REVIEW)
        for some, amount in ((rows[:2], 1), (rows[1:][::-1], 2))
    ]
    for release in both:
        actions.approve(release.pk, by=next_reviewer(release), at=NOW, level="township")
    return both


def test_of_two_rival_corrections_exactly_one_wins() -> None:
    rivals = _rivals()
    results = race([partial(_approve, release) for release in rivals])
    assert sorted(type(result).__name__ for result in results) == ["Release", "RivalCorrectionError"]
    assert Replaced.objects.count() == 2
    states = sorted(Release.objects.filter(corrects__isnull=False).values_list("state", flat=True))
    assert states == ["in_review", "published"]


def test_the_losing_correction_can_be_returned_to_its_clerk() -> None:
    winner, loser = _rivals()
    _approve(winner)
    with pytest.raises(RivalCorrectionError):
        _approve(loser)
    returned = actions.return_to_clerk(loser.pk, by=next_reviewer(loser), at=NOW, reason="已被更正")
    assert returned.state == State.DRAFT


def test_a_correction_and_a_withdrawal_of_its_original_never_both_happen() -> None:
    published = make_release(rows=1)
    row = published.funds_payment_rows.get()
    correction = make_correction(published, {row.pk: Line(amount=Decimal(1))}, state=State.IN_REVIEW)
    actions.approve(correction.pk, by=next_reviewer(correction), at=NOW, level="township")
    withdrawing = partial(
        actions.withdraw, published.pk, by=make_cast().county_reviewer, at=NOW, reason="发错了"
    )
    results = race([partial(_approve, correction), withdrawing])
    assert sum(isinstance(result, Release) for result in results) == 1
    assert isinstance(
        next(result for result in results if not isinstance(result, Release)),
        RivalCorrectionError | WrongStateError,
    )


def _programme(batch: int) -> Release:
    county = make_places().county
    item = make_item("MS-X01", kind="programmes", level="county")
    release = start_release(item=item, body=body_of(county), batch=batch)
    add_rows(
        release, [{"region": county, "code": "GD-2026", "name": f"补贴{batch}", "department": "区农业农村局"}]
    )
    return walk(release, State.IN_REVIEW)


def test_of_two_programmes_with_one_number_exactly_one_is_published() -> None:
    results = race([partial(_approve, _programme(batch)) for batch in (1, 2)])
    assert sorted(type(result).__name__ for result in results) == ["NotReadyError", "Release"]
    refusal = next(result for result in results if isinstance(result, NotReadyError))
    assert "GD-2026" in str(refusal)


def test_of_two_overlapping_standards_exactly_one_is_published() -> None:
    county = make_places().county
    item = make_item("MS-P01", kind="standards", level="county")
    both = []
    for batch, start in ((1, date(2026, 1, 1)), (2, date(2026, 6, 1))):
        release = start_release(item=item, body=body_of(county), batch=batch)
        row = {"programme_code": "GD-2026", "name": "耕地补贴", "unit": "亩", "start_on": start}
        add_rows(release, [{"region": county, "rate": Decimal(batch), **row}])
        both.append(walk(release, State.IN_REVIEW))
    results = race([partial(_approve, release) for release in both])
    assert sorted(type(result).__name__ for result in results) == ["NotReadyError", "Release"]


def test_of_two_drafts_opened_at_once_one_is_told() -> None:
    item = make_item()
    make_cast()
    results = race([partial(start_release, item=item)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["DuplicateError", "Release"]


@pytest.fixture
def failing_step() -> Iterator[list[UUID]]:
    """A step of the publishing transaction that fails, as a crash in the middle would."""
    seen: list[UUID] = []

    def fail(release: Release) -> None:
        seen.append(release.pk)
        raise OperationalError("connection lost")

    hooks.in_publication.append(fail)
    yield seen
    hooks.in_publication.remove(fail)


def test_a_crash_in_the_middle_publishes_nothing(failing_step: list[UUID]) -> None:
    release = _before_last_approval()
    with pytest.raises(OperationalError):
        _approve(release)
    assert failing_step == [release.pk]
    assert Release.objects.get(pk=release.pk).state == State.IN_REVIEW
    assert not Total.objects.exists()
    assert Step.objects.filter(release=release, verb="approve").count() == 1
    assert make_places().dapu.generation == 0


def test_after_a_crash_the_same_click_publishes(failing_step: list[UUID]) -> None:
    release = _before_last_approval()
    failing = hooks.in_publication.pop()
    try:
        assert _approve(release).state == State.PUBLISHED
    finally:
        hooks.in_publication.append(failing)
    assert make_places().dapu.generation == 1


def test_pages_are_dropped_only_after_the_transaction_is_durable() -> None:
    release = _before_last_approval()
    seen = []

    def drop(release: Release, codes: list[str]) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT state FROM releases_release WHERE id = %s", [release.pk])
            seen.append((cursor.fetchone()[0], codes))

    hooks.after_commit.append(drop)
    try:
        _approve(release)
    finally:
        hooks.after_commit.remove(drop)
    assert seen == [
        ("published", ["360900000000", "360902000000", "360902100000", "360902100204"]),
    ]


def test_a_person_who_is_appointed_twice_still_has_two_eyes() -> None:
    release = make_release(state=State.IN_REVIEW)
    reviewer = make_cast().township_reviewer
    reviewer.appointments.create(
        body=body_of(make_places().county), role=Role.COUNTY_REVIEWER, start_on="2020-01-01"
    )
    actions.approve(release.pk, by=reviewer, at=NOW, level="township")
    with pytest.raises(NotAllowedError):
        actions.approve(release.pk, by=reviewer, at=NOW, level="county")
