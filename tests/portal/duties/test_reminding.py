"""Reminders: every level once, with its true day, to whom it concerns, of what is still open."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as sent
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from portal.duties.effects import reminder_letter
from portal.duties.generating import refresh
from portal.duties.levels import levels
from portal.duties.models import Audience, Duty, Reminder
from portal.duties.reminding import Reminded, audience, remind
from portal.outbox.dispatching import dispatch
from portal.outbox.models import Effect
from portal.people.models import Appointment, Role, User
from portal.places.models import Body
from portal.releases.models import State
from tests.builders import body_of, make_cast, make_item, make_person, make_places, start_release, walk
from tests.portal.duties.owed import make_duty, take_part
from tests.racing import race

pytestmark = pytest.mark.django_db
DUE = date(2026, 10, 20)
AT = datetime(2026, 10, 20, 8, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


def run(days: int) -> Reminded:
    """Run on a day before or after the deadline."""
    return remind(today=DUE + timedelta(days=days), at=AT + timedelta(days=days))


def reached() -> list[tuple[str, int]]:
    found = Reminder.objects.order_by("true_on", "level").values_list("level", "true_on")
    return [(level, (true_on - DUE).days) for level, true_on in found]


def receivers() -> list[str]:
    users = [effect.ref["user"] for effect in Effect.objects.filter(topic="mail").order_by("pk")]
    return [User.objects.get(pk=user).username for user in users]


def to_come(days: int) -> Duty:
    """Return a duty of 大浦村 due some days from now: letters are written by the clock."""
    return make_duty(make_places().dapu, timezone.localdate() + timedelta(days=days))


def run_now() -> Reminded:
    now = timezone.now()
    return remind(today=timezone.localdate(now), at=now)


def test_every_level_says_where_it_comes_from() -> None:
    assert {one.name: one.days for one in levels()} == {
        "early": -3,
        "today": 0,
        "first": 1,
        "second": 10,
        "third": 30,
    }
    assert all(one.source for one in levels())
    assert {one.audience for one in levels()} <= set(Audience.values)


def test_levels_come_on_their_days_and_once() -> None:
    make_cast()
    make_duty(make_places().dapu, DUE)
    assert run(-4) == Reminded()
    assert run(-3) == Reminded(levels=1, letters=1)
    assert run(-3) == Reminded()
    assert run(-1) == Reminded()
    run(0)
    assert reached() == [("early", -3), ("today", 0)]
    for day in (1, 2, 9):
        run(day)
    assert reached()[2:] == [("first", 1)]
    run(10)
    run(29)
    assert reached()[3:] == [("second", 10)]
    run(30)
    run(300)
    assert reached()[4:] == [("third", 30)]


def test_an_outage_is_caught_up_with_true_days_in_one_letter_each() -> None:
    make_cast()
    for month in (8, 9):
        make_duty(make_places().dapu, DUE, start_on=date(2026, month, 1))
    assert run(12) == Reminded(levels=8, letters=2)
    assert reached() == [("early", -3)] * 2 + [("today", 0)] * 2 + [("first", 1)] * 2 + [("second", 10)] * 2
    assert receivers() == ["li", "qian"]
    assert set(Reminder.objects.values_list("receivers", flat=True)) == {1}


def test_what_came_meanwhile_is_not_told() -> None:
    make_cast()
    item = make_item("MS-X01", period="monthly")
    duty = make_duty(make_places().binjiang, DUE, item=item)
    walk(start_release(item=item, period="2026-09", is_nil=True), State.PUBLISHED, at=AT)
    duty.refresh_from_db()
    assert duty.release_id
    assert run(40) == Reminded()


def test_a_moved_deadline_begins_anew() -> None:
    make_cast()
    duty = make_duty(make_places().dapu, DUE)
    run(-3)
    Duty.objects.filter(pk=duty.pk).update(due_on=DUE + timedelta(days=10))
    run(0)
    assert Reminder.objects.count() == 1
    run(7)
    assert [one.due_on for one in Reminder.objects.order_by("pk")] == [DUE, DUE + timedelta(days=10)]


def test_the_clerk_of_the_nearest_place_is_reminded() -> None:
    cast, places = make_cast(), make_places()
    make_duty(places.dapu, DUE)
    run(0)
    assert receivers() == ["li"]
    own = make_person("cun", "村会计", Role.CLERK, body_of(places.dapu))
    make_duty(places.dapu, DUE, start_on=date(2026, 8, 1))
    run(0)
    assert receivers() == ["li", own.username]
    make_duty(places.county, DUE)
    run(0)
    assert receivers()[2:] == [cast.county_clerk.username]


def test_after_the_deadline_the_reviewers_of_the_place_above_are_told() -> None:
    places = make_places()
    cast = make_cast()
    office = Body.objects.create(code=f"{places.county.code}-01", name="袁州区财政局", region=places.county)
    city = make_person("shi", "何市审", Role.COUNTY_REVIEWER, body_of(places.city))
    owed = {
        make_duty(places.dapu, DUE).pk: cast.township_reviewer.pk,
        make_duty(places.binjiang, DUE).pk: cast.county_reviewer.pk,
        make_duty(places.county, DUE, body=office).pk: cast.county_reviewer.pk,
        make_duty(places.county, DUE).pk: city.pk,
    }
    run(1)
    told = audience(Reminder.objects.values_list("run", flat=True)[0], today=DUE)
    assert {duty: user for user, kind, duty in told if kind == "superior"} == owed


def test_a_place_without_reviewers_leaves_it_to_the_next_above() -> None:
    cast = make_cast()
    Appointment.objects.filter(user=cast.township_reviewer).update(end_on=DUE)
    make_duty(make_places().dapu, DUE)
    run(1)
    assert cast.county_reviewer.username in receivers()


def test_who_left_or_has_no_address_gets_no_letter() -> None:
    cast = make_cast()
    User.objects.filter(pk=cast.clerk.pk).update(email="")
    Appointment.objects.filter(user=cast.county_clerk).update(end_on=DUE)
    make_duty(make_places().dapu, DUE)
    assert run(0) == Reminded(levels=2, letters=0)
    assert set(Reminder.objects.values_list("receivers", flat=True)) == {0}


def test_the_letter_lists_what_is_open_and_how_far_it_is() -> None:
    make_cast()
    late = to_come(-1)
    item = make_item("MS-X02", period="monthly", name="村务公开")
    soon = make_duty(make_places().dapu, timezone.localdate() + timedelta(days=2), item=item)
    start_release(item=item, body=soon.body, period="2026-09")
    run_now()
    dispatch()
    letters = {letter.to[0]: letter for letter in sent.outbox}
    clerk, above = letters["li@example.cn"].body, letters["qian@example.cn"].body
    assert letters["li@example.cn"].subject == "公开期限提醒"
    assert "有 2 项快到期或者过期了" in clerk
    assert f"过了 1 天（{late.due_on.month}月{late.due_on.day}日到期）：耕地地力保护补贴" in clerk
    assert "还有 2 天" in clerk
    assert "村务公开，袁州区彬江镇大浦村委会，2026年9月（草稿中）" in clerk
    assert "/manage/" in clerk
    assert "下面的单位过期没公开的，有 1 项" in above
    assert "村务公开" not in above


def test_a_letter_is_not_sent_when_everything_came_before_it_left() -> None:
    make_cast()
    item = make_item("MS-X01", period="monthly")
    make_duty(make_places().binjiang, timezone.localdate(), item=item)
    assert run_now().letters == 1
    walk(start_release(item=item, period="2026-09", is_nil=True), State.PUBLISHED, at=timezone.now())
    dispatch()
    assert sent.outbox == []


def test_a_long_letter_ends_with_how_many_more() -> None:
    cast = make_cast()
    for number in range(33):
        make_duty(
            make_places().dapu, timezone.localdate(), start_on=date(2023 + number // 12, number % 12 + 1, 1)
        )
    run_now()
    ref = Effect.objects.get(ref__user=cast.clerk.pk).ref
    letter = reminder_letter(ref)
    assert letter is not None
    assert letter.body.count("耕地地力保护补贴") == 30
    assert "还有 3 项" in letter.body


def test_the_outbox_keeps_ids_only() -> None:
    make_cast()
    make_duty(make_places().dapu, DUE)
    run(0)
    ref = Effect.objects.get().ref
    assert set(ref) == {"maker", "run", "user"}


def test_the_database_holds_one_row_for_a_level() -> None:
    make_cast()
    duty = make_duty(make_places().dapu, DUE)
    run(0)
    first = Reminder.objects.filter(duty=duty).first()
    assert first
    first.pk = None
    with pytest.raises(IntegrityError, match="duties_reminder_once"), transaction.atomic():
        first.save(force_insert=True)


def test_a_duty_that_the_catalogue_drops_takes_its_reminders_along() -> None:
    make_cast()
    item = make_item("MS-X01", period="monthly", deadline_days=10, deadline_unit="calendar")
    take_part(make_places().county)
    refresh(today=date(2026, 10, 10))
    remind(today=date(2026, 10, 10), at=AT)
    assert Reminder.objects.exists()
    item.is_active = False
    item.save()
    refresh(today=date(2026, 10, 10))
    assert not Reminder.objects.exists()


def test_an_installation_without_mail_writes_the_levels_and_no_letter(settings: Settings) -> None:
    make_cast()
    make_duty(make_places().dapu, DUE)
    settings.PRODUCTION, settings.EMAIL_HOST = True, ""
    assert run(1) == Reminded(levels=3)
    assert not Effect.objects.exists()


def test_the_command_reminds_but_never_ahead_of_time(capsys: pytest.CaptureFixture[str]) -> None:
    make_cast()
    make_duty(make_places().dapu, DUE)
    call_command("duties", "remind", "--now", "2026-10-20")
    assert "记下 2 次提醒，写了 1 封信" in capsys.readouterr().out
    ahead = timezone.localdate() + timedelta(days=1)
    with pytest.raises(CommandError, match="不能提前发"):
        call_command("duties", "remind", "--now", ahead.isoformat())


@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_moment_tell_once() -> None:
    make_cast()
    for number in range(12):
        make_duty(make_places().dapu, DUE, start_on=date(2025, number + 1, 1))
    done = race([partial(remind, today=DUE + timedelta(days=40), at=AT)] * 3)
    assert sum(one.levels for one in done) == 12 * 5 == Reminder.objects.count()
    assert sorted(receivers()) == ["li", "qian"]
