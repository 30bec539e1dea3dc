"""What slows a flood down without keeping an address: counters in this process, a gate, a question in words.

Nothing here outlives an hour, and a report is never refused: over the limit somebody waits and answers.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from complaints.sealing import receipts
from complaints.sealing.gate import Gate
from complaints.sealing.receipts import Unlocking
from portal.pages.clients import Tries
from portal.vault import keys

log = logging.getLogger(__name__)
_MINUTE = 60
_HOUR = 3600
_MOST_SPENT = 20_000
_NUMBERS = "零一二三四五六七八九"
_LARGEST = 9
_SALT = "complaints.question"


class Ceiling:
    """All lookups of this process in one minute, whoever asks; the first one over it raises the alarm."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing counted."""
        self._clock, self._lock = clock, threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin a new minute."""
        self._count, self._until = 0, self._clock() + _MINUTE

    def is_reached(self) -> bool:
        """Count one lookup and return whether there were too many this minute."""
        with self._lock:
            if self._clock() >= self._until:
                self.forget()
            self._count += 1
            most: int = settings.RECEIPTS_MOST_A_MINUTE
            if self._count == most + 1:
                log.error("More than %s lookups of codes within a minute: somebody may be guessing.", most)
            return self._count > most


reports = Tries(lambda: settings.REPORTS_PER_CLIENT_AN_HOUR)
lookups = Tries(lambda: settings.RECEIPTS_PER_CLIENT_A_MINUTE, seconds=_MINUTE)
ceiling = Ceiling()
# Each slow hash of a code takes 64 MiB.
gate = Gate(lambda: settings.RECEIPTS_AT_ONCE)


def unlocking(code: str) -> Unlocking:
    """Return what a code gives, by the one slow hash that every request with a code costs."""
    with gate.passing():
        return receipts.unlocking(code, keys.load("pepper"))


def is_too_many_lookups(address: str) -> bool:
    """Count one lookup and return whether it has to wait."""
    return lookups.is_too_many(address) or ceiling.is_reached()


@dataclass(frozen=True)
class Question:
    """A sum in words, what proves that it was asked here and when, and how long to wait."""

    words: str
    token: str
    seconds: int


_spent: set[str] = set()
_spending = threading.Lock()


def ask() -> Question:
    """Return a question that a person answers without thinking, and a program needs to be told of."""
    first, second = (secrets.randbelow(_LARGEST) + 1 for _ in range(2))
    once = secrets.token_hex(8)
    told = {"once": once, "mark": _mark(once, first + second)}
    token = signing.dumps(told, salt=_SALT)
    words = f"{_NUMBERS[first]}加{_NUMBERS[second]}等于几？"
    return Question(words, token, settings.REPORTS_WAIT_SECONDS)


def is_answered(token: str, answer: str) -> bool:
    """Return whether a question of this hour, waited for long enough, has its answer; each counts once."""
    if len(_spent) >= _MOST_SPENT:
        _spent.clear()
    try:
        told = signing.loads(token, salt=_SALT, max_age=_HOUR)
        once, mark = str(told["once"]), str(told["mark"])
        number = int(answer.strip())
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return False
    if _is_early(token) or not hmac.compare_digest(mark, _mark(once, number)):
        return False
    with _spending:
        fresh = once not in _spent
        _spent.add(once)
    return fresh


def _is_early(token: str) -> bool:
    """Return whether the wait is not over yet."""
    if settings.REPORTS_WAIT_SECONDS <= 0:
        return False
    try:
        signing.loads(token, salt=_SALT, max_age=settings.REPORTS_WAIT_SECONDS - 1)
    except signing.SignatureExpired:
        return False
    return True


def _mark(once: str, number: int) -> str:
    return salted_hmac(_SALT, f"{once} {number}", algorithm="sha256").hexdigest()
