"""States, four eyes and history, refused by the database itself to whoever goes past the actions."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from portal.releases.models import Release, Replaced, Replacement, State, Step, Total, Verb
from tests.builders import NOW, Cast, Places, body_of, make_release
from tests.refusals import execute, refused_by

pytestmark = pytest.mark.django_db

UPDATE = "UPDATE releases_release SET {} WHERE id = %s"
PUBLISHED = "state = 'published', review_level = '', published_at = now(), published_on = now()::date"


@pytest.mark.parametrize(
    ("state", "change", "rule"),
    [
        (State.DRAFT, PUBLISHED, "releases_release_states"),
        (
            State.DRAFT,
            "state = 'withdrawn', withdrawn_at = now(), withdrawal_reason = 'x'",
            "releases_release_states",
        ),
        (State.DRAFT, "state = 'in_review', review_level = 'county'", "releases_release_approved"),
        (
            State.DRAFT,
            "state = 'in_review', review_level = 'county', review_path = '{county}'",
            "releases_release_root_from_submission",
        ),
        (State.IN_REVIEW, PUBLISHED, "releases_release_approved"),
        (State.IN_REVIEW, f"{PUBLISHED}, review_path = '{{}}'", "releases_release_frozen"),
        (State.IN_REVIEW, "review_path = '{county}'", "releases_release_frozen"),
        (State.IN_REVIEW, "root = sha256('other')", "releases_release_frozen"),
        (State.IN_REVIEW, "amount = amount + 1", "releases_release_frozen"),
        (State.IN_REVIEW, "state = 'discarded', review_level = ''", "releases_release_states"),
        (State.IN_REVIEW, "review_level = ''", "releases_release_level_while_in_review"),
        (
            State.PUBLISHED,
            "state = 'draft', published_at = NULL, published_on = NULL",
            "releases_release_states",
        ),
        (
            State.PUBLISHED,
            "state = 'in_review', review_level = 'county', published_at = NULL",
            "releases_release_states",
        ),
        (State.PUBLISHED, "amount = 0", "releases_release_states"),
        (State.PUBLISHED, "published_at = published_at - interval '1 day'", "releases_release_states"),
        (State.PUBLISHED, "state = 'withdrawn'", "releases_release_withdrawn_at_with_state"),
        (
            State.PUBLISHED,
            "state = 'withdrawn', withdrawn_at = now()",
            "releases_release_withdrawn_at_with_state",
        ),
        (
            State.PUBLISHED,
            "state = 'withdrawn', withdrawn_at = now(), withdrawal_reason = 'x', published_on = '2020-01-01'",
            "releases_release_frozen",
        ),
        (State.WITHDRAWN, "state = 'published', withdrawn_at = NULL", "releases_release_states"),
        (State.WITHDRAWN, "withdrawal_reason = ''", "releases_release_states"),
        (State.DISCARDED, "state = 'draft'", "releases_release_states"),
    ],
)
def test_a_release_walks_only_forward(state: State, change: str, rule: str) -> None:
    release = make_release(state=state, rows=1)
    with refused_by(rule):
        execute(UPDATE.format(change), [release.pk])


def test_a_release_begins_as_a_draft() -> None:
    release = make_release(state=State.PUBLISHED, rows=1)
    release.pk = uuid4()
    with refused_by("releases_release_states"):
        release.save(force_insert=True)


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN, State.DISCARDED])
def test_only_a_draft_can_be_deleted(state: State) -> None:
    release = make_release(state=state, rows=1)
    with refused_by("releases_release_states"):
        execute("DELETE FROM releases_release WHERE id = %s", [release.pk])


@pytest.mark.parametrize("column", ["body_id", "drafted_by_id", "via", "names", "kind", "county"])
def test_what_rows_and_four_eyes_rest_on_never_moves(column: str, cast: Cast, places: Places) -> None:
    release = make_release(state=State.DRAFT)
    moved = {
        "body_id": body_of(places.xicun).pk,
        "drafted_by_id": cast.county_reviewer.pk,
        "via": "bulk",
        "names": "masked",
        "kind": "standards",
        "county": "360981",
    }
    with refused_by("releases_release_frozen"):
        execute(UPDATE.format(f"{column} = %s"), [moved[column], release.pk])


def _approval(release: Release, **changed: Any) -> Step:
    told = {
        "release": release,
        "round": release.round,
        "seq": 99,
        "verb": Verb.APPROVE,
        "level": release.review_level,
        "office": "袁州区人民政府",
        "at": NOW,
        "root": release.root,
    }
    return Step(**told | changed)


def test_the_drafter_cannot_write_an_approval(cast: Cast) -> None:
    release = make_release(state=State.IN_REVIEW)
    with refused_by("releases_step_four_eyes"):
        _approval(release, by=cast.clerk).save()


def test_who_approved_one_level_cannot_write_the_next(cast: Cast) -> None:
    release = make_release(state=State.IN_REVIEW)
    _approval(release, by=cast.township_reviewer).save()
    execute(UPDATE.format("review_level = 'county'"), [release.pk])
    release.refresh_from_db()
    with refused_by("releases_step_four_eyes"):
        _approval(release, by=cast.township_reviewer, seq=100).save()


@pytest.mark.parametrize(
    "changed",
    [{"level": "county"}, {"round": 2}, {"root": bytes(32)}, {"root": None}],
    ids=["level", "round", "root", "no root"],
)
def test_an_approval_is_of_this_level_round_and_root(changed: dict[str, Any], cast: Cast) -> None:
    release = make_release(state=State.IN_REVIEW)
    with refused_by("releases_step_in_turn"):
        _approval(release, by=cast.township_reviewer, **changed).save()


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_nothing_is_approved_outside_its_review(state: State, cast: Cast) -> None:
    release = make_release(state=state)
    with refused_by("releases_step_in_turn"):
        _approval(release, by=cast.township_reviewer, level="township").save()


@pytest.mark.parametrize("verb", ["return", "withdraw", "discard"])
def test_a_step_back_says_why(verb: str, cast: Cast) -> None:
    release = make_release(state=State.IN_REVIEW)
    with refused_by("releases_step_says_why"):
        _approval(release, by=cast.township_reviewer, verb=verb, reason="").save()


@pytest.mark.parametrize("table", ["releases_step", "releases_total"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_history_is_append_only(table: str, statement: str) -> None:
    make_release()
    with refused_by("releases_append_only"):
        execute(statement.format(table))


@pytest.mark.parametrize(
    "statement", ["UPDATE releases_replaced SET reason = 'x'", "DELETE FROM releases_replaced"]
)
def test_what_was_replaced_stays_replaced(statement: str) -> None:
    with refused_by("releases_append_only"):
        execute(statement)


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_no_row_vanishes_from_the_public_by_hand(state: State) -> None:
    row = make_release(rows=1).funds_payment_rows.get()
    other = make_release(state=state, batch=2)
    with refused_by("releases_while_publishing"):
        Replaced.objects.create(row_id=row.pk, release=other, reason="手工")


def test_no_row_vanishes_that_no_reviewer_saw() -> None:
    row = make_release(rows=1).funds_payment_rows.get()
    other = make_release(state=State.IN_REVIEW, batch=2)
    with refused_by("releases_while_publishing"):
        Replaced.objects.create(row_id=row.pk, release=other, reason="手工")


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_no_total_is_written_by_hand(state: State) -> None:
    release = make_release(state=state)
    with refused_by("releases_while_publishing"):
        _total(release).save()


def test_a_total_without_its_publication_does_not_last() -> None:
    release = make_release(state=State.IN_REVIEW)
    with refused_by("releases_while_publishing"):
        _total(release).save()
        execute("SET CONSTRAINTS ALL IMMEDIATE")


def _total(release: Release) -> Total:
    return Total(
        release=release,
        region=release.body.region,
        kind=release.kind,
        start_on=release.start_on,
        end_on=release.end_on,
        row_count=1,
        amount=1,
    )


def test_what_a_correction_intends_is_frozen_with_it() -> None:
    row = make_release(rows=1).funds_payment_rows.get()
    frozen, draft = make_release(state=State.IN_REVIEW, batch=2), make_release(state=State.DRAFT, batch=3)
    planned = Replacement.objects.create(release=draft, row_id=row.pk)
    with refused_by("releases_rows_frozen"):
        Replacement.objects.create(release=frozen, row_id=row.pk)
    with refused_by("releases_rows_frozen"):
        Replacement.objects.filter(pk=planned.pk).update(release=frozen)


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_refused_too(subtests: pytest.Subtests) -> None:
    release = make_release(state=State.PUBLISHED)
    for rule, statement in (
        ("releases_release_states", f"UPDATE releases_release SET amount = 0 WHERE id = '{release.pk}'"),
        ("releases_release_states", f"DELETE FROM releases_release WHERE id = '{release.pk}'"),
        ("releases_release_states", "TRUNCATE releases_release CASCADE"),
        ("releases_append_only", "TRUNCATE releases_step"),
        ("releases_append_only", "TRUNCATE releases_replaced"),
        ("releases_append_only", "TRUNCATE releases_total"),
        ("releases_append_only", "TRUNCATE releases_replacement"),
        ("releases_append_only", "DELETE FROM releases_step"),
        ("releases_rows_frozen", "DELETE FROM funds_payment"),
        ("releases_rows_frozen", "UPDATE funds_payment SET amount = amount + 1"),
        ("releases_rows_frozen", "TRUNCATE funds_payment"),
    ):
        with subtests.test(statement), refused_by(rule, using="owner"):
            execute(statement, using="owner")
