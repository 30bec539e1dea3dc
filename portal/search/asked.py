"""What was written into the one box (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from portal.columns.column import CellError
from portal.columns.folding import UNSEEN, half_width, nfc
from portal.columns.numbers import exact
from portal.pages.errors import UnreadableError

LONGEST = 60
_MOST_WORDS = 5
_CODE = re.compile(r"[0-9]{12}")
_KIND = re.compile(r"[a-z_-]{0,40}")
_UNIT_APART = re.compile(r"(?<=[0-9]) (?=元(?: |$))")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query: the text as shown back, the place and the kind it is narrowed to, the page.

    With `papers`, only rows with documents are asked for.
    """

    q: str
    is_cut: bool = False
    region: str = ""
    kind: str = ""
    papers: bool = False
    after: UUID | None = None

    @property
    def words(self) -> list[str]:
        """The words of the query, each of which must be found."""
        return _UNIT_APART.sub("", self.q).split()[:_MOST_WORDS]

    @property
    def joined(self) -> str:
        """The query without spaces: names of places and persons hold none."""
        return "".join(self.q.split())

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Read an address; unseen signs are dropped, a long text is cut.

        Raises:
            UnreadableError: place, kind or page cannot be read.
        """
        typed = " ".join(half_width(nfc(UNSEEN.sub("", query.get("q", "")))).split())
        region, kind, after = (query.get(name, "") for name in ("region", "kind", "after"))
        if (region and not _CODE.fullmatch(region)) or not _KIND.fullmatch(kind):
            raise _unreadable("网址里的地方或类别不对", typed)
        try:
            last = UUID(after) if after else None
        except ValueError as error:
            raise _unreadable("网址里的页码不对", typed) from error
        return cls(
            q=typed[:LONGEST],
            is_cut=len(typed) > LONGEST,
            region=region,
            kind=kind,
            papers=query.get("papers", "") == "1",
            after=last,
        )

    def address(self, **changes: str) -> str:
        """Return the address of this search with some parts changed; a change begins at the first page."""
        papers = "1" if self.papers else ""
        parts = {"q": self.q, "region": self.region, "kind": self.kind, "papers": papers} | changes
        return f"/search?{urlencode({name: value for name, value in parts.items() if value})}"


def amount(word: str) -> Decimal | None:
    """Return the sum of yuan that a word is, as people write one: 12600, 12,600, ¥12600.00元."""
    try:
        return exact(word, places=2, digits=12, yuan=True)
    except CellError:
        return None


def _unreadable(say: str, typed: str) -> UnreadableError:
    return UnreadableError(
        say, line="再查一次就好。", href=f"/search?{urlencode({'q': typed[:LONGEST]})}", word="再查一次"
    )
