"""Manifests: many files in one process, each loaded once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.imports.reading.errors import FileError

COLUMNS = ("kind", "file", "body", "period", "item", "batch", "opening", "expected", "files")


@dataclass(frozen=True)
class Entry:
    """One line of a manifest; the paths are relative to the manifest itself."""

    line: int
    kind: str
    file: Path
    body: str
    period: str
    item: str = ""
    batch: str = ""
    opening: str = ""
    expected: str = ""
    files: Path | None = None


def read_manifest(path: Path) -> Iterator[Entry]:
    """Yield the lines of a manifest; raise FileError naming a missing column or cell."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in COLUMNS[:4] if name not in (reader.fieldnames or ())]
            if missing:
                raise FileError(f"清单缺少这些列：{'、'.join(missing)}。")
            for line, row in enumerate(reader, start=2):
                told = {name: (row.get(name) or "").strip() for name in COLUMNS}
                if blank := [name for name in COLUMNS[:4] if not told[name]]:
                    raise FileError(f"清单第 {line} 行没有写 {'、'.join(blank)}。")
                file, files = told.pop("file"), told.pop("files")
                beside = path.parent / files if files else None
                yield Entry(line=line, file=path.parent / file, files=beside, **told)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"清单 {path.name} 读不出，请存成 UTF-8 的 csv。") from error
