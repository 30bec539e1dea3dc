"""Follow a report by its 查询码: every form carries the code in its body, no address ever does."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from complaints.errors import ComplaintError
from complaints.reporting import following, limits, uploads
from complaints.reporting.answers import (
    BAD_REQUEST,
    TOO_MANY,
    UNAVAILABLE,
    UNREADABLE,
    guarded,
    is_foreign,
    kind_and_place,
    page,
)
from complaints.reporting.following import Holder, Kept
from complaints.reporting.followup import context_of
from complaints.reporting.forms import lines_of, too_long
from complaints.reporting.sounds import SUFFIXES
from complaints.reporting.uploads import Taken
from complaints.sealing import receipts
from portal.pages.clients import address_of

log = logging.getLogger(__name__)
_ABSENT = "没查到。请对着单子再看一遍。"
_BUSY = "查的人多，请等 1 分钟再按一次。"
_DOWN = "现在打不开。写的都在下面，过一会儿再按一次。"
_FOREIGN = "请在这里再按一次。"
_CUT = "网断了，没有收全。写的都在下面，请再按一次。"
_UNREADABLE = "没有收全，或者字太多了。请重新写，最多 20,000 个字。"
_EMPTY = "请写几句，或者选一张照片。"
_LONGEST_CODE = 60


@dataclass(frozen=True, kw_only=True, repr=False)
class Sent:
    """The fields of a follow-up form, as they came."""

    written: str
    act: str
    text: str
    stars: str
    file: str
    is_whole: bool

    @classmethod
    def read(cls, request: HttpRequest) -> Sent:
        """Return what a form brought."""
        data = request.POST
        act = data.get("act", "")
        return cls(
            written=data.get("code", "")[:_LONGEST_CODE],
            act="confirm" if data.get("confirm") == "1" else act if act in {*_ACTS, "file"} else "",
            text=lines_of(data.get("text", "")),
            stars=data.get("stars", ""),
            file=data.get("file", ""),
            is_whole=data.get("end") == "1",
        )


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of what somebody did: a sentence of thanks, or of what to change."""

    say: str = ""
    problem: str = ""
    taken: Taken | None = None
    kept: Kept | None = None


@uploads.sealing
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest) -> HttpResponse:
    """Ask for the code, or show what it opens and do what its holder asks for."""
    if request.method != "POST":
        return _ask(request)
    try:
        sent = Sent.read(request)
    except UNREADABLE:
        return _ask(request, problem=_UNREADABLE, status=BAD_REQUEST)
    code = receipts.read(sent.written)
    if code is None:
        return _ask(request, sent, problem=receipts.fault(sent.written), status=BAD_REQUEST)
    if is_foreign(request):
        return _ask(request, sent, problem=_FOREIGN, status=BAD_REQUEST)
    if limits.is_too_many_lookups(address_of(request)):
        return _ask(request, sent, problem=_BUSY, status=TOO_MANY)
    try:
        holder = following.hold(code)
        if holder is None:
            return _ask(request, sent, problem=_ABSENT)
        # Who has a right code does not guess: reading, answering and objecting are several forms a minute.
        limits.lookups.forgive(address_of(request))
        return _answered(request, sent, code, holder)
    except Exception as error:  # noqa: BLE001 # what was typed comes back whatever happened
        # Its kind only: a message or a traceback could repeat what somebody wrote.
        log.error("A follow-up failed: %s.", kind_and_place(error))  # noqa: TRY400
        return _ask(request, sent, problem=_DOWN, status=UNAVAILABLE)


def _ask(
    request: HttpRequest, sent: Sent | None = None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the form for the code, with whatever else was typed, so that it can be sent again.

    A code that was never given, one that has run out, and one whose report was destroyed look the same.
    """
    written = sent.written if sent else ""
    context = {
        "written": written,
        "groups": receipts.groups("".join(sign for sign in written if sign.isdigit())[:20]),
        "problem": problem,
        "sent": sent if sent and sent.act and sent.act != "file" else None,
        "lost_files": uploads.names(request) if sent else [],
    }
    return page(request, "complaints/ticket.html", context, status=status)


def _answered(request: HttpRequest, sent: Sent, code: str, holder: Holder) -> HttpResponse:
    if sent.act == "file":
        return _file(holder, sent.file) or _shown(request, code, holder, sent, Done())
    try:
        done = _ACTS[sent.act](request, sent, holder) if sent.act else Done()
    except ComplaintError as error:
        done = Done(problem=str(error))
    if not done.problem and sent.act:
        holder = following.again(holder)
    return _shown(request, code, holder, sent, done)


def _shown(request: HttpRequest, code: str, holder: Holder, sent: Sent, done: Done) -> HttpResponse:
    context = {
        **context_of(holder, today=timezone.localdate()),
        "code": code,
        "groups": receipts.groups(code),
        "done": done,
        "sent": sent if done.problem else None,
        "lost_files": uploads.names(request) if done.problem else [],
    }
    return page(request, "complaints/followup.html", context, status=BAD_REQUEST if done.problem else 200)


def _file(holder: Holder, written: str) -> HttpResponse | None:
    """Give back a file the reporter sent: a picture to look at, a recording to keep."""
    try:
        found = following.own_file(holder, UUID(written))
    except ValueError:
        return None
    if found is None:
        return None
    described, data = found
    response = guarded(HttpResponse(data, content_type=str(described["type"])))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if suffix := SUFFIXES.get(str(described["type"])):
        response["Content-Disposition"] = f'attachment; filename="recording.{suffix}"'
    return response


def _confirm(_request: HttpRequest, _sent: Sent, holder: Holder) -> Done:
    following.confirm(holder)
    return Done(say="抄好了。以后凭查询码来看。")


def _add(request: HttpRequest, sent: Sent, holder: Holder) -> Done:
    if not sent.is_whole:
        return Done(problem=_CUT)
    if wrong := too_long(sent.text):
        return Done(problem=wrong)
    taken = uploads.take(request)
    if not sent.text.strip() and not taken.files:
        return Done(problem=_EMPTY if not taken.refused else "文件没有收下。", taken=taken)
    added = following.add(
        holder, text=sent.text, files=taken.files, now=timezone.now(), digests=taken.digests
    )
    if added.repeated:
        return Done(say="这些刚才已经收到，没有重复收。", taken=taken, kept=added.repeated)
    return Done(say="收到了，已经加进去。", taken=taken)


def _object(_request: HttpRequest, sent: Sent, holder: Holder) -> Done:
    if wrong := too_long(sent.text):
        return Done(problem=wrong)
    if not sent.text.strip():
        return Done(problem="请写一写哪里不对。")
    if not following.is_objecting(holder.ticket, holder.shown):  # A second press finds the first one's.
        following.object_to(holder, text=sent.text, now=timezone.now())
    return Done(say="异议收到了。由另外的人来答复。")


def _rate(_request: HttpRequest, sent: Sent, holder: Holder) -> Done:
    stars = int(sent.stars) if sent.stars in {"1", "2", "3", "4", "5"} else 0
    if holder.ticket.rating != stars:
        following.rate(holder, stars=stars, now=timezone.now())
    return Done(say="谢谢您来评。")


_ACTS = {"confirm": _confirm, "add": _add, "object": _object, "rate": _rate}
