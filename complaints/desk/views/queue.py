"""The queue: lights, tabs with counts, tickets by deadline; titles only while the desk is open."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from complaints.desk.queues import LIGHTS, PAGE, TABS, Due, Queue, due_of
from complaints.desk.views.gate import Visit, for_officers
from complaints.models import Ticket
from complaints.sealing import opening
from complaints.states import LABELS, State
from portal.workdays.calendar import current

_WORDS = 40
_LIGHT_WORDS = {"late": ("bad", "超期"), "soon": ("warn", "快到期"), "calm": ("ok", "期限内")}


@for_officers("GET")
def queue(visit: Visit) -> HttpResponse:
    """Show one tab of the queue."""
    asked = visit.request.GET
    calendar = current()
    found = Queue(visit.user, today=visit.today, calendar=calendar)
    number = asked.get("number", "").strip()
    if number and (ticket := found.numbered(number)):
        return HttpResponseRedirect(reverse("desk:ticket", args=[ticket.pk]))
    counts = found.counts()
    tab = asked.get("tab", "")
    if tab not in (TABS | dict.fromkeys(LIGHTS)):
        tab = "mine" if counts["mine"] else "all"
    tickets, after = found.page(tab, after=asked.get("after", ""))
    titles = opening.titles(visit.desk, tickets, today=visit.today) if visit.desk else {}
    context = {
        **_frame(counts, tab),
        "rows": [_row(ticket, titles, due_of(ticket, calendar, visit.today)) for ticket in tickets],
        "first": _address(tab) if asked.get("after") else "",
        "next": _address(tab, after=after) if after else "",
        "number": number,
    }
    return visit.page("queue.html", context)


@for_officers("POST", "GET")
def search(visit: Visit) -> HttpResponse:
    """Find words in the titles of unfinished tickets; posted, since an address is kept and a title is not."""
    if visit.request.method == "GET":
        return HttpResponseRedirect(reverse("desk:queue"))
    desk, calendar = visit.unlocked, current()
    words = visit.request.POST.get("words", "").strip()[:_WORDS]
    found = Queue(visit.user, today=visit.today, calendar=calendar)
    tickets = found.unfinished() if words else []
    titles = opening.titles(desk, tickets, today=visit.today)
    fitting = [one for one in tickets if words in titles.get(one.pk, "")]
    context = {
        **_frame(found.counts(), ""),
        "rows": [_row(ticket, titles, due_of(ticket, calendar, visit.today)) for ticket in fitting[:PAGE]],
        "words": words,
    }
    return visit.page("queue.html", context)


def _frame(counts: dict[str, int], tab: str) -> dict[str, Any]:
    return {
        "title": "工单",
        "subtitle": "按期限从紧到松。快到期变黄，超期变红，自动报负责人。",
        "lights": [(_address(name), counts[name], *_LIGHT_WORDS[name]) for name in LIGHTS],
        "tabs": [(_address(name), word, counts[name], name == tab) for name, word in TABS.items()],
    }


def _address(tab: str, **more: str) -> str:
    return f"{reverse('desk:queue')}?{urlencode({'tab': tab, **more})}"


def _row(ticket: Ticket, titles: dict[object, str], due: Due) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "url": reverse("desk:ticket", args=[ticket.pk]),
        "title": titles.get(ticket.pk, ""),
        "due": due,
        "state": LABELS[State(ticket.state)],
        "kind": {"bad": "late", "warn": "soon"}.get(due.state, ""),
    }
