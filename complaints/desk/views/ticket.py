"""One ticket on one screen; its files; who reported it; and every act by its form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from complaints.desk.views import dossier
from complaints.desk.views.deeds import BY_NAME, FIRST, Deed, offered
from complaints.desk.views.forms import Around, ConcludeForm, DeedForm, draft_of
from complaints.desk.views.gate import Visit, for_officers
from complaints.desk.views.late import resume
from complaints.errors import ComplaintError
from complaints.models import SealedFile, Ticket
from complaints.sealing import opening
from complaints.sealing.opening import Shown
from complaints.states import LABELS, State
from complaints.tickets.moving import locked
from portal.log.appending import LogStoppedError

# A closed list: the trace of openings is not sealed, so nothing of a report may be written there.
REASONS = ("办理", "核实情况", "当面取证", "告知结果", "退款到人")
_STALE = "这件刚才被处理过，现在是“{state}”。请看清现在的情况再交，您写的还在下面。"


@for_officers("GET", "HEAD")
def ticket_page(visit: Visit, ticket_id: UUID) -> HttpResponse:
    """Show a ticket; the reading is recorded."""
    return _page(visit, _read(visit, ticket_id))


def _read(visit: Visit, ticket_id: UUID) -> Shown:
    """Open a ticket for this officer's eyes, by whatever way its page is reached; recorded."""
    return opening.read(visit.unlocked, visit.ticket(ticket_id), why="办理", now=visit.now)


def _page(
    visit: Visit,
    content: Shown,
    *,
    bound: dict[str, DeedForm] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    around = Around(visit, content)
    ready = [
        (deed, (bound or {}).get(deed.name) or deed.form(around=around, name=deed.name))
        for deed in offered(visit, content.ticket)
    ]
    # What was typed is shown even where the act is no longer possible.
    shown = {deed.name for deed, _ in ready}
    late = [(BY_NAME[name], form) for name, form in (bound or {}).items() if name not in shown]
    context = {
        **dossier.told(visit, content),
        "next_deeds": late
        + sorted((one for one in ready if one[0].name in FIRST), key=lambda one: FIRST.index(one[0].name)),
        "other_deeds": [one for one in ready if one[0].name not in FIRST],
        "open_deeds": set(bound or _shortest(ready)),
        "reasons": REASONS,
        **more,
    }
    return visit.page("ticket.html", context, status=status)


def _shortest(ready: list[tuple[Deed, DeedForm]]) -> list[str]:
    """Return the next act that is shown unfolded: the first one, unless its form would fill the screen."""
    names = [one.name for one, _ in ready if one.name != "conclude"]
    return sorted((name for name in names if name in FIRST), key=FIRST.index)[:1]


@for_officers("POST", "GET")
def deed(visit: Visit, ticket_id: UUID, name: str) -> HttpResponse:
    """Do one act; what stands against it is said beside its form, with everything typed still there."""
    chosen = BY_NAME.get(name)
    if chosen is None:
        raise Http404
    if visit.request.method == "GET":  # After unlocking, or a reload.
        return HttpResponseRedirect(_address(ticket_id))
    if visit.desk is None:
        return resume(visit, word=chosen.button, go_on=lambda opened: _go_on(opened, ticket_id, chosen))
    content = opening.admit(visit.desk, visit.ticket(ticket_id), now=visit.now)
    form = chosen.form(visit.request.POST, around=Around(visit, content), name=name)
    if not form.is_valid():
        return _page(visit, _read(visit, ticket_id), bound={name: form}, status=422)
    if isinstance(form, ConcludeForm) and "preview" in visit.request.POST:
        shown = _read(visit, ticket_id)
        return _page(visit, shown, bound={name: form}, preview=_as_published(form))
    if error := _failure(visit, ticket_id, chosen, form):
        return _refused(visit, ticket_id, chosen, error)
    messages.success(visit.request, f"{chosen.button}：好了。")
    still_readable = Ticket.objects.readable_by(visit.user).filter(pk=ticket_id).exists()
    return HttpResponseRedirect(_address(ticket_id) if still_readable else reverse("desk:queue"))


def _failure(visit: Visit, ticket_id: UUID, chosen: Deed, form: DeedForm) -> str:
    """Do the act; return why it was refused, empty where it was done.

    The ticket is locked before its step is compared, so that two officers cannot both pass. The refusal is
    caught inside the transaction: what the wall refused stays recorded.
    """
    with transaction.atomic():
        ticket = locked(ticket_id)
        if ticket.last_seq != form.cleaned_data["seen"]:
            return _STALE.format(state=LABELS[State(ticket.state)])
        try:
            chosen.run(visit.unlocked, ticket_id, form, visit.now)
        except LogStoppedError:
            return "公开日志现在停着，什么都公布不了。请找系统管理员，修好以后再交。"
        except ComplaintError as error:
            return str(error)
    return ""


def _refused(visit: Visit, ticket_id: UUID, chosen: Deed, why: str) -> HttpResponse:
    """Show the ticket as it is now, and the form with what was typed and why it was not taken."""
    content = _read(visit, ticket_id)
    typed = visit.request.POST.copy()
    typed["seen"] = str(content.ticket.last_seq)
    form = chosen.form(typed, around=Around(visit, content), name=chosen.name)
    form.is_valid()
    form.add_error(None, why)
    return _page(visit, content, bound={chosen.name: form}, status=409)


def _go_on(visit: Visit, ticket_id: UUID, chosen: Deed) -> HttpResponse:
    """Show the form once more with what was typed."""
    content = _read(visit, ticket_id)
    form = chosen.form(visit.request.POST, around=Around(visit, content), name=chosen.name)
    form.is_valid()
    return _page(visit, content, bound={chosen.name: form})


def _as_published(form: ConcludeForm) -> dict[str, Any]:
    told = form.cleaned_data
    outcome = dict(form.fields["outcome"].choices)[told["outcome"]]  # type: ignore[attr-defined] # a choice field
    return {"draft": draft_of(told), "region": told["place"], "outcome": outcome}


@for_officers("GET", "HEAD")
def file(visit: Visit, ticket_id: UUID, file_id: UUID) -> HttpResponse:
    """Give one file, opened on the way and recorded; a browser gets nothing of it to run."""
    desk = visit.unlocked
    ticket = visit.ticket(ticket_id)
    sealed = SealedFile.objects.filter(pk=file_id, ticket=ticket).select_related("ticket", "entry").first()
    if sealed is None:
        raise Http404
    described, data = opening.read_file(desk, sealed, now=visit.now)
    media_type = str(described["type"])
    is_picture = media_type in {"image/webp", "image/jpeg", "image/png"}
    response = HttpResponse(data, content_type=media_type if is_picture else "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Disposition"] = content_disposition_header(not is_picture, str(described["name"])) or ""
    return response


@for_officers("POST")
def identity(visit: Visit, ticket_id: UUID) -> HttpResponse:
    """Show name and telephone for a reason; recorded, and gone with the page."""
    desk = visit.unlocked
    ticket = visit.ticket(ticket_id)
    why = visit.request.POST.get("why", "")
    if why not in REASONS:
        messages.error(visit.request, "请先选为什么要看姓名电话。")
        return HttpResponseRedirect(_address(ticket_id))
    person = opening.read_identity(desk, ticket, why=why, now=visit.now)
    content = opening.read(desk, ticket, why=why, now=visit.now)
    return _page(visit, content, person=person)


def _address(ticket_id: UUID) -> str:
    return reverse("desk:ticket", args=[ticket_id])
