"""The registry of kinds: a new kind of disclosure is one model, one entry here, one row template."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from portal.columns.cells import Files
from portal.columns.column import Column
from portal.columns.row import Given, Row
from portal.releases.models.release import Release
from portal.releases.models.row import DisclosedRow

Prepare = Callable[[Row, Given, Any], None]
Settle = Callable[[Release], list[tuple[int, str, str]]]


def _nothing_to_prepare(row: Row, given: Given, lookups: object) -> None:
    """Leave a row as it was read."""


def _no_lookups(county: str) -> None:
    """Read nothing."""


def _nothing_to_settle(release: Release) -> list[tuple[int, str, str]]:
    """Find nothing wrong with a loaded draft."""
    return []


def _no_objection(release: Release) -> list[str]:
    """Find nothing in the way of publishing."""
    return []


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What the ground floor needs to know of a kind.

    `columns` drive template, reading, storage, commitment, review and public pages. `lookups(county)`
    reads what `prepare` needs once per load and must pickle; `prepare(row, given, lookups)` is pure.
    `subject` and `amount` name the fields that totals are grouped by and sum; `paid_on` the field
    whose latest date the totals keep. `subject_titles(county, subjects)` gives the everyday name
    of each subject in one query. `natural_key` names the fields that are unique among current
    rows of a master. `settle(release)` runs once after COPY, in the load's transaction, and returns
    errors as (position, field, message) that only the whole draft shows. `objections(release)` are
    reasons not to publish, asked under the publishing locks. `private` names the stored columns that
    the app may write but not read. `section` is the public address part under a region.
    `search_fields` are public texts searched city-wide; `name_field` is the public rendering of a
    person's name, searched inside one township or village only, and `names_title` what the section of
    persons found is called. `place_search_fields` are public texts of rows searched inside one township
    or village only, together with `amount`; `place_search_title` is what the section of these rows is
    called. A title left empty is the kind's own. `address(row)` is the page that answers a searcher, the
    row's own page unless declared.

    `spare` are columns that are read in place of others (see `Column.instead`) and not stored. Rows whose
    field `outgoing[0]` holds `outgoing[1]` count minus in a release's sum. `happened_on` names the day
    whose month totals are written for, in place of the release's period. With `per_place`, a file that
    holds many places becomes one release for each place's own body. `has_balance`: a release may state
    what was there before its first row. `heading(row)` is the title of a row's page, `detail` an include
    that tells its values in words of the kind's own, in place of the list of columns. `finds_place`: where
    the place's cell is blank, `prepare` puts the place's code into `row.place` (a rent stands where its
    lease does). `event_on` names the day from which the deadline of an item "per event" counts. `papers` is
    what the files behind a row are called; with `needs_papers`, a row without any is told to lack them.
    `doubt` is the word of the key under a row that reports it. `shown_below`: places below show the row too.
    """

    code: str
    title: str
    model: type[DisclosedRow]
    template: str
    columns: tuple[Column, ...]
    section: str = ""
    subject: str = ""
    subject_titles: Callable[[str, Collection[str]], dict[str, str]] | None = None
    amount: str = ""
    paid_on: str = ""
    natural_key: tuple[str, ...] = ()
    search_fields: tuple[str, ...] = ()
    name_field: str = ""
    names_title: str = ""
    place_search_fields: tuple[str, ...] = ()
    place_search_title: str = ""
    address: Callable[[Any], str] | None = None
    names_people: bool = False
    lookups: Callable[[str], Any] = _no_lookups
    prepare: Prepare = _nothing_to_prepare
    settle: Settle = _nothing_to_settle
    objections: Callable[[Release], list[str]] = _no_objection
    private: tuple[str, ...] = ()
    spare: tuple[Column, ...] = ()
    outgoing: tuple[str, str] = ("", "")
    happened_on: str = ""
    per_place: bool = False
    has_balance: bool = False
    heading: Callable[[Any], str] | None = None
    detail: str = ""
    finds_place: bool = False
    event_on: str = ""
    papers: str = "票据"
    needs_papers: bool = True
    doubt: str = "这一笔我有疑问"
    shown_below: bool = False

    @property
    def readable(self) -> tuple[Column, ...]:
        """Every column that is read from a file."""
        return (*self.columns, *self.spare)

    @property
    def files(self) -> str:
        """The field that names the files of a row; empty where rows have none."""
        return next((column.field for column in self.columns if isinstance(column.cell, Files)), "")

    def column(self, name: str) -> Column:
        """Return the column of a field."""
        return next(column for column in self.readable if column.field == name)


_kinds: dict[str, Disclosure] = {}


def register(disclosure: Disclosure) -> None:
    """Make a kind known; raise ImproperlyConfigured for a code that is taken."""
    if disclosure.code in _kinds:
        raise ImproperlyConfigured(f"Kind {disclosure.code!r} is declared twice.")
    _kinds[disclosure.code] = disclosure


def unregister(code: str) -> None:
    """Forget a kind (for a throw-away app)."""
    _kinds.pop(code, None)


def get(code: str) -> Disclosure | None:
    """Return the kind of a code, or None."""
    return _kinds.get(code)


def kind(code: str) -> Disclosure:
    """Return the kind of a code; raise KeyError for an unknown one."""
    return _kinds[code]


def kinds() -> Iterator[Disclosure]:
    """Yield the kinds in the order of their declaration."""
    yield from _kinds.values()
