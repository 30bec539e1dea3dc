"""The demo county in the database: places, offices, staff, a year of payments, and its stories."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from portal.catalogue.actions import load_catalogue
from portal.codes.actions import code_for_region
from portal.codes.models import Code
from portal.demo import duties, hooks
from portal.demo.building import SEED, build
from portal.demo.cast import OPERATOR, PARTS, PASSWORD, appoint, begun_on, open_offices
from portal.demo.population import DAPU
from portal.demo.telling import Company
from portal.people.models import User
from portal.places.actions import found_principal_bodies, load_regions
from portal.places.models import Region
from portal.workdays.actions import load_calendar

Report = Callable[[str], None]
_EVERY = 40  # lists between two lines of progress


def ensure(report: Report, *, now: datetime | None = None) -> str:
    """Fill the database with the demo county, and return the short code of 大浦村.

    Interrupted, it continues where it stopped; done, it does nothing. The code of 大浦村 is made
    last and so marks the end.

    Raises:
        ImproperlyConfigured: this is a production installation.
    """
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The demo county belongs into demo and test installations only.")
    if slug := _slug():
        report("演示数据已在。")
        return slug
    moment = now or timezone.now()
    started = time.monotonic()
    load_regions()
    load_calendar()
    found_principal_bodies()
    load_catalogue()
    open_offices()
    staff = appoint(moment)
    report(f"地区、公开目录和人员已就绪（{time.monotonic() - started:.1f} 秒）。")
    duties.begin(begun_on())
    _fill(staff, moment, report)
    report(f"公开责任已就绪，{duties.owe(staff[OPERATOR], moment, SEED)} 项写明本期没有。")
    for part in hooks.parts():
        part.tell(report, moment)
    report(f"演示县已就绪（{time.monotonic() - started:.1f} 秒）。")
    return code_for_region(Region.objects.get(code=DAPU)).slug


def sign_ins() -> str:
    """Return who can sign in, and the address of 大浦村, as lines for the terminal."""
    width = max(len(part.username) for part in PARTS)
    bodies = dict(
        User.objects.filter(username__in=[part.username for part in PARTS]).values_list(
            "username", "appointments__body__name"
        )
    )
    lines = [f"登录 {settings.SITE_URL}/manage/　密码都是 {PASSWORD}"]
    lines += [
        f"  {part.username:<{width}}  {part.role.label}（{bodies.get(part.username, '')}）" for part in PARTS
    ]
    if slug := _slug():
        lines.append(f"大浦村的码 {settings.SITE_URL}/c/{slug}")
    for more in hooks.parts():
        lines += more.sign_ins()
    return "\n".join(lines) + "\n"


def _fill(staff: dict[str, User], moment: datetime, report: Report) -> None:
    """Load what is not loaded yet; the files hold numbers in clear and go when they are loaded."""
    with TemporaryDirectory(prefix="demo-county-") as folder:
        built = build(Path(folder), today=begun_on())
        company = Company(built, staff, now=moment)
        for number, listing in enumerate(built.history, start=1):
            company.publish_history(listing)
            if number % _EVERY == 0:
                report(f"已公开 {number}/{len(built.history)} 份表……")
        for story in built.stories:
            company.tell(story)


def _slug() -> str:
    return Code.objects.valid().filter(region__code=DAPU).values_list("slug", flat=True).first() or ""
