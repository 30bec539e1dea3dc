"""Where a code may lead beyond a place: the room that holds programmes says how to show one."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

# Called with the request, the county's six digits and the programme's code.
ProgrammePage = Callable[[HttpRequest, str, str], HttpResponseBase]
_programme_pages: list[ProgrammePage] = []


def register_programme_page(page: ProgrammePage) -> None:
    """Let codes of programmes answer with this view; called once, when the app is ready."""
    if _programme_pages and _programme_pages != [page]:
        raise ImproperlyConfigured("Codes of programmes already have their page.")
    _programme_pages[:] = [page]


def programme_page() -> ProgrammePage | None:
    """Return the view of a programme; None where no app holds programmes."""
    return _programme_pages[0] if _programme_pages else None
