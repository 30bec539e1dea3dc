"""The canary: words, names and files of a report stand nowhere but in its envelope, whatever goes wrong."""

from __future__ import annotations

import base64
import io
import logging
import os
import signal
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import randbelow, token_bytes, token_hex

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.test import Client, RequestFactory
from PIL import Image
from pytest_django.fixtures import Settings

from complaints.desk.views.ticket import REASONS
from complaints.models import Office, Outcome, SealedFile, Ticket
from complaints.reporting import following, limits, nonces, receiving
from complaints.reporting.views.report import report
from complaints.sealing import opening
from complaints.sealing.pieces import File
from complaints.tickets import acts, escalating
from portal.people.models import User
from tests.complaints.cases import DAPU, DRAFT, NOW, Officers, make_report, to_verifying
from tests.complaints.desks import do, open_desk, page
from tests.complaints.forms import Sender, code_in
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
    assert opening.titles(staff.li, [ticket], today=NOW.date())
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


# --- By the pages, as a browser sends and reads it.


def _jpeg(canary: Canary) -> bytes:
    """Return a photograph that carries the canary where cameras write what nobody sees."""
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = canary.phone
    Image.new("RGB", (640, 480), "#cceedd").save(stream, "JPEG", exif=exif, comment=canary.photo)
    return stream.getvalue()


def _sound(canary: Canary) -> bytes:
    return b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A mp42" + canary.audio * 5000


@pytest.fixture
def sender(client: Client, settings: Settings) -> Sender:
    settings.RECEIPTS_PER_CLIENT_A_MINUTE = 1000
    limits.lookups.forget()
    limits.ceiling.forget()
    return Sender(client)


def test_the_pages_leave_nothing_in_the_clear(
    staff: Officers, canary: Canary, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    person = {"name": canary.name, "phone": canary.phone}
    files = {"a.m4a": _sound(canary), "b.jpg": _jpeg(canary)}
    caplog.set_level(logging.DEBUG)  # after the photograph was made: that is done aloud, and by the test
    answer = sender.send(canary.text, about="village", region=DAPU, files=files, **person)
    code = code_in(answer)
    assert SealedFile.objects.count() == 2
    assert canary.text in sender.follow(code).content.decode()
    assert sender.follow(code, act="add", text=canary.text).status_code == 200
    (ticket,) = Ticket.objects.all()
    desk = open_desk(staff.li)
    assert canary.text in page(desk, ticket)
    for file in ticket.files.all():
        assert desk.get(f"/desk/{ticket.pk}/file/{file.pk}/").status_code == 200
    assert canary.phone in desk.post(f"/desk/{ticket.pk}/identity/", {"why": REASONS[0]}).content.decode()
    do(desk, ticket.pk, "note", text=canary.text)
    spaced = " ".join(code[at : at + 4] for at in range(0, 20, 4))
    assert not _found(canary, ("log", caplog.text.encode()), code=code, spaced=spaced)


@pytest.mark.parametrize("broken", ["sealing", "database", "disk"])
def test_a_page_that_fails_prints_nothing(
    canary: Canary,
    sender: Sender,
    broken: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    keys = Path(settings.KEYS_DIR)
    match broken:
        case "sealing":
            (keys / "escrow.pub").write_text("not a key")
        case "database":
            Office.objects.update(superior=None)
            Office.objects.all().delete()
        case _:
            Path(settings.REPORTS_DIR).write_text("a file where the folder should be")
    answer = sender.send(
        canary.text, name=canary.name, about="village", region=DAPU, files={"a.m4a": _sound(canary)}
    )
    assert canary.text in answer.content.decode(), "what was typed comes back"
    assert "data-receipt" not in answer.content.decode()
    assert not Ticket.objects.exists()
    out, err = capfd.readouterr()
    told = [("log", caplog.text), ("output", out), ("errors", err), ("letters", repr(mail.outbox))]
    assert not _found(canary, *((where, text.encode()) for where, text in told))


class _Stuck(io.BytesIO):
    """A body that stops coming in the middle, as on a bad line."""

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not data:
            time.sleep(600)
        return data


def test_a_server_killed_in_the_middle_of_a_file_leaves_nothing_in_the_clear(canary: Canary) -> None:
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("text", canary.text), ("name", canary.name), ("nonce", nonces.fresh()))
    )
    head = '--x\r\nContent-Disposition: form-data; name="files"; filename="a.m4a"\r\n\r\n'
    body = (fields + head).encode() + _sound(canary) * 8
    child = os.fork()
    if child == 0:
        try:
            environ = RequestFactory().post("/report/").environ
            sent = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(2 * len(body))}
            report(WSGIRequest(environ | sent | {"wsgi.input": _Stuck(body)}))
        finally:
            os._exit(1)
    time.sleep(3)
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, "it was killed while it waited for more"
    left = [path for path in Path(settings.INCOMING_DIR).rglob("*") if path.is_file()]
    assert any(path.stat().st_size > 100_000 for path in left), "a part of the file had come in"
    assert not _found(canary)
