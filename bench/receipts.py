"""Whether the time of a lookup tells if a 查询码 exists: found, never given, destroyed, interleaved.

    .venv/bin/python bench/receipts.py [LOOKUPS]

A scratch database is started in a temporary folder and thrown away. What opens a code is measured for all
three, the whole posted page for the two that must look alike. Each round asks every sort once, in an order
drawn anew, so that a slow moment of the machine hits all of them. Ratios of medians, and Mann-Whitney's test.
"""

from __future__ import annotations

import math
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import scratch

ROUNDS, REPORTS = 200, 10
MOST_RATIO, LEAST_P = 1.05, 0.01
Times = dict[str, list[float]]


def codes(seed: int) -> dict[str, list[str]]:
    """Hand in reports, destroy the content of some, and invent as many codes that were never given."""
    from complaints.models import Grant
    from complaints.sealing import receipts
    from tests.complaints.cases import make_officers, make_report

    make_officers()
    found = [make_report().code for _ in range(REPORTS)]
    destroyed = [make_report() for _ in range(REPORTS)]
    Grant.objects.filter(ticket__in=[one.ticket for one in destroyed]).delete()
    chance = random.Random(seed)
    numbers = [chance.randrange(10**18) for _ in range(REPORTS)]
    absent = [f"{number:018d}{receipts.check_digits(number):02d}" for number in numbers]
    return {"found": found, "absent": absent, "destroyed": [one.code for one in destroyed]}


def measured(sorts: dict[str, list[str]], look: Callable[[str], object], rounds: int) -> Times:
    """Return the milliseconds of each lookup by sort."""
    chance, times = random.Random(7), {sort: list[float]() for sort in sorts}
    for number in range(rounds + 5):
        order = list(sorts)
        chance.shuffle(order)
        for sort in order:
            code = sorts[sort][number % REPORTS]
            started = time.perf_counter()
            look(code)
            if number >= 5:  # The first ones warm connections and templates.
                times[sort].append((time.perf_counter() - started) * 1000)
    return times


def p_of(one: list[float], other: list[float]) -> float:
    """Return the two-sided p of Mann-Whitney's U in its normal form; times hardly ever tie."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, sample) in enumerate(ranked, 1) if sample == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def told(what: str, times: Times, pairs: list[tuple[str, str]]) -> bool:
    """Print medians, ratios and tests; return whether every pair is within the bars."""
    for sort, values in times.items():
        print(f"{what}, {sort}: median {statistics.median(values):.1f} ms of {len(values)}", flush=True)
    good = True
    for one, other in pairs:
        ratio = statistics.median(times[one]) / statistics.median(times[other])
        p = p_of(times[one], times[other])
        good = good and 1 / MOST_RATIO <= ratio <= MOST_RATIO and p > LEAST_P
        print(f"{what}, {one} / {other}: ratio {ratio:.3f}, p {p:.3f}", flush=True)
    return good


def run(rounds: int) -> bool:
    """Measure what opens a code, then the whole page."""
    from django.conf import settings
    from django.test import Client

    from complaints.reporting import following

    settings.RECEIPTS_PER_CLIENT_A_MINUTE = settings.RECEIPTS_MOST_A_MINUTE = 10**6
    sorts = codes(11)
    good = told(
        "opening",
        measured(sorts, following.hold, rounds),
        [("found", "absent"), ("destroyed", "absent")],
    )
    client = Client()
    alike = {sort: sorts[sort] for sort in ("absent", "destroyed")}
    page = measured(alike, lambda code: client.post("/ticket/", {"code": code}), rounds)
    return told("page", page, [("destroyed", "absent")]) and good


def main(rounds: int) -> int:
    """Fill, measure, and return 1 when a pair can be told apart."""
    with scratch.database():
        from portal.vault.files import make_missing_keys

        make_missing_keys(Path(os.environ["PORTAL_DATA"]) / "keys")
        return 0 if run(rounds) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
