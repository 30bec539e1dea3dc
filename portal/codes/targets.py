"""Where a code may lead beyond a place: the room that holds programmes lists them and shows one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

# Called with the request, the county's six digits and the programme's code.
ProgrammePage = Callable[[HttpRequest, str, str], HttpResponseBase]
# Called with the county's six digits (a city's own: those of the city); gives code and name, in order.
ProgrammeList = Callable[[str], Iterable[tuple[str, str]]]
T = TypeVar("T")
_programme_pages: list[ProgrammePage] = []
_programme_lists: list[ProgrammeList] = []


def register_programme_page(page: ProgrammePage) -> None:
    """Let codes of programmes answer with this view; called once, when the app is ready."""
    _register(_programme_pages, page)


def programme_page() -> ProgrammePage | None:
    """Return the view of a programme; None where no app holds programmes."""
    return _programme_pages[0] if _programme_pages else None


def register_programme_list(listing: ProgrammeList) -> None:
    """Let codes be printed for the programmes this lists; called once, when the app is ready."""
    _register(_programme_lists, listing)


def programmes(county: str) -> list[tuple[str, str]]:
    """Return code and name of a county's public programmes; none where no app holds programmes."""
    return list(_programme_lists[0](county)) if _programme_lists else []


def _register(registered: list[T], given: T) -> None:
    if registered and registered != [given]:
        raise ImproperlyConfigured("Codes of programmes are already answered by another app.")
    registered[:] = [given]
