"""What a person may see and do: the one place where roles become querysets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.people.models import INSPECTORS, Appointment, Role, User
from portal.places.models import Body, Level

Visitor = User | AnonymousUser
EVERY_ROLE = frozenset(Role)
# One staff page asks dozens of times who the reader is; inside `remembered` the database answers once.
_held: ContextVar[dict[int, list[Appointment]] | None] = ContextVar("held", default=None)
REVIEWERS = {Level.TOWNSHIP: Role.TOWNSHIP_REVIEWER, Level.COUNTY: Role.COUNTY_REVIEWER}


def appointments(
    user: Visitor, roles: Iterable[str] = EVERY_ROLE, *, on: date | None = None
) -> QuerySet[Appointment]:
    """Return a person's appointments in force today (or on a day) in any of the roles."""
    if not isinstance(user, User) or not user.is_active:
        return Appointment.objects.none()
    return (
        Appointment.objects.valid(on or timezone.localdate())
        .filter(user=user, role__in=[str(role) for role in roles])
        .select_related("body__region")
    )


@contextmanager
def remembered() -> Iterator[None]:
    """Read each person's appointments once while one request is answered, and forget them after it."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def held(user: Visitor, roles: Iterable[str] = EVERY_ROLE) -> list[Appointment]:
    """Return a person's appointments in force today in any of the roles, as a list."""
    memory = _held.get()
    if memory is None or user.pk is None:
        return list(appointments(user, roles))
    if user.pk not in memory:
        memory[user.pk] = list(appointments(user))
    wanted = {str(role) for role in roles}
    return [appointment for appointment in memory[user.pk] if appointment.role in wanted]


def has_role(user: Visitor, *roles: str) -> bool:
    """Return whether a person holds one of the roles today, anywhere."""
    return bool(held(user, roles))


def places(user: Visitor, roles: Iterable[str] = EVERY_ROLE) -> list[str]:
    """Return the code prefixes of the places a person acts for in these roles."""
    return sorted({appointment.body.region.prefix for appointment in held(user, roles)})


def within(field: str, prefixes: Iterable[str]) -> Q:
    """Return the condition that a region code lies in one of the places; nothing for no place."""
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(**{f"{field}__startswith": prefix})
    return condition


def bodies(user: Visitor, roles: Iterable[str] = EVERY_ROLE) -> QuerySet[Body]:
    """Return the bodies a person acts for: those of the own place and of everything below it.

    A person of an office (`-NN`) acts for that office alone; a commission's officers watch the whole place.
    """
    condition = Q(pk__in=[])
    for appointment in held(user, roles):
        if appointment.body.is_principal or appointment.role in INSPECTORS:
            condition |= Q(region__code__startswith=appointment.body.region.prefix)
        else:
            condition |= Q(pk=appointment.body_id)
    return Body.objects.filter(condition)
