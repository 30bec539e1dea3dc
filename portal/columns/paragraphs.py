"""A cell that holds a text of several paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from portal.columns.cells import Text

# What spreadsheets, forms and word processors write between two lines.
_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_GAPS = re.compile("\n{3,}")


@dataclass(frozen=True)
class Paragraphs(Text):
    """Free text that keeps its paragraphs: one line end for each, at most one blank line between two."""

    max_length: int = 20_000

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the text with its lines trimmed (an indent is for the page to make)."""
        lines = (line.strip() for line in _LINE_ENDS.sub("\n", raw).split("\n"))
        return super().parse(_GAPS.sub("\n\n", "\n".join(lines)).strip())
