"""Pages about the log: in plain words, with what anybody needs to check it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.log import condition, feeding, reading
from portal.log.anchors import anchors
from portal.log.models import Checkpoint, Cosignature
from portal.pages.errors import MissingError
from portal.proofs import answers
from portal.record import verifying
from portal.record.verifying import RefusedError

_FEW, _DAYS = 3, 62
_NUMBER = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class Watching:
    """A witness and when it last signed."""

    name: str
    at: datetime | None

    @property
    def is_fresh(self) -> bool:
        """Whether it signed within a day and a half."""
        return self.at is not None and timezone.now() - self.at < timedelta(hours=36)


@dataclass(frozen=True)
class Comparison:
    """What a number and a code from paper come to: does the code fit, and does today's log continue it."""

    size: str
    code: str
    words: str = ""
    fits: bool = False
    on: datetime | None = None


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Explain the log in ten lines to a villager and in twenty to an engineer; compare a printed code."""
    newest = reading.newest()
    context = {
        "tab": "",
        "newest": newest,
        "note": reading.full_note(newest) if newest else "",
        "audit": condition.last_audit(),
        "is_trusted": condition.is_trusted(),
        "watching": _watching(),
        "anchors": anchors(_FEW),
        "vkeys": reading.vkeys(),
        "address": f"{settings.SITE_URL}/log",
        "compared": _compared(request) if newest else None,
        "older": max((newest.size if newest else 0) - 1, 0),
    }
    answer = render(request, "portal/proofs/log.html", context)
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def at(request: HttpRequest, size: int) -> HttpResponse:
    """Say in words whether today's log continues the log of a size, with the proof of it."""
    newest = reading.newest()
    if newest is None or not 0 < size <= newest.size:
        raise MissingError("没有这个编号", line="可能抄错了一个数。", href="/log/", word="看公开日志")
    root = reading.tree().root(0, size)
    checkpoint = reading.at(size)
    context = {
        "size": size,
        "code": reading.code_of(root),
        "newest": newest,
        "on": checkpoint.at if checkpoint else None,
        "continues": condition.is_trusted() and continues(size, root, newest),
        "address": f"{settings.SITE_URL}/log",
    }
    answer = render(request, "portal/proofs/at.html", context)
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def all_anchors(request: HttpRequest) -> HttpResponse:
    """List the checkpoint of each day of the last two months."""
    answer = render(request, "portal/proofs/anchors.html", {"anchors": anchors(_DAYS)})
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Give the log's public keys, one a line; the witnesses and their policy as remarks."""
    history = [
        f"# 编号 {key.until} 停用: {key.vkey}" for key in reading.key_history() if key.until is not None
    ]
    watchers = [f"# witness {watcher.vkey}" for watcher in feeding.watchers()]
    policy = [f"# policy {feeding.quorum()} of {len(watchers)}"] if watchers else []
    lines = [*reading.vkeys(), *history, *policy, *watchers]
    return answers.for_now("".join(f"{line}\n" for line in lines))


def continues(size: int, root: bytes, newest: Checkpoint) -> bool:
    """Say whether the newest signed head begins with the tree of a size, by a proof just checked."""
    try:
        head = verifying.open_checkpoint(newest.note, reading.vkeys())
        verifying.check_growth(size, root, head.size, head.root, reading.consistency(size, head.size))
    except (RefusedError, ValueError):
        return False
    return True


def _watching() -> list[Watching]:
    found = []
    for watcher in feeding.watchers():
        signed = Cosignature.objects.filter(witness=watcher.name).order_by("-at")
        found.append(Watching(watcher.name, signed.values_list("at", flat=True).first()))
    return found


def _compared(request: HttpRequest) -> Comparison | None:
    """Compare what stands on a sheet of paper with the log; None when nothing was typed."""
    size, code = request.GET.get("s", "").strip(), request.GET.get("x", "")
    if not size and not code:
        return None
    shown = (size[:12], code[:40])
    newest = reading.newest()
    if newest is None or not _NUMBER.fullmatch(size) or not 0 < int(size) <= newest.size:
        return Comparison(*shown, "没有这个编号，请再看看单子。")
    root = reading.tree().root(0, int(size))
    if re.sub(r"[^0-9a-f]", "", code.lower()) != reading.code_of(root).replace(" ", ""):
        return Comparison(*shown, "对不上。请再看看有没有抄错，没抄错就打电话告诉纪委。")
    if not (condition.is_trusted() and continues(int(size), root, newest)):
        return Comparison(*shown, "单子对上了，但日志后来的部分有问题，正在查。")
    checkpoint = reading.at(int(size))
    return Comparison(*shown, fits=True, on=checkpoint.at if checkpoint else None)
