from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from villages.dues import Due, Part, Sums, dues, expected, of_year, sums

_DAYS = st.dates(date(2019, 12, 1), date(2028, 3, 1))
_YUAN = st.decimals(0, 100_000, places=2)
_PARTS = st.lists(
    st.builds(
        Part,
        due_on=st.sampled_from([date(2026, 6, 30), date(2026, 12, 31), date(2027, 6, 30)]),
        due=_YUAN,
        received=_YUAN,
        reduction=_YUAN,
    ),
    max_size=8,
)
TODAY = date(2026, 11, 8)
_SEVEN = "01-31;02-28;03-31;04-30;05-31;06-30;07-31"


@given(_YUAN, st.sampled_from(["06-30", "12-31", "06-30;12-31", "01-01;04-01;07-01", "02-29"]), _DAYS, _DAYS)
def test_a_contracts_dues_are_those_days_of_its_term_that_fall_due(
    rent: Decimal, told: str, one: date, other: date
) -> None:
    start, end = min(one, other), max(one, other)
    found = expected(rent, told, starts_on=start, ends_on=end)
    naive = []
    for number in range((end - start).days + 1):
        day = start + timedelta(days=number)
        leap = day.year % 4 == 0
        if f"{day:%m-%d}" in told.split(";") or (told == "02-29" and not leap and f"{day:%m-%d}" == "02-28"):
            naive.append(day)
    assert [due.due_on for due in found] == naive


@given(
    _YUAN,
    st.sampled_from(["06-30", "06-30;12-31", "01-01;04-01;07-01", _SEVEN]),
)
def test_the_parts_of_a_whole_year_are_the_years_rent_to_the_cent(rent: Decimal, told: str) -> None:
    found = expected(rent, told, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    assert sum(due.due for due in found) == rent
    assert max(due.due for due in found) - min(due.due for due in found) < Decimal("0.07")


@given(_PARTS, st.lists(_DAYS, max_size=3, unique=True), _DAYS)
def test_every_due_counts_once_and_every_payment_counts(
    parts: list[Part], silent: list[date], today: date
) -> None:
    contract = [
        Due(due_on=day, due=Decimal(100), is_reported=False, tell_by=day + timedelta(days=30))
        for day in silent
    ]
    found = dues(parts, contract)
    total = sums(found, today)
    days = {part.due_on for part in parts}
    due = received = owed = Decimal(0)
    for day in days:
        mine = [part for part in parts if part.due_on == day]
        net = max(max(part.due for part in mine) - max(part.reduction for part in mine), Decimal(0))
        paid = sum((part.received for part in mine), Decimal(0))
        due, received = due + net, received + paid
        if day < today and paid < net:
            owed += net - paid
    alone = [day for day in silent if day not in days]
    assert total.due == due + 100 * len(alone)
    assert total.received == received
    assert total.owed == owed
    assert total.untold == 100 * sum(day + timedelta(days=30) < today for day in alone)
    assert total.waiting == 100 * sum(day < today <= day + timedelta(days=30) for day in alone)
    assert total.later == sum(
        (one.due - min(one.due, one.received) for one in found if one.due_on >= today), Decimal(0)
    )
    assert [one.due_on for one in found] == sorted(days | set(alone))


@given(_PARTS, _DAYS)
def test_what_is_due_is_received_owed_untold_or_later(parts: list[Part], today: date) -> None:
    found = [due for due in dues(parts) if due.received <= due.due]
    total = sums(found, today)
    assert total.due == total.received + total.owed + total.untold + total.waiting + total.later


@given(_PARTS, _DAYS)
def test_years_add_up_to_the_whole(parts: list[Part], today: date) -> None:
    found = dues(parts)
    total = Sums()
    for year in (2026, 2027):
        total += sums(of_year(found, year), today)
    assert total == sums(found, today)


def test_two_payments_of_one_due_are_one_due() -> None:
    (due,) = dues(
        [
            Part(due_on=date(2026, 6, 30), due=Decimal(8000), received=Decimal(3000)),
            Part(due_on=date(2026, 6, 30), due=Decimal(8000), received=Decimal(1000)),
        ]
    )
    assert [due.due, due.received, due.owed(TODAY)] == [Decimal(8000), Decimal(4000), Decimal(4000)]


def test_nothing_is_owed_on_the_day_itself() -> None:
    due = Due(due_on=TODAY, due=Decimal(8000))
    assert (due.owed(TODAY), due.later(TODAY), due.days_late(TODAY)) == (Decimal(0), Decimal(8000), 0)
    tomorrow = TODAY + timedelta(days=1)
    assert (due.owed(tomorrow), due.later(tomorrow), due.days_late(tomorrow)) == (
        Decimal(8000),
        Decimal(0),
        1,
    )


def test_a_due_that_nobody_wrote_of_is_no_debt() -> None:
    due = Due(due_on=date(2026, 6, 30), due=Decimal(8000), is_reported=False)
    assert (due.owed(TODAY), due.untold(TODAY)) == (Decimal(0), Decimal(8000))


def test_what_was_let_off_is_not_owed() -> None:
    (due,) = dues(
        [Part(due_on=date(2026, 6, 30), due=Decimal(8000), received=Decimal(7000), reduction=Decimal(1000))]
    )
    assert due.owed(TODAY) == 0


def test_a_village_may_be_silent_until_twenty_days_after_the_quarter() -> None:
    year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    (due,) = expected(Decimal(8000), "06-15", **year, tell_by=lambda last: last + timedelta(days=20))
    assert due.tell_by == date(2026, 7, 20)
    for day, waits, is_silent in (
        (date(2026, 6, 15), 0, 0),
        (date(2026, 6, 16), 8000, 0),
        (date(2026, 7, 20), 8000, 0),
        (date(2026, 7, 21), 0, 8000),
    ):
        assert [due.waiting(day), due.untold(day)] == [Decimal(waits), Decimal(is_silent)]
