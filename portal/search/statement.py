"""The SQL of a search: one SELECT for each group, all of them one statement (pure but for the schema).

Only the public rendering is ever compared, so that a full name cannot find a masked row; only rows of
published releases that nothing newer replaced are found, and none of an item that tells sums alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from portal.documents.models import DocumentState
from portal.releases.models import Caption
from portal.search.asked import amount
from portal.search.groups import Group, Way

_CASED = re.compile("[A-Za-z]")
_PUBLIC = """JOIN releases_release r ON r.id = p.release_id AND r.state = 'published' AND r.names <> 'hidden'
WHERE NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = p.id)"""
_ROWS = "SELECT {columns} FROM {table} p {public} AND {held}"
# The names first, from the index alone, then the rows of these names only: filtering while reading rows
# would fetch every row of a township for a rare name (measured: 58 ms instead of 9 at 75,000 rows).
_NAMES = """WITH names AS MATERIALIZED (
    SELECT DISTINCT region_id, {name} AS name FROM {table} p WHERE {held} ORDER BY 1, 2
)
SELECT {columns} FROM names n JOIN {table} p ON p.region_id = n.region_id AND p.{name} = n.name {public}"""
# Cut before it is counted, and counted before anything is told: a common word costs little more than a
# rare one.
_PART = """SELECT {part} AS part, _number, _found, _regions,
    (SELECT short_name FROM places_region WHERE id = x.region_id) AS region_name, {papers} AS papers,
    to_jsonb(x) - ARRAY['_number', '_found', '_regions'] AS told
FROM (
    SELECT y.*, row_number() OVER (ORDER BY {order}) AS _number, count(*) OVER () AS _found,
        array_agg(y.region_id) OVER () AS _regions
    FROM ({inner} ORDER BY {inner_order} LIMIT {most}) y
) x WHERE _number <= {shown}"""

# Documents that can be seen behind a row. A file's own name is for officials and never searched.
_PAPERS = """SELECT {what} FROM releases_attachment a
JOIN documents_document d ON d.id = a.document_id AND d.state = {ready}
WHERE a.row_id = {row}.id AND a.erased_at IS NULL"""
_READY = f"'{DocumentState.READY.value}'"
# One character stands in several captions and says nothing.
_SHORTEST_CAPTION = 2


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is looked for and where: `places` are keys of villages, `counties` limit what is city-wide.

    With `with_papers`, only rows with documents.
    """

    words: Sequence[str]
    joined: str
    places: Sequence[int] = ()
    counties: Sequence[str] = ()
    with_papers: bool = False


@dataclass(frozen=True)
class Piece:
    """Some SQL and what stands in for its marks, in order."""

    sql: str
    given: tuple[object, ...] = ()


def part(
    number: int, group: Group, terms: Terms, *, most: int, shown: int, last: Sequence[object] = ()
) -> Piece:
    """Return the SELECT of one group: `shown` rows of at most `most` counted, behind the key `last`."""
    inner = _SELECTS[group.way](group, terms, last)
    keys = order(group)
    sql = _PART.format(
        part=int(number),
        papers=f"({_PAPERS.format(what='count(*)', ready=_READY, row='x')})" if group.kind.files else "0",
        inner=inner.sql,
        inner_order=", ".join(f"p.{key}" for key in keys),
        order=", ".join(f"y.{key}" for key in keys),
        most=int(most),
        shown=int(shown),
    )
    return Piece(sql, inner.given)


def order(group: Group) -> list[str]:
    """Return the columns that put a group in order: newest first; names of people by place and name."""
    kind = group.kind
    if group.way is Way.MASTERS:
        return ["county", "id DESC"]
    if kind.happened_on:
        return [f"{_column(group, kind.happened_on)} DESC", "id DESC"]
    if group.way is Way.NAMES:
        return ["region_id", _column(group, kind.name_field), "id DESC"]
    return ["id DESC"]


def told_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the fields a found row comes with: all but seeds, digests and leaves."""
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.BinaryField)]


def _masters(group: Group, terms: Terms, _last: Sequence[object]) -> Piece:
    held = [_holds(group, word, group.kind.search_fields) for word in terms.words]
    if terms.counties:
        held.append(Piece("p.county = ANY (%s)", (list(terms.counties),)))
    return _rows(group, _all(held))


def _local_rows(group: Group, terms: Terms, last: Sequence[object]) -> Piece:
    """Find rows by words and amount; what the group of names shows already is left to it."""
    kind = group.kind
    fields = kind.place_search_fields
    if len(terms.words) == 1:  # In the name it is the names' to show; one comparison less for each row.
        fields = tuple(field for field in fields if field != kind.name_field)
    held = [
        Piece("p.region_id = ANY (%s::bigint[])", (list(terms.places),)),
        *(_holds(group, word, fields, in_place=True) for word in terms.words),
        *_behind(group, last),
    ]
    if terms.with_papers:
        held.append(_papers())
    if kind.name_field:
        named = _like(_column(group, kind.name_field), terms.joined)
        held.append(Piece(f"NOT {named.sql}", named.given))
    return _rows(group, _all(held))


def _names(group: Group, terms: Terms, last: Sequence[object]) -> Piece:
    name = _column(group, group.kind.name_field)
    held = [
        Piece("p.region_id = ANY (%s::bigint[])", (list(terms.places),)),
        _like(name, terms.joined),
    ]
    by_name = not group.kind.happened_on
    if last and by_name:
        held.append(Piece(f"(p.region_id, p.{name}) >= (%s, %s)", tuple(last[:2])))
    names = _all(held)
    papers = [_papers()] if terms.with_papers else []
    beyond = _all([*papers, *_behind(group, last)])
    sql = _NAMES.format(
        name=name, table=_table(group), columns=_columns(group), held=names.sql, public=_PUBLIC
    )
    return Piece(f"{sql} AND {beyond.sql}" if beyond.sql else sql, names.given + beyond.given)


_SELECTS: dict[Way, Callable[[Group, Terms, Sequence[object]], Piece]] = {
    Way.MASTERS: _masters,
    Way.ROWS: _local_rows,
    Way.NAMES: _names,
}


def _rows(group: Group, held: Piece) -> Piece:
    sql = _ROWS.format(columns=_columns(group), table=_table(group), public=_PUBLIC, held=held.sql)
    return Piece(sql, held.given)


def _behind(group: Group, last: Sequence[object]) -> list[Piece]:
    """Return the condition that begins behind a key; the newest come first, names climb."""
    if not last:
        return []
    *before, key = [f"p.{column.removesuffix(' DESC')}" for column in order(group)]
    if not before:
        return [Piece(f"{key} < %s", tuple(last))]
    if group.kind.happened_on:
        return [Piece(f"({', '.join([*before, key])}) < ({', '.join(['%s'] * len(last))})", tuple(last))]
    higher = f"({', '.join(before)}) > ({', '.join(['%s'] * len(before))})"
    return [Piece(f"({higher} OR {key} < %s)", tuple(last))]


def _holds(group: Group, word: str, fields: Sequence[str], *, in_place: bool = False) -> Piece:
    """Return that a word stands in one of some texts; in a place also that it is the amount or a caption."""
    held = [_like(_column(group, field), word) for field in fields]
    value = amount(word) if in_place and group.kind.amount else None
    if value is not None:
        held.append(Piece(f"p.{_column(group, group.kind.amount)} = %s", (value,)))
    captions = _captions(word) if in_place and group.kind.files else []
    if captions:
        held.append(_papers(captions))
    if not held:
        return Piece("FALSE")
    return Piece(
        f"({' OR '.join(one.sql for one in held)})", tuple(given for one in held for given in one.given)
    )


def _captions(word: str) -> list[str]:
    """Return the captions that a word is, or is a part of."""
    if len(word) < _SHORTEST_CAPTION:
        return []
    return [caption.value for caption in Caption if word in caption.label]


def _papers(captions: Sequence[str] = ()) -> Piece:
    """Return that a row has documents that can be seen, of some captions where they are named."""
    sql = _PAPERS.format(what="", ready=_READY, row="p")
    if captions:
        return Piece(f"EXISTS ({sql} AND a.caption = ANY (%s))", (list(captions),))
    return Piece(f"EXISTS ({sql})")


def _like(column: str, text: str) -> Piece:
    """Return that a column holds a text; letters count alike, great or small (costly, so only for them)."""
    operator = "ILIKE" if _CASED.search(text) else "LIKE"
    return Piece(f"p.{column} {operator} %s", (f"%{_escaped(text)}%",))


def _escaped(text: str) -> str:
    """Return a text in which the signs of LIKE are letters."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _all(held: Sequence[Piece]) -> Piece:
    return Piece(" AND ".join(one.sql for one in held), tuple(given for one in held for given in one.given))


def _table(group: Group) -> str:
    return connection.ops.quote_name(group.kind.model._meta.db_table)


def _column(group: Group, field: str) -> str:
    return connection.ops.quote_name(str(group.kind.model._meta.get_field(field).column))  # type: ignore[union-attr]


def _columns(group: Group) -> str:
    quoted = connection.ops.quote_name
    return ", ".join(f"p.{quoted(str(field.column))}" for field in told_fields(group.kind.model))
