"""What a scanned code answers with: the page itself, never a redirect."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.codes import actions, scans, slugs, targets, things
from portal.codes.models import Code, Target
from portal.codes.sheets import poster_pdf
from portal.pages import store
from portal.pages.errors import MissingError
from portal.pages.rowpage import row_page
from portal.pages.views import region_page
from portal.places.models import PREFIX_LENGTH, Region

_COUNTED = {200, 304, 410}


@require_safe
def scan(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with the page a code leads to, or say why it leads nowhere any more."""
    code = actions.read(slug)
    if code is None:
        raise MissingError("可能抄错了一个字", line="对着海报再看一遍网址。")
    response = _withdrawn(request, code) if code.is_withdrawn else _target(request, code)
    if request.method == "GET" and response.status_code in _COUNTED:
        scans.note(code.slug, timezone.localdate())
    return response


@never_cache
@login_required
@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand the poster of a code to staff of its place."""
    printable = actions.codes_to_print(request.user)
    code = get_object_or_404(printable, slug=slugs.normalise(slug) or "")
    if code.target == Target.THING:
        pdf, name = things.plate_pdf(code, is_large=request.GET.get("paper") == "a3"), "plate"
    else:
        pdf, name = poster_pdf(code), "poster"
    if pdf is None:
        raise MissingError("这件东西现在没有公开", line="公开以后才能印牌子。")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}-{code.slug}.pdf"'
    return response


def _target(request: HttpRequest, code: Code) -> HttpResponseBase:
    if code.region is not None:
        return _place(request, code, code.region)
    if code.place is not None:
        return _thing(request, code, code.place)
    page = targets.programme_page()
    if page is not None:
        return page(request, code.county, code.programme)
    return region_page(request, code.county.ljust(PREFIX_LENGTH["village"], "0"))


def _place(request: HttpRequest, code: Code, region: Region) -> HttpResponseBase:
    response = region_page(request, region.code)
    response["Link"] = f'<{settings.SITE_URL}{region.get_absolute_url()}>; rel="canonical"'
    if response.status_code in {200, 304}:
        store.alias(code.slug.lower(), region.code, timezone.localdate())
        # Withdrawn since it was read? Whoever withdraws forgets the alias after COMMIT, and may
        # have done so before it was noted here.
        if not Code.objects.valid().filter(pk=code.pk).exists():
            store.unalias(code.slug.lower())
    return response


def _thing(request: HttpRequest, code: Code, place: Region) -> HttpResponse:
    """Answer with the row page of a thing's newest public version; of one taken back, that page says so."""
    row = things.newest(code)
    if row is None:
        raise MissingError(
            f"{code.title}现在没有公开",
            line="牌子是真的，账还没有公开，或者换了编号。",
            href=place.get_absolute_url(),
            word=f"看{place.short_name}的账",
        )
    response = row_page(request, code.kind, row.pk)
    response["Link"] = f'<{settings.SITE_URL}{row.get_absolute_url()}>; rel="canonical"'
    return response


def _withdrawn(request: HttpRequest, code: Code) -> HttpResponse:
    """Explain a code that is out of use: what it was, since when, why, who decided, where to go."""
    context = {"code": code, "region": code.successor or code.region or code.place}
    response = render(request, "portal/codes/withdrawn.html", context, status=410)
    response["Cache-Control"] = "no-cache"
    return response
