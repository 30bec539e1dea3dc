"""An officer's own key: made, changed, replaced; and colleagues who lost theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import mark_safe

from complaints.desk.views.gate import Visit, for_officers, forget
from complaints.errors import ComplaintError
from complaints.models import OfficerKey
from complaints.sealing import keys, officers
from complaints.sealing.keys import WrongPassphraseError
from complaints.tickets import resealing
from portal.codes.qr import qr_svg

_SALT = "desk-totp"
_HALF_AN_HOUR = 1800
_PASSPHRASE: dict[str, Any] = {"strip": False, "max_length": 200}


def _hidden_input() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": "new-password"})


class NewKeyForm(forms.Form):
    """A passphrase twice, and a code that shows that the second factor is set up."""

    passphrase = forms.CharField(
        label="想一个工作台口令",
        help_text=f"至少 {keys.SHORTEST} 个字，不要和登录密码一样。可以用几个不相干的词连起来。",
        widget=_hidden_input(),
        **_PASSPHRASE,
    )
    again = forms.CharField(label="再输一遍口令", widget=_hidden_input(), **_PASSPHRASE)
    code = forms.CharField(
        label="手机上现在的 6 位数",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    totp = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Compare both passphrases."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("again") and told.get("passphrase") != told["again"]:
            self.add_error("again", "两遍口令不一样。")
        return told


class ReplaceKeyForm(NewKeyForm):
    """A new key in place of one in use: the sign-in's password says that it is its owner."""

    password = forms.CharField(
        label="登录密码",
        help_text="已经有一把密钥在用，要换新的，请再输一次登录密码。",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        **_PASSPHRASE,
    )


class PassphraseForm(forms.Form):
    """The passphrase in use, a code, and a new passphrase twice."""

    passphrase = forms.CharField(label="现在的口令", widget=_hidden_input(), **_PASSPHRASE)
    code = forms.CharField(label="6 位动态码", max_length=12)
    new = forms.CharField(label="新口令", widget=_hidden_input(), **_PASSPHRASE)
    again = forms.CharField(label="再输一遍新口令", widget=_hidden_input(), **_PASSPHRASE)

    def clean(self) -> dict[str, Any]:
        """Compare both new passphrases."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("again") and told.get("new") != told["again"]:
            self.add_error("again", "两遍新口令不一样。")
        return told


@for_officers("GET", "POST")
def key_new(visit: Visit) -> HttpResponse:
    """Make the first key, or a new one in place of the one in use."""
    request = visit.request
    is_replacing = OfficerKey.objects.filter(user=visit.user, retired_at__isnull=True).exists()
    if not keys.may_make(visit.user, desk=visit.desk, now=visit.now):
        return visit.page("key_shut.html", {"title": "换密钥"}, status=403)
    kind = ReplaceKeyForm if is_replacing else NewKeyForm
    if request.method == "POST":
        form = kind(request.POST)
        secret = _posted_secret(visit)
        if secret is None:
            messages.error(request, "这一页放得太久了，请用下面的新二维码重新设置。")
            return HttpResponseRedirect(reverse("desk:key-new"))
        if form.is_valid() and _made(visit, form, secret):
            response = HttpResponseRedirect(reverse("desk:keys"))
            forget(response)
            return response
    else:
        secret = keys.new_totp()
        form = kind(initial={"totp": signing.dumps([visit.user.pk, secret], salt=_SALT)})
    context = {
        "title": "设置工作台密钥",
        "form": form,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "qr": mark_safe(  # noqa: S308 # our own drawing
            qr_svg(keys.totp_address(visit.user, secret, issuer=_issuer()), label="动态码的二维码")
        ),
        "is_replacing": is_replacing,
    }
    return visit.page("key_new.html", context, status=422 if form.is_bound else 200)


def _issuer() -> str:
    """Return what the authenticator shows: the host alone, since every Chinese character triples its code."""
    return urlsplit(settings.SITE_URL).hostname or "desk"


def _posted_secret(visit: Visit) -> str | None:
    """Return the secret this page made for this person; a secret somebody thought up is not taken."""
    try:
        owner, secret = signing.loads(visit.request.POST.get("totp", ""), salt=_SALT, max_age=_HALF_AN_HOUR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(secret) if owner == visit.user.pk else None


def _made(visit: Visit, form: NewKeyForm, secret: str) -> bool:
    told = form.cleaned_data
    if "password" in told and not visit.user.check_password(told["password"]):
        form.add_error("password", "登录密码不对。")
        return False
    try:
        keys.make_confirmed(
            visit.user,
            told["passphrase"],
            totp=secret,
            code=told["code"],
            now=visit.now,
            desk=visit.desk,
        )
    except ComplaintError as error:
        form.add_error(None, str(error))
        return False
    return True


@for_officers("GET", "POST")
def key_list(visit: Visit) -> HttpResponse:
    """Show the own key, change its passphrase, and list colleagues who wait for a new seal."""
    form = PassphraseForm(visit.request.POST if visit.request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            keys.change_passphrase(
                visit.user, told["passphrase"], told["code"], new=told["new"], now=visit.now
            )
        except WrongPassphraseError as error:
            form.add_error(None, str(error))
        else:
            messages.success(visit.request, "口令改好了，下次用新口令。")
            return HttpResponseRedirect(reverse("desk:keys"))
    key = OfficerKey.objects.filter(user=visit.user, retired_at__isnull=True).first()
    context = {
        "title": "密钥",
        "key": key,
        "replaced_at": _replaced_at(key) if key else None,
        "fingerprint": officers.fingerprint(bytes(key.public)) if key else "",
        "is_listed": officers.key_of(visit.user.pk, today=visit.today) is not None,
        "form": form,
        "colleagues": [
            {
                "user": one.user,
                "since": _replaced_at(one),
                "until": one.replaceable_until
                if one.replaceable_until and one.replaceable_until > visit.now
                else None,
            }
            for one in keys.colleagues(visit.user, today=visit.today)
            .select_related("user")
            .order_by("user__name", "user__username")
        ],
        "waiting": resealing.waiting(visit.user, today=visit.today),
    }
    return visit.page("keys.html", context, status=422 if form.is_bound else 200)


def _replaced_at(key: OfficerKey) -> datetime | None:
    """Return since when a key stands in another one's place; None for a first key."""
    earlier = OfficerKey.objects.filter(user=key.user_id, created_at__lt=key.created_at)
    return key.created_at if earlier.exists() else None


@for_officers("POST")
def agree(visit: Visit, user_id: int) -> HttpResponse:
    """Agree that a colleague makes a new key in place of one that does not open any more."""
    desk = visit.unlocked
    found = keys.colleagues(visit.user, today=visit.today).filter(user=user_id).select_related("user").first()
    if found is None:
        raise Http404
    try:
        keys.agree(desk, found.user, now=visit.now)
    except ComplaintError as error:
        messages.error(visit.request, str(error))
    else:
        messages.success(visit.request, f"{found.user}可以在 24 小时里换一次密钥。")
    return HttpResponseRedirect(reverse("desk:keys"))


@for_officers("POST")
def reseal(visit: Visit, user_id: int) -> HttpResponse:
    """Seal a colleague's tickets to the colleague's new key."""
    desk = visit.unlocked
    found = [one for one in resealing.waiting(visit.user, today=visit.today) if one.user.pk == user_id]
    if not found:
        raise Http404
    try:
        done, refused = resealing.reseal(desk, found[0].user, now=visit.now)
    except ComplaintError as error:
        messages.error(visit.request, str(error))
    else:
        messages.success(visit.request, f"交给{found[0].user} {done} 件。")
        if refused:
            messages.warning(visit.request, f"有 {refused} 件按回避规定不能再交。")
    return HttpResponseRedirect(reverse("desk:keys"))
