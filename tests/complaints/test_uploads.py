"""Files of a report: made anew, numbered, sealed; what cannot be kept is named and the rest is kept."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image, ImageDraw
from pytest_django import Settings

from complaints.models import SealedFile, Ticket
from complaints.reporting import following, followup, limits, nonces, sounds, uploads
from complaints.sealing import opening
from complaints.sealing.pieces import path_of
from portal.documents import incoming
from portal.documents.webp import plain_webp_size
from portal.vault.sealed import DamagedFileError
from tests.complaints.cases import NOW, Officers
from tests.complaints.forms import WORDS, Sender, code_in

pytestmark = pytest.mark.django_db
CANARY = b"canary-7f3a"
SOUND = b"#!AMR\n" + CANARY + bytes(2000)


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.INCOMING_DIR = tmp_path / "incoming"
    settings.RECEIPTS_PER_CLIENT_A_MINUTE = 1000
    limits.reports.forget()
    limits.lookups.forget()
    yield
    left = [path for path in (tmp_path / "incoming").glob("*") if path.is_file()]
    assert left == []  # Whatever came in was destroyed with its request.


@pytest.fixture
def sender(client: Client) -> Sender:
    return Sender(client)


def photo(*, gps: bool = False, form: str = "JPEG", size: tuple[int, int] = (600, 800)) -> bytes:
    image = Image.new("RGB", size, "#fdfbf4")
    ImageDraw.Draw(image).rectangle((40, 40, 400, 500), fill="#333333")
    camera = Image.Exif()
    if gps:
        camera[0x010E] = CANARY.decode()
        camera.get_ifd(0x8825).update({1: "N", 2: (27.0, 48.0, 12.5), 3: "E", 4: (114.0, 23.0, 1.0)})
    stream = io.BytesIO()
    image.save(stream, form, exif=camera, comment=CANARY if gps and form == "JPEG" else b"")
    return stream.getvalue()


def scan(pages: int = 1, *, script: bool = False) -> bytes:
    stream = io.BytesIO()
    first, *others = [Image.new("RGB", (300, 400), (200, 200, number)) for number in range(pages)]
    first.save(stream, "PDF", save_all=True, append_images=others)
    data = stream.getvalue()
    if script:
        action = b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\('canary-7f3a'\\)) >>"
        data = data.replace(b"/Type /Catalog", action)
    return data


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 white pixels in a few hundred kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    side = 30_000
    head = side.to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(side + 1)) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def kept(staff: Officers) -> list[tuple[dict[str, Any], bytes]]:
    files = SealedFile.objects.all()
    found = [opening.read_file(staff.li, file, now=NOW) for file in files]
    return sorted(((dict(told), data) for told, data in found), key=lambda one: str(one[0]["name"]))


def test_place_and_camera_are_gone_from_a_photo(sender: Sender, staff: Officers) -> None:
    given = photo(gps=True)
    assert CANARY in given
    answer = sender.send(files={"DSC_0001.JPG": given})
    ((told, data),) = kept(staff)
    assert (told["name"], told["type"]) == ("图片1", "image/webp")
    assert plain_webp_size(data) == (600, 800)
    assert CANARY not in data
    assert dict(Image.open(io.BytesIO(data)).getexif()) == {}
    assert "收到 1 张图片" in answer.content.decode()
    assert "DSC_0001" not in str(told)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
def test_photos_of_every_sort_become_pictures(sender: Sender, staff: Officers, form: str) -> None:
    sender.send(files={"a": photo(form=form)})
    assert [told["name"] for told, _ in kept(staff)] == ["图片1"]


def test_a_pdf_becomes_pictures_and_its_script_is_gone(sender: Sender, staff: Officers) -> None:
    given = scan(2, script=True)
    assert b"JavaScript" in given
    sender.send(files={"合同.pdf": given, "a.jpg": photo()})
    found = kept(staff)
    assert [told["name"] for told, _ in found] == ["图片1", "图片2", "图片3"]
    assert not [data for _, data in found if b"JavaScript" in data or CANARY in data]


def test_a_polyglot_keeps_its_pixels_only(sender: Sender, staff: Officers) -> None:
    sender.send(files={"a.jpg": photo() + b"<html><script>canary-7f3a</script>PK\x03\x04"})
    ((_, data),) = kept(staff)
    assert plain_webp_size(data)
    assert CANARY not in data


REFUSED = {
    "图.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "不收 SVG"),
    "网页.html": (b"<!doctype html><html><script>alert(1)</script>", "这是网页"),
    "表.docx": (b"PK\x03\x04[Content_Types].xml", "不收 Word"),
    "坏.jpg": (b"\xff\xd8\xff\xe0" + bytes(100), "图片坏了"),
    "空.jpg": (b"", "是空的"),
    "乱.bin": (bytes(range(200)), "认不出"),
    "片.mp4": (b"\x00\x00\x00\x18ftypisom" + bytes(40), "不收视频"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_cannot_be_kept_is_named_and_the_report_stands(
    sender: Sender, staff: Officers, name: str
) -> None:
    data, sentence = REFUSED[name]
    answer = sender.send(files={name: data, "好.jpg": photo()})
    page = answer.content.decode()
    assert code_in(answer)
    assert name in page
    assert sentence in page
    assert "没收下 1 个" in page
    assert [told["name"] for told, _ in kept(staff)] == ["图片1"]
    assert opening.peek(staff.li, Ticket.objects.get()).report.text == WORDS


def test_a_bomb_is_refused_before_it_goes_off(sender: Sender, staff: Officers) -> None:
    data = bomb()
    assert len(data) < 2_000_000
    answer = sender.send(files={"大.png": data})
    assert code_in(answer)
    assert "图片太大" in answer.content.decode()


def test_a_photo_of_sixty_megabytes_is_left_out_and_the_rest_kept(sender: Sender, staff: Officers) -> None:
    huge = photo() + bytes(60 * 1024**2)
    answer = sender.send(files={"huge.jpg": huge, "small.jpg": photo()}, whom="刘会计")
    page = answer.content.decode()
    assert "huge.jpg" in page
    assert "超过 20 MB" in page
    assert [told["name"] for told, _ in kept(staff)] == ["图片1"]
    assert opening.peek(staff.li, Ticket.objects.get()).report.told["whom"] == "刘会计"


def test_fifty_megabytes_together_and_ten_files(sender: Sender, staff: Officers, settings: Settings) -> None:
    settings.REPORTS_MOST_BYTES = 100_000
    settings.REPORTS_MOST_FILES = 3
    files = {"1.amr": SOUND, "2.amr": SOUND + bytes(99_000), "3.amr": SOUND, "4.amr": SOUND}
    page = sender.send(files=files).content.decode()
    assert "合起来超过" in page
    assert "一次最多 3 个文件" in page
    assert [told["name"] for told, _ in kept(staff)] == ["录音1", "录音2"]


def test_a_recording_is_kept_as_it_came_and_warned_of(sender: Sender, staff: Officers) -> None:
    page = sender.send(files={"老王谈话.amr": SOUND, "a.jpg": photo()}).content.decode()
    found = kept(staff)
    assert [(told["name"], told["type"]) for told, _ in found] == [
        ("图片1", "image/webp"),
        ("录音1", "audio/amr"),
    ]
    assert found[1][1] == SOUND
    assert "可能带着时间和手机型号" in page


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"OggS\x00", "audio/ogg"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom", "audio/mp4"),
        (b"\x00\x00\x00\x1cftypM4B \x00\x00\x00\x00M4B mp42", "audio/mp4"),
        (b"\x00\x00\x00\x1cftypisom\x00\x00\x00\x00M4A mp42", ""),
        (b"\x00\x00\x00\x1cftypmp42\x00\x00\x00\x00M4A mp42", ""),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42", ""),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", ""),
        (b"\xff\xd8\xff\xe0", ""),
        (b"\xff\xfet\x00e\x00", ""),
        (b"", ""),
    ],
)
def test_a_recording_is_known_by_its_first_bytes(head: bytes, media_type: str) -> None:
    assert sounds.sound_of(head) == media_type


def test_a_name_that_turns_round_is_shown_straight(sender: Sender, staff: Officers) -> None:
    answer = sender.send(files={"photo\u202egpj.exe": b"MZ" + bytes(100)})
    page = answer.content.decode()
    assert code_in(answer)
    assert "\u202e" not in page
    assert "photogpj.exe" in page


def test_files_of_a_form_that_is_given_back_are_named(sender: Sender, staff: Officers) -> None:
    page = sender.send("", files={"收据.jpg": photo()}).content.decode()
    assert "要重新选：收据.jpg" in page
    assert not SealedFile.objects.exists()


def test_what_takes_too_long_can_be_added_later(sender: Sender, staff: Officers, settings: Settings) -> None:
    settings.REPORTS_CLEANING_SECONDS = 0
    answer = sender.send(files={"a.jpg": photo()})
    assert "来不及处理了" in answer.content.decode()
    settings.REPORTS_CLEANING_SECONDS = 60
    page = sender.follow(code_in(answer), act="add", files={"a.jpg": photo()}).content.decode()
    assert "收到 1 张图片" in page
    assert len(kept(staff)) == 1


def test_a_resent_form_says_what_is_kept_and_offers_to_add_the_rest(
    sender: Sender, staff: Officers, settings: Settings
) -> None:
    nonce, files = nonces.fresh(), {"a.jpg": photo(), "b.amr": SOUND}
    settings.REPORTS_CLEANING_SECONDS = 0  # A cleaner too busy: neither file is kept.
    code = code_in(sender.send(nonce=nonce, files=files))
    settings.REPORTS_CLEANING_SECONDS = 60
    page = sender.send(nonce=nonce, files=files).content.decode()
    assert "已经收着 0 张图片、0 段录音" in page
    assert "收到 1 张图片" not in page
    assert 'name="act" value="add"' in page
    assert not SealedFile.objects.exists()
    assert "收到 1 张图片" in sender.follow(code, act="add", files=files).content.decode()
    page = sender.send(nonce=nonce, files=files).content.decode()
    assert "已经收着 1 张图片、1 段录音" in page
    assert 'name="act" value="add"' not in page


def test_a_supplement_whose_file_could_not_be_kept_is_sent_again(
    sender: Sender, staff: Officers, settings: Settings
) -> None:
    code, sent = code_in(sender.send()), {"text": "还有一张", "files": {"a.jpg": photo()}}
    settings.REPORTS_CLEANING_SECONDS = 0
    assert "没收下 1 个" in sender.follow(code, act="add", **sent).content.decode()
    settings.REPORTS_CLEANING_SECONDS = 60
    assert "收到 1 张图片" in sender.follow(code, act="add", **sent).content.decode()
    assert len(kept(staff)) == 1
    page = sender.follow(code, act="add", **sent).content.decode()
    assert "没有重复收" in page
    assert "已经收着 1 张图片" in page
    assert len(kept(staff)) == 1


def test_files_rest_sealed_under_a_key_that_is_nowhere_else(settings: Settings) -> None:
    handler = uploads.ReportHandler()
    handler.new_file("files", "a.amr", "audio/amr", None)
    handler.receive_data_chunk(SOUND, 0)
    upload = handler.file_complete(len(SOUND))
    resting = (Path(settings.INCOMING_DIR) / upload.sealed_name).read_bytes()
    assert CANARY not in resting
    assert b"".join(upload.chunks()) == SOUND
    with pytest.raises(DamagedFileError):  # Not even the key of staged files opens it.
        list(incoming.chunks(upload.sealed_name))
    upload.destroy()


def test_the_reporter_sees_what_was_sent(sender: Sender, staff: Officers) -> None:
    code = code_in(sender.send(files={"a.jpg": photo(), "b.amr": SOUND}))
    page = sender.follow(code).content.decode()
    assert 'src="data:image/webp;base64,' in page
    holder = following.hold(code)
    assert holder
    picture, sound = following.read(holder)[0].files
    large = sender.follow(code, act="file", file=picture["id"])
    assert (large["Content-Type"], large["Cache-Control"]) == ("image/webp", "no-store")
    assert large["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert plain_webp_size(large.content) == (600, 800)
    heard = sender.follow(code, act="file", file=sound["id"])
    assert heard["Content-Disposition"].startswith("attachment")
    assert heard.content == SOUND


def test_many_pictures_do_not_weigh_on_the_page(
    sender: Sender, staff: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followup, "MOST_THUMBS", 2)
    code = code_in(sender.send(files={"a.pdf": scan(3)}))
    page = sender.follow(code, act="add", files={"b.jpg": photo()}).content.decode()
    assert page.count("data:image/webp") == 2
    assert page.count('name="file"') == 4


def test_a_file_of_another_report_is_not_given(sender: Sender, staff: Officers) -> None:
    mine, other = code_in(sender.send("我的")), code_in(sender.send("别人的", files={"b.amr": SOUND}))
    assert mine != other
    file = SealedFile.objects.get()
    answer = sender.follow(mine, act="file", file=str(file.pk))
    assert CANARY not in answer.content
    assert "办到哪一步了" in answer.content.decode()


def test_nothing_on_the_disk_can_be_read(sender: Sender, staff: Officers) -> None:
    sender.send(files={"b.amr": SOUND})
    assert CANARY not in path_of(SealedFile.objects.get().pk).read_bytes()
