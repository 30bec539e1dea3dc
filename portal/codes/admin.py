"""Codes in the staff's site: print posters, see what is scanned, take a code out of use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header, urlencode

from portal.codes import actions
from portal.codes.models import Code, CodeQuerySet, Scan
from portal.codes.poster import PosterError
from portal.codes.qr import in_clear
from portal.codes.sheets import code_address, posters_pdf
from portal.codes.staff import listing, plates, printing
from portal.codes.staff.withdrawing import WithdrawForm, preview
from portal.people.models import User
from portal.people.scope import has_role, places
from portal.people.scoped import ScopedAdmin, staff
from portal.people.site import Entry, is_at, menu
from portal.places.models import Level, Region
from portal.releases.staff.tools import release_tools

PER_PAGE = 50
DAYS_SHOWN = 14
_TABS = {"": "地方", "programmes": "补贴项目", "things": "东西和工地", "withdrawn": "停用的码"}


def entries(request: HttpRequest) -> Iterable[Entry]:
    """Return the word in the menu of those who may print."""
    if has_role(staff(request), *actions.MAY_PRINT):
        url = reverse("admin:codes_code_changelist")
        yield Entry(word="码和海报", url=url, is_current=is_at(request, url))


menu.append(entries)
release_tools.append(plates.release_tools)


@admin.register(Code)
class CodeAdmin(ScopedAdmin[Code]):
    """The codes of the own places and of their county's programmes; none of Django's forms fits paper."""

    def scope(self, request: HttpRequest) -> CodeQuerySet:
        """Return the codes of the own places, those out of use too."""
        return Code.objects.in_places(places(staff(request), actions.MAY_PRINT)).with_region()

    def may_see(self, user: User) -> bool:
        """Let clerks, reviewers and administrators in; inspectors print nothing."""
        return has_role(user, *actions.MAY_PRINT)

    def get_urls(self) -> list[URLPattern]:
        """Serve our own pages only."""
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("", self.changelist_view, "changelist"),
            ("places/<int:region_id>/print/", self.place_print, "print_place"),
            ("places/<int:region_id>/villages/", self.villages_print, "print_villages"),
            ("places/<int:region_id>/posters.pdf", self.villages_pdf, "villages_pdf"),
            ("places/<int:region_id>/plates/<slug:kind>/", self.place_plates, "plates"),
            ("releases/<uuid:release_id>/plates/", self.release_plates, "release_plates"),
            ("things/<slug:kind>/<uuid:row_id>/", self.thing_plate, "thing_plate"),
            ("programmes/print/", self.programme_print, "print_programme"),
            ("<int:object_id>/change/", self.code_page, "change"),
            ("<int:object_id>/withdraw/", self.withdraw_page, "withdraw"),
            ("<int:object_id>/history/", self.history_page, "history"),
        ]
        view = self.admin_site.admin_view
        return [
            path(route, view(self._guarded(page)), name=f"codes_code_{name}") for route, page, name in pages
        ]

    def _guarded(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def inner(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not self.may_see(staff(request)):
                raise PermissionDenied
            return page(request, **kwargs)

        return inner

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List places, programmes or codes out of use, found by name, code or what is printed."""
        user, today = staff(request), timezone.localdate()
        tab = request.GET.get("tab", "")
        tab = tab if tab in _TABS else ""
        typed = listing.searched(request.GET.get("q", ""))
        find: Any = {  # three kinds of sequences
            "": lambda: listing.found_places(listing.own_places(user, today), typed).select_related(
                "parent__parent__parent"
            ),
            "programmes": lambda: listing.programme_lines(user, typed, today),
            "things": lambda: listing.thing_codes(user, typed, today),
            "withdrawn": lambda: listing.withdrawn_codes(user, typed),
        }[tab]
        found = find()
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
        lines = listing.place_lines(user, list(page), today) if tab == "" else list(page)
        context = {
            "title": "码和海报",
            "tab": tab,
            "tabs": _TABS,
            "typed": typed,
            "page": page,
            "lines": lines,
            "kept": urlencode({name: value for name, value in (("tab", tab), ("q", typed)) if value}),
        }
        return self._render(request, "list.html", context)

    def place_print(self, request: HttpRequest, region_id: int) -> HttpResponse:
        """Make the code of a place where it has none, then hand out its sheet."""
        if request.method != "POST":
            return _to_list()
        today = timezone.localdate()
        region = listing.own_places(staff(request), today).filter(pk=region_id).first()
        if region is None:
            return self.missing(request)
        return self._printed(request, actions.code_for_region(region))

    def programme_print(self, request: HttpRequest) -> HttpResponse:
        """Make the code of a programme where it has none, then hand out its sheet."""
        if request.method != "POST":
            return _to_list()
        asked = (request.POST.get("county", ""), request.POST.get("programme", ""))
        names = {(county, code): name for county, code, name in listing.own_programmes(staff(request))}
        if asked not in names:
            return self.missing(request)
        county, programme = asked
        code = actions.code_for_programme(county=county, code=programme, name=names[asked])
        return self._printed(request, code)

    def _printed(self, request: HttpRequest, code: Code) -> HttpResponse:
        if refused := printing.refusals([code]):
            messages.error(request, refused[code])
            return _to_list()
        return HttpResponseRedirect(reverse("codes:code-poster", args=[code.slug]))

    def place_plates(self, request: HttpRequest, region_id: int, kind: str) -> HttpResponse:
        """Hand out the plates of a place's things."""
        return self._plates(request, plates.of_place(staff(request), region_id, kind))

    def release_plates(self, request: HttpRequest, release_id: UUID) -> HttpResponse:
        """Hand out the plates of a release's things."""
        return self._plates(request, plates.of_release(staff(request), release_id))

    def thing_plate(self, request: HttpRequest, kind: str, row_id: UUID) -> HttpResponse:
        """Hand out the plate of one row's thing."""
        return self._plates(request, plates.of_row(staff(request), kind, row_id))

    def _plates(self, request: HttpRequest, job: plates.Job | None) -> HttpResponse:
        """Show what can be printed; a button prints it, since that makes codes that stay for good."""
        if job is None:
            return self.missing(request)
        parts, refused = job.parts, None
        if request.method == "POST":
            part = _part(request.POST.get("part", "1"))
            parts = [one for one in parts if one[0] == part]
            if not parts:
                return self.missing(request)
            large, rest = request.POST.get("paper") == "a3", "rest" in request.POST
            try:
                return _pdf(*job.printed(part, is_large=large, leaves_out=rest))
            except plates.CannotPrintError as error:
                refused = error
        context = {
            "title": f"打印{job.plated.word}",
            "subtitle": job.where,
            "papers": [("", "，A4"), ("a3", "，A3")] if job.plated.is_sign else [("", "")],
            "parts": parts if refused is None or refused.rest else [],
            "refused": refused,
        }
        return self._render(request, "plates.html", context, status=422 if refused else 200)

    def villages_print(self, request: HttpRequest, region_id: int) -> HttpResponse:
        """Make the codes of a township's villages, then hand out their sheets in one file."""
        if request.method != "POST":
            return _to_list()
        township = self._township(request, region_id)
        part = _part(request.POST.get("part", "1"))
        codes = printing.made(township, part, timezone.localdate()) if township and part else []
        if township is None or not codes:
            return self.missing(request)
        url = f"{reverse('admin:codes_code_villages_pdf', args=[township.pk])}?part={part}"
        if refused := printing.refusals(codes):
            rest = len(codes) - len(refused)
            link = format_html(' <a href="{}">印其余 {} 张</a>', url, rest) if rest else ""
            messages.error(request, format_html("{}{}", "\n".join(refused.values()), link))
            return _to_list()
        return HttpResponseRedirect(url)

    def villages_pdf(self, request: HttpRequest, region_id: int) -> HttpResponse:
        """Hand out the sheets of a township's villages, as far as they have codes."""
        township = self._township(request, region_id)
        part = _part(request.GET.get("part", "1"))
        codes = printing.printed(township, part, timezone.localdate()) if township and part else []
        refused = printing.refusals(codes)
        printable = [code for code in codes if code not in refused]
        if township is None or not printable:
            return self.missing(request)
        try:
            pdf = posters_pdf(printable)
        except PosterError as error:
            messages.error(request, str(error))
            return _to_list()
        return _pdf(f"{township.full_name}的海报{len(printable)}张.pdf", pdf)

    def _township(self, request: HttpRequest, region_id: int) -> Region | None:
        own = listing.own_places(staff(request), timezone.localdate()).filter(level=Level.TOWNSHIP)
        return own.filter(pk=region_id).select_related("parent__parent").first()

    def code_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show where a code leads, how often it is scanned, and what the public reads when out of use."""
        today = timezone.localdate()
        code = next(iter(listing.with_scans(self.scope(request).filter(pk=object_id), today)), None)
        if code is None:
            return self.missing(request)
        since = today - timedelta(days=DAYS_SHOWN - 1)
        counts = dict(Scan.objects.filter(code=code, on__gte=since).values_list("on", "count"))
        days = [today - timedelta(days=back) for back in range(DAYS_SHOWN)]
        context = {
            "title": code.name,
            "subtitle": code.where,
            "code": code,
            "address": in_clear(code_address(code)),
            "days": [(day, counts.get(day, 0)) for day in days],
            "may_withdraw": actions.codes_to_withdraw(staff(request)).filter(pk=code.pk).exists(),
        }
        return self._render(request, "code.html", context)

    def withdraw_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the reason, show what the public will read, then take the code out of use."""
        user, now = staff(request), timezone.now()
        code = self.scope(request).filter(pk=object_id).first()
        if code is None:
            return self.missing(request)
        if code.is_withdrawn:
            messages.warning(request, "这个码早已停用，不用再停一次。")
            return HttpResponseRedirect(_url(code))
        if not actions.codes_to_withdraw(user).filter(pk=code.pk).exists():
            raise PermissionDenied
        form = WithdrawForm(request.POST or None, code=code, today=timezone.localdate())
        shown = None
        if form.is_valid():
            told = {
                "reason": form.cleaned_data["reason"],
                "successor": form.cleaned_data.get("successor"),
                "office": actions.withdrawing_office(user, code),
                "now": now,
            }
            if "sure" in request.POST:
                return self._withdrawn(request, code, told)
            shown = preview(code, **told)
        context = {
            "title": f"停用{code.name}的码",
            "subtitle": in_clear(code_address(code)),
            "code": code,
            "form": form,
            "errors": form.errors,
            "shown": shown,
            "region": (shown.successor or code.region or code.place) if shown else None,
        }
        return self._render(request, "withdraw.html", context, status=422 if form.errors else 200)

    def _withdrawn(self, request: HttpRequest, code: Code, told: dict[str, Any]) -> HttpResponse:
        try:
            actions.withdraw(by=staff(request), code=code, **told)
        except actions.AlreadyWithdrawnError as error:
            messages.warning(request, str(error))
        else:
            self.log_change(request, code, "停用")
            messages.success(request, f"{code.name}的码停用了。请把旧海报都撕下来。")
        return HttpResponseRedirect(_url(code))

    def history_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show who took the code out of use."""
        return self.history_view(request, str(object_id))

    def _render(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(
            request, f"portal/codes/staff/{template}", {**shared, **context}, status=status
        )


def _to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:codes_code_changelist"))


def _pdf(name: str, pdf: bytes) -> HttpResponse:
    told = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": told})


def _url(code: Code) -> str:
    return reverse("admin:codes_code_change", args=[code.pk])


def _part(text: str) -> int:
    """Return the number of a part as asked for; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
