"""The demo's offices and staff: one person per role, and an operator who loads history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from portal.demo.policies import (
    CITY_COMMISSION,
    COUNTY_CODE,
    COUNTY_COMMISSION,
    OFFICES,
    TELEPHONES,
    office_code,
)
from portal.demo.population import BINJIANG
from portal.people.models import Appointment, Role, User
from portal.places.models import Body, Region

PASSWORD = "yanshi-2026"  # noqa: S105 # printed on the screen, and never set outside demo and tests
OPERATOR = "operator"
_CITY = "360900000000"


@dataclass(frozen=True)
class Part:
    """Somebody to sign in as."""

    username: str
    name: str
    role: Role
    body: str


PARTS = (
    Part("luru", "陈小兰", Role.CLERK, BINJIANG),
    Part("shenhe", "刘建平", Role.TOWNSHIP_REVIEWER, BINJIANG),
    Part("fuhe", "何文斌", Role.COUNTY_REVIEWER, COUNTY_CODE),
    Part("fuhe2", "赵海燕", Role.COUNTY_REVIEWER, COUNTY_CODE),
    Part("jijian", "周明辉", Role.INSPECTOR, COUNTY_COMMISSION),
    Part("jijian2", "李文静", Role.INSPECTOR, COUNTY_COMMISSION),
    Part("jizhang", "孙正", Role.CHIEF, COUNTY_COMMISSION),
    Part("shijijian", "何清", Role.CHIEF, CITY_COMMISSION),
    Part("guanli", "吴国强", Role.ADMINISTRATOR, _CITY),
)


@transaction.atomic
def open_offices() -> None:
    """Found the county's offices and give bodies their telephones; twice changes nothing."""
    county = Region.objects.get(code=COUNTY_CODE)
    for number, (name, telephone) in OFFICES.items():
        Body.objects.get_or_create(
            code=office_code(number),
            defaults={"name": f"{county.short_name}{name[1:]}", "region": county, "telephone": telephone},
        )
    for code, name, place in (
        (COUNTY_COMMISSION, "袁州区纪委监委", county),
        (CITY_COMMISSION, "宜春市纪委监委", Region.objects.get(code=_CITY)),
    ):
        Body.objects.get_or_create(code=code, defaults={"name": name, "region": place, "telephone": "12388"})
    for code, telephone in TELEPHONES.items():
        Body.objects.filter(code=code, telephone="").update(telephone=telephone)


@transaction.atomic
def appoint(moment: datetime) -> dict[str, User]:
    """Return the staff by user name, made and appointed where they are not there yet."""
    history = Part(OPERATOR, "历史数据载入", Role.CLERK, COUNTY_CODE)
    staff = {OPERATOR: _appointed(history, moment, make_password(None))}
    # Made once for all, since each costs a quarter of a second on purpose.
    password = make_password(PASSWORD)
    return staff | {part.username: _appointed(part, moment, password) for part in PARTS}


def begun_on() -> date:
    """Return the day on which the demo was first filled: a later start must invent the same year."""
    return timezone.localdate(User.objects.get(username=OPERATOR).date_joined)


def _appointed(part: Part, moment: datetime, password: str) -> User:
    """Return a person, with the hash of a password as a new account gets it."""
    user, _ = User.objects.get_or_create(
        username=part.username,
        defaults={"name": part.name, "is_staff": True, "date_joined": moment, "password": password},
    )
    if not user.appointments.exists():
        # Since long ago: the year's releases were reviewed by them.
        Appointment.objects.create(
            user=user,
            body=Body.objects.get(code=part.body),
            role=part.role,
            start_on=date(moment.year - 2, 1, 1),
        )
    return user
