"""Who takes part in the demo county since when, which office answers for what, who said "nothing happened".

Whatever the lists of the year leave open is declared as nothing, by the ordinary load, a few days before its
deadline: some too late, some never.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.catalogue.models import CatalogueItem
from portal.demo.ledgers import BALANCES, LEDGER, MISSING, WAITING
from portal.demo.policies import COUNTY_CODE, OFFICES, office_code, programmes
from portal.demo.population import BINJIANG, DAPU, ZHUTING
from portal.demo.year import DemoYear, weekday_from
from portal.duties.generating import refresh
from portal.duties.models import Assignment, Duty, Participation
from portal.imports.bulk import publish_all
from portal.imports.loading import LoadRequest, load
from portal.people.models import User
from portal.places.models import Body, Level, Region
from portal.releases import registry
from portal.releases.errors import NotReadyError
from portal.releases.models import Release, State, Via

_IN_ZHUTING = "360902115200"
# Of all that nobody handed a list in for: up to here never declared, from there up to here too late.
_NEVER, _LATE = 0.09, 0.21
_MOST_LATE = 20


def begin(today: date) -> None:
    """Let places take part and offices answer, before anything is published; twice changes nothing."""
    year = DemoYear.before(today)
    _take_part(year)
    _assign(year)


def owe(operator: User, now: datetime, seed: str) -> int:
    """Make the duties of what was published, and return how many were declared as nothing.

    Told twice, nothing changes.
    """
    today = timezone.localdate(now)
    refresh(today=today)
    open_ones = sorted(_to_declare(today, seed), key=lambda one: (one[0], one[1].pk))
    with TemporaryDirectory(prefix="demo-nil-") as folder:
        return sum(_declare(duty, day, operator, Path(folder), now) for day, duty in open_ones)


def _take_part(year: DemoYear) -> None:
    first, recent = year.opened_on, year.months[-3].start
    since = {COUNTY_CODE: first, DAPU: first, BINJIANG: year.months[6].start, ZHUTING: year.months[6].start}
    since |= dict.fromkeys((WAITING, MISSING, _IN_ZHUTING), recent)
    for region in Region.objects.filter(code__in=since):
        Participation.objects.get_or_create(
            region=region, defaults={"start_on": since[region.code], "with_below": False}
        )


def _assign(year: DemoYear) -> None:
    """Let each office answer for the items of its programmes, and of the county's, as far as it has any."""
    wanted = {(one.item, one.office) for one in programmes().values()}
    bodies = {number: Body.objects.get(code=office_code(number)) for number in OFFICES}
    for item in CatalogueItem.objects.filter(code__in={code for code, _ in wanted}, level=Level.COUNTY):
        for number in sorted(office for code, office in wanted if code == item.code):
            Assignment.objects.get_or_create(item=item, body=bodies[number], start_on=year.months[0].start)


def _to_declare(today: date, seed: str) -> Iterator[tuple[date, Duty]]:
    """Yield what is still open, with the day on which somebody says that there was nothing."""
    known = {kind.code for kind in registry.kinds()}
    found = Duty.objects.past(today).missing(today).filter(item__kind__in=known, withdrawn_on=None, thing="")
    # A village's books are never empty, and a list that waits for its review is no nothing.
    waiting = Release.objects.exclude(state=State.DISCARDED).filter(
        item=OuterRef("item"),
        body=OuterRef("body"),
        start_on__lt=OuterRef("end_on"),
        end_on__gt=OuterRef("start_on"),
    )
    found = found.exclude(item__code__in=[LEDGER, BALANCES]).exclude(Exists(waiting))
    for duty in found.with_names():
        chance = Random(f"{seed} {duty.item.code} {duty.body.code} {duty.start_on}")  # noqa: S311
        fate = chance.random()
        if fate < _NEVER:
            continue
        days = chance.randint(1, _MOST_LATE) if fate < _LATE else -chance.randint(1, 8)
        day = max(duty.due_on + timedelta(days=days), duty.end_on)
        day = day if fate < _LATE else min(weekday_from(day), duty.due_on)
        if day <= today:
            yield day, duty


def _declare(duty: Duty, day: date, operator: User, folder: Path, now: datetime) -> bool:
    """Return whether it could be declared: a kind may want more than that there was nothing."""
    kind = registry.kind(duty.item.kind)
    path = folder / f"{duty.item.code}-{duty.body.code}-{duty.period.label()}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(column.header for column in kind.columns)
    request = LoadRequest(
        kind=kind.code,
        body=duty.body,
        period=duty.period,
        by=operator,
        today=timezone.localdate(now),
        item=duty.item,
        is_nil=True,
        via=Via.BULK,
    )
    at = datetime.combine(day, time(15, 0), tzinfo=timezone.get_current_timezone())
    try:
        with transaction.atomic():
            publish_all(load(request, path).releases, by=operator, at=min(at, now))
    except NotReadyError:
        return False
    return True
