"""Public pages: the city's home, places, their sections, and the few pages that are only words."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from portal.pages import kept, layout, lists, regions, sections, store, style
from portal.pages.asked import Asked
from portal.pages.errors import MissingError
from portal.pages.kept import Page
from portal.pages.sections import SECTIONS, Section

_YEAR_SECONDS = 31_536_000


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the city's home."""
    return kept.answer(request, place=store.HOME, section=store.INDEX, page=regions.home)


@require_safe
def region_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the first page of a place; the address of a merged one shows its successor and says so."""
    return kept.answer(request, place=code, section=store.INDEX, page=partial(_first_page, code))


def _first_page(code: str) -> Page:
    region = regions.region_of(code)
    if regions.is_closed(region, timezone.localdate()) and region.succeeded_by:
        return regions.page_of(region.succeeded_by, formerly=region)
    return regions.page_of(region)


@require_safe
def section_page(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Show one section of a place, filtered and paged by the query string."""
    found = SECTIONS.get(section)
    if found is None:
        raise MissingError("没有这一栏", href=f"/r/{code}/", word="看这个地方的首页")
    if maker := sections.makers.get(section):
        if not request.GET:
            return kept.answer(
                request, place=code, section=section, page=partial(_made, code, maker, QueryDict())
            )
        return _unkept(request, _made(code, maker, request.GET))
    if not request.GET:
        page = partial(_section, code, found, Asked())
        return kept.answer(request, place=code, section=section, page=page)
    asked = Asked.read(request.GET, path=request.path)
    if asked == Asked():
        return kept.answer(request, place=code, section=section, page=partial(_section, code, found, asked))
    return _unkept(request, _section(code, found, asked))


def _section(code: str, section: Section, asked: Asked) -> Page:
    return lists.page_of(regions.region_of(code), section, asked)


def _made(code: str, maker: sections.Maker, query: QueryDict) -> Page:
    return maker(regions.region_of(code), query)


def _unkept(request: HttpRequest, page: Page) -> HttpResponse:
    """Answer with a page that is made for this address only."""
    body = layout.page(
        page.template,
        {"canonical": page.path, **page.context},
        path=request.get_full_path(),
        big=layout.is_big(request),
    )
    return kept.respond(request, body)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say where the figures come from and how they are checked before they are published."""
    return render(request, "portal/pages/about.html")


@require_safe
def big(request: HttpRequest) -> HttpResponse:
    """Change the size of the type and go back; the only cookie a reader ever gets."""
    target = request.GET.get("next", "/")
    if not (target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)):
        target = "/"
    response = HttpResponseRedirect(quote(target, safe="/?&=%+-_.~"))
    if layout.is_big(request):
        response.delete_cookie("big", samesite="Lax")
    else:
        response.set_cookie(
            "big", "1", max_age=_YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def stylesheet(request: HttpRequest, edition: str) -> HttpResponse:
    """Hand out the stylesheet; an address of an older edition gives the present one, not to be kept."""
    if len(edition) != len(style.name()):
        raise Http404
    response = HttpResponse(style.text(), content_type="text/css; charset=utf-8")
    is_present = edition == style.name()
    response["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable" if is_present else "no-cache"
    return response
