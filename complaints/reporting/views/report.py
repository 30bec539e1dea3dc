"""Hand in a report: one page, one field that is needed, and the receipt as its answer."""

from __future__ import annotations

import logging
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from complaints.models import Receipt, Topic
from complaints.reporting import limits, nonces, receiving, snapshots, uploads
from complaints.reporting.answers import (
    BAD_REQUEST,
    TOO_MANY,
    UNAVAILABLE,
    UNREADABLE,
    is_foreign,
    kind_and_place,
    page,
)
from complaints.reporting.forms import Typed, code_of, form_error, topic_of
from complaints.reporting.intake import Intake, intake
from complaints.reporting.limits import Question
from complaints.reporting.receiving import Given, Received
from complaints.reporting.snapshots import Ground
from complaints.reporting.uploads import Taken
from complaints.sealing import receipts
from complaints.sealing.wall import ABOUT, Concern
from complaints.tickets import clocks
from portal.codes.qr import qr_svg
from portal.pages.clients import address_of
from portal.places.models import Region

log = logging.getLogger(__name__)
_FOREIGN = "请在这里看一遍，再按一次“交给纪委”。"
_UNREADABLE = "没有收全，或者字太多了。请重新写，最多 20,000 个字。"
_DOWN = "现在收不了，没有交成。写的都在下面，过一会儿再按一次“交给纪委”。"


@uploads.sealing
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, or take in what it brings and answer with the receipt."""
    if request.method != "POST":
        return _opened(request)
    try:
        typed = Typed.read(request.POST)
    except UNREADABLE:
        return _form(request, Typed(nonce=nonces.fresh()), say=_UNREADABLE, status=BAD_REQUEST)
    try:
        return _posted(request, typed)
    except Exception as error:  # noqa: BLE001 # what was typed comes back whatever happened
        # Its kind only: a message or a traceback could repeat what somebody wrote.
        log.error("A report could not be taken in: %s.", kind_and_place(error))  # noqa: TRY400
        return _returned(request, typed)


def _opened(request: HttpRequest) -> HttpResponse:
    ground = snapshots.find(request.GET.get("row", ""))
    region = ground.region if ground else _region(request.GET.get("region", ""))
    typed = Typed(
        about=ground.about if ground else str(region.level) if region else "",
        region=region.code if region else "",
        row=ground.reference if ground else "",
        topic=topic_of(request.GET.get("topic", "")) or _topic_of_row(ground),
        nonce=nonces.fresh(),
    )
    return _form(request, typed, ground=ground)


def _topic_of_row(ground: Ground | None) -> str:
    """Return what a row says of itself: what concerns enterprises is told apart, all else is not."""
    return Topic.BUSINESS.value if ground and ground.kind.section == Topic.BUSINESS else ""


def _region(code: str) -> Region | None:
    # Whatever else stands there is somebody's experiment; a report without a place is one too.
    return Region.objects.with_ancestors().filter(code=code).first() if code_of(code) else None


def _posted(request: HttpRequest, typed: Typed) -> HttpResponse:
    number = nonces.read(typed.nonce)
    say = form_error(typed, number) or (_FOREIGN if is_foreign(request) else "")
    if say or number is None or typed.errors():
        return _form(request, typed, say=say, status=BAD_REQUEST)
    if limits.reports.is_too_many(address_of(request)) and not limits.is_answered(
        request.POST.get("question", ""), request.POST.get("answer", "")
    ):
        return _form(request, typed, question=limits.ask(), status=TOO_MANY)
    taken = uploads.take(request)
    received = receiving.receive(_given(typed, taken), nonce=number, today=timezone.localdate())
    return _receipt(request, received, taken)


def _given(typed: Typed, taken: Taken) -> Given:
    ground = snapshots.find(typed.row)
    snapshot = snapshots.take(ground) if ground else None
    region = _region(typed.region) or (ground.region if ground else None)
    return Given(
        text=typed.text,
        concern=Concern(about=typed.about, region=region.code if region else "", excluded=typed.exclude),
        whom=typed.whom,
        name=typed.name,
        phone=typed.phone,
        topic=typed.topic,
        snapshot=snapshot.told if snapshot else None,
        files=(*taken.files, *(snapshot.pictures if snapshot else ())),
        digests=taken.digests,
    )


def _form(
    request: HttpRequest,
    typed: Typed,
    *,
    ground: Ground | None = None,
    say: str = "",
    question: Question | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the form with everything that was typed."""
    ground = ground or (snapshots.find(typed.row) if typed.row else None)
    region = ground.region if ground else _region(typed.region)
    going = intake(region, typed.about, today=timezone.localdate())
    return _page(request, typed, going=going, ground=ground, say=say, question=question, status=status)


def _returned(request: HttpRequest, typed: Typed) -> HttpResponse:
    """Give back what was typed without asking the database for anything."""
    return _page(request, typed, say=_DOWN, status=UNAVAILABLE)


def _page(
    request: HttpRequest,
    typed: Typed,
    *,
    going: Intake | None = None,
    ground: Ground | None = None,
    say: str = "",
    question: Question | None = None,
    status: int,
) -> HttpResponse:
    is_sent = request.method == "POST"
    errors = typed.errors() if is_sent and status == BAD_REQUEST else {}
    if typed.nonce and nonces.read(typed.nonce) is None:
        typed = replace(typed, nonce=nonces.fresh())
    context = {
        "typed": typed,
        "errors": errors,
        "wrong": len(errors) + bool(say) + bool(question),
        "say": say,
        "question": question,
        "lost_files": uploads.names(request) if is_sent else [],
        "intake": going,
        "is_closed": going is None and not is_sent,
        "region": going.region if going else None,
        "ground": ground,
        "topic": dict(Topic.choices).get(typed.topic, ""),
        "abouts": [(value, label, value == typed.about) for value, label in ABOUT],
        "has_more": bool(
            typed.name or typed.phone or typed.whom or typed.exclude or errors.keys() - {"text"}
        ),
    }
    return page(request, "complaints/report.html", context, status=status)


def _receipt(request: HttpRequest, received: Received, taken: Taken) -> HttpResponse:
    """Show the 查询码; the same form sent again shows it again until it was confirmed, and never after."""
    ticket = received.ticket
    if received.is_repeat and Receipt.objects.filter(ticket=ticket, is_confirmed=True).exists():
        return page(request, "complaints/given.html", {"ticket": ticket})
    context = {
        "received": received,
        "groups": receipts.groups(received.code),
        # Our own drawing of twenty digits.
        "qr": mark_safe(qr_svg(received.code, label="查询码的二维码，里面只有这 20 个数字")),  # noqa: S308
        "ticket": ticket,
        "how": clocks.explain(ticket),
        "taken": taken,
        "kept": received.kept,
        "is_lacking": received.kept and (taken.refused or received.kept.lacking(taken.files)),
    }
    return page(request, "complaints/receipt.html", context)
