"""What a load knows before its first row, and what became of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.columns.row import Given
from portal.imports.origins import Origin
from portal.imports.places import Gazetteer
from portal.imports.reading.errors import RowError
from portal.imports.reading.headers import BoundColumn
from portal.imports.storing import Secrets
from portal.releases.registry import Disclosure

RawRow = tuple[int, list[str]]
LISTED_ERRORS = 1000


def draft_key(item: str, place: str) -> str:
    """Return the key of the draft that an item's rows of one place go to (12-digit code)."""
    return f"{item}@{place}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that a load knows before its first row."""

    disclosure: Disclosure
    headers: Sequence[BoundColumn | None]
    sheet: str
    given: Given
    gazetteer: Gazetteer
    lookups: Any
    secrets: Secrets
    # The release that rows of each catalogue item (and place, see `draft_key`) will belong to.
    releases: dict[str, UUID]
    first_position: int = 0
    # Only where rows are corrected or edited: the versions they come from, by public id.
    origins: dict[str, Origin] = field(default_factory=dict)
    # The documents given beside the table, by the names that cells may call them.
    documents: Mapping[str, UUID] = field(default_factory=dict)


@dataclass
class Built:
    """What became of some rows: COPY text per draft, figures, errors."""

    blocks: dict[str, list[bytes]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    wrong_rows: int = 0
    unchanged: int = 0
    # Rows whose number was proposed.
    numbered: int = 0
    # (old row, new row or None where the line is withdrawn)
    replaced: list[tuple[UUID, UUID | None]] = field(default_factory=list)
    # Files that cells name: sheet, row, field, name.
    files: list[tuple[str, int, str, str]] = field(default_factory=list)

    def add(self, other: Built) -> None:
        """Take over another's figures and errors (not its blocks)."""
        for item, count in other.rows.items():
            self.rows[item] = self.rows.get(item, 0) + count
            self.amounts[item] = self.amounts.get(item, Decimal(0)) + other.amounts[item]
        self.errors.extend(other.errors[: LISTED_ERRORS - len(self.errors)])
        self.error_count += other.error_count
        self.wrong_rows += other.wrong_rows
        self.unchanged += other.unchanged
        self.numbered += other.numbered
        self.replaced.extend(other.replaced)
        self.files.extend(other.files)
