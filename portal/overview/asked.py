"""What the address of the list of duties asks for: place, state, whose, section, and where a page ended."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from django.db import models
from django.http import QueryDict

from portal.catalogue.models import Section
from portal.pages import asked as addresses

PATH = "/duties/"
_CODE = re.compile(r"[0-9]{12}")
_AFTER = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9]{1,18})")


class Wanted(models.TextChoices):
    """Which duties are listed; nothing said means those that are missing."""

    MISSING = "", "没公开"
    SOON = "soon", "快到期"
    LATE = "late", "晚了"
    ON_TIME = "on_time", "按时"
    NIL = "nil", "本期没有"
    WITHDRAWN = "withdrawn", "撤下了"
    NOT_DUE = "not_due", "没到期"
    ALL = "all", "全部"

    @property
    def is_newest_first(self) -> bool:
        """What is still to be done begins with what waits longest; what is over, with the last."""
        return self not in {Wanted.MISSING, Wanted.SOON, Wanted.NOT_DUE}


class Whose(models.TextChoices):
    """Whose duties are listed."""

    OFFICE = "office", "部门"
    TOWNSHIP = "township", "乡镇"
    VILLAGE = "village", "村"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query string; `after` is the deadline and key of the last duty of the page before."""

    region: str = ""
    state: str = ""
    who: str = ""
    section: str = ""
    after: tuple[date, int] | None = None

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Read a query string; what it does not know it ignores (a phone adds its own words).

        Raises:
            UnreadableError: a part it knows cannot be read.
        """
        with addresses.reading(PATH):
            return cls(
                region=_code(query.get("region", "")),
                state=_one_of(query.get("state", ""), Wanted.values),
                who=_one_of(query.get("who", ""), Whose.values),
                section=_one_of(query.get("section", ""), Section.values),
                after=_after(query.get("after", "")),
            )

    def address(self, path: str = PATH, **changes: Any) -> str:  # Any: each field's own type
        """Return the address of this, changed, from the first page on unless `after` is given."""
        told = replace(self, **{"after": None, **changes})
        after = f"{told.after[0].isoformat()}_{told.after[1]}" if told.after else ""
        return addresses.address(
            path, region=told.region, state=told.state, who=told.who, section=told.section, after=after
        )

    @property
    def wanted(self) -> Wanted:
        """Which duties are listed."""
        return Wanted(self.state)

    @property
    def is_plain(self) -> bool:
        """Whether nothing but a place is asked for."""
        return self == Asked(region=self.region)


def _code(word: str) -> str:
    if word and not _CODE.fullmatch(word):
        raise ValueError("网址里的地方不对")
    return word


def _one_of(word: str, known: list[str]) -> str:
    if word and word not in known:
        raise ValueError("网址里有一段不对")
    return word


def _after(word: str) -> tuple[date, int] | None:
    if not word:
        return None
    match = _AFTER.fullmatch(word)
    if match is None:
        raise ValueError("网址里的页码不对")
    try:
        return date.fromisoformat(match[1]), int(match[2])
    except ValueError as error:
        raise ValueError("网址里的页码不对") from error
