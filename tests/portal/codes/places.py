"""Places and staff for the tests of this room."""

from __future__ import annotations

from datetime import UTC, date, datetime

from portal.people.models import Appointment, Role, User
from portal.places.models import Body, Region

NOW = datetime(2046, 11, 23, 4, 0, tzinfo=UTC)  # After any code made while the test runs.


def make_region(code: str, name: str, level: str, parent: Region | None = None) -> Region:
    return Region.objects.create(code=code, name=name, short_name=name, stem=name, level=level, parent=parent)


def make_staff(region: Region, role: Role = Role.CLERK) -> User:
    body, _ = Body.objects.get_or_create(code=region.code, defaults={"name": region.name, "region": region})
    user = User.objects.create_user(username=f"{role}-{region.code}", name="李", is_staff=True)
    Appointment.objects.create(user=user, body=body, role=role, start_on=date(2020, 1, 1))
    return user
