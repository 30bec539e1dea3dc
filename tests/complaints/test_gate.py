"""The gate before slow hashes, and that the desk's passphrases pass it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from complaints.models import OfficerKey
from complaints.sealing import keys, passphrases
from complaints.sealing.gate import Gate
from complaints.sealing.passphrases import Opened


class Counter:
    """How many were at work at once, and how many in all."""

    def __init__(self) -> None:
        self.lock, self.inside, self.most, self.done = threading.Lock(), 0, 0, 0

    def work(self) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.02)
        with self.lock:
            self.inside -= 1
            self.done += 1


def at_once(call: Callable[[], object], times: int = 8) -> None:
    threads = [threading.Thread(target=call) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_gate_lets_few_through_at_once_and_all_in_the_end() -> None:
    gate, counter = Gate(lambda: 2), Counter()

    def pass_through() -> None:
        with gate.passing():
            counter.work()

    at_once(pass_through)
    assert (counter.most, counter.done) == (2, 8)


def test_whoever_fails_inside_the_gate_leaves_it() -> None:
    gate = Gate(lambda: 1)
    with pytest.raises(RuntimeError), gate.passing():
        raise RuntimeError
    with gate.passing():
        pass


def test_two_passphrases_are_stretched_at_once_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    counter, opened = Counter(), Opened(bytes(32), "")

    def unwrap(*_: object, memory: int) -> Opened:
        counter.work()
        return opened

    def wrap(*_: object, memory: int) -> tuple[bytes, bytes]:
        counter.work()
        return b"", b""

    monkeypatch.setattr(passphrases, "unwrap", unwrap)
    monkeypatch.setattr(passphrases, "wrap", wrap)
    key = OfficerKey(wrapped=b"", salt=b"", memory=0)

    def both() -> None:
        keys._unwrap(key, "x")
        keys._wrap(opened, "x", memory=0)

    at_once(both)
    assert (counter.most, counter.done) == (keys.AT_ONCE, 16)
