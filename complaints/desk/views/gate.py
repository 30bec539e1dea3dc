"""The one gate of the desk: who is no officer, or has no key to a ticket, finds that nothing is there."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from complaints.errors import LockedError, WallError
from complaints.models import Ticket
from complaints.sealing import boxes, keys
from complaints.sealing.opening import Desk
from portal.pages import layout
from portal.pages.errors import not_found
from portal.people.models import INSPECTORS, User
from portal.people.scope import held, remembered

P = ParamSpec("P")
_MENU = [
    ("desk:queue", "工单"),
    ("desk:readings", "阅看记录"),
    ("desk:quarter", "季度报表"),
    ("desk:keys", "密钥"),
]


@dataclass(frozen=True)
class Visit:
    """One request of an officer; `desk` is None while it is locked."""

    request: HttpRequest
    user: User
    now: datetime
    desk: Desk | None

    @property
    def today(self) -> date:
        """The local day."""
        return timezone.localdate(self.now)

    @property
    def unlocked(self) -> Desk:
        """The open desk; raise LockedError, which leads to the page that opens it."""
        if self.desk is None:
            raise LockedError("工作台锁着，请输入口令。")
        return self.desk

    def ticket(self, ticket_id: Any) -> Ticket:
        """Return a ticket sealed to this officer; every other one does not exist."""
        readable = Ticket.objects.readable_by(self.user).select_related(
            "office__body__region", "former_office__body", "officer", "rule", "merged_into", "concluded_by"
        )
        found = readable.filter(pk=ticket_id).first()
        if found is None:
            raise Http404
        return found

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Return a page of the desk in the staff's layout."""
        told = {
            **admin.site.each_context(self.request),
            "desk_menu": [
                (url, word, self.request.path == url) for url, word in ((reverse(n), w) for n, w in _MENU)
            ],
            "is_unlocked": self.desk is not None,
            **context,
        }
        return render(self.request, f"complaints/desk/{template}", told, status=status)


View = Callable[Concatenate[Visit, P], HttpResponse]


def for_officers(*methods: str) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Let officers in, by these methods; everybody else gets the page of an address that does not exist.

    Who is not signed in is led to the sign-in, from every address below `/desk/` in the same words. A
    locked desk leads to the page that opens it; what a view raises as Http404 or WallError is "not there".
    """

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            with remembered():
                return _closed(_answer(request, view, methods, *args, **kwargs))

        return guarded

    return decorate


def _answer(
    request: HttpRequest, view: View[P], methods: tuple[str, ...], *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    user = request.user
    if not isinstance(user, User) or not user.is_authenticated:
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?next=/desk/")
    if not held(user, INSPECTORS):
        return _nothing(request)
    try:
        now = timezone.now()
        visit = Visit(request, user, now, _desk(request, user, now))
        if "ticket_id" in kwargs:
            visit.ticket(kwargs["ticket_id"])
        if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
            return HttpResponseNotAllowed(methods)
        return view(visit, *args, **kwargs)
    except LockedError:
        return HttpResponseRedirect(_unlock_address(request, kwargs.get("ticket_id")))
    # The officer's key no longer fits, or the wall stands between: to this person the ticket is not there.
    except (Http404, WallError, boxes.NotOpenError):
        return _nothing(request)


class _NothingError(Http404):
    """Nothing is there, in a page that does not repeat the address asked for: all of them are equal."""

    way = {"site": layout.site(path="/desk/", big=False)}


def _nothing(request: HttpRequest) -> HttpResponse:
    return not_found(request, _NothingError())


def _closed(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store"
    # Not `no-referrer`: a browser would then send its forms with `Origin: null`, which Django refuses. Other
    # sites learn as little either way.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    # A moment and a hash of the page would tell two answers apart that must be the same.
    for name in ("Expires", "Last-Modified", "ETag"):
        response.headers.pop(name, None)
    return response


def _desk(request: HttpRequest, user: User, now: datetime) -> Desk | None:
    try:
        secret = base64.urlsafe_b64decode(request.COOKIES.get(cookie_name(), "").encode())
        return keys.desk(user, secret, session=session_of(request), now=now) if secret else None
    except (LockedError, binascii.Error, ValueError):
        return None


def cookie_name() -> str:
    """Return the cookie's name; a browser keeps a `__Host-` one only over HTTPS, which the demo has not."""
    return "__Host-desk" if settings.PRODUCTION else "desk"


def session_of(request: HttpRequest) -> str:
    """Return the key of the sign-in's session."""
    return request.session.session_key or ""


def _unlock_address(request: HttpRequest, ticket_id: object) -> str:
    """Return the page that opens the desk and leads back here; a form that was sent leads to its ticket."""
    back = request.path
    if request.method == "POST":
        back = reverse("desk:ticket", args=[ticket_id]) if ticket_id else reverse("desk:queue")
    return f"{reverse('desk:unlock')}?{urlencode({'next': back})}"


def way_back(request: HttpRequest) -> str:
    """Return where to go on after unlocking: a page of the desk, never another site."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = asked.startswith("/desk/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else reverse("desk:queue")


def remember(response: HttpResponse, secret: bytes) -> None:
    """Hand the secret of an open desk to the browser, for as long as it runs."""
    response.set_cookie(
        cookie_name(),
        base64.urlsafe_b64encode(secret).decode(),
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Strict",
        path="/",
    )


def forget(response: HttpResponse) -> None:
    """Take the secret back."""
    response.delete_cookie(cookie_name(), path="/", samesite="Strict")
    response.cookies[cookie_name()]["secure"] = settings.PRODUCTION
