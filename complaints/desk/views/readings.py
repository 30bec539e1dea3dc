"""Who opened what: a second officer looks over every opening of the others."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from complaints.desk import reviewing
from complaints.desk.chronicle import visits
from complaints.desk.views.gate import Visit, for_officers
from complaints.models import Ticket
from complaints.sealing.opening import broken_chains

_PAGE = 500


@for_officers("GET", "POST")
def readings(visit: Visit) -> HttpResponse:
    """List what nobody looked over yet, oldest first; mark what was."""
    request = visit.request
    if request.method == "POST":
        chosen = [
            int(one)
            for line in request.POST.getlist("id")
            for one in line.split(",")
            if one.isascii() and one.isdigit()
        ]
        done = reviewing.review(visit.user, chosen, now=visit.now)
        messages.success(request, f"记下了：复核 {done} 条。" if done else "没有勾上要复核的。")
        return HttpResponseRedirect(reverse("desk:readings"))
    waiting = reviewing.unreviewed(visit.user).select_related("by", "ticket", "reviewed_by")[:_PAGE]
    context = {
        "title": "阅看记录",
        "subtitle": "每次打开内容、姓名、文件都记在这里，由另一个人复核。",
        "rows": visits(waiting),
        "broken": broken_chains(Ticket.objects.readable_by(visit.user)),
    }
    return visit.page("readings.html", context)
