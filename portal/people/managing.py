"""What a system administrator may see and change: bodies, people and appointments of the own place."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.people.models import Appointment, Role, User
from portal.people.scope import Visitor, bodies, has_role, held, within
from portal.places.models import Body, Level, Region

# A reviewer judges everything of a place, so the office must stand at that level.
_LEVELS = {
    Role.TOWNSHIP_REVIEWER: [Level.TOWNSHIP],
    Role.COUNTY_REVIEWER: [Level.COUNTY, Level.CITY],
    Role.ADMINISTRATOR: [Level.CITY, Level.COUNTY, Level.TOWNSHIP],
}


def is_administrator(user: Visitor) -> bool:
    """Return whether a person administers any place; a superuser administers all."""
    return user.is_superuser or has_role(user, Role.ADMINISTRATOR)


def administers_catalogue(user: Visitor) -> bool:
    """Return whether a person may edit the catalogue: administrators of a county or a city."""
    return bool(catalogue_places(user))


def catalogue_places(user: Visitor) -> list[str]:
    """Return the code prefixes of the counties and cities a person administers; "" is everywhere."""
    if user.is_superuser:
        return [""]
    wide = {Level.CITY, Level.COUNTY}
    found = (one.body for one in held(user, {Role.ADMINISTRATOR}) if one.body.is_principal)
    return sorted({body.region.prefix for body in found if body.region.level in wide})


def administered_bodies(user: Visitor) -> QuerySet[Body]:
    """Return the bodies an administrator answers for."""
    return Body.objects.all() if user.is_superuser else bodies(user, {Role.ADMINISTRATOR})


def administered_regions(user: Visitor) -> QuerySet[Region]:
    """Return the places an administrator answers for; who is appointed to an office answers for it alone."""
    if user.is_superuser:
        return Region.objects.all()
    whole = [one.body.region.prefix for one in held(user, {Role.ADMINISTRATOR}) if one.body.is_principal]
    return Region.objects.filter(within("code", whole))


def administers_places(user: Visitor) -> bool:
    """Return whether a person may found offices and say which places take part, somewhere."""
    return user.is_superuser or any(one.body.is_principal for one in held(user, {Role.ADMINISTRATOR}))


def visible_users(user: Visitor) -> QuerySet[User]:
    """Return the people an administrator sees: those ever appointed in the own place."""
    if user.is_superuser:
        return User.objects.all()
    here = Appointment.objects.filter(user=OuterRef("pk"), body__in=administered_bodies(user))
    return User.objects.filter(Exists(here), is_superuser=False)


def why_not_manage(user: User, other: User, *, on: date) -> str:
    """Return why an administrator may not change a person's account; empty when they may."""
    if user.pk == other.pk:
        return "自己的账号和任职，自己不能改。请另一位系统管理员来改。"
    if user.is_superuser:
        return ""
    if other.is_superuser:
        return "这个账号不归您管。"
    unended = Appointment.objects.filter(user=other).filter(Q(end_on__isnull=True) | Q(end_on__gt=on))
    if unended.exclude(body__in=administered_bodies(user)).exists():
        return "这个人在别的单位还有任职，您只能看，不能改。"
    return ""


def why_not_appoint(role: str, body: Body) -> str:
    """Return why nobody may hold a role at a body; empty when they may."""
    levels = _LEVELS.get(Role(role))
    if levels is None or body.region.level in levels:
        return ""
    named = "或".join(level.label for level in levels)
    return f"“{Role(role).label}”要任在{named}的单位，“{body.name}”不是。"
