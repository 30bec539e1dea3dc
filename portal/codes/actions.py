"""Verbs on codes: make one when something is printed, withdraw one, read what was typed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.codes import slugs
from portal.codes.models import Code, CodeQuerySet, Target
from portal.pages import store
from portal.people import scope
from portal.people.models import INSPECTORS, Role, User
from portal.places.models import Region

# 35 random bits: a second clash in a row is a broken random source, not bad luck.
_ATTEMPTS = 5
MAY_PRINT = frozenset(Role) - INSPECTORS
MAY_WITHDRAW = frozenset({Role.COUNTY_REVIEWER, Role.ADMINISTRATOR})


class AlreadyWithdrawnError(Exception):
    """The code was withdrawn before; the first decision stands."""


class NoFreeSlugError(RuntimeError):
    """Every slug drawn was taken."""


def code_for_region(region: Region) -> Code:
    """Return the valid code of a place, made on first use; two callers at once get the same one."""
    wanted = {"target": Target.PLACE, "region": region, "county": region.county_code}
    return _found_or_made(Code.objects.valid().filter(**wanted), Code(**wanted))


def code_for_programme(*, county: str, code: str, name: str) -> Code:
    """Return the valid code of a programme, made on first use; a new name replaces the old one.

    `county` has six digits, `code` is the programme's own within the county.
    """
    wanted = {"target": Target.PROGRAMME, "county": county, "programme": code}
    found = _found_or_made(Code.objects.valid().filter(**wanted), Code(**wanted, title=name))
    if found.title != name:
        found.title = name
        found.save(update_fields=["title"])
    return found


def code_for_thing(*, kind: str, place: Region, number: str, name: str) -> Code:
    """Return the valid code of a disclosed thing, made on first use; a new name replaces the old one."""
    wanted = {"target": Target.THING, "kind": kind, "place": place, "number": number}
    found = _found_or_made(
        Code.objects.valid().filter(**wanted), Code(**wanted, county=place.county_code, title=name)
    )
    if found.title != name:
        found.title = name
        found.save(update_fields=["title"])
    return found


def codes_to_print(user: scope.Visitor) -> CodeQuerySet:
    """Return the valid codes whose posters a person may print: those of the own places."""
    prefixes = scope.places(user, MAY_PRINT)
    return Code.objects.valid().in_places(prefixes).with_region()


def codes_to_withdraw(user: scope.Visitor) -> CodeQuerySet:
    """Return the valid codes a person may take out of use."""
    return Code.objects.valid().decided_in(scope.places(user, MAY_WITHDRAW)).with_region()


def withdrawing_office(user: scope.Visitor, code: Code) -> str:
    """Return the office that takes a code out of use: the narrowest of the person's that decides on it."""
    stands = code.region or code.place
    where = stands.code if stands else code.county
    found = [one.body for one in scope.held(user, MAY_WITHDRAW) if where.startswith(one.body.region.prefix)]
    if not found:
        raise PermissionDenied("你不能停用这个码。")
    return max(found, key=lambda body: (len(body.region.prefix), body.code)).name


@transaction.atomic
def withdraw(
    *,
    by: User,
    code: Code,
    reason: str,
    office: str,
    now: datetime,
    successor: Region | None = None,
) -> Code:
    """Take a code out of use for good; whoever scans it reads why, since when and who decided.

    Locks the code. Its place, programme or thing gets a new code when something is printed again.

    Raises:
        PermissionDenied: `by` is neither county reviewer nor administrator of a place that decides on it.
        AlreadyWithdrawnError: somebody withdrew it before.
    """
    places = scope.places(by, MAY_WITHDRAW)
    locked = Code.objects.decided_in(places).select_for_update(of=("self",)).filter(pk=code.pk).first()
    if locked is None:
        raise PermissionDenied("你不能停用这个码。")
    if locked.is_withdrawn:
        raise AlreadyWithdrawnError("这个码早已停用，不用再停一次。")
    locked.withdrawn_at = now
    locked.withdrawn_reason = reason
    locked.withdrawn_by_office = office
    locked.successor = successor
    locked.save(update_fields=["withdrawn_at", "withdrawn_reason", "withdrawn_by_office", "successor"])
    transaction.on_commit(partial(store.unalias, locked.slug.lower()))
    return locked


def read(typed: str) -> Code | None:
    """Return the code somebody scanned or typed, valid or withdrawn; None for no such code."""
    slug = slugs.normalise(typed)
    return Code.objects.with_region().filter(slug=slug).first() if slug else None


def _found_or_made(wanted: CodeQuerySet, fresh: Code) -> Code:
    """Return the one code of a query, adding the fresh one where there is none.

    A rival's row is waited for and kept: the insert then does nothing, and the next look finds it.
    A slug already taken ends the same way and is drawn anew.
    """
    for _ in range(_ATTEMPTS):
        found = wanted.with_region().first()
        if found is not None:
            return found
        fresh.slug = slugs.make()
        Code.objects.bulk_create([fresh], ignore_conflicts=True)
        fresh.pk = None
    raise NoFreeSlugError("No free slug was found; is the random source broken?")
