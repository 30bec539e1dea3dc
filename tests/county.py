"""A tiny county with its places, bodies and staff, found again when it is there already."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date

from portal.people.models import Appointment, Role, User
from portal.places.actions import found_principal_bodies
from portal.places.models import Body, Level, Region
from portal.places.names import short_name, stem

_PLACES = (
    ("city", "360900000000", "宜春市", Level.CITY),
    ("county", "360902000000", "袁州区", Level.COUNTY),
    ("binjiang", "360902100000", "彬江镇", Level.TOWNSHIP),
    ("sangu", "360902100001", "三姑桥社区居委会", Level.VILLAGE),
    ("dapu", "360902100204", "大浦村委会", Level.VILLAGE),
    ("qianbai", "360902100205", "前白村委会", Level.VILLAGE),
    ("xicun", "360902101000", "西村镇", Level.TOWNSHIP),
    ("guoqiao", "360902101200", "国桥村委会", Level.VILLAGE),
    ("qitian", "360902101201", "淇田村委会", Level.VILLAGE),
    ("xicun_village", "360902101202", "西村村委会", Level.VILLAGE),
)


@dataclass(frozen=True)
class Places:
    """The tiny county: two townships with three villages each."""

    city: Region
    county: Region
    binjiang: Region
    sangu: Region
    dapu: Region
    qianbai: Region
    xicun: Region
    guoqiao: Region
    qitian: Region
    xicun_village: Region


def make_places() -> Places:
    """Return the tiny county, with the principal body of each place."""
    found = {region.code: region for region in Region.objects.all()}
    levels = [Level(level) for level in Level.values]
    above: dict[Level, Region] = {}
    for _, code, name, level in _PLACES:
        parent = None if level == Level.CITY else above[levels[levels.index(level) - 1]]
        region = found.get(code) or Region.objects.create(
            code=code, name=name, short_name=short_name(name), stem=stem(name), level=level, parent=parent
        )
        found[code] = above[level] = region
    found_principal_bodies()
    return Places(**{attribute: found[code] for attribute, code, _, _ in _PLACES})


def body_of(region: Region) -> Body:
    """Return the principal body of a place."""
    return Body.objects.with_region().get(code=region.code)


@dataclass(frozen=True)
class Cast:
    """The staff of every test. 彬江镇 is their own township, 周 and 郑 are the strangers of 西村镇."""

    clerk: User = field(metadata={"is": ("li", "李春花", Role.CLERK, "binjiang")})
    township_reviewer: User = field(metadata={"is": ("qian", "钱国平", Role.TOWNSHIP_REVIEWER, "binjiang")})
    county_reviewer: User = field(metadata={"is": ("zhao", "赵建国", Role.COUNTY_REVIEWER, "county")})
    inspector: User = field(metadata={"is": ("chen", "陈明", Role.INSPECTOR, "county")})
    administrator: User = field(metadata={"is": ("sun", "孙志强", Role.ADMINISTRATOR, "county")})
    stranger: User = field(metadata={"is": ("zhou", "周小兰", Role.CLERK, "xicun")})
    strange_reviewer: User = field(metadata={"is": ("zheng", "郑海", Role.TOWNSHIP_REVIEWER, "xicun")})
    county_clerk: User = field(metadata={"is": ("wu", "吴秀英", Role.CLERK, "county")})


def make_cast() -> Cast:
    """Return the staff; nobody has a password: sign in by `client.force_login`."""
    places = make_places()
    known = {user.username: user for user in User.objects.all()}
    people = {}
    for part in fields(Cast):
        username, name, role, where = part.metadata["is"]
        user = known.get(username) or make_person(username, name, role, body_of(getattr(places, where)))
        people[part.name] = user
    return Cast(**people)


def make_person(username: str, name: str, role: Role, body: Body, *, since: date = date(2020, 1, 1)) -> User:
    """Return a new member of staff, appointed to one body."""
    user = User(username=username, name=name, email=f"{username}@example.cn", is_staff=True)
    user.set_unusable_password()
    user.save()
    Appointment.objects.create(user=user, body=body, role=role, start_on=since)
    return user


def clerk_of(body: Body) -> User:
    """Return the clerk of a body: the one of the narrowest place."""
    clerks = Appointment.objects.filter(role=Role.CLERK).select_related("body__region", "user")
    fitting = [one for one in clerks if one.body.region.contains(body.region.code)]
    return max(fitting, key=lambda one: len(one.body.region.prefix)).user
