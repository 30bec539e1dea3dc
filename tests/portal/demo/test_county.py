from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from portal.codes.models import Code
from portal.demo.building import imagine
from portal.demo.cast import PARTS, PASSWORD
from portal.demo.county import ensure, sign_ins
from portal.demo.files import MANIFEST
from portal.documents.models import DocumentState
from portal.duties import standing
from portal.duties.models import Duty
from portal.findings import models as findings
from portal.people.models import Role, User
from portal.people.signin import may_enter
from portal.places.models import Body, Region
from portal.releases.models import Attachment, Release, Replaced, Stage, State, Step, Verb, Via
from portal.releases.registry import kind
from tests.journeys.site import clean
from villages.models import LedgerEntry

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
BINJIANG, DAPU = "360902100000", "360902100204"


class _PowerCutError(Exception):
    """The machine went off in the middle."""


@pytest.fixture(scope="module")
def slug(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The county, filled once for this file after an interruption, and flushed at the end.

    Committed list by list, as the demo does: one transaction around all of it holds thousands of savepoints,
    and becomes very slow beside any other transaction.
    """
    with django_db_blocker.unblock(), clean(tmp_path_factory.mktemp("county")):
        with pytest.raises(_PowerCutError):
            ensure(_cut_off_at("已公开 40"), now=NOW)
        yield ensure(lambda _line: None, now=NOW)


def _cut_off_at(beginning: str):  # type: ignore[no-untyped-def] # a report that fails
    def report(line: str) -> None:
        if line.startswith(beginning):
            raise _PowerCutError

    return report


def _releases(item: str, period: date, batch: int = 1) -> list[Release]:
    return list(
        Release.objects.filter(item__code=item, body__code=BINJIANG, start_on=period, batch=batch).order_by(
            "created_at"
        )
    )


def test_after_an_interruption_every_list_is_there_once(slug: str) -> None:
    history, stories = imagine(today=date(2026, 11, 24))
    bulk = Release.objects.filter(via=Via.BULK, is_nil=False)
    assert set(bulk.values_list("file_name", flat=True)) == {one.file for one in history}
    assert bulk.count() == bulk.values("file_name", "body").distinct().count()
    assert set(bulk.values_list("state", flat=True)) == {State.PUBLISHED}
    told = Release.objects.filter(via=Via.REVIEW).values_list("file_name", flat=True)
    assert sorted(told) == sorted(story.listing.file for story in stories)
    rows = sum(len(one.rows) for one in history if one.kind == "payments")
    assert kind("payments").model._default_manager.filter(release__via=Via.BULK).count() == rows


def test_filled_again_it_changes_nothing(slug: str) -> None:
    before = Release.objects.count(), Step.objects.count(), User.objects.count()
    assert ensure(lambda _line: None, now=NOW) == slug
    assert (Release.objects.count(), Step.objects.count(), User.objects.count()) == before


def test_the_code_of_the_village_marks_the_end(slug: str) -> None:
    assert Code.objects.get(slug=slug).region.short_name == "大浦村"  # type: ignore[union-attr] # it has one


def test_each_role_can_sign_in(slug: str) -> None:
    users = {user.username: user for user in User.objects.all()}
    assert {part.role for part in PARTS} == set(Role)
    for part in PARTS:
        assert users[part.username].check_password(PASSWORD)
        assert may_enter(users[part.username])
        assert part.username in sign_ins()


def test_nobody_can_sign_in_as_the_operator_of_history(slug: str) -> None:
    assert not User.objects.get(username="operator").has_usable_password()


def test_offices_have_a_telephone_that_nobody_has(slug: str) -> None:
    office = Body.objects.get(code="360902000000-02")
    assert (office.name, office.telephone) == ("袁州区民政局", "0795-0000102")


def test_the_correction_stands_beside_what_it_corrects(slug: str) -> None:
    wrong, right = _releases("XC-04", date(2026, 7, 1))
    replaced = Replaced.objects.get(release=right)
    assert (right.corrects, right.reason) == (wrong, "录入时少写一个 0")
    versions = kind("payments").model._default_manager
    assert versions.get(pk=replaced.row_id).release == wrong
    assert [row.pk for row in versions.filter(release=right)] == [replaced.by_row_id]
    assert [row.version for row in versions.filter(release=right)] == [2]


def test_the_spoilt_list_is_withdrawn_and_its_second_batch_public(slug: str) -> None:
    (first,) = _releases("MS-P06", date(2026, 8, 1))
    (second,) = _releases("MS-P06", date(2026, 8, 1), batch=2)
    assert (first.state, second.state) == (State.WITHDRAWN, State.PUBLISHED)
    assert first.withdrawal_reason


def test_reviews_wait_at_the_township_and_at_the_county(slug: str) -> None:
    (at_town,) = _releases("XC-04", date(2026, 10, 1))
    (at_county,) = _releases("MS-P06", date(2026, 10, 1))
    assert (at_town.state, at_town.review_level) == (State.IN_REVIEW, "township")
    assert (at_county.state, at_county.review_level) == (State.IN_REVIEW, "county")
    (books,) = Release.objects.filter(kind="ledger", body__code="360902100205", state=State.IN_REVIEW)
    assert set(Release.objects.waiting_for(User.objects.get(username="shenhe"))) == {at_town, books}
    assert list(Release.objects.waiting_for(User.objects.get(username="fuhe2"))) == [at_county]


def test_the_returned_draft_says_why(slug: str) -> None:
    (returned,) = _releases("MS-P06", date(2026, 10, 1), batch=2)
    assert (returned.state, returned.round) == (State.DRAFT, 2)
    assert Step.objects.get(release=returned, verb=Verb.RETURN).reason


def test_the_clerks_draft_shows_every_kind_of_warning_unanswered(slug: str) -> None:
    (draft,) = _releases("MS-P02", date(2026, 1, 1), batch=2)
    found = findings.Warning.objects.filter(release=draft)
    assert draft.state == State.DRAFT
    assert set(found.values_list("rule_code", flat=True)) == {
        "payment-arithmetic",
        "payment-above-standard",
        "payment-same-person",
        "payment-shared-account",
        "payment-other-period",
    }
    assert found.unanswered().count() == found.count()


def test_warnings_of_everything_else_are_few_and_answered(slug: str) -> None:
    others = findings.Warning.objects.exclude(release__state=State.DRAFT)
    assert not others.unanswered().exists()
    assert 0 < others.count() < 60


def test_a_list_is_posted_before_it_is_paid(slug: str) -> None:
    (posted,) = _releases("MS-P13", date(2026, 10, 1))
    assert (posted.state, posted.stage) == (State.PUBLISHED, Stage.POSTED)
    paid = {"release": posted, "paid_on__isnull": False}
    assert not kind("payments").model._default_manager.filter(**paid).exists()


def test_some_townships_have_published_nothing(slug: str) -> None:
    model = kind("payments").model._default_manager
    assert not model.filter(region__code__startswith="360902103").exists()


def _books(month: date) -> Release:
    """Return the books that 大浦村 first published of a month."""
    return Release.objects.get(kind="ledger", body__code=DAPU, start_on=month, corrects=None)


def test_the_villages_last_month_was_reviewed_and_has_its_papers(slug: str) -> None:
    release = _books(date(2026, 10, 1))
    assert (release.state, release.via) == (State.PUBLISHED, Via.REVIEW)
    entry = LedgerEntry.objects.get(release=release, amount="12600.00")
    names = entry.attachments.split(";")
    papers = Attachment.objects.filter(row_id=entry.pk).select_related("document")
    assert len(papers) == len(names) == 3
    assert {paper.document.state for paper in papers} == {DocumentState.READY}


def test_the_rent_stands_corrected_with_its_paper(slug: str) -> None:
    wrong = _books(date(2026, 9, 1))
    right = Release.objects.get(corrects=wrong)
    (row,) = LedgerEntry.objects.filter(release=right)
    assert (row.amount, row.version) == (Decimal("5600.00"), 2)
    assert Attachment.objects.filter(row_id=row.pk).exists()


def test_the_doubled_line_is_taken_out(slug: str) -> None:
    wrong = _books(date(2026, 8, 1))
    replaced = Replaced.objects.get(release__corrects=wrong)
    assert replaced.by_row_id is None
    left = LedgerEntry.objects.filter(release=wrong, amount="760.00")
    assert left.exclude(pk=replaced.row_id).count() == 1


def test_one_village_has_not_handed_its_books_in(slug: str) -> None:
    books = Release.objects.filter(item__code="MS-Z01", body__code="360902100207")
    assert sorted(books.values_list("start_on", flat=True)) == [date(2026, 8, 1), date(2026, 10, 1)]


def test_who_takes_part_shows_what_is_there_and_what_is_not(slug: str) -> None:
    today = date(2026, 11, 24)
    for code in ("360902000000", BINJIANG, DAPU):
        told = standing.of_place(Region.objects.get(code=code), today)
        assert told.on_time > 10
        assert told.missing > 0
    assert Duty.objects.filter(is_nil=True).exists()


def test_nobody_says_that_a_list_under_review_is_nothing(slug: str) -> None:
    nothing = Release.objects.filter(is_nil=True)
    assert not nothing.filter(kind="ledger", item__code="MS-Z01").exists()
    waiting = Release.objects.filter(state=State.IN_REVIEW).values_list("item", "body", "start_on")
    assert not set(waiting) & set(nothing.values_list("item", "body", "start_on"))


def test_a_production_installation_is_left_alone(settings: LazySettings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        ensure(lambda _line: None, now=NOW)


def test_the_files_can_be_had_for_a_load_by_hand(tmp_path: Path) -> None:
    call_command("demo_county", tmp_path, verbosity=0)
    assert (tmp_path / MANIFEST).exists()
