"""What is wrong with a file, in words for the clerk who must repair it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from portal.columns.cells import Account, Identity
from portal.columns.column import Column

_SHOWN = 40
# A number this long in any column may be an identity or account number in the wrong place; digits of
# full width are digits too.
_LONG_NUMBER = re.compile(r"\d[\d\s-]{10,}[\dXx\uff38\uff58]{4}")


class FileError(Exception):
    """A file that cannot be read at all; the message is one Chinese sentence that says what to do."""


@dataclass(frozen=True)
class RowError:
    """One wrong cell, or one wrong row where `column` is empty.

    `row` is the number that the clerk's program shows; `sheet` is empty for csv; `value` is
    shortened, and of identity and account numbers only the last four signs are kept.
    """

    sheet: str
    row: int | None
    column: str
    value: str
    message: str

    @classmethod
    def at(cls, sheet: str, row: int | None, column: Column | None, raw: str, message: str) -> Self:
        """Return the error of a cell, its value made fit to be shown."""
        secret = column is not None and isinstance(column.cell, Identity | Account)
        header = column.header if column else ""
        return cls(sheet, row, header, _shown(raw, secret=secret), message)


def _shown(raw: str, *, secret: bool) -> str:
    """Return `raw` as it may be shown and kept."""
    if secret:
        return masked(raw)
    text = harmless(raw)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def harmless(text: str) -> str:
    """Return a text with long numbers cut to their last four signs: names of files hold them too."""
    return _LONG_NUMBER.sub(lambda match: masked(match[0]), text)


def masked(number: str) -> str:
    """Return the last four signs of a number, and that there were more."""
    return f"****{number[-4:]}" if len(number) > 4 else "*" * len(number)
