"""What a scanned code answers with: the page itself, never a redirect."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.codes import actions, scans, slugs, targets
from portal.codes.models import Code
from portal.codes.sheets import poster_pdf
from portal.pages import store
from portal.pages.errors import MissingError
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
    response = HttpResponse(poster_pdf(code), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="poster-{code.slug}.pdf"'
    return response


def _target(request: HttpRequest, code: Code) -> HttpResponseBase:
    if code.region is not None:
        return _place(request, code, code.region)
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


def _withdrawn(request: HttpRequest, code: Code) -> HttpResponse:
    """Explain a code that is out of use: what it was, since when, why, who decided, where to go."""
    context = {"code": code, "region": code.successor or code.region}
    response = render(request, "portal/codes/withdrawn.html", context, status=410)
    response["Cache-Control"] = "no-cache"
    return response
