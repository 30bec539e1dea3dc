"""Show the names of what is published less than before: when their months are over, or by an order.

Each act is one release, one transaction, one entry of the log; running it again does nothing. The stored
names stay, so that rows still give their leaves and the payee's own door still works.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from itertools import product
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from uuid_utils.compat import uuid7

from portal.catalogue.models import NamesPolicy
from portal.people.managing import administers_catalogue, catalogue_places
from portal.people.models import Role, User
from portal.people.scope import held, within
from portal.releases import entries, hooks
from portal.releases.actions.publication import announce, record
from portal.releases.actions.steps import locked
from portal.releases.committed import opened, pack_salts, private_values
from portal.releases.errors import NotAllowedError, NotReadyError, ReleaseError, WrongStateError
from portal.releases.models import Cause, NamesOrder, NamesShown, Narrowing, Release, State
from portal.releases.registry import Disclosure, kind

logger = logging.getLogger(__name__)

_PUBLIC = (State.PUBLISHED, State.WITHDRAWN)
_CODE = "body__region__code"
# The bits of `erased` where `kept` went and `who` did not.
_KEPT_ERASED = 2


def due(today: date) -> QuerySet[Release]:
    """Return the releases whose names should be gone by a day, those longest overdue first."""
    standing = [NamesShown.FULL, NamesShown.MASKED]
    found = Release.objects.filter(state__in=_PUBLIC, names__in=standing, names_until__lte=today)
    return found.order_by("names_until", "pk")


def expire_due(*, at: datetime) -> Iterator[Narrowing]:
    """Take the names of every release whose months are over, one after the other; yields each act.

    What an outage left undone is caught up: the act says the day it was due, and the moment it was done.
    """
    yield from _each(due(timezone.localdate(at)), lambda release_id: expire(release_id, at=at))


def _each(found: QuerySet[Release], narrow: Callable[[UUID], Narrowing | None]) -> Iterator[Narrowing]:
    """Narrow one release after the other; one that cannot be must not keep the others' names in public."""
    for release_id in list(found.values_list("pk", flat=True)):
        try:
            act = narrow(release_id)
        except ReleaseError:
            logger.exception("Names of release %s stay in public", release_id)
            continue
        if act is not None:
            yield act


@transaction.atomic
def expire(release_id: UUID, *, at: datetime) -> Narrowing | None:
    """Take the names of one release whose months are over; None where nothing is due (any more)."""
    release = locked(release_id, *_PUBLIC)
    until = release.names_until
    if until is None or until > timezone.localdate(at) or not _is_less(NamesShown.EXPIRED, release):
        return None
    act = Narrowing(cause=Cause.EXPIRED, after=NamesShown.EXPIRED, from_on=until, at=at)
    return _carry_out(release, act)


@transaction.atomic
def ask_order(*, item_id: int, after: str, reason: str, by: User, at: datetime) -> NamesOrder:
    """Ask that what is published of an item be shown by a stricter policy; another person decides.

    Raises:
        NotAllowedError: not an administrator of the catalogue. NotReadyError: no reason, not stricter.
    """
    order = NamesOrder(item_id=item_id, after=after, reason=reason.strip(), asked_by=by, asked_at=at)
    order.places = catalogue_places(by)
    check_order(order)
    order.save()
    return order


def check_order(order: NamesOrder) -> None:
    """Refuse an order that nobody may ask for, or that would change nothing; raises as `ask_order` does."""
    if not administers_catalogue(order.asked_by):
        raise NotAllowedError("这要县里或市里的管理员来提。")
    if not order.reason.strip():
        raise NotReadyError(["要写明为什么。"])
    if order.after not in {NamesPolicy.MASKED, NamesPolicy.HIDDEN}:
        raise NotReadyError(["只能改得更严：遮盖，或者只公开合计。"])
    if not remaining(order).exists():
        raise NotReadyError(["这一项里没有比这更宽的公开批次。"])


def why_not_decide(user: User, order: NamesOrder) -> str:
    """Return why a person may not approve an order; empty when they may."""
    if order.decided_at is not None:
        return "这一件已经批过了。"
    own = deciding_places(user)
    if not own:
        return "这要县级审核，或另一位管理员来批。"
    if user.pk == order.asked_by_id:
        return "提出的人不能批准。"
    if not shared(order.places, own) or remaining(order).exclude(within(_CODE, own)).exists():
        return "这里面有不归您管的地方，要管得到的人来批。"
    return ""


def deciding_places(user: User) -> list[str]:
    """Return the code prefixes of the places whose orders a person may approve."""
    reviewed = (one.body for one in held(user, {Role.COUNTY_REVIEWER}) if one.body.is_principal)
    return sorted({*catalogue_places(user), *(body.region.prefix for body in reviewed)})


def shared(some: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return the code prefixes of what lies in places of both."""
    pairs = list(product(some, others))
    found = {one for one, other in pairs if one.startswith(other)}
    return sorted(found | {other for one, other in pairs if other.startswith(one)})


@transaction.atomic
def decide_order(order_id: UUID, *, by: User, at: datetime) -> NamesOrder:
    """Approve an order for the places of both persons; `apply_orders` carries it out, release by release.

    Raises:
        WrongStateError: decided before. NotAllowedError: who asked for it, or neither administrator of the
        catalogue nor county reviewer of all places whose releases it would change.
    """
    order = NamesOrder.objects.select_for_update().get(pk=order_id)
    if why := why_not_decide(by, order):
        raise NotAllowedError(why) if order.decided_at is None else WrongStateError(why)
    order.places = shared(order.places, deciding_places(by))
    order.decided_by, order.decided_at = by, at
    order.save(update_fields=["places", "decided_by", "decided_at"])
    return order


def remaining(order: NamesOrder) -> QuerySet[Release]:
    """Return the releases an order is still to be carried out on: looser ones of its places.

    A decided order holds for what was drafted before its decision.
    """
    looser = [one for one in NamesShown if one.rank < NamesShown(order.after).rank]
    found = Release.objects.filter(
        within(_CODE, order.places), state__in=_PUBLIC, item=order.item_id, names__in=looser
    )
    if order.decided_at is not None:
        found = found.filter(created_at__lte=order.decided_at)
    return found.order_by("published_at", "pk")


def apply_orders(*, at: datetime) -> Iterator[Narrowing]:
    """Carry out every decided order on what is left of it; yields each act."""
    for order in _decided():
        yield from _each(remaining(order), partial(_apply, order, at=at))


def obey_orders(release: Release, *, at: datetime) -> None:
    """Carry out on one release what was decided while it was on its way to the public."""
    for order in _decided().filter(item=release.item_id):
        if remaining(order).filter(pk=release.pk).exists():
            _apply(order, release.pk, at=at)


def _decided() -> QuerySet[NamesOrder]:
    return NamesOrder.objects.filter(decided_at__isnull=False).order_by("decided_at")


@transaction.atomic
def _apply(order: NamesOrder, release_id: UUID, *, at: datetime) -> Narrowing | None:
    release = locked(release_id, *_PUBLIC)
    after = NamesShown(order.after)
    if not _is_less(after, release):
        return None
    today = timezone.localdate(at)
    act = Narrowing(cause=Cause.STRICTER, order=order, reason=order.reason, after=after, from_on=today, at=at)
    return _carry_out(release, act)


def is_looser(release: Release) -> bool:
    """Return whether a correction shows names more than what it corrects; the database refuses that, too."""
    return release.corrects is not None and _is_less(NamesShown(release.corrects.names), release)


def _is_less(after: NamesShown, release: Release) -> bool:
    return after.rank > NamesShown(release.names).rank


def _carry_out(release: Release, act: Narrowing) -> Narrowing:
    index = record(carry_out(release, act))
    for tell in hooks.after_personal_act:
        transaction.on_commit(partial(tell, act, index), robust=True)
    return act


def carry_out(release: Release, act: Narrowing) -> entries.Entry:
    """Call the door, touch the pages, and return the log's entry; a restore does it again.

    The caller holds the release's lock.

    Raises:
        NotReadyError: a row no longer gives its leaf: the act would hide that. The log must be repaired.
    """
    disclosure = kind(release.kind)
    act.id, act.release, act.before = uuid7(), release, release.names
    cut = list(_cut(disclosure, release)) if disclosure.persons else []
    act.cut = [row.pk for row, _ in cut]
    with connection.cursor() as cursor:
        # 200,000 rows with their indexes take longer than a page may.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "SELECT releases_narrow(%s, %s, %s, %s, %s, %s, %s)",
            [
                json.dumps(_told(act)),
                disclosure.model._meta.db_table,
                [f"{column.field}_public" for column in disclosure.persons],
                _texts(disclosure) if cut else [],
                disclosure.name_field,
                list(disclosure.organisations),
                [salts for _, salts in cut],
            ],
        )
        act.rows = cursor.fetchone()[0]
    release.refresh_from_db(fields=["names", "names_published"])
    announce(release, disclosure)
    return entries.of_narrowing(release, act, [bytes(row.leaf) for row, _ in cut])


def _told(act: Narrowing) -> dict[str, Any]:  # Any: JSON
    return {
        "id": str(act.id),
        "release_id": str(act.release_id),
        "cause": act.cause,
        "order_id": str(act.order_id) if act.order_id else None,
        "before": act.before,
        "after": act.after,
        "from_on": act.from_on.isoformat(),
        "at": act.at.isoformat(),
        "reason": act.reason,
        "cut": [str(pk) for pk in act.cut],
    }


def _texts(disclosure: Disclosure) -> list[str]:
    """Return the stored free texts of the group `who`; every row has a note."""
    return [column.field for column in disclosure.free_texts if column.group == "who"]


def _cut(disclosure: Disclosure, release: Release) -> Iterator[tuple[Any, bytes]]:
    """Yield the rows that from now on need a digest to give their leaf, with what takes the seed's place.

    A text that repeats the name changes with it; an erased stored name tells the first rendering no more.
    """
    rows = disclosure.model._default_manager.filter(release=release)
    found = rows.filter(_repeats(disclosure) | Q(seed__isnull=True, erased=_KEPT_ERASED))
    found = found.select_related("region", "release").order_by("pk")
    private = private_values(disclosure, [row.pk for row in found])
    for row in found:
        values = opened(disclosure, row, private.get(row.pk, {}), region=row.region.code)
        if values is None:
            raise NotReadyError(["有的行和公开时的指纹对不上，先查清再办。"])
        yield row, pack_salts(values, erased=["who"])


def _repeats(disclosure: Disclosure) -> Q:
    """Return the condition that a free text repeats a name as shown; one character repeats too easily."""
    found = Q(pk__in=[])
    for person in disclosure.persons:
        public = f"{person.field}_public"
        for name in _texts(disclosure):
            found |= Q(**{f"{public}__regex": "..", f"{name}__contains": F(public)})
    return found
