"""Query strings: read or refused in words, never a failure."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from portal.pages.asked import Asked, address, after_word, period_word
from portal.pages.errors import UnreadableError

DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 1, 1))
NAMES = st.sampled_from(["year", "programme", "period", "after", "kind", "stage", "from", "x"])


@given(st.dictionaries(NAMES, st.text(max_size=40)))
def test_any_query_is_read_or_refused_in_words(query: dict[str, str]) -> None:
    given_query = QueryDict(mutable=True)
    given_query.update(query)
    way: dict[str, str] | None = None
    try:
        Asked.read(given_query, path="/r/360902100204/subsidies/")
    except UnreadableError as refusal:
        way = refusal.way

    assert way is None or way["say"].startswith("网址里的")
    assert way is None or way["href"] == "/r/360902100204/subsidies/"


@given(DAYS, st.integers(min_value=1, max_value=900))
def test_every_period_is_read_back_from_its_word(start: date, days: int) -> None:
    end = start + timedelta(days=days)

    asked = Asked.read(QueryDict(urlencode({"period": period_word(start, end)})), path="/")

    assert asked.period == (start, end)


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [
        (date(2026, 1, 1), date(2027, 1, 1), "2026"),
        (date(2026, 7, 1), date(2027, 1, 1), "2026H2"),
        (date(2026, 10, 1), date(2027, 1, 1), "2026Q4"),
        (date(2026, 10, 1), date(2026, 11, 1), "2026-10"),
        (date(2026, 10, 2), date(2026, 11, 1), "2026-10-02_2026-11-01"),
    ],
)
def test_usual_periods_have_short_words(start: date, end: date, word: str) -> None:
    assert period_word(start, end) == word


@given(st.uuids(), st.integers(min_value=0, max_value=10**9 - 1))
def test_where_a_page_ended_is_read_back(release: UUID, position: int) -> None:
    asked = Asked.read(QueryDict(f"after={after_word(release, position)}"), path="/")

    assert asked.after == (release, position)


def test_an_address_carries_only_what_is_asked() -> None:
    assert address("/r/", programme="", period="") == "/r/"
    assert parse_qs(urlsplit(address("/r/", programme="甲 & 乙")).query) == {"programme": ["甲 & 乙"]}
