"""A form that was sent after the desk had locked itself: opened again, with everything typed still there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpResponse

from complaints.desk.views.gate import Visit, remember, session_of
from complaints.desk.views.unlocking import UnlockForm, opened
from complaints.sealing import keys

# Of this form itself; everything else was typed into the one that came late.
_OWN = {"csrfmiddlewaretoken", "passphrase", "code"}


def resume(visit: Visit, *, word: str, go_on: Callable[[Visit], HttpResponse]) -> HttpResponse:
    """Ask for passphrase and code beside what was typed; once they are right, show the late form again.

    Nothing is done yet: the officer presses the button once more, knowingly.
    """
    posted = visit.request.POST
    asks = "passphrase" in posted
    form = UnlockForm(posted if asks else None)
    if form.is_valid() and (secret := opened(visit, form)):
        desk = keys.desk(visit.user, secret, session=session_of(visit.request), now=visit.now)
        response = go_on(replace(visit, desk=desk))
        remember(response, secret)
        return response
    typed = [(key, value) for key, values in posted.lists() if key not in _OWN for value in values]
    context = {"title": "工作台锁了", "form": form, "typed": typed, "word": word}
    return visit.page("late.html", context, status=422 if asks else 401)
