"""Where rooms above releases put their links and buttons on the staff's pages (upload, type rows, ...)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.people.models import User
from portal.releases.models import Release
from portal.releases.models.release import ReleaseQuerySet


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One link, as a button; the first thing a person would do next `is_main`."""

    word: str
    url: str
    is_main: bool = False


# Filled at start-up; each returns what this person may do now, and nothing for whom it is not.
release_tools: list[Callable[[User, Release], Iterable[Tool]]] = []
list_tools: list[Callable[[User], Iterable[Tool]]] = []
# Each annotates `due_on`, the day by which what a release tells of is to be public, and sorts by it.
due_days: list[Callable[[ReleaseQuerySet], ReleaseQuerySet]] = []
