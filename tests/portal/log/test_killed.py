"""kill -9 at random points of publishing and signing: all or nothing, and signed heads always consistent.

`KILL_POINTS=200` runs as many as the bar asks for; the suite runs fewer.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, connections

from portal import env
from portal.log import highwater, reading
from portal.log.models import Checkpoint
from portal.record import verifying
from portal.releases import actions
from portal.releases.models import Release, State
from portal.releases.verification import verify
from tests.builders import NOW, make_release, next_reviewer
from tests.portal.log.keeping import Keeper, append

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900), pytest.mark.alone]

POINTS = int(env.text("KILL_POINTS", default="40"))
_TORN = """
SELECT (SELECT count(*) FROM releases_release r WHERE r.state = 'published' AND NOT EXISTS (
        SELECT 1 FROM log_leaf l WHERE l.release = r.id AND l.kind = 'release'))
    + (SELECT count(*) FROM log_leaf l WHERE l.kind = 'release' AND NOT EXISTS (
        SELECT 1 FROM releases_release r WHERE r.id = l.release AND r.state = 'published'))
"""


def _killed_after(delay: float, act: Callable[[], object]) -> bool:
    """Run an act in a process of its own and kill that; say whether it had ended by itself."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            act()
            connections.close_all()
        finally:
            os._exit(0)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    return os.WIFEXITED(os.waitpid(child, 0)[1])


def _one(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def _waiting(batch: int) -> Release:
    release = make_release(state=State.IN_REVIEW, rows=2, batch=batch)
    actions.approve(release.pk, by=next_reviewer(release), at=NOW, level="township")
    return release


def test_whoever_is_killed_leaves_all_or_nothing(keeper: Keeper) -> None:
    chance = random.Random(20261125)
    batch, done, whole = 1, 0, 0
    windows = {True: 0.1, False: 0.05}  # seconds, kept so wide that about half of the acts end by themselves
    release = _waiting(batch)
    keeper.sign()
    while done < POINTS:
        publishing = done % 2 == 0
        if publishing:
            reviewer = next_reviewer(Release.objects.get(pk=release.pk))
            act: Callable[[], object] = partial(
                actions.approve, release.pk, by=reviewer, at=NOW, level="county"
            )
        else:
            append(done)
            act = keeper.sign
        ended = _killed_after(chance.uniform(0, windows[publishing]), act)
        # A busy machine needs wider ones.
        windows[publishing] = min(2.0, windows[publishing] * (0.7 if ended else 1.5))
        whole += ended
        done += 1
        assert _one(_TORN) == 0
        _check_heads(keeper)
        if Release.objects.get(pk=release.pk).state == State.PUBLISHED:
            batch += 1
            release = _waiting(batch)
    keeper.sign()
    assert 0 < whole < POINTS  # some were in the middle, some were done
    assert batch > 1
    report = verify(full=True, at=NOW)
    assert report.difference is None
    assert report.releases == Release.objects.published().count()


def _check_heads(keeper: Keeper) -> None:
    """Every stored checkpoint continues the one before; the mark is at most one head ahead of them."""
    heads = [
        verifying.open_checkpoint(found.note, reading.vkeys())
        for found in Checkpoint.objects.order_by("-size")[:2]
    ]
    if len(heads) == 2:
        new, old = heads
        verifying.check_consistency(old, new, reading.consistency(old.size, new.size))
    mark = highwater.read(keeper.mark)
    assert mark is not None
    assert reading.tree().root(0, mark.size) == mark.root
