"""Numbers for a monitor on this machine (`/metrics`); the rooms say which, none names a person or a case."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

Read = Callable[[], float | Mapping[str, float]]
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WORD = re.compile(r"[a-z0-9_-]{1,40}")
# Any of them says that somebody else asked, and a web server in front of us passed it on.
_FORWARDED = frozenset(
    {
        *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"),
        *("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"),
    }
)


@dataclass(frozen=True)
class _Gauge:
    """One number, or one for each word of a label."""

    name: str
    text: str
    read: Read
    label: str

    @property
    def kind(self) -> str:
        return "counter" if self.name.endswith("_total") else "gauge"


_gauges: dict[str, _Gauge] = {}


def gauge(name: str, text: str, read: Read, *, label: str = "") -> None:
    """Show a number at `/metrics`, read when it is asked for; with `label`, a number for each of a few words.

    A name in `_total` is a counter. The words of a label are states or levels, never what names somebody.

    Raises:
        ImproperlyConfigured: the name is taken, or is not in lower-case letters.
    """
    if name in _gauges or not _NAME.fullmatch(name):
        raise ImproperlyConfigured(f"The metric {name} cannot be registered.")
    _gauges[name] = _Gauge(name, text, read, label)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer whoever asks on this machine, without a web server between; to others it does not exist."""
    if not is_local(request):
        raise Http404
    lines = [line for one in _gauges.values() for line in _lines(one)]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8")


def is_local(request: HttpRequest) -> bool:
    """Say whether a request was made on this machine; a forwarded one was not, though its peer is."""
    if not _FORWARDED.isdisjoint(request.META):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # A socket file: a web server's way in.
        return False


def _lines(one: _Gauge) -> Iterator[str]:
    try:
        found = one.read()
    except DatabaseError as error:  # The others may still be known.
        logger.warning("Metric %s is not known: %s", one.name, type(error).__name__)
        return
    yield f"# HELP {one.name} {one.text}"
    yield f"# TYPE {one.name} {one.kind}"
    if not isinstance(found, Mapping):
        yield f"{one.name} {found:g}"
        return
    for word, number in sorted(found.items()):
        if not _WORD.fullmatch(word):
            raise ImproperlyConfigured(f"A label of the metric {one.name} is not a word of the code.")
        yield f'{one.name}{{{one.label}="{word}"}} {number:g}'
