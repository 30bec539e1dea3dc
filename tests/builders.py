"""Rows, masters and releases, walked by the real actions to the state a test needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from uuid_utils.compat import uuid7

from funds.models import Payment, Programme, Standard
from portal.catalogue.models import CatalogueItem, NamesPolicy
from portal.columns.periods import Period
from portal.people.models import User
from portal.places.models import Body, Level, Region
from portal.releases import actions
from portal.releases.actions.review import why_not_review
from portal.releases.committed import leaf_hash_of
from portal.releases.models import DisclosedRow, Release, Replacement, State
from portal.releases.registry import kind
from portal.vault import keys
from portal.vault.digests import account_digest, identity_digest
from tests.county import Cast, Places, body_of, clerk_of, make_cast, make_person, make_places

__all__ = [
    "NOW",
    "Cast",
    "Line",
    "Places",
    "add_payments",
    "add_rows",
    "body_of",
    "clerk_of",
    "make_cast",
    "make_correction",
    "make_item",
    "make_lines",
    "make_person",
    "make_places",
    "make_programme",
    "make_release",
    "make_standard",
    "next_reviewer",
    "start_release",
    "walk",
]

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def make_item(code: str = "MS-P02", *, kind: str = "payments", **more: Any) -> CatalogueItem:
    """Return a catalogue item; an existing one of that code as it is."""
    told = {
        "section": "民生资金",
        "kind": kind,
        "name": "耕地地力保护补贴" if kind == "payments" else f"{kind}清单",
        "level": Level.TOWNSHIP,
        "period": "yearly",
        "deadline_days": 20,
        "deadline_unit": "working",
        "names": NamesPolicy.FULL,
    }
    return CatalogueItem.objects.get_or_create(code=code, defaults=told | more)[0]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a payments list; `more` holds further fields of Payment by name."""

    name: str = "李大根"
    region: Region | None = None
    amount: Decimal = Decimal("697.50")
    programme_code: str = "GD-2026"
    standard_name: str = "耕地补贴"
    quantity: Decimal | None = Decimal("6.2")
    rate: Decimal | None = Decimal("112.50")
    paid_on: date | None = date(2026, 6, 20)
    period: Period | None = None
    identity: str = ""
    account: str = "6217000000000000001"
    more: Mapping[str, Any] = field(default_factory=dict)


_GIVEN_NAMES = ["大根", "小妹", "国强", "桂香", "建华", "秋菊", "春生", "冬梅", "长根", "水莲"]
_SURNAMES = ["李", "王", "张", "刘", "陈", "易", "袁", "彭", "黄", "钟"]


def make_lines(count: int, *, region: Region | None = None) -> list[Line]:
    """Return lines of as many different persons, in 大浦村 unless told where; 112.50 yuan a mu."""
    return [
        Line(
            name=_SURNAMES[number // 10 % 10] + _GIVEN_NAMES[number % 10],
            region=region,
            quantity=Decimal(number + 1),
            amount=Decimal("112.50") * (number + 1),
            account=f"62170000000000{number + 1:05d}",
            identity=f"1101011990{number + 1:08d}",
        )
        for number in range(count)
    ]


def make_release(
    *,
    state: State = State.PUBLISHED,
    rows: int = 3,
    lines: Sequence[Line] | None = None,
    body: Body | None = None,
    item: CatalogueItem | None = None,
    period: str = "2026",
    at: datetime = NOW,
    **told: Any,
) -> Release:
    """Return a payments release of 彬江镇 in the state wanted, walked there by the real actions."""
    release = start_release(body=body, item=item or make_item(), period=period, **told)
    add_payments(release, make_lines(rows) if lines is None else lines)
    return walk(release, state, at=at)


def start_release(
    *,
    item: CatalogueItem,
    body: Body | None = None,
    period: str = "2026",
    by: User | None = None,
    **told: Any,
) -> Release:
    """Return an empty draft by a clerk of the body (彬江镇 when not told)."""
    make_cast()
    body = body or body_of(make_places().binjiang)
    span = Period.parse(period)
    return actions.start_draft(
        by=by or clerk_of(body), item=item, body=body, start_on=span.start, end_on=span.end, **told
    )


def walk(release: Release, state: State, *, at: datetime = NOW) -> Release:
    """Bring a draft to a state by the real actions and return it fresh."""
    if state != State.DRAFT:
        actions.submit(release.pk, by=release.drafted_by, at=at)
    if state == State.DISCARDED:
        reviewer = next_reviewer(release)
        actions.return_to_clerk(release.pk, by=reviewer, at=at, reason="第 1 行金额不对")
        actions.discard(release.pk, by=release.drafted_by, at=at, reason="录重了")
    if state in {State.PUBLISHED, State.WITHDRAWN}:
        while (fresh := Release.objects.get(pk=release.pk)).state == State.IN_REVIEW:
            actions.approve(release.pk, by=next_reviewer(fresh), at=at, level=fresh.review_level)
    if state == State.WITHDRAWN:
        actions.withdraw(release.pk, by=make_cast().county_reviewer, at=at, reason="发错了对象")
    return Release.objects.select_related("item", "body__region").get(pk=release.pk)


def next_reviewer(release: Release) -> User:
    """Return somebody who may review a release at its present level."""
    fresh = Release.objects.select_related("body__region").get(pk=release.pk)
    return next(user for user in User.objects.order_by("pk") if not why_not_review(user, fresh))


def make_correction(
    release: Release,
    changes: Mapping[UUID, Line | None],
    *,
    state: State = State.PUBLISHED,
    by: User | None = None,
    at: datetime = NOW,
) -> Release:
    """Return a correction of payments: each row's new version, or None where the line is withdrawn."""
    draft = actions.start_correction(release.pk, by=by or release.drafted_by, reason="面积登记有误")
    replaced = {row.pk: row for row in Payment.objects.filter(pk__in=changes)}
    fresh = [(replaced[old], line) for old, line in changes.items() if line is not None]
    new = add_payments(draft, [line for _, line in fresh], replacing=[old for old, _ in fresh])
    by_old = {old.pk: row for (old, _), row in zip(fresh, new, strict=True)}
    Replacement.objects.bulk_create(
        Replacement(release=draft, row_id=old, by_row_id=by_old.get(old), reason="面积登记有误")
        for old in changes
    )
    return walk(draft, state, at=at)


def add_payments(
    release: Release, lines: Sequence[Line], *, replacing: Sequence[DisclosedRow] = ()
) -> list[UUID]:
    """Add payments to a draft, private columns included; return their ids in order."""
    return add_rows(release, [_payment(release, line) for line in lines], replacing=replacing)


def _payment(release: Release, line: Line) -> dict[str, Any]:
    period = line.period or release.period
    identity = line.identity or "110101199003070038"
    matching = keys.load("matching")
    return {
        "programme_code": line.programme_code,
        "standard_name": line.standard_name,
        "quantity": line.quantity,
        "rate": line.rate,
        "amount": line.amount,
        "start_on": period.start,
        "end_on": period.end,
        "paid_on": line.paid_on,
        "region": line.region or make_places().dapu,
        "name_public": _shown(line.name, release.names),
        "identity_digest": identity_digest(identity, matching),
        "account_digest": account_digest(line.account, matching),
        "name": line.name,
        "account_holder": line.name,
        "identity_tail": identity[-4:],
        "account_tail": line.account[-4:],
        **line.more,
    }


def _shown(name: str, policy: str) -> str:
    return {NamesPolicy.FULL: name, NamesPolicy.MASKED: f"{name[0]}*{name[2:]}"}.get(NamesPolicy(policy), "")


def make_programme(code: str = "GD-2026", *, state: State = State.PUBLISHED, **more: Any) -> Programme:
    """Return a programme of the county, published unless told otherwise."""
    told = {
        "name": "耕地地力保护补贴",
        "department": "区农业农村局",
        "item_code": "MS-P02",
        "method": "standard",
    }
    release = _county_master("programmes", "MS-X01", {"code": code, **told, **more}, state)
    return Programme.objects.get(release=release)


def make_standard(
    programme_code: str = "GD-2026", *, state: State = State.PUBLISHED, **more: Any
) -> Standard:
    """Return a standard of the county (112.50 yuan a mu from 2026 on), published unless told otherwise."""
    told = {"name": "耕地补贴", "unit": "亩", "rate": Decimal("112.50"), "start_on": date(2026, 1, 1)}
    release = _county_master("standards", "MS-P01", {"programme_code": programme_code, **told, **more}, state)
    return Standard.objects.get(release=release)


def _county_master(code: str, item: str, row: dict[str, Any], state: State) -> Release:
    county = make_places().county
    batch = Release.objects.filter(kind=code).count() + 1
    release = start_release(
        item=make_item(item, kind=code, level=Level.COUNTY), body=body_of(county), batch=batch
    )
    add_rows(release, [{"region": county, **row}])
    return walk(release, state)


def add_rows(
    release: Release, rows: Sequence[Mapping[str, Any]], *, replacing: Sequence[DisclosedRow] = ()
) -> list[UUID]:
    """Add rows of the release's kind to a draft, with real leaves; return their ids in order."""
    disclosure = kind(release.kind)
    start = disclosure.model._default_manager.filter(release=release).count()
    made = []
    for number, row in enumerate(rows):
        shown = {name: value for name, value in row.items() if name not in disclosure.private}
        old = replacing[number] if replacing else None
        new = disclosure.model(
            id=uuid7(), release=release, county=release.county, position=start + number + 1, **shown
        )
        new.first_id, new.version = (old.first_id, old.version + 1) if old else (new.id, 1)
        new.seed = uuid7().bytes
        new.leaf = _leaf(release.kind, new, row)
        made.append(new)
    disclosure.model._default_manager.bulk_create(made)
    if disclosure.private:
        _write_private(disclosure.model, disclosure.private, [new.pk for new in made], rows)
    return [new.pk for new in made]


def _leaf(code: str, row: DisclosedRow, told: Mapping[str, Any]) -> bytes:
    private = {name: told.get(name, "") for name in kind(code).private}
    return leaf_hash_of(kind(code), row, private, region=row.region.code)


def _write_private(
    model: type[DisclosedRow], names: Sequence[str], ids: Sequence[UUID], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write the columns that the application may write but never read; the ORM does not know them."""
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(name)} = %s" for name in names)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [[*(row.get(name, "") for name in names), pk] for pk, row in zip(ids, rows, strict=True)],
        )
