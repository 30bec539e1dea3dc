"""The registry of kinds: a new kind of disclosure is one model, one entry here, one row template."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from portal.columns.cells import Files, OfficialName, PersonName
from portal.columns.column import Column
from portal.columns.row import Given, Row
from portal.releases.models.release import Release
from portal.releases.models.row import DisclosedRow
from portal.releases.plates import Plated

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


@dataclass(frozen=True)
class NamedFile:
    """A file that a row names: its name, and what its column says that it is (empty where it does not)."""

    name: str
    caption: str = ""


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
    lease does). `event_on` names the day from which the deadline of an item "per event" counts.
    `organisations` is a stored field followed by its values that mark the party of `name_field` as no
    natural person: its name neither expires nor is masked later.
    `month_word` is what a month of it is called on the way back from a row (9月的账).
    natural person: its name neither expires nor is masked later. `plated` says that its rows are things that
    can carry a printed code.
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
    organisations: tuple[str, ...] = ()
    month_word: str = "账"
    plated: Plated | None = None

    @property
    def readable(self) -> tuple[Column, ...]:
        """Every column that is read from a file."""
        return (*self.columns, *self.spare)

    @property
    def files(self) -> tuple[str, ...]:
        """The fields that name the files of a row, in the order of the columns."""
        return tuple(self.captions)

    @property
    def captions(self) -> dict[str, str]:
        """What the files of each such field are; empty where their own names say it."""
        return {one.field: one.cell.caption for one in self.columns if isinstance(one.cell, Files)}

    @property
    def expected_documents(self) -> int:
        """How many documents a row must show at least: one, or one for each column that says what it is."""
        return max(sum(map(bool, self.captions.values())), 1)

    def named_files(self, row: DisclosedRow) -> list[NamedFile]:
        """Return the files that a stored row names, each once, in the order of the columns."""
        return self.files_in([getattr(row, field) for field in self.files])

    def files_in(self, cells: Sequence[str]) -> list[NamedFile]:
        """Return the files that the stored texts of a row's `files` name, each once."""
        told: dict[str, NamedFile] = {}
        for caption, cell in zip(self.captions.values(), cells, strict=True):
            for name in filter(None, cell.split(";")):
                told.setdefault(name, NamedFile(name, caption))
        return list(told.values())

    def missing_documents(self, row: DisclosedRow, ready: Collection[tuple[str, str]]) -> list[str]:
        """Return the headers of the documents a row must show that are not among those ready.

        `ready` are file name and caption of what can be seen behind the row. One file may be named in
        several columns, and stands for each of them.
        """
        names, captions = {name for name, _ in ready}, {caption for _, caption in ready}
        return [
            self.column(field).header
            for field, caption in self.captions.items()
            if caption
            and caption not in captions
            and names.isdisjoint(filter(None, getattr(row, field).split(";")))
        ]

    @property
    def persons(self) -> tuple[Column, ...]:
        """The columns that show private persons to the public; who acts in office is none."""
        return tuple(
            column
            for column in self.columns
            if column.group == "who"
            and isinstance(column.cell, PersonName)
            and not isinstance(column.cell, OfficialName)
        )

    def is_organisation(self, row: DisclosedRow, field: str) -> bool:
        """Say whether what a field of `persons` shows in a row is surely an organisation."""
        if not self.organisations or f"{field}_public" != self.name_field:
            return False
        return getattr(row, self.organisations[0]) in self.organisations[1:]

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
