"""Public pages of funds: was I paid in full, and what do the standards say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from funds import calculator, households, policies, standard_page, standards, tries
from funds.forms import OwnForm, read_own
from funds.household_page import year_of
from funds.models import Standard
from funds.tables import StandardVersions
from portal.columns.folding import UNSEEN
from portal.pages import kept
from portal.pages.asked import Asked, address
from portal.pages.clients import address_of
from portal.pages.errors import MissingError, UnreadableError
from portal.pages.regions import region_of
from portal.places.models import Level, Region

_TOO_MANY = 429
_BAD_REQUEST = 400
_FORBIDDEN = 403
_LONGEST_QUANTITY = 30


def _village(code: str) -> Region:
    region = region_of(code)
    if region.level != Level.VILLAGE:
        raise MissingError(
            "先找到你的村", line="补贴按村查。", href=region.get_absolute_url(), word=f"看{region.short_name}"
        )
    return region


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer with a page of this address, or with 304 where the reader holds the same bytes."""
    return kept.respond(request, render_to_string(template, context, request).encode())


def _unindexed(response: HttpResponse, *, cache: str) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = cache
    return response


@require_safe
def same_person(request: HttpRequest, code: str, pk: str) -> HttpResponse:
    """Show the payments of the person of a row, of lists with full names only."""
    region = _village(code)
    payments = households.same_person(region, UUID(pk))
    if not payments:
        raise MissingError(
            "没有这一笔", line="可能抄错了。从村里的页面再找一遍。", href=_list(region), word="看村里的补贴"
        )
    found = households.household(region, payments, full_only=True)
    asked = Asked.read(request.GET, path=request.path)
    year = asked.year or found.years[0]
    if year not in found.years:
        raise MissingError(f"{year}年还没有这个人的补贴", href=request.path, word="看最近一年")
    context = {
        "region": region,
        "tab": "subsidies",
        "name": found.name,
        "year": year,
        "years": [year_of(found, year, today=timezone.localdate())],
        "chips": [
            {"href": f"?year={number}", "word": f"{number}年", "is_current": number == year}
            for number in found.years
        ],
        "list": _list(region),
    }
    return _unindexed(_page(request, "funds/household.html", context), cache="no-cache")


def _list(region: Region) -> str:
    return f"{region.get_absolute_url()}subsidies/"


# No CSRF token: it needs a cookie, and the page with the form is kept bytes that every reader shares and
# that must work on the first tap in a browser that keeps no cookies. Nothing is lost by it: the answer
# depends on what was typed alone, no session is read, and nothing is written but the counter of guesses.
# A signed nonce would stop nobody, since anybody can fetch one. What another site sends is refused where
# the browser says so, so that it cannot use up a villager's tries.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form, or to who gives name and account tail the own payments, masked ones included."""
    region = _village(code)
    if request.method != "POST":
        return _find(request, region, status=200)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return _find(request, region, status=_FORBIDDEN)
    form = read_own(request.POST.get("name", ""), request.POST.get("tail", ""))
    if form.errors:
        return _find(request, region, form=form, status=_BAD_REQUEST)
    today = timezone.localdate()
    # Both count every try; the first costs nothing, so a flood never reaches the database.
    if tries.clients.is_too_many(address_of(request)) or tries.is_guessed_out(
        region.code, form.name, on=today
    ):
        response = render(request, "funds/household_later.html", {"region": region}, status=_TOO_MANY)
        return _unindexed(response, cache="no-store")
    payments = households.own_payments(region, form.name, form.tail)
    if not payments:
        return _find(request, region, form=form, status=200, is_absent=True)
    found = households.household(region, payments, full_only=False)
    context = {
        "region": region,
        "tab": "subsidies",
        "name": form.name,
        "tail": form.tail,
        "year": found.years[0],
        "years": [year_of(found, number, today=today) for number in found.years],
        "list": _list(region),
    }
    return _unindexed(render(request, "funds/household.html", context), cache="no-store")


def _find(
    request: HttpRequest,
    region: Region,
    *,
    status: int,
    form: OwnForm | None = None,
    is_absent: bool = False,
) -> HttpResponse:
    context = {
        "region": region,
        "tab": "subsidies",
        "form": form,
        "is_absent": is_absent,
        "is_foreign": status == _FORBIDDEN,
        "list": _list(region),
    }
    response = render(request, "funds/household_find.html", context, status=status)
    return _unindexed(response, cache="no-store")


@require_safe
def standard_list(request: HttpRequest) -> HttpResponse:
    """Show the standards in force in a county, by programme, with a calculator."""
    after = _after(request)
    counties = standards.counties_with_standards()
    region = _county(request, counties)
    if region is None:
        return _page(request, "funds/standard_list.html", {"chips": [], "groups": []})
    programme = UNSEEN.sub("", request.GET.get("programme", ""))[:30]
    return _standards(request, region, programme, standards.chooser(counties, region), after)


def programme_page(request: HttpRequest, county: str, code: str) -> HttpResponse:
    """Show the standards of one programme: what its printed code leads to."""
    return _standards(request, region_of(county.ljust(12, "0")), code, chips=[], after=_after(request))


def _standards(
    request: HttpRequest, region: Region, programme: str, chips: list[Any], after: Standard | None
) -> HttpResponse:
    today = timezone.localdate()
    found = standards.current(region, today, programme=programme, after=after)
    if after and not found:
        raise MissingError("后面没有了", line="这些标准看完了。", href=request.path, word="回到最前面")
    shown = found[: standards.PAGE]
    programmes = standards.programmes_by_code(region, {one.programme_code for one in shown})
    here = address(reverse("funds:standard-list"), region=region.code, programme=programme)
    context: dict[str, Any] = {
        "county": region,
        "chips": chips,
        "groups": standard_page.grouped(shown, programmes, today),
        "programme": programmes.get(programme),
        "first": here if after or programme else "",
        "next": f"{here}&after={shown[-1].pk}" if len(found) > standards.PAGE else "",
        "options": shown,
        "quantity": _quantity(request),
    }
    chosen = next((one for one in shown if str(one.pk) == request.GET.get("standard")), None)
    if chosen is not None:
        owner = programmes.get(chosen.programme_code)
        context |= {"chosen": chosen, "sum": calculator.computed(_quantity(request), chosen, owner)}
    return _page(request, "funds/standard_list.html", context)


def _county(request: HttpRequest, counties: list[Region]) -> Region | None:
    """Return the county asked for, else the only or first one that published standards."""
    code = request.GET.get("region", "")
    if not code:
        own = [region for region in counties if region.level == Level.COUNTY]
        return next(iter(own or counties), None)
    if not (len(code) == 12 and code.isascii() and code.isdigit()):
        raise UnreadableError("网址里的地方不对", line="从头再选一次。", href=request.path, word="看补贴标准")
    return region_of(code[:6].ljust(12, "0"))


def _after(request: HttpRequest) -> Standard | None:
    """Return the last standard of the page before."""
    word = request.GET.get("after", "")
    if not word:
        return None
    try:
        after = standards.standard_for(UUID(word))
    except ValueError:
        after = None
    if after is None:
        raise UnreadableError("网址里的页码不对", line="从头再看一次。", href=request.path, word="看补贴标准")
    return after


def _quantity(request: HttpRequest) -> str:
    return UNSEEN.sub("", request.GET.get("quantity", "")).strip()[:_LONGEST_QUANTITY]


@require_safe
def standard_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one standard: what it is now, how it changed, and what it comes to for somebody."""
    today = timezone.localdate()
    asked = standards.standard_for(pk)
    history = standards.history_of(asked) if asked else []
    if asked is None or not history:
        raise MissingError("没有这个标准", line="可能抄错了。", href="/standards/", word="看全部标准")
    now = standards.current_of(history, today)
    shown = now or history[-1]
    programme = standards.programmes_by_code(asked.region, [asked.programme_code]).get(asked.programme_code)
    bars = standard_page.bars(history, today)
    notices = policies.notices_by_number(asked.region, {one.document_no for one in history})
    quantity = _quantity(request)
    context = {
        "region": None,
        "place": asked.region,
        "programme": programme,
        "standard": shown,
        "is_current": now is not None,
        "rate": standard_page.rate_words(shown.rate),
        "unit": standard_page.unit_words(shown),
        "since": standard_page.since_words(shown.start_on),
        "due": standard_page.due_words(shown.due_rule),
        "versions": StandardVersions(
            standard_page.versions(history, today), unit=shown.unit, notices=notices
        ),
        "notice": notices.get(shown.document_no),
        "paid": standards.payments_address(asked),
        "bars": bars,
        "bar_width": standard_page.bar_width(len(bars)) if bars else 0,
        "quantity": quantity,
        "sum": calculator.computed(quantity, shown, programme) if quantity else None,
        "why_not": calculator.computed("1", shown, programme).why_not,
    }
    return _page(request, "funds/standard_detail.html", context)
