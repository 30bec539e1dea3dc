"""What the address of a list of projects asks for: state, year, and where the last page ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.http import QueryDict

from funds.models import ProjectState
from portal.pages.errors import UnreadableError

# Beside the states: past the planned end and not finished; finished, and its final account is overdue.
LATE, UNSETTLED = "late", "unsettled"
_CHOICES = {*ProjectState.values, LATE, UNSETTLED}
_YEARS = range(1949, 2101)
_AFTER = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query string. `after` is the first id of the last project of the page before."""

    state: str = ""
    year: int | None = None
    after: UUID | None = None

    @classmethod
    def read(cls, query: QueryDict, *, path: str) -> Self:
        """Read a query string; what it does not know it ignores (a phone adds its own words).

        Raises:
            UnreadableError: a part it knows cannot be read.
        """
        state, year, after = (query.get(name, "") for name in ("state", "year", "after"))
        known_year = not year or (re.fullmatch(r"[0-9]{4}", year) and int(year) in _YEARS)
        if (state and state not in _CHOICES) or not known_year or (after and not _AFTER.fullmatch(after)):
            raise UnreadableError(
                "网址不对，看不懂", line="可能抄漏了，从头再选一次。", href=path, word="从头再选"
            )
        return cls(
            state=state,
            year=int(year) if year else None,
            after=UUID(hex=after) if after else None,
        )
