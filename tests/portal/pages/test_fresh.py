"""No stale page once a publication is acknowledged: a reader hammers while a writer publishes."""

from __future__ import annotations

import re
import threading
from time import monotonic

import pytest
from django.db import connections, transaction
from django.db.models import F

from portal.pages import store
from portal.places.models import Region
from portal.releases.models import State
from tests.builders import make_lines, make_places, make_programme, make_release
from tests.portal.pages.wsgi import Server

pytestmark = pytest.mark.django_db(transaction=True)

PUBLICATIONS = 60
READERS = 3
PATH = "/r/360902100204/"


def _publish(number: int) -> None:
    """Change what the page shows as publishing does: one transaction, then drop, then the answer."""
    with transaction.atomic():
        Region.objects.filter(code="360902100204").update(
            short_name=f"第{number}版村", generation=F("generation") + 1
        )
        transaction.on_commit(lambda: store.drop(["360902100204"]))


def _shown(body: bytes) -> int:
    found = re.search(r"<h1>第(\d+)版村</h1>", body.decode())
    assert found is not None
    return int(found[1])


def test_no_reader_sees_an_older_page_than_was_acknowledged() -> None:
    make_places()
    server = Server()
    acknowledged = 0
    done = threading.Event()
    stale: list[tuple[int, int]] = []
    reads = [0] * READERS
    warm = [0] * READERS

    def read(reader: int) -> None:
        try:
            while not done.is_set():
                known = acknowledged
                answer = server.get(PATH)
                reads[reader] += 1
                warm[reader] += not answer.by_django
                if _shown(answer.body) < known:
                    stale.append((known, _shown(answer.body)))
        finally:
            connections.close_all()

    _publish(0)
    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, PUBLICATIONS + 1):
            _publish(number)
            acknowledged = number
            seen, until = sum(reads), monotonic() + 0.05
            while sum(reads) < seen + 2 and monotonic() < until:
                done.wait(0.001)
    finally:
        done.set()
        for thread in threads:
            thread.join(30)

    assert stale == []
    assert min(reads) > 0
    # Otherwise nothing was ever kept, and the test proved nothing.
    assert sum(warm) > 0
    assert _shown(server.get(PATH).body) == PUBLICATIONS


@pytest.mark.parametrize("path", ["/", "/r/360902000000/", "/r/360902100000/", PATH, f"{PATH}subsidies/"])
def test_a_real_publication_reaches_every_page_above_it(path: str) -> None:
    make_programme()
    server = Server()
    make_release(lines=make_lines(1), period="2026")
    before = server.get(path)
    assert not server.get(path).by_django

    make_release(lines=make_lines(5), period="2026", batch=2)

    after = server.get(path)
    assert after.by_django
    assert after.headers["ETag"] != before.headers["ETag"]


def test_a_withdrawal_reaches_the_village() -> None:
    make_programme()
    server = Server()
    make_release(lines=make_lines(1))
    release = make_release(lines=make_lines(4), batch=2)
    before = server.get(PATH).body.decode()
    assert "5<i>笔</i>" in before

    from portal.releases import actions
    from tests.builders import NOW, make_cast

    actions.withdraw(release.pk, by=make_cast().county_reviewer, at=NOW, reason="发错了对象")

    assert "1<i>笔</i>" in server.get(PATH).body.decode()
    release.refresh_from_db()
    assert release.state == State.WITHDRAWN
