"""Tags for the frame of a page: {% load layout %}."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from portal.pages import layout, style

register = template.Library()


@register.simple_tag(takes_context=True, name="site")
def site_of(context: Context) -> layout.Site:
    """Return the frame: given by a page that will be kept, else read from the request."""
    given = context.get("site")
    if isinstance(given, layout.Site):
        return given
    request = context.get("request")
    if isinstance(request, HttpRequest):
        # After a form was posted there is no address to come back to but the page itself.
        path = request.get_full_path() if request.method == "GET" else request.path
        return layout.site(path=path, big=layout.is_big(request))
    return layout.site(path="/", big=False)


@register.simple_tag
def style_path() -> str:
    """Return the address of the stylesheet."""
    return style.path()


@register.simple_tag
def style_text() -> SafeString:
    """Return the stylesheet itself: our own file, and the policy knows its hash."""
    return mark_safe(style.text())  # noqa: S308
