"""Who stands before whom, and who moved."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from funds.models import Payment
from portal.duties import standing as standing_of
from portal.duties.models import Duty
from portal.duties.standing import Standing
from portal.overview.asked import Asked
from portal.overview.figures import Fixes, Key, Member, figures_of
from portal.overview.ranking import rank
from portal.releases.models import State
from tests.builders import make_correction, make_lines, make_places, make_release
from tests.portal.overview.owing import days_ago, office, owe


def member(place: str, now: tuple[int, int, int], *, then: tuple[int, int, int] | None = None) -> Member:
    told = Member(key=Key(place=place), name=place)
    told.now = standing(*now)
    if then:
        told.then = standing(*then)
    return told


def standing(on_time: int, late: int, missing: int) -> Standing:
    return Standing(due=on_time + late + missing, on_time=on_time, late=late, missing=missing)


def order(*members: Member) -> list[tuple[str, int]]:
    return [(one.member.name, one.place) for one in rank(members)]


def test_punctuality_counts_first_exactly() -> None:
    # 96.9 and 96.1 of 100 show the same figure.
    assert order(member("a", (961, 39, 0)), member("b", (969, 31, 0))) == [("b", 1), ("a", 2)]


def test_then_completeness_counts() -> None:
    assert order(member("a", (9, 0, 1)), member("b", (9, 1, 0))) == [("b", 1), ("a", 2)]


def test_then_fewer_corrections_count() -> None:
    one, other = member("a", (9, 1, 0)), member("b", (9, 1, 0))
    one.fixes = Fixes(corrections=1)
    assert order(one, other) == [("b", 1), ("a", 2)]


def test_who_is_alike_shares_a_place() -> None:
    found = order(member("a", (1, 0, 0)), member("b", (2, 0, 0)), member("c", (1, 1, 0)))
    assert found == [("a", 1), ("b", 1), ("c", 3)]


def test_who_owed_nothing_is_not_ranked() -> None:
    assert order(member("a", (0, 0, 0)), member("b", (0, 0, 1))) == [("b", 1)]


def test_a_change_of_place_is_told_against_the_month_before() -> None:
    ranked = rank(
        [
            member("a", (9, 1, 0), then=(5, 5, 0)),
            member("b", (8, 2, 0), then=(8, 2, 0)),
            member("c", (7, 3, 0)),
        ]
    )
    assert [one.change for one in ranked] == ["升 1 名", "降 1 名", "新排上"]


@pytest.mark.django_db
def test_townships_count_with_their_villages_and_offices_by_themselves(client: Client) -> None:
    places = make_places()
    owe(places.dapu, 10, met=10, number=1)
    owe(places.binjiang, 10, number=2)
    owe(places.guoqiao, 10, met=10, number=1)
    owe(places.county, 10, met=12, number=3, body=office("袁州区民政局", "07"))
    owe(places.county, 10, number=3, body=office("袁州区林业局", "08"))
    found = client.get(f"/duties/?region={places.county.code}").content.decode()
    assert re.findall(r"<b>(\d)　([^<]*)</b>", found) == [
        ("1", "西村镇"),
        ("2", "彬江镇"),
        ("1", "袁州区民政局"),
        ("2", "袁州区林业局"),
    ]


@pytest.mark.django_db
def test_a_township_ranks_its_villages(client: Client) -> None:
    places = make_places()
    owe(places.dapu, 10, number=1)
    owe(places.qianbai, 10, met=10, number=1)
    owe(places.guoqiao, 10, met=10, number=1)
    found = client.get(f"/duties/?region={places.binjiang.code}").content.decode()
    assert re.findall(r"<b>(\d)　([^<]*)</b>", found) == [("1", "前白村"), ("2", "大浦村")]


@pytest.mark.django_db
def test_the_month_before_is_counted_as_it_stood_then() -> None:
    places = make_places()
    owe(places.dapu, 60, met=5, number=1)
    owe(places.dapu, 50, met=50, withdrawn=5, number=2)
    owe(places.dapu, 20, number=3)
    told = figures_of(places.county, days_ago(0), Asked())
    (one,) = told.places
    assert one.then == Standing(due=2, on_time=1, late=0, missing=1)
    assert one.now == Standing(due=3, on_time=0, late=1, missing=2)


@pytest.mark.django_db
def test_corrections_and_withdrawals_are_counted_where_they_were_made() -> None:
    places = make_places()
    release = make_release(lines=make_lines(2))
    wrong = Payment.objects.filter(release=release).values_list("pk", flat=True)[0]
    make_correction(release, {wrong: None})
    make_release(lines=make_lines(1), period="2025", state=State.WITHDRAWN)
    owe(places.dapu, 10)
    told = figures_of(places.county, release.published_on or days_ago(0), Asked())
    assert told.fixes == Fixes(corrections=1, withdrawals=1)


@pytest.mark.django_db
def test_the_figures_agree_with_those_of_the_places_first_page() -> None:
    places = make_places()
    for number in range(1, 13):
        owe(places.dapu, number * 29, met=number * 29 + 3 - number if number % 3 else None, number=number)
        owe(places.guoqiao, number * 31 - 30, met=None, number=number)
    today = days_ago(0)
    for region in (places.city, places.county, places.binjiang, places.dapu):
        told = figures_of(region, today, Asked())
        assert told.whole == standing_of.of_place(region, today)
        first = standing_of.months_before(today, 11).replace(day=1)
        for month, counted in told.months.items():
            due = Duty.objects.past(today, since=first).within(region)
            of_month = due.filter(due_on__year=month.year, due_on__month=month.month)
            assert counted == standing_of.count(of_month)
        assert sum(told.months.values(), Standing()) == standing_of.count(
            Duty.objects.past(today, since=first).within(region)
        )
