"""Writes built lines into a draft, and asks of the whole draft what no single row shows."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
from django.db import connection

from portal.imports.building import copy_columns
from portal.imports.plan import LISTED_ERRORS
from portal.imports.reading.errors import FileError
from portal.releases.models import Release
from portal.releases.registry import Disclosure

# (position, field, message), as a kind's `settle` returns them.
Found = tuple[int, str, str]

_TAKEN = """
SELECT n.position, bool_or(r.state = 'published') FROM {table} n
JOIN {table} o ON o.county = n.county AND o.id <> n.id AND {same}
JOIN releases_release r ON r.id = o.release_id
WHERE n.release_id = %(release)s
    AND (r.state = 'published' OR (r.id = n.release_id AND (o.position, o.id) < (n.position, n.id)))
    AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = o.id)
    AND NOT EXISTS (SELECT 1 FROM releases_replacement p
        WHERE p.release_id = n.release_id AND p.row_id = o.id)
GROUP BY n.position ORDER BY n.position LIMIT {most}
"""


def without_time_limit() -> None:
    """Lift the limit on a statement's time until the transaction ends: a COPY lasts as long as its file."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")


def write_rows(disclosure: Disclosure, blocks: Iterator[bytes]) -> None:
    """Write lines by COPY; a failure never repeats a row's values, which PostgreSQL would print."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in copy_columns(disclosure))
    statement = f"COPY {quote(disclosure.model._meta.db_table)} ({names}) FROM STDIN"
    refused_by = None
    try:
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for block in blocks:
                copy.write(block)
    except Exception as error:
        cause = error.__cause__
        if not isinstance(cause, psycopg.Error):
            raise
        refused_by = cause.diag.constraint_name or cause.sqlstate or type(cause).__name__
    # Out of the handler's reach: even as a hidden context the database's error would carry the row.
    if refused_by:
        raise FileError(f"数据库不接受这份表（{refused_by}）。请联系系统管理员，并告诉他这个编号。")


def settled(disclosure: Disclosure, release: Release) -> list[Found]:
    """Return what is wrong with a draft as a whole: numbers taken, and what its kind finds.

    The kind is asked first: it may note that a row takes the place of a public one with its number.
    """
    found = disclosure.settle(release)
    return [*_taken(disclosure, release), *found]


def _taken(disclosure: Disclosure, release: Release) -> list[Found]:
    """Return the rows of a master whose number another row of the draft, or a public one, has."""
    if not disclosure.natural_key:
        return []
    quote = connection.ops.quote_name
    statement = _TAKEN.format(
        table=quote(disclosure.model._meta.db_table),
        same=" AND ".join(f"o.{quote(name)} = n.{quote(name)}" for name in disclosure.natural_key),
        most=LISTED_ERRORS,
    )
    told: dict[str, str | UUID] = {"release": release.pk}
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        found = cursor.fetchall()
    name = disclosure.natural_key[0].removesuffix("_id")
    header = disclosure.column(name).header
    return [
        (
            position,
            name,
            f"这个{header}已经公开过，要改原来的，请用更正"
            if is_public
            else f"前面有一行的{header}和这一行一样，请只留一行",
        )
        for position, is_public in found
    ]
