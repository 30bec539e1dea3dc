"""Headers that guard a page, for those answers that never pass Django's middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.utils import build_policy
from django.conf import settings

from portal.pages import style

if TYPE_CHECKING:
    from django.http import HttpResponseBase

Headers = list[tuple[str, str]]


def allow_inline(response: HttpResponseBase, word: str) -> None:
    """Let this answer carry the inlined stylesheet of that hash, and no other."""
    response._csp_update = {"style-src": [word]}  # type: ignore[attr-defined]  # noqa: SLF001  django-csp's own mark


def kept_page_headers(*, secure: bool) -> Headers:
    """Return the headers that Django's middleware puts on a kept page."""
    headers = [
        ("Content-Security-Policy", build_policy(update={"style-src": [style.source_hash()]})),
        *guards(secure=secure),
    ]
    return [(name, value) for name, value in headers if value]


def guards(*, secure: bool) -> Headers:
    """Return the security headers every answer carries, whatever its kind."""
    headers = [
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("Referrer-Policy", str(settings.SECURE_REFERRER_POLICY)),
        ("Cross-Origin-Opener-Policy", str(settings.SECURE_CROSS_ORIGIN_OPENER_POLICY)),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if secure and settings.SECURE_HSTS_SECONDS:
        tail = "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
        tail += "; preload" if settings.SECURE_HSTS_PRELOAD else ""
        headers.append(("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}{tail}"))
    return headers
