"""Write a letter from its usual words, keep it sealed, print it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from complaints.desk.letters import BY_CODE, Letter, filled
from complaints.desk.views.dossier import opened_entry
from complaints.desk.views.gate import Visit, for_officers
from complaints.desk.views.late import resume
from complaints.errors import ComplaintError
from complaints.models import Ticket
from complaints.sealing import opening
from complaints.tickets import acts


class LetterForm(forms.Form):
    """The whole text of a letter."""

    text = forms.CharField(
        label="内容", help_text="“____”是要您补的。", max_length=8000, strip=False, widget=forms.Textarea
    )


@for_officers("GET", "POST")
def letter(visit: Visit, ticket_id: UUID, code: str) -> HttpResponse:
    """Edit a letter and keep it with the ticket."""
    chosen = BY_CODE.get(code)
    if chosen is None:
        raise Http404
    if visit.desk is None and visit.request.method == "POST":
        return resume(
            visit, word=f"写{chosen.title}", go_on=lambda opened: _edited(opened, ticket_id, chosen)
        )
    desk = visit.unlocked
    ticket = visit.ticket(ticket_id)
    opening.admit(desk, ticket, now=visit.now)
    if visit.request.method == "POST":
        form = LetterForm(visit.request.POST)
        if form.is_valid():
            try:
                acts.note(
                    desk,
                    ticket_id,
                    text=form.cleaned_data["text"],
                    now=visit.now,
                    kind="letter",
                    title=chosen.title,
                )
            except ComplaintError as error:
                form.add_error(None, str(error))
            else:
                messages.success(visit.request, f"{chosen.title}存好了。")
                return HttpResponseRedirect(reverse("desk:ticket", args=[ticket_id]))
    else:
        form = LetterForm(initial={"text": filled(chosen, ticket, today=visit.today)})
    return _page(visit, ticket, chosen, form, status=422 if form.is_bound else 200)


def _edited(visit: Visit, ticket_id: UUID, chosen: Letter) -> HttpResponse:
    """Show a letter as it was edited when the desk locked itself."""
    ticket = visit.ticket(ticket_id)
    opening.admit(visit.unlocked, ticket, now=visit.now)
    return _page(visit, ticket, chosen, LetterForm(visit.request.POST))


def _page(
    visit: Visit, ticket: Ticket, chosen: Letter, form: LetterForm, *, status: int = 200
) -> HttpResponse:
    context = {"title": f"{chosen.title} · 第 {ticket.number} 号", "ticket": ticket, "form": form}
    return visit.page("letter.html", context, status=status)


@for_officers("GET")
def letter_print(visit: Visit, ticket_id: UUID, entry_id: UUID) -> HttpResponse:
    """Show a kept letter as it goes on paper; recorded as an opening."""
    desk = visit.unlocked
    ticket = visit.ticket(ticket_id)
    content = opening.read(desk, ticket, why="打印文书", now=visit.now)
    found = opened_entry(content, entry_id)
    if found is None or found.kind != "letter":
        raise Http404
    return visit.page("letter_print.html", {"title": "文书", "ticket": ticket, "text": found.text})
