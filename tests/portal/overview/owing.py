"""Duties as the pages find them, made without a run: due some days ago, met or not."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portal.duties.models import Duty
from portal.places.models import Body, Region
from portal.releases.models import Release
from tests.builders import body_of, make_item, make_lines, make_places, make_release

_NAMES = {"ledger": "村集体财务收支逐笔明细", "receptions": "国内公务接待逐次明细"}


def days_ago(days: int) -> date:
    """Return a day before today; after it for a negative number."""
    return date.fromordinal(timezone.localdate().toordinal() - days)


def some_release() -> Release:
    """Return a release that duties may point at."""
    found = Release.objects.published().filter(corrects=None).first()
    return found or make_release(lines=make_lines(1))


def owe(
    region: Region,
    days: int,
    *,
    met: int | None = None,
    number: int = 1,
    body: Body | None = None,
    kind: str = "ledger",
    section: str = "民生资金",
    withdrawn: int | None = None,
    is_nil: bool = False,
) -> Duty:
    """Return a duty that was due `days` ago and met `met` days ago, if ever; `number` tells items apart."""
    due_on = days_ago(days)
    return Duty.objects.create(
        item=make_item(f"MS-X{number:02d}", kind=kind, name=_NAMES[kind], section=section, period="monthly"),
        body=body or body_of(region),
        region=region,
        start_on=date.fromordinal(due_on.toordinal() - 40),
        end_on=date.fromordinal(due_on.toordinal() - 10),
        due_on=due_on,
        met_on=None if met is None else days_ago(met),
        release=None if met is None or withdrawn is not None else some_release(),
        is_nil=is_nil,
        withdrawn_on=None if withdrawn is None else days_ago(withdrawn),
    )


def office(name: str, number: str) -> Body:
    """Return an office of the county."""
    county = make_places().county
    return Body.objects.create(code=f"{county.code}-{number}", name=name, region=county)
