"""A form's files are sealed chunk by chunk; what is too large is left out, the fields after it are not."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from portal.documents.actions import take_in
from portal.documents.given import GivenFiles
from portal.documents.receiving import SealedUpload, SealingHandler, sealed_uploads, too_big
from tests.portal.documents.samples import CANARY, COUNTY, photo
from tests.portal.documents.test_given import packed

BOUNDARY = "----boundary"


def body(*parts: tuple[str, str | None, bytes], closed: bool = True) -> bytes:
    """Return a multipart form; each part is a field, a file name or None, and its bytes."""
    made = b""
    for field, name, data in parts:
        file = f'; filename="{name}"\r\nContent-Type: image/jpeg' if name else ""
        made += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"{file}\r\n\r\n'.encode()
        made += data + b"\r\n"
    return made + (f"--{BOUNDARY}--\r\n".encode() if closed else b"")


def plain_request(content: bytes, *, checked: bool = False) -> Any:
    """Return a request before anybody chose a handler; the factory switches its CSRF check off."""
    made = RequestFactory().post("/", content, content_type=f"multipart/form-data; boundary={BOUNDARY}")
    made._dont_enforce_csrf_checks = not checked  # type: ignore[attr-defined] # Django's own switch
    return made


def request(content: bytes) -> HttpRequest:
    made: HttpRequest = plain_request(content)
    made.upload_handlers = [SealingHandler(made)]
    return made


def upload(asked: HttpRequest, field: str = "photo") -> SealedUpload:
    file = asked.FILES[field]
    assert isinstance(file, SealedUpload)
    return file


def files() -> list[Path]:
    folder = Path(django_settings.INCOMING_DIR)
    return [path for path in folder.iterdir() if path.is_file()] if folder.exists() else []


def test_a_file_arrives_sealed() -> None:
    data = photo(comment=CANARY)
    received = upload(request(body(("photo", "凭证.jpg", data))))
    assert (received.size, received.sha256, received.name) == (len(data), sha256(data).digest(), "凭证.jpg")
    assert b"".join(received.chunks()) == data
    (path,) = files()
    assert CANARY.encode() not in path.read_bytes()


def test_a_zip_is_opened_in_memory() -> None:
    received = upload(request(body(("photo", "a.zip", packed({"001.jpg": b"photo"}).getvalue()))))
    with received.opened() as path, GivenFiles.open(path) as given:
        assert given.names == ["001.jpg"]


def test_what_is_too_large_is_left_out_and_the_rest_survives(settings: Any) -> None:
    settings.DOCUMENTS_MOST_BYTES, settings.DOCUMENTS_MOST_ZIP_BYTES = 200_000, 400_000
    asked = request(
        body(
            ("before", None, b"1"),
            ("large", "large.jpg", bytes(300_000)),
            ("zip", "a.jpg", b"PK\x03\x04" + bytes(300_000)),
            ("photo", "a.jpg", photo()),
            ("huge", "a.zip", b"PK\x03\x04" + bytes(500_000)),
            ("after", None, "后面".encode()),
        )
    )
    assert (asked.POST["before"], asked.POST["after"]) == ("1", "后面")
    assert set(asked.FILES) == {"zip", "photo"}
    assert too_big(asked) == [("large", "large.jpg"), ("huge", "a.zip")]
    assert len(files()) == 2


def test_a_connection_that_breaks_leaves_nothing() -> None:
    whole = body(("text", None, b"kept"), ("photo", "a.jpg", bytes(500_000)))

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            chunk = super().read(size)
            if self.tell() > 300_000:
                raise OSError("connection lost")
            return chunk

    asked = plain_request(whole)
    asked._stream = Broken(whole)
    with pytest.raises(OSError, match="connection lost"):
        sealed_uploads(lambda asked: HttpResponse(asked.POST["text"]))(asked)
    assert files() == []


def test_a_form_that_ends_too_early_keeps_its_words() -> None:
    asked = request(body(("text", None, b"kept"), ("photo", "a.jpg", bytes(500_000)))[:300_000])
    assert (asked.POST["text"], len(asked.FILES), files()) == ("kept", 0, [])


def test_an_empty_file_is_an_empty_file() -> None:
    assert upload(request(body(("photo", "a.jpg", b"")))).size == 0


@pytest.mark.django_db
def test_a_received_file_is_taken_in_without_being_opened() -> None:
    received = upload(request(body(("photo", "a.jpg", photo()))))
    document = take_in(received, county=COUNTY, by=None, now=timezone.now())
    assert (document.state, document.sealed_name, document.size) == (
        "waiting",
        received.sealed_name,
        len(photo()),
    )


@pytest.mark.django_db
def test_a_zip_is_no_single_file(settings: Any) -> None:
    settings.DOCUMENTS_MOST_BYTES = 1000
    received = upload(request(body(("photo", "a.zip", b"PK\x03\x04" + bytes(2000)))))
    assert take_in(received, county=COUNTY, by=None, now=timezone.now()).state == "refused"
    assert files() == []


def test_a_view_receives_sealed_and_keeps_its_csrf_check() -> None:
    @sealed_uploads
    def view(asked: HttpRequest) -> HttpResponse:
        return HttpResponse(type(asked.FILES["photo"]).__name__)

    content = body(("photo", "a.jpg", photo()))
    assert view(plain_request(content, checked=True)).status_code == 403
    assert view(plain_request(content)).content == b"SealedUpload"  # type: ignore[attr-defined] # HttpResponse
    assert view.csrf_exempt  # type: ignore[attr-defined] # the middleware leaves it to the view
