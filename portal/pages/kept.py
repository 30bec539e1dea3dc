"""Pages of places, answered from the store or made and kept on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.pages import answers, layout, policy, store, style
from portal.pages.errors import MissingError
from portal.places.models import Level, Region


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page still to be rendered: its template, what it gets, and its own long address."""

    template: str
    context: dict[str, Any]
    path: str

    def render(self, *, big: bool) -> bytes:
        """Return the page's bytes."""
        context = {"canonical": self.path, **self.context}
        return layout.page(self.template, context, path=self.path, big=big)


def answer(request: HttpRequest, *, place: str, section: str, page: Callable[[], Page]) -> HttpResponse:
    """Answer with a kept page, or make it with `page()` and keep it.

    `place` is a 12-digit code or `home`. The same bytes, tag and headers as the front gives.
    """
    day = timezone.localdate()
    name = store.Name(place=place, section=section, big=layout.is_big(request))
    body = store.read(name, day, packed=False)
    if body is None:
        body = store.make(
            name,
            day,
            generation=lambda: generation(place),
            render=lambda: page().render(big=name.big),
        )
    return respond(request, body)


def respond(request: HttpRequest, body: bytes) -> HttpResponse:
    """Answer with a page's bytes, packed where the reader takes it, or with 304."""
    packed = answers.takes_gzip(request.headers.get("Accept-Encoding", ""))
    data = answers.pack(body) if packed else body
    tag = answers.etag(data, packed=packed)
    if answers.is_fresh(request.headers.get("If-None-Match", ""), tag):
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response = HttpResponse(data, content_type=answers.HTML)
    for header, value in answers.headers(tag, packed=packed):
        if response.status_code != 304 or header != "Content-Encoding":
            response[header] = value
    policy.allow_inline(response, style.source_hash())
    return response


def generation(place: str) -> int | None:
    """Return how often a place's pages changed; the home follows the city, which everything touches.

    None for a place merged into another one: its address shows the successor, whose publications do
    not reach the old place's files.
    """
    if place == store.HOME:
        return _city_generation()
    found = Region.objects.filter(code=place).values_list("generation", "succeeded_by").first()
    if found is None:
        raise MissingError("没有这个地方的页面", line="可能抄错了一个数。")
    number, successor = found
    return number if successor is None else None


def _city_generation() -> int:
    cities = Region.objects.filter(level=Level.CITY).order_by("code")
    return cities.values_list("generation", flat=True).first() or 0


def generations(places: list[str]) -> dict[str, int]:
    """Return the present number of each place that exists, for the sweep."""
    found = dict(Region.objects.filter(code__in=places).values_list("code", "generation"))
    if store.HOME in places:
        found[store.HOME] = _city_generation()
    return found
