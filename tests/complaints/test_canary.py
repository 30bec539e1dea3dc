"""The canary: words, names and files of a report stand nowhere but in its envelope, whatever goes wrong."""

from __future__ import annotations

import base64
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import randbelow, token_bytes, token_hex

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from complaints import acts, escalating, following, opening, receiving
from complaints.models import Outcome, SealedFile
from complaints.pieces import File
from portal.people.models import User
from tests.complaints.cases import DRAFT, NOW, Officers, make_report, to_verifying
from tests.complaints.haystack import Hit, compressed, everything, search, spellings

SHANGHAI = NOW.tzinfo
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


@dataclass(frozen=True, kw_only=True)
class Canary:
    """Something of everything that a reporter gives; new for each test, so that nothing else has it."""

    text: str
    name: str
    phone: str
    audio: bytes
    photo: bytes
    since: float

    def words(self) -> dict[str, str | bytes]:
        return {one: getattr(self, one) for one in ("text", "name", "phone", "audio", "photo")}


@pytest.fixture
def canary(staff: Officers) -> Canary:
    return Canary(
        text=f"挖掘机签字不像一个人{token_hex(8)}",
        name=f"欧阳{token_hex(6)}",
        phone=f"139{randbelow(10**12):012d}",
        audio=token_bytes(24),
        photo=token_bytes(24),
        since=time.time() - 1,
    )


def _flush() -> None:
    """Have the write-ahead log of everything so far on disk: a commit that waits for it comes last."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS canary_mark AS SELECT 1")
    User.objects.filter(username="insp-li").update(email=f"{token_hex(4)}@example.cn")
    time.sleep(0.5)


def _found(canary: Canary, *more: tuple[str, bytes], **words: str | bytes) -> set[Hit]:
    _flush()
    return search([*everything(canary.since), *more], canary.words() | words)


def _files(canary: Canary) -> tuple[File, ...]:
    return (
        File(name="录音", media_type="audio/mp4", data=b"....ftypM4A " + canary.audio * 40),
        File(name="图片1", media_type="image/webp", data=b"RIFF" + canary.photo * 400),
    )


def _hand_in(canary: Canary) -> receiving.Received:
    return make_report(canary.text, files=_files(canary), name=canary.name, phone=canary.phone)


def test_the_search_finds_what_is_there(canary: Canary) -> None:
    """It must be able to fail: one word per place, in the clear, and in a compressed log."""
    User.objects.filter(username="insp-li").update(name=canary.name)
    folder = Path(settings.REPORTS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "note").write_text(canary.text, encoding="utf-16-le")
    (Path(settings.DATA_DIR) / "canary.gz").write_bytes(compressed(b"x" * 99 + canary.phone.encode()))
    try:
        hits = _found(canary)
    finally:
        (Path(settings.DATA_DIR) / "canary.gz").unlink()
    where = {(Path(hit.where).name if "/" in hit.where else hit.where, hit.spelling) for hit in hits}
    assert ("table public.people_user", "name, plain") in where
    assert ("note", "text, utf-16-le") in where
    assert any(place.startswith("canary.gz") for place, _ in where)
    assert any("/pg_wal/" in hit.where for hit in hits), "the write-ahead log was not searched"


def test_every_spelling_is_recognised(canary: Canary) -> None:
    for how, spelled in spellings(canary.text).items():
        assert search([("here", b"ab" + spelled + b"yz")], {"it": canary.text}), how


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_base64_is_found_at_every_place(canary: Canary, shift: int) -> None:
    data = base64.b64encode(b"x" * (30 + shift) + canary.text.encode() + b"tail")
    assert search([("here", data)], {"it": canary.text})


def test_a_report_leaves_nothing_in_the_clear(canary: Canary, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    received = _hand_in(canary)
    assert SealedFile.objects.count() == 2
    log = ("log", caplog.text.encode())
    assert not _found(canary, log, code=received.code)


def test_no_file_tells_the_hour(canary: Canary) -> None:
    _hand_in(canary)
    times = {path.stat().st_mtime for path in Path(settings.REPORTS_DIR).glob("??/*")}
    assert times
    assert all(datetime.fromtimestamp(one, SHANGHAI).time() == datetime.min.time() for one in times)


def test_work_on_a_report_leaves_nothing_in_the_clear(
    staff: Officers, canary: Canary, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    received = _hand_in(canary)
    ticket = to_verifying(staff, received.ticket)
    opening.read(staff.li, ticket, why="办理", now=NOW)
    opening.read_identity(staff.li, ticket, why="核实", now=NOW)
    for file in ticket.files.all():
        assert opening.read_file(staff.li, file, now=NOW)[1]
    assert opening.titles(staff.li, [ticket])
    acts.ask(staff.li, ticket.pk, text=canary.text + "？", now=NOW)
    acts.note(staff.li, ticket.pk, text=canary.text, now=NOW)
    holder = following.hold(received.code)
    assert holder
    following.add(holder, text=canary.text, files=_files(canary), now=NOW)
    told = DRAFT.told() | {"title": canary.text[:40], "reply": canary.name}
    acts.conclude(staff.li, ticket.pk, outcome=Outcome.TRUE, funds="due", told=told, now=NOW)
    escalating.scan(NOW)
    assert not _found(canary, ("log", caplog.text.encode()), code=received.code)


@pytest.mark.urls("tests.complaints.forced")
@pytest.mark.parametrize("when", ["before", "inside", "database", "encoding", "after"])
def test_a_failure_prints_nothing_of_the_report(
    canary: Canary, when: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client(raise_request_exception=False)
    sound = SimpleUploadedFile("录音.m4a", b"....ftypM4A " + canary.audio * 40, "audio/mp4")
    given = {"when": when, "text": canary.text, "name": canary.name, "file": sound}
    answer = client.post("/report/", given)
    assert answer.status_code == 500
    assert "Traceback" in caplog.text
    out, err = capfd.readouterr()
    told = [("log", caplog.text), ("output", out), ("errors", err), ("letters", repr(mail.outbox))]
    places = [(where, text.encode()) for where, text in told]
    assert not _found(canary, *places, ("answer", answer.content))
