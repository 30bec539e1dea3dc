from __future__ import annotations

import pytest
from django.db import IntegrityError

from funds.models import Payment
from portal.releases import actions
from portal.releases.errors import DuplicateError, NotAllowedError, NotReadyError, WrongStateError
from portal.releases.models import Release, State, Step
from tests.builders import NOW, Cast, Places, body_of, make_item, make_release, start_release

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["stranger", "township_reviewer", "county_reviewer", "inspector"])
def test_only_a_clerk_of_the_body_drafts(who: str, cast: Cast) -> None:
    with pytest.raises(NotAllowedError, match="彬江镇人民政府"):
        start_release(item=make_item(), by=getattr(cast, who))


def test_a_township_clerk_drafts_for_its_villages_and_not_for_the_county(cast: Cast, places: Places) -> None:
    assert start_release(item=make_item(), body=body_of(places.dapu), by=cast.clerk).pk
    with pytest.raises(NotAllowedError):
        start_release(item=make_item(), body=body_of(places.county), by=cast.clerk)


def test_a_draft_takes_county_policy_and_kind_from_body_and_item(cast: Cast) -> None:
    draft = start_release(item=make_item("MS-P04", names="masked"))
    assert (draft.county, draft.names, draft.kind, draft.state) == ("360902", "masked", "payments", "draft")


def test_a_second_open_draft_is_told_who_has_the_first(cast: Cast) -> None:
    start_release(item=make_item())
    with pytest.raises(DuplicateError, match="李春花正在录这一批"):
        start_release(item=make_item())
    assert start_release(item=make_item(), batch=2).batch == 2


def test_the_same_file_is_told_apart_by_its_fingerprint(cast: Cast) -> None:
    make_release(state=State.PUBLISHED, file_sha256=bytes(32))
    with pytest.raises(DuplicateError, match="同一份文件已经由李春花导入过"):
        start_release(item=make_item(), file_sha256=bytes(32))
    assert start_release(item=make_item(), file_sha256=bytes([1]) * 32).pk


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.DISCARDED])
def test_a_file_may_come_again_after_it_was_withdrawn_or_discarded(state: State, cast: Cast) -> None:
    make_release(state=state, file_sha256=bytes(32))
    assert start_release(item=make_item(), file_sha256=bytes(32)).pk


def test_another_fault_is_not_taken_for_a_duplicate(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="batch"):
        start_release(item=make_item(), batch=-1)


def test_recount_writes_rows_and_sum() -> None:
    draft = make_release(state=State.DRAFT)
    actions.recount(draft)
    draft.refresh_from_db()
    assert (draft.row_count, str(draft.amount)) == (3, "675.00")


def test_a_draft_never_submitted_leaves_nothing(cast: Cast) -> None:
    draft = make_release(state=State.DRAFT)
    actions.discard(draft.pk, by=cast.clerk, at=NOW)
    assert not Release.objects.exists()
    assert not Payment.objects.exists()


def test_a_draft_once_submitted_leaves_its_steps_and_its_reason(cast: Cast) -> None:
    discarded = make_release(state=State.DISCARDED)
    assert not Payment.objects.exists()
    last = Step.objects.filter(release=discarded).last()
    assert last is not None
    assert (last.verb, last.reason) == ("discard", "录重了")


def test_a_returned_draft_is_not_discarded_without_a_reason(cast: Cast) -> None:
    release = make_release(state=State.IN_REVIEW)
    actions.return_to_clerk(release.pk, by=cast.township_reviewer, at=NOW, reason="不对")
    with pytest.raises(NotReadyError):
        actions.discard(release.pk, by=cast.clerk, at=NOW)
    assert Payment.objects.filter(release=release).count() == 3


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN])
def test_only_a_draft_is_discarded(state: State, cast: Cast) -> None:
    release = make_release(state=state)
    with pytest.raises(WrongStateError):
        actions.discard(release.pk, by=cast.clerk, at=NOW, reason="不要了")


def test_only_its_clerk_discards(cast: Cast) -> None:
    draft = make_release(state=State.DRAFT)
    with pytest.raises(NotAllowedError):
        actions.discard(draft.pk, by=cast.stranger, at=NOW)


def test_an_edit_by_another_is_noted_once_a_round(cast: Cast) -> None:
    draft = make_release(state=State.DRAFT)
    for _ in range(2):
        actions.note_edit(draft, by=cast.township_reviewer, at=NOW)
    actions.note_edit(draft, by=cast.clerk, at=NOW)
    assert list(Step.objects.filter(release=draft).values_list("by", flat=True)) == [
        cast.township_reviewer.pk
    ]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("clerk", True),
        ("township_reviewer", True),
        ("county_reviewer", True),
        ("inspector", True),
        ("administrator", False),
        ("stranger", False),
        ("strange_reviewer", False),
    ],
)
def test_staff_see_the_releases_of_their_place(who: str, sees: bool, cast: Cast) -> None:
    draft = make_release(state=State.DRAFT)
    assert Release.objects.for_staff(getattr(cast, who)).filter(pk=draft.pk).exists() is sees


def test_only_clerks_of_the_place_edit_and_only_drafts(cast: Cast) -> None:
    draft, waiting = make_release(state=State.DRAFT), make_release(state=State.IN_REVIEW, batch=2)
    assert list(Release.objects.editable_by(cast.clerk)) == [draft]
    assert waiting not in Release.objects.editable_by(cast.clerk)
    for other in (cast.stranger, cast.township_reviewer, cast.inspector):
        assert not Release.objects.editable_by(other).exists()
