"""The one box."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.pages import kept
from portal.pages.errors import MissingError
from portal.pages.regions import region_of
from portal.places.models import Level
from portal.search.asked import Asked
from portal.search.results import Results
from portal.search.results import search as search_for


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find places, programmes and standards everywhere, and persons inside one township or village."""
    asked = Asked.read(request.GET)
    region = region_of(asked.region) if asked.region else None
    if region is not None and region.level == Level.CITY:
        region = None
    results = Results()
    if asked.q:
        results = search_for(asked, region, today=timezone.localdate())
        if asked.after and not any(section.lines for section in results.sections):
            raise MissingError("后面没有了", line="这些看完了。", href=asked.address(), word="回到最前面")
    context = {
        "asked": asked,
        "q": asked.q,
        "region": region,
        "results": results,
        "first": asked.address() if asked.after else "",
        "tab": "",
    }
    body = render_to_string("portal/search/results.html", context, request).encode()
    response = kept.respond(request, body)
    response["X-Robots-Tag"] = "noindex"
    return response
