from __future__ import annotations

from uuid import uuid4

import pytest

from funds.models import Payment
from portal.people.models import Role
from portal.releases import actions
from portal.releases.errors import (
    DuplicateError,
    NotAllowedError,
    NotReadyError,
    RivalCorrectionError,
    WrongStateError,
)
from portal.releases.models import Release, Replaced, Replacement, State, Step
from tests.builders import (
    NOW,
    Cast,
    Line,
    make_correction,
    make_release,
    next_reviewer,
    walk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(cast: Cast) -> Release:
    return make_release()


def _rows(release: Release) -> list[Payment]:
    return list(Payment.objects.filter(release=release).order_by("position"))


def _withdraw(release: Release, cast: Cast, reason: str = "发错了对象") -> Release:
    return actions.withdraw(release.pk, by=cast.county_reviewer, at=NOW, reason=reason)


def test_the_public_sees_the_new_version_and_can_still_read_the_old(published: Release) -> None:
    old = _rows(published)[0]
    correction = make_correction(published, {old.pk: Line(name="李大根")})
    (new,) = _rows(correction)
    assert set(Payment.objects.public()) == {*_rows(published)[1:], new}
    assert old in Payment.objects.published()
    assert (new.first_id, new.version) == (old.pk, 2)
    assert Replaced.objects.get(row_id=old.pk).by_row_id == new.pk


def test_a_withdrawn_line_is_gone_from_the_public_with_its_reason(published: Release) -> None:
    old = _rows(published)[0]
    make_correction(published, {old.pk: None})
    assert old not in Payment.objects.public()
    replaced = Replaced.objects.get(row_id=old.pk)
    assert (replaced.by_row_id, replaced.reason) == (None, "面积登记有误")


def test_a_correction_in_review_changes_nothing_yet(published: Release) -> None:
    make_correction(published, {_rows(published)[0].pk: None}, state=State.IN_REVIEW)
    assert Payment.objects.public().count() == 3


def test_a_correction_says_why(published: Release, cast: Cast) -> None:
    with pytest.raises(NotReadyError):
        actions.start_correction(published.pk, by=cast.clerk, reason="  ")


@pytest.mark.parametrize("who", ["stranger", "township_reviewer", "county_reviewer"])
def test_only_a_clerk_of_the_body_corrects(who: str, published: Release, cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        actions.start_correction(published.pk, by=getattr(cast, who), reason="有误")


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN, State.DISCARDED])
def test_only_what_is_public_is_corrected(state: State, cast: Cast) -> None:
    release = make_release(state=state)
    with pytest.raises(WrongStateError):
        actions.start_correction(release.pk, by=cast.clerk, reason="有误")


def test_one_correction_is_drafted_at_a_time(published: Release, cast: Cast) -> None:
    actions.start_correction(published.pk, by=cast.clerk, reason="有误")
    with pytest.raises(DuplicateError):
        actions.start_correction(published.pk, by=cast.clerk, reason="有误")


def test_a_correction_of_a_correction_belongs_to_the_original(published: Release, cast: Cast) -> None:
    first = make_correction(published, {_rows(published)[0].pk: Line()})
    second = make_correction(first, {_rows(first)[0].pk: Line()})
    assert second.corrects == published
    assert _rows(second)[0].version == 3


def test_a_row_already_replaced_is_not_replaced_again(published: Release) -> None:
    row = _rows(published)[0]
    make_correction(published, {row.pk: Line()})
    late = make_correction(published, {row.pk: Line()}, state=State.IN_REVIEW)
    actions.approve(late.pk, by=next_reviewer(late), at=NOW, level="township")
    with pytest.raises(RivalCorrectionError):
        actions.approve(late.pk, by=next_reviewer(late), at=NOW, level="county")


@pytest.mark.parametrize("wrong", ["unknown row", "row of a draft", "replaced by a stranger"])
def test_a_correction_replaces_public_rows_by_its_own(wrong: str, published: Release, cast: Cast) -> None:
    draft = actions.start_correction(published.pk, by=cast.clerk, reason="有误")
    hidden = make_release(state=State.DRAFT, batch=2, rows=1)
    public, unpublished = _rows(published)[0].pk, _rows(hidden)[0].pk
    row, by_row = {
        "unknown row": (uuid4(), None),
        "row of a draft": (unpublished, None),
        "replaced by a stranger": (public, unpublished),
    }[wrong]
    Replacement.objects.create(release=draft, row_id=row, by_row_id=by_row)
    with pytest.raises(NotReadyError):
        walk(draft, State.IN_REVIEW)


def test_a_correction_does_not_outlive_the_withdrawal_of_its_original(published: Release, cast: Cast) -> None:
    late = make_correction(published, {_rows(published)[0].pk: Line()}, state=State.IN_REVIEW)
    actions.approve(late.pk, by=next_reviewer(late), at=NOW, level="township")
    _withdraw(published, cast)
    with pytest.raises(RivalCorrectionError):
        actions.approve(late.pk, by=next_reviewer(late), at=NOW, level="county")
    assert not Payment.objects.public().exists()


def test_a_withdrawal_takes_all_rows_off_and_says_why(published: Release, cast: Cast) -> None:
    withdrawn = _withdraw(published, cast)
    assert not Payment.objects.public().exists()
    assert (withdrawn.withdrawn_at, withdrawn.withdrawal_reason) == (NOW, "发错了对象")
    last = Step.objects.filter(release=published).last()
    assert last is not None
    assert (last.verb, last.by, last.office) == ("withdraw", cast.county_reviewer, "袁州区人民政府")


@pytest.mark.parametrize("who", ["clerk", "township_reviewer", "inspector", "administrator", "stranger"])
def test_only_a_county_reviewer_withdraws(who: str, published: Release, cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        actions.withdraw(published.pk, by=getattr(cast, who), at=NOW, reason="发错了")


def test_the_drafter_does_not_withdraw_even_as_a_county_reviewer(published: Release, cast: Cast) -> None:
    county = cast.county_reviewer.appointments.get().body
    cast.clerk.appointments.create(body=county, role=Role.COUNTY_REVIEWER, start_on="2020-01-01")
    with pytest.raises(NotAllowedError):
        actions.withdraw(published.pk, by=cast.clerk, at=NOW, reason="发错了")


def test_a_withdrawal_says_why(published: Release, cast: Cast) -> None:
    with pytest.raises(NotReadyError):
        _withdraw(published, cast, reason=" ")


def test_a_release_is_withdrawn_once(published: Release, cast: Cast) -> None:
    _withdraw(published, cast)
    with pytest.raises(WrongStateError):
        _withdraw(published, cast)


def test_a_correction_cannot_be_withdrawn(published: Release, cast: Cast) -> None:
    correction = make_correction(published, {_rows(published)[0].pk: Line()})
    with pytest.raises(WrongStateError, match="再做一次更正"):
        _withdraw(correction, cast)


def test_a_corrected_release_cannot_be_withdrawn_whole(published: Release, cast: Cast) -> None:
    make_correction(published, {_rows(published)[0].pk: Line()})
    with pytest.raises(WrongStateError, match="逐行"):
        _withdraw(published, cast)


@pytest.fixture
def replacing(published: Release, cast: Cast) -> Release:
    """An ordinary later list that replaces a row of an earlier one (发放类型 更正)."""
    later = make_release(state=State.DRAFT, batch=2, rows=1)
    Replacement.objects.create(
        release=later, row_id=_rows(published)[0].pk, by_row_id=_rows(later)[0].pk, reason="更正"
    )
    return walk(later, State.PUBLISHED)


def test_a_list_that_replaced_a_row_cannot_be_withdrawn(replacing: Release, cast: Cast) -> None:
    with pytest.raises(WrongStateError):
        _withdraw(replacing, cast)


def test_a_list_whose_row_was_replaced_cannot_be_withdrawn(
    replacing: Release, published: Release, cast: Cast
) -> None:
    with pytest.raises(WrongStateError):
        _withdraw(published, cast)
