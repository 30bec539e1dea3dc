"""What the address of a place's notices asks for: a year, an item, a matter, where the last page ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from django.http import QueryDict

from portal.pages.asked import DayKey, day_key, reading, year_of

_ITEM = re.compile(r"[A-Za-z0-9-]{1,20}")
_MATTER = re.compile(r"[^\x00-\x1f\x7f]{1,64}")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query string; what it does not know it ignores."""

    year: int | None = None
    item: str = ""
    matter: str = ""
    # Whether the list of what the village decided is meant.
    decided: bool = False
    after: DayKey | None = None

    @classmethod
    def read(cls, query: QueryDict, *, path: str) -> Self:
        """Read a query string.

        Raises:
            UnreadableError: a part it knows cannot be read.
        """
        with reading(path):
            return cls(
                year=year_of(query.get("year", "")),
                item=_word(query.get("item", ""), _ITEM, "网址里的事项不对"),
                matter=_word(query.get("matter", ""), _MATTER, "网址里的事项编号不对"),
                decided=query.get("show", "") == "decided",
                after=day_key(query.get("after", "")),
            )


def _word(word: str, pattern: re.Pattern[str], why: str) -> str:
    if word and not pattern.fullmatch(word):
        raise ValueError(why)
    return word
