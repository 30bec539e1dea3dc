"""What a clerk asks of a load, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from portal.catalogue.models import CatalogueItem
from portal.columns.periods import Period
from portal.documents.models import Document
from portal.imports.plan import Built
from portal.imports.reading.errors import FileError
from portal.imports.reading.overlay import Overlay
from portal.people.models import User
from portal.places.models import Body
from portal.releases.models import Release, Stage, Via
from portal.releases.registry import Disclosure


class RefusedError(Exception):
    """The file has errors; nothing was loaded."""

    def __init__(self, built: Built, notes: list[str]) -> None:
        super().__init__(f"{built.error_count} errors")
        self.built = built
        self.notes = notes


@dataclass(frozen=True, kw_only=True)
class LoadRequest:
    """What a clerk says about a file before it is read."""

    kind: str
    body: Body
    period: Period
    by: User
    today: date
    item: CatalogueItem | None = None
    batch: int = 1
    stage: Stage = Stage.PAID
    expected: Decimal | None = None
    opening: Decimal | None = None
    is_history: bool = False
    is_nil: bool = False
    # The published release that the file (an exported one, edited) corrects, and why.
    corrects: Release | None = None
    reason: str = ""
    via: Via = Via.REVIEW
    all_sheets: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    overlay: Overlay = field(default_factory=dict)
    processes: int = 1
    # Documents come beside the table, and are not known yet: a correction may change nothing but them.
    brings_files: bool = False
    # Documents that were given beside the table and are ready, by the names that cells call them.
    documents: Mapping[str, Document] = field(default_factory=dict)


@dataclass
class Loaded:
    """What a load brought: the releases (one per catalogue item), figures, notes for the clerk."""

    releases: list[Release]
    rows: int = 0
    amount: Decimal = Decimal(0)
    notes: list[str] = field(default_factory=list)
    # Sheet, row and name of every file that a row names.
    files: list[tuple[str, int, str, str]] = field(default_factory=list)


def fingerprint(path: Path) -> bytes:
    """Return the SHA-256 of a file (32 bytes), by which the same file is known again."""
    digest = sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.digest()


def default_item(disclosure: Disclosure, body: Body) -> tuple[CatalogueItem, str]:
    """Return the item meant where none was told, and the sentence that says so.

    The only item of the kind that bodies of this level owe, else the kind's first in the catalogue.
    """
    items = list(CatalogueItem.objects.filter(kind=disclosure.code, is_active=True))
    if not items:
        raise FileError(f"公开目录里没有用“{disclosure.title}”模板的事项，请先在目录里添加。")
    owed = [item for item in items if item.level == body.region.level]
    item = owed[0] if len(owed) == 1 else items[0]
    return item, f"没有指明公开事项，按“{item}”导入。"
