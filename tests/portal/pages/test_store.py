"""The store of finished pages."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal.pages import store

DAY = date(2026, 11, 24)
NAME = store.Name(place="360902100204")


def keep(name: store.Name = NAME, page: bytes = b"page", *, number: int = 1, day: date = DAY) -> bytes:
    return store.make(name, day, generation=lambda: number, render=lambda: page)


def test_a_made_page_is_kept_plain_and_packed() -> None:
    keep()

    assert store.read(NAME, DAY, packed=False) == b"page"
    assert gzip.decompress(store.read(NAME, DAY, packed=True) or b"") == b"page"


def test_nothing_is_kept_for_another_day_section_or_size() -> None:
    keep()

    assert store.read(NAME, DAY + timedelta(days=1), packed=False) is None
    assert store.read(store.Name(place=NAME.place, section="ledger"), DAY, packed=False) is None
    assert store.read(store.Name(place=NAME.place, big=True), DAY, packed=False) is None


def test_dropping_a_place_drops_all_its_pages_and_the_home_but_no_other_place() -> None:
    other = store.Name(place="360902100205")
    names = [NAME, store.Name(place=NAME.place, section="subsidies", big=True), store.Name(place="home")]
    for name in [*names, other]:
        keep(name)

    store.drop([NAME.place])

    assert [store.read(name, DAY, packed=True) for name in names] == [None] * 3
    assert store.read(other, DAY, packed=False) == b"page"


def test_a_page_rendered_while_its_place_published_is_made_again() -> None:
    numbers: Iterator[int] = iter([1, 2, 2])
    pages = iter([b"old", b"new"])

    page = store.make(NAME, DAY, generation=lambda: next(numbers), render=lambda: next(pages))

    assert page == b"new"
    assert store.read(NAME, DAY, packed=False) == b"new"


def test_a_place_that_publishes_all_the_time_is_served_and_not_kept() -> None:
    numbers = iter(range(100))

    page = store.make(NAME, DAY, generation=lambda: next(numbers), render=lambda: b"page")

    assert page == b"page"
    assert store.read(NAME, DAY, packed=False) is None


def test_a_page_that_may_not_be_kept_is_only_served() -> None:
    assert store.make(NAME, DAY, generation=lambda: None, render=lambda: b"page") == b"page"
    assert store.read(NAME, DAY, packed=False) is None


def test_pages_of_an_older_generation_go_when_a_newer_one_is_kept() -> None:
    ledger = store.Name(place=NAME.place, section="ledger")
    keep(ledger, b"stale", number=1)

    keep(NAME, b"new", number=2)

    assert store.read(ledger, DAY, packed=False) is None


def test_drop_waits_for_a_maker_between_its_check_and_its_rename() -> None:
    """The maker has read the old generation under the lock; drop must come after its rename."""
    dropped = threading.Event()
    calls = []

    def generation() -> int:
        calls.append(1)
        if len(calls) == 2:  # under the lock: the publication commits now and drops
            thread.start()
            assert not dropped.wait(0.2)
        return 1

    def publish() -> None:
        store.drop([NAME.place])
        dropped.set()

    thread = threading.Thread(target=publish)
    store.make(NAME, DAY, generation=generation, render=lambda: b"old")
    thread.join(10)

    assert dropped.is_set()
    assert store.read(NAME, DAY, packed=False) is None


def test_a_folder_that_cannot_be_written_costs_no_page(pages_dir: Path) -> None:
    pages_dir.parent.mkdir(exist_ok=True)
    pages_dir.write_text("not a folder")

    assert keep() == b"page"


def test_the_sweep_removes_past_days_and_what_a_crash_left() -> None:
    stale = store.Name(place="360902100205")
    gone = store.Name(place="360902100206")
    keep(day=DAY - timedelta(days=1))
    for name in (NAME, stale, gone):
        keep(name, number=1)

    swept = store.sweep(DAY, lambda places: {NAME.place: 1, stale.place: 2})
    again = store.sweep(DAY, lambda places: {NAME.place: 1, stale.place: 2})

    assert store.read(NAME, DAY - timedelta(days=1), packed=False) is None
    assert [store.read(name, DAY, packed=False) for name in (NAME, stale, gone)] == [b"page", None, None]
    assert (swept, again) == (3, 0)


def test_an_alias_leads_to_its_place_for_the_day_until_it_is_forgotten() -> None:
    store.alias("7k4m92a", NAME.place, DAY)

    assert store.aliased("7k4m92a", DAY) == NAME.place
    assert store.aliased("7k4m92a", DAY + timedelta(days=1)) is None
    store.unalias("7k4m92a")
    assert store.aliased("7k4m92a", DAY) is None


def test_dropping_everything_forgets_aliases_too() -> None:
    keep()
    store.alias("7k4m92a", NAME.place, DAY)

    store.drop_all()

    assert store.read(NAME, DAY, packed=False) is None
    assert store.aliased("7k4m92a", DAY) is None


@pytest.mark.parametrize(
    ("place", "section"),
    [
        ("..", "index"),
        ("/etc", "index"),
        ("home", "../x"),
        ("36090210020", "index"),
        ("home", "Index"),
        ("home\n", "index"),
    ],
)
def test_no_name_leads_out_of_the_folder(place: str, section: str) -> None:
    with pytest.raises(ValueError, match="Not the name"):
        store.Name(place=place, section=section)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=20))
def test_no_slug_reads_or_removes_a_file_elsewhere(pages_dir: Path, slug: str) -> None:
    keep()

    assert store.aliased(slug, DAY) is None
    store.unalias(slug)
    store.drop([slug])
    assert store.read(NAME, DAY, packed=False) == b"page"
