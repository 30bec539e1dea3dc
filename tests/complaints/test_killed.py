"""kill -9 at random points of receiving and escalating: acknowledged reports exist once, levels come once.

`KILL_POINTS=200` runs more points than the suite does.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections

from complaints.models import Entry, Escalation, Receipt, Scan, SealedFile, Ticket
from complaints.reporting import following
from complaints.sealing import pieces
from complaints.sealing.pieces import File
from complaints.tickets import escalating
from portal import env
from portal.outbox.models import Effect
from tests.complaints.cases import NOW, Officers, make_report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900), pytest.mark.alone]

POINTS = int(env.text("KILL_POINTS", default="20"))
PHOTO = File(name="图片1", media_type="image/webp", data=b"picture" * 999)


def killed_after(delay: float, act: Callable[[], object]) -> bytes:
    """Run an act in a process of its own, kill that, and return what it had said by then."""
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = act()
            os.write(writing, str(said).encode())
            connections.close_all()
        except BaseException as error:  # noqa: BLE001 # it would be lost in this process
            os.write(writing, f"!{error!r}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    assert not told.startswith(b"!"), told.decode()
    return told


def hand_in(nonce: bytes) -> str:
    return make_report(nonce=nonce, files=(PHOTO,)).code


def test_an_acknowledged_report_exists_once_whenever_the_server_dies(staff: Officers) -> None:
    chance, acknowledged, window = random.Random(20261125), 0, 0.3
    for number in range(POINTS):
        nonce = number.to_bytes(16, "big")
        said = killed_after(chance.uniform(0, window), partial(hand_in, nonce))
        # So that about half of them are acknowledged, however busy the machine.
        window = min(2.0, window * (0.7 if said else 1.5))
        before = Ticket.objects.count()
        if said:
            acknowledged += 1
            assert before == number + 1
        # The reporter presses the key again: the same code, and one ticket.
        again = hand_in(nonce)
        assert said.decode() in {"", again}
        assert Ticket.objects.count() == number + 1
        holder = following.hold(again)
        assert holder is not None
        (piece,) = following.read(holder)
        file = SealedFile.objects.get(ticket=holder.ticket)
        assert pieces.read_file(file, holder.key) == PHOTO.data
        assert piece.files[0]["name"] == "图片1"
    # Points on both sides of the commit were hit, or the test shows nothing.
    assert 0 < acknowledged < POINTS
    assert Receipt.objects.count() == Entry.objects.count() == POINTS


def test_every_level_comes_once_whenever_the_scanner_dies(staff: Officers) -> None:
    Scan.objects.create(pk=1, at=NOW)
    tickets = [make_report(f"第 {number} 件").ticket for number in range(40)]
    chance, late = random.Random(20261125), NOW + timedelta(days=60)
    for _ in range(POINTS):
        killed_after(chance.uniform(0.0, 0.12), partial(escalating.scan, late))
    escalating.scan(late)
    assert Escalation.objects.count() == 4 * len(tickets)
    told = Effect.objects.filter(ref__user=staff.chief.user.pk)
    assert sum(effect.ref["count"] for effect in told) == 2 * len(tickets)
