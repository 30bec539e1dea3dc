"""Duties: made from the catalogue, met by releases, and never quietly forgiven."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.catalogue.models import CatalogueItem
from portal.duties.generating import refresh
from portal.duties.models import Assignment, Duty, Participation, State
from portal.places.models import Body
from portal.releases import actions
from portal.releases.models import Release
from portal.releases.models import State as ReleaseState
from portal.workdays.actions import load_calendar
from tests.builders import (
    add_payments,
    body_of,
    make_cast,
    make_correction,
    make_item,
    make_lines,
    make_places,
    make_release,
    start_release,
    walk,
)

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 25)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def calendar() -> None:
    load_calendar()


@pytest.fixture
def item() -> CatalogueItem:
    """A monthly item of townships, due ten calendar days after the month."""
    return make_item("MS-X01", period="monthly", deadline_days=10, deadline_unit="calendar")


def take_part(since: date = date(2026, 9, 1), *, with_below: bool = True) -> None:
    Participation.objects.create(region=make_places().county, start_on=since, with_below=with_below)


def duty(period: str, item: CatalogueItem) -> Duty:
    year, month = map(int, period.split("-"))
    return Duty.objects.get(item=item, region=make_places().binjiang, start_on=date(year, month, 1))


def published(item: CatalogueItem, period: str, day: date, **told: Any) -> Release:
    return make_release(item=item, period=period, at=at(day), lines=make_lines(2), **told)


def test_without_a_place_that_takes_part_nothing_is_owed(item: CatalogueItem) -> None:
    make_places()
    assert refresh(today=TODAY).added == 0


def test_every_period_since_the_start_is_owed_by_every_place_of_the_level(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    found = Duty.objects.filter(item=item).values_list("region__name", "start_on", "due_on")
    assert {name for name, _, _ in found} == {"彬江镇", "西村镇"}
    # 10 October 2026 is a make-up working day? The calendar decides; 10 November is a Tuesday.
    assert [due for name, start, due in found if name == "彬江镇" and start.month == 10] == [
        date(2026, 11, 10)
    ]
    assert {start.month for _, start, _ in found} == {9, 10, 11}


def test_a_place_that_takes_part_alone_owes_only_its_own(item: CatalogueItem) -> None:
    take_part(with_below=False)
    assert refresh(today=TODAY).added == 0


def test_a_second_run_changes_nothing(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    again = refresh(today=TODAY)
    assert (again.added, again.dropped, again.moved, again.met) == (0, 0, 0, 0)


def test_midnight_turns_not_due_into_missing_without_a_run(item: CatalogueItem) -> None:
    take_part()
    refresh(today=date(2026, 11, 1))
    october = duty("2026-10", item)
    assert october.state_on(date(2026, 11, 6)) == State.NOT_DUE
    assert october.state_on(date(2026, 11, 7)) == State.SOON
    assert october.state_on(date(2026, 11, 10)) == State.SOON
    assert october.state_on(date(2026, 11, 11)) == State.MISSING
    assert Duty.objects.missing(date(2026, 11, 10)).filter(pk=october.pk).exists() is False
    assert Duty.objects.missing(date(2026, 11, 11)).filter(pk=october.pk).exists() is True


@pytest.mark.parametrize(
    ("day", "state", "late"),
    [
        (date(2026, 11, 10), State.ON_TIME, 0),
        (date(2026, 11, 11), State.LATE, 1),
        (date(2026, 11, 24), State.LATE, 14),
    ],
)
def test_publishing_meets_the_duty_and_its_lateness_stays(
    item: CatalogueItem, day: date, state: State, late: int
) -> None:
    take_part()
    refresh(today=TODAY)
    published(item, "2026-10", day)
    met = duty("2026-10", item)
    assert (met.state_on(TODAY), met.days_late) == (state, late)
    assert met.state_on(TODAY + timedelta(days=400)) == state


def test_what_was_published_before_the_duty_was_made_counts(item: CatalogueItem) -> None:
    published(item, "2026-10", date(2026, 11, 9))
    take_part()
    assert refresh(today=TODAY).met == 1
    assert duty("2026-10", item).state_on(TODAY) == State.ON_TIME


def test_a_declared_nothing_is_no_gap(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    walk(
        start_release(item=item, period="2026-10", is_nil=True),
        ReleaseState.PUBLISHED,
        at=at(date(2026, 11, 9)),
    )
    assert duty("2026-10", item).state_on(TODAY) == State.NIL


def test_a_withdrawn_release_leaves_its_duty_open(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    release = published(item, "2026-10", date(2026, 11, 9))
    actions.withdraw(release.pk, by=make_cast().county_reviewer, at=at(date(2026, 11, 12)), reason="发错了")
    open_again = duty("2026-10", item)
    assert open_again.state_on(TODAY) == State.WITHDRAWN
    assert Duty.objects.missing(TODAY).filter(pk=open_again.pk).exists()
    published(item, "2026-10", date(2026, 11, 20))
    assert duty("2026-10", item).days_late == 10


def test_a_second_batch_keeps_what_the_withdrawal_of_the_first_would_open(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    first = published(item, "2026-10", date(2026, 11, 9))
    published(item, "2026-10", date(2026, 11, 10), batch=2)
    actions.withdraw(first.pk, by=make_cast().county_reviewer, at=at(date(2026, 11, 12)), reason="发错了")
    assert duty("2026-10", item).state_on(TODAY) == State.ON_TIME


def test_a_correction_meets_nothing_and_opens_nothing(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    release = published(item, "2026-10", date(2026, 11, 9))
    row = release.funds_payment_rows.first()
    assert row is not None
    make_correction(release, {row.pk: None}, at=at(date(2026, 11, 20)))
    assert duty("2026-10", item).state_on(TODAY) == State.ON_TIME


def test_a_release_that_corrections_emptied_leaves_its_duty_open(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    release = published(item, "2026-10", date(2026, 11, 9))
    first, second = release.funds_payment_rows.all()
    make_correction(release, {first.pk: None}, at=at(date(2026, 11, 11)))
    assert duty("2026-10", item).state_on(TODAY) == State.ON_TIME
    make_correction(release, {second.pk: None}, at=at(date(2026, 11, 12)))
    emptied = duty("2026-10", item)
    assert (emptied.state_on(TODAY), emptied.withdrawn_on) == (State.WITHDRAWN, date(2026, 11, 12))
    refresh(today=TODAY)
    assert duty("2026-10", item).state_on(TODAY) == State.WITHDRAWN


def test_lines_that_a_correction_brings_back_count_from_its_day(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    release = published(item, "2026-10", date(2026, 11, 9))
    rows = list(release.funds_payment_rows.all())
    make_correction(release, {row.pk: None for row in rows}, at=at(date(2026, 11, 11)))
    draft = actions.start_correction(release.pk, by=release.drafted_by, reason="漏了")
    add_payments(draft, make_lines(1))
    walk(draft, ReleaseState.PUBLISHED, at=at(date(2026, 11, 20)))
    assert duty("2026-10", item).days_late == 10


def test_another_batch_keeps_what_corrections_emptied(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    release = published(item, "2026-10", date(2026, 11, 9))
    published(item, "2026-10", date(2026, 11, 10), batch=2)
    rows = release.funds_payment_rows.all()
    make_correction(release, {row.pk: None for row in rows}, at=at(date(2026, 11, 12)))
    assert duty("2026-10", item).state_on(TODAY) == State.ON_TIME


def test_a_single_act_that_a_correction_takes_away_is_open_again() -> None:
    item = make_item("MS-X03", period="per event", deadline_days=10, deadline_unit="calendar")
    take_part(date(2026, 6, 1))
    told = make_release(item=item, period="2026-06", at=at(date(2026, 6, 30)), rows=1)
    row = told.funds_payment_rows.get()
    make_correction(told, {row.pk: None}, at=at(date(2026, 7, 2)))
    assert Duty.objects.get(source=told).state_on(TODAY) == State.WITHDRAWN


def test_months_add_up_to_a_quarter_met_when_the_last_came() -> None:
    item = make_item("MS-X02", period="quarterly", deadline_days=20, deadline_unit="calendar")
    take_part(date(2026, 7, 1))
    refresh(today=TODAY)
    published(item, "2026-07", date(2026, 8, 5))
    published(item, "2026-09", date(2026, 10, 8))
    third = Duty.objects.get(item=item, region=make_places().binjiang, start_on=date(2026, 7, 1))
    assert third.state_on(TODAY) == State.MISSING
    published(item, "2026-08", date(2026, 10, 30))
    third.refresh_from_db()
    assert (third.state_on(TODAY), third.met_on) == (State.LATE, date(2026, 10, 30))


def test_a_wider_release_covers_its_months(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    published(item, "2026", date(2026, 10, 9))
    assert {duty(f"2026-{month:02}", item).state_on(TODAY) for month in (9, 10, 11)} == {State.ON_TIME}


def test_a_list_of_a_wider_office_counts_for_the_places_it_tells_of(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    make_release(
        item=item,
        body=body_of(make_places().county),
        period="2026-10",
        at=at(date(2026, 11, 9)),
        lines=make_lines(2),
    )
    assert duty("2026-10", item).state_on(TODAY) == State.ON_TIME
    other = Duty.objects.get(item=item, region=make_places().xicun, start_on=date(2026, 10, 1))
    assert other.state_on(TODAY) == State.MISSING


def test_a_posted_list_tells_of_no_payment(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    published(item, "2026-10", date(2026, 11, 9), stage="notice")
    assert duty("2026-10", item).state_on(TODAY) == State.MISSING


def test_an_office_that_was_named_owes_in_place_of_the_own_body(item: CatalogueItem) -> None:
    places = make_places()
    office = Body.objects.create(
        code=f"{places.binjiang.code}-01", name="彬江镇财政所", region=places.binjiang
    )
    Assignment.objects.create(item=item, body=office, start_on=date(2026, 10, 1))
    take_part()
    refresh(today=TODAY)
    mine = Duty.objects.filter(item=item, region=places.binjiang).order_by("start_on")
    assert [one.body.name for one in mine] == ["彬江镇人民政府", "彬江镇财政所", "彬江镇财政所"]


def test_offices_that_share_an_item_each_owe_their_own(item: CatalogueItem) -> None:
    town = make_places().binjiang
    first, second = (
        Body.objects.create(code=f"{town.code}-0{number}", name=f"彬江镇{number}所", region=town)
        for number in (1, 2)
    )
    for office in (first, second):
        Assignment.objects.create(item=item, body=office, start_on=date(2026, 10, 1))
    take_part()
    refresh(today=TODAY)
    published(item, "2026-10", date(2026, 11, 9), body=first)
    met = Duty.objects.filter(item=item, start_on=date(2026, 10, 1), release__isnull=False)
    assert [one.body for one in met] == [first]


def test_a_duty_handed_on_is_met_by_whoever_of_the_place_publishes(item: CatalogueItem) -> None:
    town = make_places().binjiang
    first, second = (
        Body.objects.create(code=f"{town.code}-0{number}", name=f"彬江镇{number}所", region=town)
        for number in (1, 2)
    )
    Assignment.objects.create(item=item, body=first, start_on=date(2026, 9, 1), end_on=date(2026, 10, 1))
    Assignment.objects.create(item=item, body=second, start_on=date(2026, 10, 1))
    take_part()
    refresh(today=TODAY)
    published(item, "2026-10", date(2026, 11, 9), body=first)
    assert duty("2026-10", item).body == second
    assert duty("2026-10", item).state_on(TODAY) == State.ON_TIME


def test_a_changed_catalogue_moves_what_is_to_come_and_leaves_the_past(item: CatalogueItem) -> None:
    take_part()
    refresh(today=TODAY)
    item.deadline_days = 20
    item.save()
    assert refresh(today=TODAY).moved == 2  # November of both townships
    assert duty("2026-10", item).due_on == date(2026, 11, 10)
    item.is_active = False
    item.save()
    assert refresh(today=TODAY).dropped == 2
    assert duty("2026-10", item).due_on == date(2026, 11, 10)


def test_an_act_told_late_is_late_though_no_calendar_asked_for_it() -> None:
    item = make_item("MS-X03", period="per event", deadline_days=10, deadline_unit="calendar")
    take_part(date(2026, 6, 1))
    told = make_release(item=item, period="2026-06", at=at(date(2026, 7, 3)))  # paid on 20 June
    event = Duty.objects.get(source=told)
    assert (event.due_on, event.days_late) == (date(2026, 6, 30), 3)


def test_an_act_that_is_withdrawn_stays_a_gap_until_it_is_told_anew() -> None:
    item = make_item("MS-X03", period="per event", deadline_days=10, deadline_unit="calendar")
    take_part(date(2026, 6, 1))
    told = make_release(item=item, period="2026-06", at=at(date(2026, 6, 30)))
    actions.withdraw(told.pk, by=make_cast().county_reviewer, at=at(date(2026, 7, 5)), reason="发错了")
    assert Duty.objects.missing(TODAY).get().state_on(TODAY) == State.WITHDRAWN
    published(item, "2026-07", date(2026, 8, 3))  # of 20 June all the same, under another month
    assert Duty.objects.missing(TODAY).get().source == told
    again = published(item, "2026-06", date(2026, 8, 4))
    assert not Duty.objects.missing(TODAY).exists()
    assert Duty.objects.get(source=again).days_late == 35


def test_old_acts_of_history_owe_nothing() -> None:
    item = make_item("MS-X03", period="per event", deadline_days=10, deadline_unit="calendar")
    take_part(date(2026, 7, 1))
    told = make_release(item=item, period="2026-06", at=at(date(2026, 7, 3)))
    assert not Duty.objects.filter(source=told).exists()
