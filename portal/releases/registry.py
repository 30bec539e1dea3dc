"""The registry of kinds: a new kind of disclosure is one model, one entry here, one row template."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models.expressions import Combinable

from portal.columns.cells import Code, Files, OfficialName, PersonName, Text
from portal.columns.column import Column
from portal.columns.paragraphs import Paragraphs
from portal.columns.row import Given, Row
from portal.releases.models.release import Release
from portal.releases.models.row import DisclosedRow
from portal.releases.plates import Plated
from portal.workdays.arithmetic import Calendar

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
class FollowUp:
    """What must become public of a numbered thing after an event that its row tells of.

    Publishing the event makes the duty, a later public version of the row meets it.
    """

    code: str
    # What it is called: 决算.
    title: str
    # The field of the day from which the time counts, and the last day that is in time.
    event_on: str
    due_on: Callable[[date, Calendar], date]
    # Whether a row (with its release and item) has it; whether it is asked of the row at all.
    is_met: Callable[[Any], bool]
    is_asked: Callable[[Any], bool]
    # The item that asks for it, by the item under which the event was told; its own unless named.
    items: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What the ground floor needs to know of a kind: each field says what it changes."""

    code: str
    title: str
    model: type[DisclosedRow]
    # The include that shows one row as a line of a list.
    template: str

    # --- reading a file
    # Drive template, reading, storage, commitment, review and public pages.
    columns: tuple[Column, ...]
    # Read in place of others (see `Column.instead`) and not stored.
    spare: tuple[Column, ...] = ()
    # What `prepare` needs, read once per load for a county; must pickle. `prepare` is pure.
    lookups: Callable[[str], Any] = _no_lookups
    prepare: Prepare = _nothing_to_prepare
    # Where the place's cell is blank, `prepare` puts the place's code into `row.place`.
    finds_place: bool = False
    # A file that holds many places becomes one release for each place's own body.
    per_place: bool = False
    # A release may state what was there before its first row.
    has_balance: bool = False
    # Asked once after COPY, in the load's transaction: errors that only the whole draft shows.
    settle: Settle = _nothing_to_settle
    # Reasons not to publish, asked under the publishing locks.
    objections: Callable[[Release], list[str]] = _no_objection
    # Fields that are unique among the current rows of a master.
    natural_key: tuple[str, ...] = ()
    # The field of the number that a load proposes where the table has none (see `numbering`).
    numbered: str = ""
    # Stored columns that the app may write but not read.
    private: tuple[str, ...] = ()

    # --- figures and days
    # What totals are grouped by, and the everyday name of each such subject (county, subjects; one query).
    subject: str = ""
    subject_titles: Callable[[str, Collection[str]], dict[str, str]] | None = None
    # What totals sum; rows whose field `outgoing[0]` holds `outgoing[1]` count minus in a release's sum.
    amount: str = ""
    outgoing: tuple[str, str] = ("", "")
    # In which section's money a total counts, where that is not always the kind's own: an expression over
    # totals, empty for money that is nobody's income (deposits).
    money_section: Callable[[], Combinable] | None = None
    # The field whose latest day the totals keep.
    paid_on: str = ""
    # The day whose month totals are written for, in place of the release's period.
    happened_on: str = ""
    # The day from which the deadline of an item "per event" counts.
    event_on: str = ""
    # What must follow such an event; a kind with `natural_key` only.
    follow_ups: tuple[FollowUp, ...] = ()

    # --- persons
    # Rows tell of private persons.
    names_people: bool = False
    # The public rendering of a person's name: searched inside one township or village, under this title.
    name_field: str = ""
    names_title: str = ""
    # A stored field and its values that mark the party of `name_field` as no natural person: such a name
    # neither expires nor is masked later.
    organisations: tuple[str, ...] = ()

    # --- finding
    # Public texts searched city-wide, and those searched inside one township or village (with `amount`).
    search_fields: tuple[str, ...] = ()
    place_search_fields: tuple[str, ...] = ()
    place_search_title: str = ""
    # The page that answers a searcher; the row's own unless declared.
    address: Callable[[Any], str] | None = None

    # --- pages
    # The public address part under a region.
    section: str = ""
    # Places below show the row too.
    shown_below: bool = False
    # The title of a row's page, and an include that tells its values in place of the list of columns.
    heading: Callable[[Any], str] | None = None
    detail: str = ""
    # Where the row's page leads back to (address, word); what a month of the kind is called there (9月的账).
    way_back: Callable[[Any], tuple[str, str]] | None = None
    month_word: str = "账"
    # What the files behind a row are called; a row without any is told to lack them. With `own_documents`
    # the row's page shows them in the kind's own way.
    papers: str = "票据"
    needs_papers: bool = True
    own_documents: bool = False
    # The word of the key under a row that reports it.
    doubt: str = "这一笔我有疑问"
    # Its rows are things that can carry a printed code.
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

    @property
    def free_texts(self) -> tuple[Column, ...]:
        """The columns in which anything may be written, a person's name too."""
        return tuple(column for column in self.columns if type(column.cell) in {Text, Code, Paragraphs})

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
