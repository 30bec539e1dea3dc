"""The staff's site at /manage/: who enters, its menu, what there is to do today.

Rooms above put their entries into `menu` and `sections` at start-up (their `admin.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.functional import SimpleLazyObject

from portal.people.signin import SignInForm, may_enter


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One word of the menu, with the number of things waiting behind it."""

    word: str
    url: str
    count: int | None = None
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the first page: what a person should do today."""

    title: str
    template: str
    count: int = 0
    context: dict[str, Any] = field(default_factory=dict)  # whatever the template shows
    wide: str = ""  # over both columns: "above" or "below" the rest


menu: list[Callable[[HttpRequest], Iterable[Entry]]] = []
sections: list[Callable[[HttpRequest], Iterable[Section]]] = []


class StaffSite(admin.AdminSite):
    """Django's admin, entered by appointment and worded for clerks and reviewers."""

    index_title = "今天要做的"
    enable_nav_sidebar = False
    login_form = SignInForm
    empty_value_display = "—"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.site_header = self.site_title = f"{settings.SITE_NAME} · 工作台"
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in who holds an appointment today."""
        return may_enter(request.user)

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Read the reader's appointments once for the whole page, its template included."""
        from portal.people.scope import remembered

        inner = super().admin_view(view, cacheable)

        def remembering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with remembered():
                response: HttpResponseBase = inner(request, *args, **kwargs)
                return response.render() if isinstance(response, TemplateResponse) else response

        return update_wrapper(remembering, inner)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out the address that leads from any object's number to its public page."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add the menu, the person's office and whether the data is invented."""
        context = super().each_context(request)
        if request.user.is_authenticated and context["has_permission"]:
            context["menu"] = SimpleLazyObject(lambda: self._menu(request))
            context["offices"] = SimpleLazyObject(lambda: _offices(request))
        return context | {"is_demo": settings.PORTAL_ENV != "production", "hotline": settings.HOTLINE}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Open on what there is to do today."""
        found = [section for make in sections for section in make(request)]
        return super().index(request, {"sections": found, **(extra_context or {})})

    def _menu(self, request: HttpRequest) -> list[Entry]:
        home = reverse("admin:index", current_app=self.name)
        entries = [Entry(word="今天", url=home, is_current=request.path == home)]
        return entries + [entry for make in menu for entry in make(request)]


def is_at(request: HttpRequest, url: str) -> bool:
    """Return whether a menu entry is where the person is: the same page, or one below it."""
    return request.get_full_path() == url or ("?" not in url and request.path.startswith(url))


def _offices(request: HttpRequest) -> str:
    from portal.people.scope import held

    names = dict.fromkeys(one.body.name for one in held(request.user))
    return "、".join(names)
