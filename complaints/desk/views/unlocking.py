"""Open and lock the desk."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from complaints.desk.views.gate import Visit, for_officers, forget, remember, session_of, way_back
from complaints.models import OfficerKey
from complaints.sealing import keys
from complaints.sealing.keys import WrongPassphraseError


class UnlockForm(forms.Form):
    """Passphrase and the six digits."""

    passphrase = forms.CharField(
        label="工作台口令",
        help_text="不是登录密码。",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    code = forms.CharField(
        label="手机上的 6 位动态码",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@for_officers("GET", "POST")
def unlock(visit: Visit) -> HttpResponse:
    """Ask for passphrase and code; without a key, lead to making one."""
    request = visit.request
    if not OfficerKey.objects.filter(user=visit.user, retired_at__isnull=True).exists():
        return HttpResponseRedirect(reverse("desk:key-new"))
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        secret = opened(visit, form)
        if secret:
            response = HttpResponseRedirect(way_back(request))
            remember(response, secret)
            return response
    status = 422 if form.is_bound else 200
    return visit.page(
        "unlock.html", {"title": "打开工作台", "form": form, "next": way_back(request)}, status=status
    )


def opened(visit: Visit, form: UnlockForm) -> bytes | None:
    """Return the secret of the desk that a form opens; else say in the form why not."""
    told = form.cleaned_data
    try:
        return keys.unlock(
            visit.user, told["passphrase"], told["code"], session=session_of(visit.request), now=visit.now
        )
    except WrongPassphraseError as error:
        form.add_error(None, str(error))
        return None


@for_officers("POST")
def lock(visit: Visit) -> HttpResponse:
    """Lock the desk at once."""
    keys.lock(session=session_of(visit.request))
    response = HttpResponseRedirect(reverse("desk:unlock"))
    forget(response)
    return response
