"""What became of a file at the command line: one object for programs, sentences for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.imports.reading.errors import RowError
from portal.releases.models import Release

_RANGES = 5
_VALUES = 3


@dataclass
class Outcome:
    """What became of one file."""

    file: str
    releases: list[Release] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    warnings: int = 0
    notes: list[str] = field(default_factory=list)
    failure: str = ""
    skipped: bool = False

    @property
    def refused(self) -> bool:
        """Whether the file was not loaded, or not published as asked."""
        return bool(self.failure or self.error_count)

    def as_dict(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        errors: list[dict[str, Any]] = [
            {
                "sheet": error.sheet,
                "row": error.row,
                "column": error.column,
                "value": error.value,
                "message": error.message,
            }
            for error in self.errors
        ]
        if self.failure:
            errors.insert(0, {"sheet": "", "row": None, "column": "", "value": "", "message": self.failure})
        return {
            "file": self.file,
            "release": str(self.releases[0].pk) if self.releases else None,
            "releases": [str(release.pk) for release in self.releases],
            "rows": sum(release.row_count for release in self.releases),
            "amount": f"{sum((release.amount for release in self.releases), Decimal(0)):.2f}",
            "warnings": self.warnings,
            "notes": self.notes,
            "skipped": self.skipped,
            "errors": errors,
            "error_count": self.error_count or len(errors),
        }

    def sentences(self) -> Iterator[str]:
        """Yield what to print for a person."""
        if self.skipped:
            yield f"{self.file}：以前载入过，跳过。"
        elif self.failure and not self.releases:
            yield f"{self.file}：没有载入。{self.failure}"
        elif self.error_count:
            yield f"{self.file}：有 {self.error_count} 处错误，一行也没有载入。"
            yield from grouped(self.errors)
            if self.error_count > len(self.errors):
                yield f"  ……另有 {self.error_count - len(self.errors)} 处没有列出。"
        else:
            for release in self.releases:
                yield (
                    f"{self.file}：{release}，{release.row_count:,} 行，{release.amount:,.2f} 元，"
                    f"{release.get_state_display()}，批次 {release.pk}"
                )
            if self.failure:
                yield f"  {self.failure}"
            if self.warnings:
                yield f"  有 {self.warnings} 条提醒，提交前要答复。"
        for note in self.notes:
            yield f"  {note}"


def grouped(errors: Sequence[RowError]) -> Iterator[str]:
    """Yield one line for each reason, with the rows that share it, in the order of their first."""
    groups: dict[tuple[str, str, str], list[RowError]] = {}
    for error in errors:
        groups.setdefault((error.sheet, error.column, error.message), []).append(error)
    for (sheet, column, message), same in groups.items():
        rows = [error.row for error in same if error.row is not None]
        where = " ".join(filter(None, [sheet, f"第 {_ranges(rows)} 行" if rows else "", column]))
        values = list(dict.fromkeys(error.value for error in same if error.value))
        told = f"（{'、'.join(values[:_VALUES])}{' 等' if len(values) > _VALUES else ''}）" if values else ""
        many = f"（同一个原因，共 {len(same)} 行）" if len(same) > 1 else ""
        yield f"  {where}{told}：{message}{many}"


def _ranges(rows: list[int]) -> str:
    """Return numbers of rows as people write them: from-to, then single ones."""
    found: list[list[int]] = []
    for row in sorted(set(rows)):
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    parts = [f"{first}" if first == last else f"{first}–{last}" for first, last in found[:_RANGES]]  # noqa: RUF001 # a range's own dash
    return "、".join(parts) + (" 等" if len(found) > _RANGES else "")
