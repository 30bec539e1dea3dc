"""The front: kept pages without Django, the same answers with and without it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from portal.pages import front, store, style
from tests.county import Places
from tests.portal.pages.wsgi import Server

PLACE = "360902100204"
TODAY = date(2026, 11, 24)
# Written anew for every answer, whoever gives it.
_PER_ANSWER = {"Content-Length"}


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def scans() -> Iterator[list[str]]:
    """Return the slugs noted, beside what the application itself notes."""
    seen: list[str] = []
    front.on_scan.append(seen.append)
    yield seen
    front.on_scan.remove(seen.append)


def keep(
    path_place: str = PLACE, *, section: str = "index", big: bool = False, day: date | None = None
) -> None:
    name = store.Name(place=path_place, section=section, big=big)
    page = f"{path_place}/{section}/{big}".encode()
    store.make(name, day or timezone.localdate(), generation=lambda: 1, render=lambda: page)


@pytest.mark.parametrize(
    ("path", "place", "section"),
    [("/", "home", "index"), (f"/r/{PLACE}/", PLACE, "index"), (f"/r/{PLACE}/ledger/", PLACE, "ledger")],
)
def test_a_kept_page_is_answered_without_django(server: Server, path: str, place: str, section: str) -> None:
    keep(place, section=section)

    answer = server.get(path)

    assert (answer.status, answer.by_django) == (200, False)
    assert answer.body == f"{place}/{section}/False".encode()
    assert answer.headers["Cache-Control"] == "no-cache"


def test_big_type_and_gzip_choose_the_file(server: Server) -> None:
    keep()
    keep(big=True)

    answer = server.get(f"/r/{PLACE}/", HTTP_COOKIE="big=1", HTTP_ACCEPT_ENCODING="gzip")

    assert gzip.decompress(answer.body) == f"{PLACE}/index/True".encode()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding, Cookie"


def test_a_reader_who_holds_the_page_gets_304_without_a_body(server: Server) -> None:
    keep()
    tag = server.get(f"/r/{PLACE}/").headers["ETag"]

    answer = server.get(f"/r/{PLACE}/", HTTP_IF_NONE_MATCH=tag)

    assert (answer.status, answer.body, answer.by_django) == (304, b"", False)
    assert answer.headers["ETag"] == tag


def test_head_has_the_length_and_no_body(server: Server) -> None:
    keep()

    answer = server.get(f"/r/{PLACE}/", method="HEAD")

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(f"{PLACE}/index/False"))


def test_yesterdays_page_is_not_answered_today() -> None:
    keep(day=date(2026, 11, 23))
    server = Server(today=TODAY)

    assert server.get("/style/none.css").by_django
    keep(day=TODAY)
    assert not server.get(f"/r/{PLACE}/").by_django
    assert Server(today=date(2026, 11, 25)).get("/healthz").by_django


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "path", [f"/r/{PLACE}/?year=2026", "/r/../../etc/passwd", "/r/360902100204", "/R/360902100204/", "/c/abc"]
)
def test_whatever_is_odd_goes_to_django(server: Server, path: str) -> None:
    keep()

    assert server.get(path).by_django


@pytest.mark.django_db(transaction=True)
def test_a_post_goes_to_django(server: Server) -> None:
    keep()

    answer = server.get(f"/r/{PLACE}/", method="POST")

    assert answer.by_django
    assert answer.status in {403, 405}


def test_starting_forgets_what_an_older_program_kept() -> None:
    keep()

    assert store.read(store.Name(place=PLACE), timezone.localdate(), packed=False) is not None
    Server()
    assert store.read(store.Name(place=PLACE), timezone.localdate(), packed=False) is None


@pytest.mark.parametrize("path", ["/c/7k4m92a", "/C/7K4M92A", "/c/7K4m92a"])
def test_a_printed_code_answers_with_its_place_and_counts_the_scan(
    server: Server, scans: list[str], path: str
) -> None:
    keep()
    store.alias("7k4m92a", PLACE, timezone.localdate())

    answer = server.get(path)

    assert (answer.status, answer.by_django) == (200, False)
    assert answer.body == f"{PLACE}/index/False".encode()
    assert scans == ["7k4m92a"]


def test_head_of_a_printed_code_is_no_scan(server: Server, scans: list[str]) -> None:
    keep()
    store.alias("7k4m92a", PLACE, timezone.localdate())

    server.get("/c/7k4m92a", method="HEAD")

    assert scans == []


def test_a_scan_that_cannot_be_noted_costs_no_page(server: Server) -> None:
    keep()
    store.alias("7k4m92a", PLACE, timezone.localdate())

    def fail(_slug: str) -> None:
        raise OSError("disk full")

    front.on_scan.append(fail)
    try:
        assert server.get("/c/7k4m92a").status == 200
    finally:
        front.on_scan.remove(fail)


def test_the_stylesheet_is_kept_for_a_year(server: Server) -> None:
    answer = server.get(style.path(), HTTP_ACCEPT_ENCODING="gzip")

    assert gzip.decompress(answer.body).decode() == style.text()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not answer.by_django


def test_the_stylesheet_of_an_older_edition_is_not_to_be_kept(server: Server) -> None:
    answer = server.get("/style/0123456789abcdef.css")

    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/r/360902100204/", "/r/360902100204/subsidies/"])
@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_cold_and_warm_answers_are_the_same(server: Server, places: Places, path: str, accepted: str) -> None:
    cold = server.get(path, HTTP_ACCEPT_ENCODING=accepted)
    warm = server.get(path, HTTP_ACCEPT_ENCODING=accepted)

    assert (cold.by_django, warm.by_django) == (True, False)
    assert cold.body == warm.body
    differing = {
        name
        for name in {*cold.headers, *warm.headers} - _PER_ANSWER
        if cold.headers.get(name) != warm.headers.get(name)
    }
    assert differing == set()


@pytest.mark.django_db(transaction=True)
def test_a_warm_page_makes_no_query(
    server: Server, places: Places, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    server.get("/r/360902100204/")

    with django_assert_num_queries(0):
        assert server.get("/r/360902100204/").status == 200


def test_behind_tls_the_guards_are_those_of_django(server: Server, settings: Settings) -> None:
    keep()
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_HSTS_PRELOAD = True
    path = f"/r/{PLACE}/"

    secure = server.get(path, HTTP_X_FORWARDED_PROTO="https")

    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert not secure.by_django
    assert server.get(path).by_django
