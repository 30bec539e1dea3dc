from __future__ import annotations

import pytest

from portal.people.models import Role, User
from portal.places.models import Body
from portal.releases import actions, hooks
from portal.releases.actions.review import why_not_review
from portal.releases.errors import DuplicateError, NotAllowedError, NotReadyError, WrongStateError
from portal.releases.models import Release, State, Step
from tests.builders import (
    NOW,
    Cast,
    Line,
    Places,
    add_payments,
    body_of,
    make_item,
    make_person,
    make_release,
    start_release,
    walk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast: Cast) -> Release:
    return make_release(state=State.IN_REVIEW)


def _approve(release: Release, by: User, level: str) -> Release:
    return actions.approve(release.pk, by=by, at=NOW, level=level)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("dapu", ["township", "county"]),
        ("binjiang", ["township", "county"]),
        ("county", ["county"]),
    ],
)
def test_the_path_follows_the_level_of_the_body(place: str, path: list[str], places: Places) -> None:
    region = getattr(places, place)
    draft = start_release(item=make_item(), body=body_of(region))
    add_payments(draft, [Line(region=places.dapu)])
    submitted = walk(draft, State.IN_REVIEW)
    assert (submitted.review_path, submitted.review_level) == (path, path[0])


def test_the_last_approval_publishes(waiting: Release, cast: Cast) -> None:
    assert _approve(waiting, cast.township_reviewer, "township").state == State.IN_REVIEW
    published = _approve(waiting, cast.county_reviewer, "county")
    assert published.state == State.PUBLISHED
    assert published.published_at == NOW
    assert published.published_on is not None
    assert published.published_on.isoformat() == "2026-07-01"


def test_every_step_leaves_who_where_and_when(waiting: Release, cast: Cast) -> None:
    _approve(waiting, cast.township_reviewer, "township")
    _approve(waiting, cast.county_reviewer, "county")
    steps = Step.objects.filter(release=waiting)
    assert [(step.seq, step.verb, step.by, step.office, step.at) for step in steps] == [
        (1, "submit", cast.clerk, "彬江镇人民政府", NOW),
        (2, "approve", cast.township_reviewer, "彬江镇人民政府", NOW),
        (3, "approve", cast.county_reviewer, "袁州区人民政府", NOW),
    ]


@pytest.mark.parametrize(
    "who", ["clerk", "county_reviewer", "inspector", "administrator", "stranger", "strange_reviewer"]
)
def test_nobody_but_the_reviewer_of_the_level_and_place_approves(
    who: str, waiting: Release, cast: Cast
) -> None:
    with pytest.raises(NotAllowedError):
        _approve(waiting, getattr(cast, who), "township")
    assert waiting not in Release.objects.waiting_for(getattr(cast, who))


def test_the_drafter_never_approves_even_as_a_reviewer(waiting: Release, cast: Cast) -> None:
    cast.clerk.appointments.create(body=waiting.body, role=Role.TOWNSHIP_REVIEWER, start_on="2020-01-01")
    with pytest.raises(NotAllowedError, match="录的人不能审"):
        _approve(waiting, cast.clerk, "township")
    assert waiting not in Release.objects.waiting_for(cast.clerk)


def test_who_changed_rows_never_approves(cast: Cast) -> None:
    draft = make_release(state=State.DRAFT)
    actions.note_edit(draft, by=cast.township_reviewer, at=NOW)
    submitted = walk(draft, State.IN_REVIEW)
    assert why_not_review(cast.township_reviewer, submitted) == "录的人不能审。请另一位来审。"
    assert submitted not in Release.objects.waiting_for(cast.township_reviewer)


def test_who_submitted_for_another_clerk_never_approves(cast: Cast, places: Places) -> None:
    second = make_person("he", "何平", Role.CLERK, body_of(places.binjiang))
    second.appointments.create(
        body=body_of(places.binjiang), role=Role.TOWNSHIP_REVIEWER, start_on="2020-01-01"
    )
    draft = make_release(state=State.DRAFT)
    actions.submit(draft.pk, by=second, at=NOW)
    with pytest.raises(NotAllowedError, match="录的人不能审"):
        _approve(draft, second, "township")


def test_a_reviewer_of_an_office_does_not_review_the_whole_place(waiting: Release, places: Places) -> None:
    office = Body.objects.create(code=f"{places.binjiang.code}-01", name="镇财政所", region=places.binjiang)
    official = make_person("he", "何平", Role.TOWNSHIP_REVIEWER, office)
    with pytest.raises(NotAllowedError):
        _approve(waiting, official, "township")


def test_a_level_cannot_be_skipped(waiting: Release, cast: Cast) -> None:
    with pytest.raises(WrongStateError):
        _approve(waiting, cast.county_reviewer, "county")


def test_a_second_click_changes_nothing(waiting: Release, cast: Cast) -> None:
    _approve(waiting, cast.township_reviewer, "township")
    again = _approve(waiting, cast.township_reviewer, "township")
    assert again.review_level == "county"
    assert Step.objects.filter(release=waiting, verb="approve").count() == 1


def test_the_queue_holds_what_is_mine_to_review_now(waiting: Release, cast: Cast) -> None:
    assert list(Release.objects.waiting_for(cast.township_reviewer)) == [waiting]
    _approve(waiting, cast.township_reviewer, "township")
    assert list(Release.objects.waiting_for(cast.township_reviewer)) == []
    assert list(Release.objects.waiting_for(cast.county_reviewer)) == [waiting]


def test_a_remark_leaves_the_release_in_the_queue(waiting: Release, cast: Cast) -> None:
    actions.comment(waiting.pk, by=cast.township_reviewer, at=NOW, reason="第 2 行请核对")
    assert list(Release.objects.waiting_for(cast.township_reviewer)) == [waiting]


def test_a_returned_release_goes_round_again(waiting: Release, cast: Cast) -> None:
    _approve(waiting, cast.township_reviewer, "township")
    returned = actions.return_to_clerk(waiting.pk, by=cast.county_reviewer, at=NOW, reason="第 1 行金额不对")
    assert (returned.state, returned.round, returned.review_level) == (State.DRAFT, 2, "")
    actions.submit(waiting.pk, by=cast.clerk, at=NOW)
    assert list(Release.objects.waiting_for(cast.township_reviewer)) == [waiting]
    _approve(waiting, cast.township_reviewer, "township")
    assert _approve(waiting, cast.county_reviewer, "county").state == State.PUBLISHED


def test_approvals_of_the_first_round_do_not_count_in_the_second(waiting: Release, cast: Cast) -> None:
    _approve(waiting, cast.township_reviewer, "township")
    actions.return_to_clerk(waiting.pk, by=cast.county_reviewer, at=NOW, reason="第 1 行金额不对")
    actions.submit(waiting.pk, by=cast.clerk, at=NOW)
    with pytest.raises(WrongStateError):
        _approve(waiting, cast.county_reviewer, "county")


def test_a_page_of_the_first_round_does_not_approve_the_second_unread(waiting: Release, cast: Cast) -> None:
    seen = waiting.root_hex
    actions.return_to_clerk(waiting.pk, by=cast.township_reviewer, at=NOW, reason="少了一户")
    add_payments(waiting, [Line(name="王新户")])
    actions.submit(waiting.pk, by=cast.clerk, at=NOW)
    with pytest.raises(WrongStateError, match="刷新"):
        actions.approve(waiting.pk, by=cast.township_reviewer, at=NOW, level="township", root=seen)


@pytest.mark.parametrize("who", ["clerk", "county_reviewer", "strange_reviewer"])
def test_only_the_present_reviewer_returns(who: str, waiting: Release, cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        actions.return_to_clerk(waiting.pk, by=getattr(cast, who), at=NOW, reason="不对")


def test_a_return_says_what_to_change(waiting: Release, cast: Cast) -> None:
    with pytest.raises(NotReadyError):
        actions.return_to_clerk(waiting.pk, by=cast.township_reviewer, at=NOW, reason=" ")


def test_a_return_into_another_open_draft_says_what_to_do(waiting: Release, cast: Cast) -> None:
    start_release(item=waiting.item)
    with pytest.raises(DuplicateError, match="作废"):
        actions.return_to_clerk(waiting.pk, by=cast.township_reviewer, at=NOW, reason="不对")
    assert Release.objects.get(pk=waiting.pk).state == State.IN_REVIEW


@pytest.mark.parametrize("who", ["township_reviewer", "stranger", "inspector"])
def test_only_a_clerk_of_the_body_submits(who: str, cast: Cast) -> None:
    draft = make_release(state=State.DRAFT)
    with pytest.raises(NotAllowedError):
        actions.submit(draft.pk, by=getattr(cast, who), at=NOW)


def test_a_release_is_submitted_once(waiting: Release, cast: Cast) -> None:
    with pytest.raises(WrongStateError):
        actions.submit(waiting.pk, by=cast.clerk, at=NOW)


def test_an_empty_draft_says_so_or_says_nothing_happened(cast: Cast) -> None:
    with pytest.raises(NotReadyError, match="本期无发生"):
        make_release(state=State.IN_REVIEW, rows=0)
    assert make_release(state=State.PUBLISHED, rows=0, batch=2, is_nil=True).row_count == 0


def test_nothing_happened_and_rows_contradict_each_other(cast: Cast) -> None:
    with pytest.raises(NotReadyError, match="却有 3 行"):
        make_release(state=State.IN_REVIEW, is_nil=True)


def test_a_difference_from_the_allocation_document_needs_its_reason(cast: Cast) -> None:
    with pytest.raises(NotReadyError, match=r"相差 -325\.00 元"):
        make_release(state=State.IN_REVIEW, expected_amount=1000)
    make_release(state=State.IN_REVIEW, batch=2, expected_amount=1000, difference_reason="三户未到账")


def test_a_changed_policy_for_names_asks_for_a_new_load(cast: Cast) -> None:
    draft = make_release(state=State.DRAFT)
    draft.item.names = "masked"
    draft.item.save()
    with pytest.raises(NotReadyError, match="姓名公开办法"):
        walk(draft, State.IN_REVIEW)


def test_rooms_above_may_hold_a_draft_back(cast: Cast) -> None:
    def unanswered(release: Release) -> list[str]:
        return ["还有 2 条提示没有答复。"]

    hooks.submission_checks.append(unanswered)
    try:
        with pytest.raises(NotReadyError, match="还有 2 条提示"):
            make_release(state=State.IN_REVIEW)
    finally:
        hooks.submission_checks.remove(unanswered)
