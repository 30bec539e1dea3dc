"""Publication: what becomes true in the one transaction of the last approval."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.log.appending import LogStoppedError, append
from portal.places.models import Region
from portal.releases import entries, expiring, hooks
from portal.releases.errors import NotReadyError, RivalCorrectionError
from portal.releases.models import Release, Replaced, State, Total
from portal.releases.registry import Disclosure, kind

_TOTALS = """
INSERT INTO releases_total
    (release_id, region_id, kind, subject, start_on, end_on, paid_on, row_count, amount)
SELECT %(release)s, found.* FROM ({found}) AS found
"""
_FOUND = """
WITH lines AS (
    SELECT n.region_id, {subject} AS subject, {start} AS start_on, {end} AS end_on,
        {paid_on} AS paid_on, 1 AS weight, {amount} AS amount
    FROM {table} n WHERE n.release_id = %(release)s
    UNION ALL
    SELECT n.region_id, {subject}, {start}, {end}, NULL, -1, -{amount}
    FROM releases_replacement p JOIN {table} n ON n.id = p.row_id WHERE p.release_id = %(release)s
), places AS (
    SELECT region_id, subject, start_on, end_on, max(paid_on) AS paid_on,
        sum(weight) AS row_count, sum(amount) AS amount
    FROM lines GROUP BY region_id, subject, start_on, end_on
)
SELECT above.id AS region_id, %(kind)s, p.subject, p.start_on, p.end_on, max(p.paid_on),
    sum(p.row_count), sum(p.amount)
FROM places p JOIN places_region own ON own.id = p.region_id
LEFT JOIN places_region one ON one.id = own.parent_id
LEFT JOIN places_region two ON two.id = one.parent_id
LEFT JOIN places_region three ON three.id = two.parent_id
CROSS JOIN LATERAL unnest(ARRAY[own.id, one.id, two.id, three.id]) AS above(id)
WHERE above.id IS NOT NULL
GROUP BY above.id, p.subject, p.start_on, p.end_on
"""


def publish(release: Release, *, at: datetime) -> Release:
    """Publish a release that has all its approvals; the caller holds its lock in a transaction.

    Records replacements, writes totals, raises the generation of every touched place, appends to the
    public log; the registered steps run inside the transaction, and the pages of the places are
    dropped after it commits and before the answer goes out.

    Raises:
        RivalCorrectionError: another correction replaced one of the rows first, or it was withdrawn.
        NotReadyError: a number of this release is already in use by another current row, or the
            public log must be repaired first.
    """
    disclosure = kind(release.kind)
    _lock_replaced(release, disclosure)
    if wrong := wrong_replacements(release):
        raise RivalCorrectionError(wrong[0])
    _record_replacements(release)
    _refuse_taken_numbers(release, disclosure)
    if objections := disclosure.objections(release):
        raise NotReadyError(objections)
    _write_totals(release, disclosure)
    release.state = State.PUBLISHED
    release.review_level = ""
    release.published_at = at
    release.published_on = timezone.localdate(at)
    release.names_until = expiring.names_until(release)
    release.save(update_fields=["state", "review_level", "published_at", "published_on", "names_until"])
    for step in hooks.in_publication:
        step(release)
    announce(release, disclosure)
    record(entries.of_publication(release))
    return release


def record(entry: entries.Entry) -> int:
    """Append an act to the public log, last in its transaction, and return the entry's index.

    Raises:
        NotReadyError: the signer found the log damaged; nothing is published until it is repaired.
    """
    try:
        return append(entry)
    except LogStoppedError as error:
        raise NotReadyError([f"公开日志要先修好才能公开：{error}请告诉系统管理员。"]) from error


def announce(release: Release, disclosure: Disclosure) -> None:
    """Raise the generation of every place whose pages a change touches; drop the pages after COMMIT."""
    codes = _touched(release, disclosure)
    Region.objects.filter(
        pk__in=list(
            # Not FOR UPDATE: that would hold up whatever refers to one of these places.
            Region.objects.select_for_update(no_key=True)
            .filter(code__in=codes)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    ).update(generation=F("generation") + 1)
    for drop in hooks.after_commit:
        transaction.on_commit(partial(drop, release, codes), robust=True)


def _touched(release: Release, disclosure: Disclosure) -> list[str]:
    codes = set(Total.objects.filter(release=release).values_list("region__code", flat=True).distinct())
    home = release.body.region.code
    codes |= {home, home[:9] + "000", home[:6] + "000000", home[:4] + "00000000"}
    if disclosure.natural_key:
        # A master's name shows on the pages of every place below it.
        codes |= set(Region.objects.within(release.body.region).values_list("code", flat=True))
    return sorted(codes)


def _lock_replaced(release: Release, disclosure: Disclosure) -> None:
    """Let none of the releases whose rows are replaced be withdrawn meanwhile."""
    table = connection.ops.quote_name(disclosure.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT 1 FROM releases_release WHERE id IN (
                SELECT o.release_id FROM releases_replacement p JOIN {table} o ON o.id = p.row_id
                WHERE p.release_id = %s) ORDER BY id FOR SHARE""",  # noqa: S608 # a table's own name
            [release.pk],
        )


def wrong_replacements(release: Release) -> list[str]:
    """Return why a release may not replace the rows it names, in words for the clerk.

    A replaced row must be public, of the same kind, and lie in the place of the releasing body; what
    replaces it must be a row of this release.
    """
    table = connection.ops.quote_name(kind(release.kind).model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM releases_replacement p
            LEFT JOIN ({table} o JOIN places_region g ON g.id = o.region_id
                JOIN releases_release r ON r.id = o.release_id AND r.state = 'published') ON o.id = p.row_id
            LEFT JOIN {table} n ON n.id = p.by_row_id AND n.release_id = p.release_id
            WHERE p.release_id = %s AND (o.id IS NULL OR NOT starts_with(g.code, %s)
                OR (p.by_row_id IS NOT NULL AND n.id IS NULL))""",  # noqa: S608 # a table's own name
            [release.pk, release.body.region.prefix],
        )
        wrong = cursor.fetchone()[0]
    if not wrong:
        return []
    return [f"要更正的行里有 {wrong} 行已经撤下，或不归“{release.body.name}”管。请退回，重新更正。"]


def _record_replacements(release: Release) -> None:
    # In one order for everybody, or two rivals could wait for each other.
    planned = release.replacements.order_by("row_id")
    try:
        with transaction.atomic():
            Replaced.objects.bulk_create(
                [
                    Replaced(
                        row_id=plan.row_id,
                        by_row_id=plan.by_row_id,
                        release=release,
                        reason=plan.reason or release.reason,
                    )
                    for plan in planned
                ],
                batch_size=2000,
            )
    except IntegrityError as error:
        raise RivalCorrectionError(
            "其中有的行已经被另一次更正改过了。请退回，在新的版本上重新更正。"
        ) from error


def _refuse_taken_numbers(release: Release, disclosure: Disclosure) -> None:
    """Keep the natural keys of a master unique among current rows, under a lock per county and kind."""
    if not disclosure.natural_key:
        return
    keys = ", ".join(f"n.{connection.ops.quote_name(name)}" for name in disclosure.natural_key)
    table = connection.ops.quote_name(disclosure.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{release.county}/{release.kind}"],
        )
        cursor.execute(
            f"""SELECT {keys} FROM {table} n JOIN releases_release r ON r.id = n.release_id
            WHERE n.county = %s AND (r.state = 'published' OR r.id = %s)
                AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = n.id)
            GROUP BY {keys} HAVING count(*) > 1 LIMIT 5""",  # noqa: S608 # declared names
            [release.county, release.pk],
        )
        taken = cursor.fetchall()
    if taken:
        named = "、".join(" ".join(str(part) for part in key) for key in taken)
        raise NotReadyError([f"编号已有人用：{named}。要改原来的，请用更正。"])


def _write_totals(release: Release, disclosure: Disclosure) -> None:
    statement, told = totals_of(release, disclosure)
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS.format(found=statement), told)


def totals_of(release: Release, disclosure: Disclosure) -> tuple[str, dict[str, str | date | UUID]]:
    """Return the query that adds up a release's rows, and what it is told.

    Its columns: region, kind, subject, start, end, last paid, rows, yuan.
    """
    column = connection.ops.quote_name
    own_period = any(part.field == "period" for part in disclosure.columns)
    start, end = ("n.start_on", "n.end_on") if own_period else ("%(start_on)s::date", "%(end_on)s::date")
    if disclosure.happened_on:
        start = f"date_trunc('month', n.{column(disclosure.happened_on)})::date"
        end = f"({start} + interval '1 month')::date"
    statement = _FOUND.format(
        table=column(disclosure.model._meta.db_table),
        subject=f"n.{column(disclosure.subject)}" if disclosure.subject else "''",
        amount=f"n.{column(disclosure.amount)}" if disclosure.amount else "0",
        paid_on=f"n.{column(disclosure.paid_on)}" if disclosure.paid_on else "NULL::date",
        start=start,
        end=end,
    )
    told: dict[str, str | date | UUID] = {
        "release": release.pk,
        "kind": release.kind,
        "start_on": release.start_on,
        "end_on": release.end_on,
    }
    return statement, told
