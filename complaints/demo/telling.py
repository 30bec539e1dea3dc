"""Hands in the demo's reports on their days, and lets its officers work on them as officers do."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from PIL import Image

from complaints.demo.cases import CASES, EXCAVATOR, RENT, Case
from complaints.demo.staff import (
    CHIEF,
    CITY,
    INSPECTOR,
    PASSPHRASE,
    SECOND,
    found_offices,
    open_desks,
    usernames,
)
from complaints.models import Office, Refusal, Ticket
from complaints.reporting import following, receiving, snapshots
from complaints.reporting.following import Holder
from complaints.reporting.receiving import Given
from complaints.reporting.snapshots import Snapshot
from complaints.results import publishing
from complaints.results.publishing import Draft
from complaints.sealing import opening
from complaints.sealing.opening import Desk
from complaints.sealing.pieces import File
from complaints.sealing.wall import Concern
from complaints.tickets import acts, clocks
from portal.demo.hooks import Report
from portal.demo.vouchers import Sheet, photograph

_MORNING = timedelta(hours=9, minutes=20)


def tell(report: Report, now: datetime) -> None:
    """Hand everything in, and work on it until today; what is there already stays as it is."""
    if Ticket.objects.exists():
        return
    started = time.monotonic()
    with transaction.atomic():
        clocks.load_rules()
        found_offices()
        staff = open_desks(timezone.localdate(now))
        told: dict[str, Ticket] = {}
        for case in CASES:
            told[case.name] = _Telling(case, staff, now, told).tell()
    report(f"{len(CASES)} 件举报已就绪（{time.monotonic() - started:.1f} 秒）。")


def sign_ins() -> list[str]:
    """Return how to open a desk, and the 查询码 of a report under way and of a finished one."""
    if not Ticket.objects.exists():
        return []
    found = {case.name: case for case in CASES}
    codes = {name: receiving.code_of(_given(found[name], ()), _nonce(name)) for name in (RENT, EXCAVATOR)}
    return [
        f"办案工作台（{'、'.join(usernames())}）：口令 {PASSPHRASE}",
        f"  动态码 python3 manage.py officers code {INSPECTOR}",
        f"查询码：在办的 {_spaced(codes[RENT])}　办完的 {_spaced(codes[EXCAVATOR])}",
    ]


class _Telling:
    """One report on its way; every act has its own day, the last of them not after today."""

    ticket: Ticket

    def __init__(self, case: Case, staff: dict[str, Desk], now: datetime, told: dict[str, Ticket]) -> None:
        self.case, self.staff, self.now, self.told = case, staff, now, told
        self.today = timezone.localdate(now)
        self.days = _days_ago(case, self.today)
        self.is_city = case.about == "county"
        self.code = ""

    def tell(self) -> Ticket:
        """Hand it in and walk to where it stands."""
        case = self.case
        given = _given(case, _photos(case))
        received = receiving.receive(given, nonce=_nonce(case.name), today=self.today - timedelta(self.days))
        self.ticket, self.code = received.ticket, received.code
        for step in _WAYS[case.ending]:
            step(self)
        if case.stars:
            following.rate(self.holder(), stars=case.stars, now=self.at(0.97))
        return self.ticket

    def holder(self) -> Holder:
        """Return the report as its reporter holds it."""
        holder = following.hold(self.code)
        if holder is None:
            raise LookupError(self.case.name)
        return holder

    def at(self, share: float) -> datetime:
        """Return the morning of a working day, some way from receipt to today, and before now."""
        day = self.today - timedelta(round(self.days * (1 - share)))
        while day.weekday() > 4 and day > self.today - timedelta(self.days):
            day -= timedelta(1)
        start = datetime.combine(day, datetime.min.time(), tzinfo=timezone.get_current_timezone())
        return min(start + _MORNING + timedelta(hours=6 * share), self.now)

    def act(self, who: str, act: Callable[..., Ticket], share: float, **more: Any) -> None:
        """Let somebody act; in the city one person does everything."""
        desk = self.staff[CITY if self.is_city else who]
        self.ticket = act(desk, self.ticket.pk, now=self.at(share), **more)

    def read(self, who: str, share: float) -> None:
        """Let somebody open the report, as everybody does who then acts."""
        desk = self.staff[CITY if self.is_city else who]
        opening.read(desk, self.ticket, why="办理", now=self.at(share))


Way = Callable[[_Telling], None]


def _triage(telling: _Telling) -> None:
    telling.read(SECOND, 0.02)
    telling.act(SECOND, acts.triage, 0.03, track=telling.case.track)


def _accept(telling: _Telling) -> None:
    telling.act(SECOND, acts.accept, 0.08)


def _assign(telling: _Telling) -> None:
    to = telling.staff[CITY if telling.is_city else INSPECTOR].user
    telling.act(CHIEF, acts.assign, 0.13, to=to)


def _start(telling: _Telling) -> None:
    telling.read(INSPECTOR, 0.15)
    telling.act(INSPECTOR, acts.start, 0.16)


def _ask(telling: _Telling) -> None:
    telling.act(INSPECTOR, acts.note, 0.3, text="调取旧村部的出租合同和会议记录。")
    telling.act(INSPECTOR, acts.ask, 0.4, text="您说街上的店一个月八百多，是哪几间店？大概多大？")
    following.add(telling.holder(), text="卫生室对面那两间，都是三十多平方。", files=(), now=telling.at(0.6))


def _extend(telling: _Telling) -> None:
    telling.act(INSPECTOR, acts.ask_extension, 0.7, days=30, text="要等航拍的地块图，月底才有。")
    telling.act(CHIEF, acts.decide_extension, 0.75, grant=True)


def _suspend(telling: _Telling) -> None:
    until = telling.today + timedelta(20)
    telling.act(INSPECTOR, acts.suspend, 0.5, text="等水泥路面的取芯检测报告。", until=until)


def _refuse(telling: _Telling) -> None:
    words = {
        Refusal.IN_COURT: "法院已经判了，请在十五天内向上一级法院上诉。",
        Refusal.NOT_OURS: "红绿灯归交警大队管，请打 122。我们已经告诉他们。",
    }
    reason = telling.case.refusal or Refusal.NOTHING_TO_CHECK
    text = words.get(reason, "请写明是哪件事、什么时候、哪个人，再来反映。")
    telling.act(SECOND, acts.refuse, 0.1, reason=reason, text=text)


def _write_off(telling: _Telling) -> None:
    telling.act(CHIEF, acts.write_off, 0.95)


def _merge(telling: _Telling) -> None:
    telling.act(CHIEF, acts.merge, 0.2, into=telling.told[RENT])


def _transfer(telling: _Telling) -> None:
    city = Office.objects.get(superior__isnull=True)
    telling.act(CHIEF, acts.transfer, 0.7, to=city, text="材料要求交市里，按管理权限移送。")


def _conclude(telling: _Telling, share: float = 0.5) -> None:
    finding = telling.case.finding
    if finding is None:
        raise LookupError(telling.case.name)
    row = _row() if telling.case.with_row else None
    draft = Draft(
        topic=finding.topic,
        region=telling.case.region,
        title=finding.title,
        measures=finding.measures,
        reply=finding.reply,
        recovered=finding.money,
        returned=finding.money,
        row_kind="ledger" if row else "",
        row_id=str(row.pk) if row else "",
    )
    funds = "returned" if finding.money else "none"
    telling.act(INSPECTOR, acts.conclude, share, outcome=finding.outcome, funds=funds, told=draft.told())


def _publish(telling: _Telling) -> None:
    telling.act(SECOND, publishing.publish, 0.6)


def _return_money(telling: _Telling) -> None:
    if telling.case.finding and telling.case.finding.money:
        telling.act(INSPECTOR, acts.settle_funds, 0.8, funds="returned")


def _seal(telling: _Telling) -> None:
    telling.act(SECOND, acts.seal_result, 0.7, text="牵涉个人隐私，依法不公开。")


def _reopen(telling: _Telling) -> None:
    following.object_to(telling.holder(), text="会是开了，可是签到的人有一半不在村里。", now=telling.at(0.65))
    telling.act(SECOND, acts.reopen, 0.7, text="您说的有道理，换一个人重新查。")
    telling.act(CHIEF, acts.assign, 0.73, to=telling.staff[SECOND].user)
    telling.act(SECOND, acts.start, 0.76)


_BEGUN: tuple[Way, ...] = (_triage, _accept, _assign, _start)
_CONCLUDED: tuple[Way, ...] = (*_BEGUN, _conclude)
_LATE: tuple[Way, ...] = (*_BEGUN, partial(_conclude, share=0.8))
_WAYS: dict[str, tuple[Way, ...]] = {
    "received": (),
    "triaged": (_triage,),
    "accepted": (_triage, _accept),
    "assigned": (_triage, _accept, _assign),
    "verifying": _BEGUN,
    "waiting": _BEGUN,
    "asked": (*_BEGUN, _ask),
    "extended": (*_BEGUN, _extend),
    "suspended": (*_BEGUN, _suspend),
    "refused": (_triage, _refuse),
    "refused-off": (_triage, _refuse, _write_off),
    "merged": (_triage, _merge),
    "transferred": (_transfer,),
    "concluded": _LATE,
    "published": (*_CONCLUDED, _publish),
    "sealed": (*_CONCLUDED, _seal),
    "off": (*_CONCLUDED, _publish, _return_money, _write_off),
    "reopened": (*_CONCLUDED, _publish, _reopen),
}


def _given(case: Case, files: tuple[File, ...]) -> Given:
    name, phone = case.person
    shown = _snapshot() if case.with_row else None
    return Given(
        text=case.text,
        concern=Concern(about=case.about, region=case.region),
        name=name,
        phone=phone,
        snapshot=shown.told if shown else None,
        files=(*files, *(shown.pictures if shown else ())),
    )


def _days_ago(case: Case, today: date) -> int:
    """Return when it is handed in: not before the row it is about was public."""
    row = _row() if case.with_row else None
    return min(case.days_ago, (today - row.release.published_on).days) if row else case.days_ago


def _nonce(name: str) -> bytes:
    return sha256(f"demo/{name}".encode()).digest()[:16]


def _row() -> Any:
    """Return the line of the excavator; its model is of an app that only the demo's county fills."""
    entries = apps.get_model("villages", "LedgerEntry")._default_manager
    return entries.filter(summary__startswith="挖掘机工时费", amount=12600).order_by("pk").first()


def _snapshot() -> Snapshot | None:
    """Return the line and its vouchers as they were shown."""
    row = _row()
    ground = snapshots.find(f"ledger/{row.pk}") if row else None
    return snapshots.take(ground) if ground else None


def _photos(case: Case) -> tuple[File, ...]:
    """Return what a telephone took, made anew as a WebP without a trace of where."""
    return tuple(_photo(case, number) for number in range(1, case.photos + 1))


def _photo(case: Case, number: int) -> File:
    sheet = Sheet(
        look="detail",
        title="现场拍的" if number > 1 else "明细单照片",
        facts=(("内容", case.text[:14]), ("张", str(number))),
        signed=(("签字", f"{case.name}{number}"),),
    )
    picture = Image.open(io.BytesIO(photograph(sheet))).convert("RGB").resize((540, 720))
    small = picture.resize((135, 180))
    return File(name=f"图片{number}", media_type="image/webp", data=_webp(picture), thumb=_webp(small))


def _webp(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "WEBP", quality=70, method=2)
    return stream.getvalue()


def _spaced(code: str) -> str:
    return " ".join(code[at : at + 4] for at in range(0, 20, 4))
