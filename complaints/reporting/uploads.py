"""Files of a report: sealed while they arrive, made anew from their pixels, named 图片1 and 录音1.

The key they are sealed under lives in this process's memory only: what a crash leaves on the disk opens for
nobody. A file that cannot be kept is named with the reason, and the rest of the report is kept.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from complaints.reporting.answers import TOO_LARGE, UNAVAILABLE, unread
from complaints.reporting.bodies import Arriving, FullError, TooLargeError
from complaints.reporting.sounds import sound_of
from complaints.sealing.pieces import File
from portal.documents import limited, store
from portal.documents.cleaning.causes import Cause
from portal.documents.filenames import base_name, shown
from portal.documents.limited import Caused, Cleaned
from portal.documents.memory import InMemory, TooBigError
from portal.documents.receiving import SealedUpload, SealingHandler, forget_uploads
from portal.documents.words import sentence

FIELD = "files"
PICTURE, SOUND = "图片", "录音"
# Small pictures of so many are kept with the words; of further ones the name is enough.
MOST_THUMBS = 12
_KEY = secrets.token_bytes(32)
_HEAD = 64
_PAGES = "PDF 有 {count} 页，一份最多 {most} 页。请拆成几份。"
_TOO_LARGE = "照片、录音合起来最多 {most} MB。请退回上一页，少选几个再交；交完还可以补。"
_FULL = "现在交的人太多。请退回上一页，过 1 分钟再交。不带照片、录音，更容易交上，过后再补。"
_LATE = "来不及处理了。交完以后，在“查我的举报”里再补。"
_BUSY = "现在处理不了。交完以后，在“查我的举报”里再补。"


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A file that was not kept, as its owner called it, and why."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Taken:
    """What became of the files of a form; `digests` are of the files as they came."""

    files: tuple[File, ...] = ()
    refused: tuple[Refused, ...] = ()
    digests: tuple[str, ...] = ()

    @property
    def pictures(self) -> int:
        """How many pictures were kept."""
        return sum(file.media_type == store.MEDIA_TYPE for file in self.files)

    @property
    def sounds(self) -> int:
        """How many recordings were kept."""
        return len(self.files) - self.pictures


class ReportHandler(SealingHandler):
    """Seals the files of a report; leaves out and names what is one too many, too large, or too much."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Start with nothing received."""
        super().__init__(request, key=_KEY)
        self.left_out: list[Refused] = []
        self._count = self._whole = 0

    def most(self, head: bytes) -> int:
        """Return how large a file may be, whatever it is."""
        most: int = settings.REPORTS_MOST_FILE_BYTES
        return most

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, unless there are enough."""
        super().new_file(*args, **kwargs)
        self._count += 1
        if self._count > settings.REPORTS_MOST_FILES:
            self._leave_out(f"一次最多 {settings.REPORTS_MOST_FILES} 个文件。")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seal a chunk while there is room for it."""
        before = len(self.too_big)
        if self._whole + start + len(raw_data) > settings.REPORTS_MOST_BYTES:
            self._leave_out(f"合起来超过 {settings.REPORTS_MOST_BYTES >> 20} MB 了。")
        try:
            super().receive_data_chunk(raw_data, start)
        except SkipFile:
            if len(self.too_big) > before:
                most = settings.REPORTS_MOST_FILE_BYTES >> 20
                self._name(f"超过 {most} MB 了。照片请改小一点，录音请分段。")
            raise

    def file_complete(self, file_size: int) -> SealedUpload:
        """Finish a file."""
        self._whole += file_size
        return super().file_complete(file_size)

    def _leave_out(self, reason: str) -> None:
        self.close()
        self._name(reason)
        raise SkipFile

    def _name(self, reason: str) -> None:
        self.left_out.append(Refused(name=called(self.file_name), reason=reason))


def sealing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Receive a view's files sealed, and destroy them when it has answered; a form too many is not read.

    No CSRF token: it needs a cookie, and nobody gets one here before signing in. The form's signed nonce,
    or the code in the body, stands in for it.
    """

    @csrf_exempt
    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        handler = ReportHandler(request)
        request.upload_handlers = [handler]
        try:
            body = Arriving(request) if request.method == "POST" else None
        except TooLargeError:
            return unread(
                request, _TOO_LARGE.format(most=settings.REPORTS_MOST_BYTES >> 20), status=TOO_LARGE
            )
        except FullError:
            return unread(request, _FULL, status=UNAVAILABLE)
        try:
            return view(request, *args, **kwargs)
        finally:
            if body:
                body.close()
            handler.close()
            if _is_read(request):
                forget_uploads(request)

    return received


def _is_read(request: HttpRequest) -> bool:
    """Return whether the form was read to its end: asking for its files would read it, and fail again."""
    return hasattr(request, "_files")


def take(request: HttpRequest, *, clock: Callable[[], float] = time.monotonic) -> Taken:
    """Clean every file of a form, one after the other."""
    uploads = [one for one in request.FILES.getlist(FIELD) if isinstance(one, SealedUpload)]
    making = _Making()
    until = clock() + settings.REPORTS_CLEANING_SECONDS
    for upload in uploads:
        making.add(upload, is_late=clock() >= until)
    left_out = [
        refused
        for handler in request.upload_handlers
        if isinstance(handler, ReportHandler)
        for refused in handler.left_out
    ]
    return Taken(
        files=tuple(making.files),
        refused=(*left_out, *making.refused),
        digests=tuple(upload.sha256.hex() for upload in uploads),
    )


def names(request: HttpRequest) -> list[str]:
    """Return what the files of a form were called, for a form that must be sent again."""
    if not _is_read(request):
        return []
    return [called(one.name) for one in request.FILES.getlist(FIELD)]


def called(name: str | None) -> str:
    """Return a file's name as it can be shown, without marks that turn it round."""
    return shown(base_name(name or ""))


@dataclass
class _Making:
    """Pictures and recordings in the order they came, numbered each for themselves."""

    files: list[File] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    _pictures: int = 0
    _sounds: int = 0

    def add(self, upload: SealedUpload, *, is_late: bool) -> None:
        made = _LATE if is_late else _made(upload)
        if isinstance(made, str):
            self.refused.append(Refused(name=called(upload.name), reason=made))
        elif isinstance(made, Cleaned):
            self._add_pictures(made)
        else:
            self._sounds += 1
            media_type, data = made
            self.files.append(File(name=f"{SOUND}{self._sounds}", media_type=media_type, data=data))

    def _add_pictures(self, made: Cleaned) -> None:
        for page in made.pages:
            self._pictures += 1
            self.files.append(
                File(
                    name=f"{PICTURE}{self._pictures}",
                    media_type=store.MEDIA_TYPE,
                    data=page.full.data,
                    thumb=page.thumb.data if self._pictures <= MOST_THUMBS else b"",
                )
            )


def _made(upload: SealedUpload) -> Cleaned | tuple[str, bytes] | str:
    """Return clean pictures, a recording as it came with its media type, or the reason for neither."""
    most = settings.REPORTS_MOST_FILE_BYTES
    try:
        if media_type := sound_of(_first(upload.chunks())):
            return media_type, b"".join(upload.chunks())
        with InMemory(upload.chunks(), most=most, pages=settings.DOCUMENTS_MOST_PAGES) as file:
            made = limited.clean(file)
    except TooBigError:
        return sentence(Cause.TOO_BIG, {"most": most >> 20})
    except OSError:
        return _BUSY
    if isinstance(made, Caused):
        if made.cause == Cause.PDF_PAGES:
            return _PAGES.format(count=made.numbers.get("count", ""), most=settings.DOCUMENTS_MOST_PAGES)
        return sentence(made.cause, made.numbers)
    return made


def _first(chunks: Iterable[bytes]) -> bytes:
    return next(iter(chunks), b"")[:_HEAD]
