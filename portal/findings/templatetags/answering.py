"""Who may answer, asked from a panel that is given the release alone: {% load answering %}."""

from __future__ import annotations

from django import template
from django.template import Context

from portal.people.models import User
from portal.releases.actions.drafting import may_draft
from portal.releases.models import Release, State

register = template.Library()


@register.simple_tag(takes_context=True)
def may_answer(context: Context, release: Release) -> bool:
    """Return whether the reader is a clerk of this draft's body."""
    request = context.get("request")
    user = getattr(request, "user", None)
    return release.state == State.DRAFT and isinstance(user, User) and may_draft(user, release.body)
