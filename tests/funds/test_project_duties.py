"""What must follow the end of the works is owed, remembered as late, and told on every page alike."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from funds.projects.deadlines import due_on
from portal.columns.periods import Period
from portal.duties.generating import refresh
from portal.duties.models import Duty, Reminder, State
from portal.duties.reminding import remind
from portal.pages import silence
from portal.places.models import Body
from portal.releases.models import Release
from portal.releases.models import State as ReleaseState
from portal.workdays.actions import load_calendar
from portal.workdays.calendar import current
from tests.builders import make_places, walk
from tests.funds.projects import Cells, building, draft, item_of, project
from tests.portal.duties.owed import assign, take_part

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2027, 11, 25)
DONE = date(2026, 9, 10)
COMPLETED = {"状态": "完工", "验收日期": "", "送审金额": "", "决算金额": "", "决算审定日期": ""}


@pytest.fixture(autouse=True)
def _taking_part() -> None:
    load_calendar()
    take_part(make_places().county, date(2026, 9, 1))
    item_of("projects", "MS-J06")


def _publish(cells: Cells, day: date = date(2026, 10, 8), **told: Any) -> Release:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)
    return walk(draft(cells, **told), ReleaseState.PUBLISHED, at=at)


def _duty(step: str) -> Duty:
    return Duty.objects.select_related("item", "body").get(step=step)


def _settle(day: date, batch: int = 1, **cells: str) -> Release:
    told = {"item": item_of("projects", "MS-J06"), "period": Period.parse("2026-11"), "batch": batch}
    return _publish(project(**cells), day, **told)


def test_the_end_of_the_works_makes_known_what_must_follow() -> None:
    _publish(project(**COMPLETED))
    found = Duty.objects.exclude(thing="").filter(release=None, happened_on=DONE)
    steps = {(step, "MS-J06") for step in ("acceptance", "final", "audit")}
    assert set(found.values_list("step", "item__code")) == steps
    assert _duty("final").title == "民生工程竣工决算和审计：上坊路硬化工程的决算"


@pytest.mark.parametrize("step", ["acceptance", "final", "audit"])
def test_the_duty_and_the_projects_page_name_one_day(step: str) -> None:
    _publish(project(**COMPLETED))
    assert _duty(step).due_on == due_on(step, DONE, current())


def test_before_the_end_nothing_follows() -> None:
    _publish(building())
    assert not Duty.objects.exclude(thing="").exists()


def test_works_that_ended_before_the_place_took_part_owe_nothing() -> None:
    _publish(project(**COMPLETED, 实际竣工="2026-08-31"))
    assert not Duty.objects.exclude(thing="").exists()


@pytest.mark.parametrize(("late", "state"), [(0, State.ON_TIME), (1, State.LATE)])
def test_the_final_account_meets_it_and_its_lateness_stays(late: int, state: State) -> None:
    _publish(project(**COMPLETED))
    due = _duty("final").due_on
    account = _settle(date.fromordinal(due.toordinal() + late))
    met = _duty("final")
    assert (met.release, met.days_late, met.state_on(TODAY)) == (account, late, state)
    assert _duty("audit").state_on(TODAY) == State.MISSING


def test_what_is_missing_stands_among_the_duties_and_on_the_places_page() -> None:
    _publish(project(**COMPLETED))
    county = make_places().county
    missing = Duty.objects.missing(TODAY).within(county).exclude(thing="")
    assert {duty.about for duty in missing} == {
        f"上坊路硬化工程的{what}" for what in ("验收", "决算", "审计")
    }
    told = silence.of_place(county, date(2026, 12, 1))
    assert "民生工程竣工决算和审计：上坊路硬化工程的验收" in {gap.title for gap in told.gaps}


def test_who_owes_it_is_reminded() -> None:
    _publish(project(**COMPLETED))
    due = _duty("final").due_on
    remind(today=due, at=datetime(due.year, due.month, due.day, 7, tzinfo=SHANGHAI))
    assert Reminder.objects.filter(duty=_duty("final")).exists()


def test_a_project_that_is_stopped_owes_nothing_more() -> None:
    _publish(project(**COMPLETED))
    _publish(project(**COMPLETED | {"状态": "终止"}), date(2026, 10, 9), batch=2)
    assert not Duty.objects.exclude(thing="").exists()


def test_a_run_changes_nothing_that_follows() -> None:
    _publish(project(**COMPLETED))
    before = list(Duty.objects.exclude(thing="").order_by("pk").values())
    refresh(today=date(2026, 10, 9))
    assert list(Duty.objects.exclude(thing="").order_by("pk").values()) == before


def test_who_an_assignment_names_answers() -> None:
    own = make_places().county
    office = Body.objects.create(code=f"{own.code}-09", name="区审计局", region=own)
    assignment = assign(own, item_of("projects", "MS-J06"), date(2026, 9, 1))
    assignment.body = office
    assignment.save()
    _publish(project(**COMPLETED))
    assert _duty("audit").body == office


def test_a_final_account_that_is_told_no_more_is_owed_again() -> None:
    _publish(project(**COMPLETED))
    _settle(date(2026, 11, 2))
    _settle(date(2026, 11, 3), 2, **COMPLETED)
    assert _duty("final").state_on(date(2026, 11, 4)) == State.WITHDRAWN
