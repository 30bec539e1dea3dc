"""What the report's form says before anything is written: which office, whose officers, by when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from complaints.models import Office
from complaints.sealing import wall
from complaints.sealing.wall import Concern
from complaints.tickets import clocks
from portal.people.models import INSPECTORS, Appointment, User
from portal.places.models import Level, Region


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Where a report about a place goes. `above`: the office for the county's own departments, if another."""

    region: Region | None
    office: Office
    above: Office | None
    officers: list[User]
    counties: list[Region] = field(default_factory=list)
    due_on: date | None = None
    how: str = ""


def intake(region: Region | None, about: str, *, today: date) -> Intake | None:
    """Return what the form says of a report about a place; None while no office takes any in."""
    code = region.code if region else ""
    office = _office(Concern(about=about, region=code))
    if office is None:
        return None
    above = _office(Concern(about="county", region=code))
    above = above if above and above.pk != office.pk else None
    promise = clocks.first_promise(today)
    return Intake(
        region=region,
        office=office,
        above=above,
        # Of both: which of them it goes to is chosen on the form.
        officers=[one for at in (office, above) if at for one in officers_of(at, today=today)],
        counties=[] if region else _counties(today),
        due_on=promise[0] if promise else None,
        how=promise[1] if promise else "",
    )


def officers_of(office: Office, *, today: date) -> list[User]:
    """Return the officers of an office, by name."""
    held = Appointment.objects.valid(today).filter(body=office.body_id, role__in=INSPECTORS)
    return list(User.objects.filter(appointments__in=held, is_active=True).distinct().order_by("name", "pk"))


def _office(concern: Concern) -> Office | None:
    try:
        return wall.office_for(concern)
    except Office.DoesNotExist:
        return None


def _counties(today: date) -> list[Region]:
    """Return the counties to choose from where there is more than one."""
    found = list(Region.objects.current(today).filter(level=Level.COUNTY).order_by("code"))
    return found if len(found) > 1 else []
