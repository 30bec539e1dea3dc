"""What must follow an act: made known when the act is published, met by a later version of the thing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from portal.catalogue.models import CatalogueItem
from portal.duties.models import Assignment, Duty
from portal.places.models import Body
from portal.releases.models import Release, Replaced
from portal.releases.registry import Disclosure, FollowUp, kind, kinds
from portal.workdays import calendar


def follow(release: Release, *, since: date | None) -> None:
    """Bring up to date what must follow the acts that a release tells of, or takes back.

    Of acts before `since`, when the place began to take part, nothing is owed. The caller holds the lock
    under which numbers are unique, so that no two publications of one thing meet here.
    """
    disclosure = kind(release.kind)
    if since is None or not disclosure.follow_ups:
        return
    for thing, row in _touched(release, disclosure, since).items():
        for one in disclosure.follow_ups:
            _note(one, thing, row, release=release, since=since)


def move(*, today: date) -> list[int]:
    """Count the open ones that are not due yet anew, by the calendar of today; return their regions."""
    workdays = calendar.current()
    known = {(one.code, of.code): one for of in kinds() for one in of.follow_ups}
    moved = []
    for duty in Duty.objects.filter(release=None, due_on__gte=today).exclude(thing=""):
        one = known.get((duty.step, duty.thing.partition("/")[0]))
        if one is None or duty.happened_on is None:
            continue
        due_on = one.due_on(duty.happened_on, workdays)
        if due_on != duty.due_on:
            Duty.objects.filter(pk=duty.pk).update(due_on=due_on)
            moved.append(duty.region_id)
    return moved


def _touched(release: Release, disclosure: Disclosure, since: date) -> dict[str, Any]:  # Any: any kind
    """Return the newest public version (or None) of the things a release tells of that may owe something."""
    rows = disclosure.model._default_manager
    names = ("county", *disclosure.natural_key)
    replaced = Replaced.objects.filter(release=release).values("row_id")
    of_release = rows.filter(Q(release=release) | Q(pk__in=replaced))
    events = Q()
    for one in disclosure.follow_ups:
        events |= Q(**{f"{one.event_on}__gte": since})
    owing = {_thing(disclosure, key): key for key in of_release.values_list(*names).distinct()}
    known = set(Duty.objects.filter(thing__in=owing).values_list("thing", flat=True))
    known |= {_thing(disclosure, key) for key in of_release.filter(events).values_list(*names)}
    joined = rows.public().select_related("release__item", "release__body__region")
    return {
        thing: joined.filter(**dict(zip(names, owing[thing], strict=True))).first() for thing in sorted(known)
    }


def _thing(disclosure: Disclosure, key: Iterable[Any]) -> str:
    return "/".join([disclosure.code, *map(str, key)])


def _note(one: FollowUp, thing: str, row: Any, *, release: Release, since: date) -> None:  # Any: see above
    duty = Duty.objects.filter(thing=thing, step=one.code).first()
    happened = getattr(row, one.event_on) if row is not None and one.is_asked(row) else None
    if row is not None and (happened is None or happened < since):
        # The act is not told any more: what is open falls away, what was public stays.
        Duty.objects.filter(thing=thing, step=one.code, release=None).delete()
        return
    on = timezone.localdate(release.withdrawn_at) if release.withdrawn_at else release.published_on
    if row is not None and happened is not None and duty is None:
        duty = _made(one, thing, row, happened)
    if duty is None or on is None:
        return
    if row is not None and one.is_met(row):
        if duty.release_id is None:
            _meet(duty, release, on)
    elif duty.release_id is not None:
        duty.release, duty.withdrawn_on = None, on
    elif happened is not None:
        duty.happened_on, duty.due_on = happened, one.due_on(happened, calendar.current())
    duty.save()


def _meet(duty: Duty, release: Release, on: date) -> None:
    duty.release, duty.withdrawn_on = release, None
    duty.met_on = max(duty.met_on or on, on)


def _made(one: FollowUp, thing: str, row: Any, happened: date) -> Duty:  # Any: see above
    """Return a new open duty of whoever answers for the item in the place of the releasing office."""
    release: Release = row.release
    item = release.item
    if code := one.items.get(item.code):
        item = CatalogueItem.objects.filter(code=code, is_active=True).first() or item
    return Duty(
        item=item,
        body=_body(item, release.body, happened),
        region=release.body.region,
        start_on=release.start_on,
        end_on=release.end_on,
        happened_on=happened,
        due_on=one.due_on(happened, calendar.current()),
        thing=thing,
        step=one.code,
        about=f"{row}的{one.title}",
    )


def _body(item: CatalogueItem, own: Body, on: date) -> Body:
    """Return the office that an assignment names, else the one that told of the act."""
    named = Assignment.objects.filter(item=item, body__region=own.region_id, start_on__lte=on)
    named = named.filter(Q(end_on__isnull=True) | Q(end_on__gt=on)).select_related("body")
    bodies = [one.body for one in named.order_by("pk")]
    return own if not bodies or own in bodies else bodies[0]
