"""The frame of every public page: what the base template knows, and pages rendered without a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.pages import answers


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the frame of a page says about the installation and this reader."""

    name: str
    address: str
    hotline: str
    is_demo: bool
    is_big: bool
    path: str

    @property
    def toggle(self) -> str:
        """The address that changes the size of the type and comes back here."""
        return f"/big?next={quote(self.path, safe='/')}"


def site(*, path: str, big: bool) -> Site:
    """Return the frame of the page at a local address."""
    return Site(
        name=settings.SITE_NAME,
        address=settings.SITE_URL,
        hotline=settings.HOTLINE,
        is_demo=settings.PORTAL_ENV != "production",
        is_big=big,
        path=path,
    )


def is_big(request: HttpRequest) -> bool:
    """Return whether the reader chose big type."""
    return answers.wants_big(request.headers.get("Cookie", ""))


def page(template: str, context: Mapping[str, Any], *, path: str, big: bool) -> bytes:
    """Render a page from nothing but its arguments: kept bytes may not depend on who asked first."""
    frame = {"site": site(path=path, big=big)}
    return render_to_string(template, {**context, **frame}).encode()
