"""Receives the files of a form sealed: each chunk is encrypted as it arrives, none rests in plain text.

Use `sealed_uploads` on a view; `request.FILES` then holds `SealedUpload`s. What no view takes in is swept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from portal.documents import incoming
from portal.documents.incoming import Incoming

_ZIP = b"PK\x03\x04"


class SealedUpload(UploadedFile):  # type: ignore[type-arg] # takes no argument at run time
    """A file of a form that rests sealed; its bytes come only from `chunks` and `opened`."""

    def __init__(
        self,
        received: Incoming,
        name: str | None,
        content_type: str | None,
        field: str,
        key: bytes | None = None,
    ) -> None:
        """Describe what was received; `key` is the one it was sealed under, where not the usual one."""
        super().__init__(None, name, content_type, received.size)
        self.sealed_name = received.name
        self.sha256 = received.sha256
        self.size: int = received.size
        self.field_name = field
        self._key = key

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Yield the plain bytes."""
        return incoming.chunks(self.sealed_name, self._key)

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """Give a path to the plain file, in memory only."""
        with incoming.opened(self.sealed_name, self._key) as path:
            yield path

    def destroy(self) -> None:
        """Remove it now."""
        incoming.destroy(self.sealed_name)

    def close(self) -> None:
        """Do nothing: there is no open file. Django closes every upload after its request."""


class SealingHandler(FileUploadHandler):
    """Seals every file of a form; leaves out and notes what is too large, and keeps the fields after it."""

    def __init__(
        self, request: HttpRequest | None = None, tables: Iterable[str] = (), key: bytes | None = None
    ) -> None:
        """Start with nothing left out; `too_big` holds (field, file name) pairs.

        `tables` are fields that take a table: their files may be as large as tables may be. `key` seals
        the files instead of the one that staged files share.
        """
        super().__init__(request)
        self._key = key
        self._tables = frozenset(tables)
        self.too_big: list[tuple[str, str]] = []
        self._receiving: Incoming | None = None
        self._most = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a sealed file."""
        super().new_file(*args, **kwargs)
        self._receiving = Incoming(self._key)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seal a chunk; nobody after us sees it."""
        file = self._begun()
        if not file.size:
            is_table = self.field_name in self._tables
            self._most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE if is_table else self.most(raw_data)
        if file.size + len(raw_data) > self._most:
            self.too_big.append((self.field_name or "", self.file_name or ""))
            file.close()
            raise SkipFile
        file.write(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload:
        """Finish the sealed file."""
        received = self._begun().finish()
        return SealedUpload(received, self.file_name, self.content_type, self.field_name or "", self._key)

    def most(self, head: bytes) -> int:
        """Return how large a file that begins so may be."""
        return _most(head)

    def _begun(self) -> Incoming:
        assert self._receiving is not None  # noqa: S101 # Django calls new_file first
        return self._receiving

    def upload_interrupted(self) -> None:
        """Remove the half that came before the connection broke."""
        self.close()

    def close(self) -> None:
        """Remove a file that never came to its end; whole ones stay."""
        if self._receiving is not None:
            self._receiving.close()


def _most(head: bytes) -> int:
    """Return how large a file may be: by its first bytes, not by its name."""
    most: int = settings.DOCUMENTS_MOST_BYTES
    if head.startswith(_ZIP):
        most = settings.DOCUMENTS_MOST_ZIP_BYTES
    return most


def too_big(request: HttpRequest) -> list[tuple[str, str]]:
    """Return field and name of each file that was left out of a form because of its size."""
    handlers = [one for one in request.upload_handlers if isinstance(one, SealingHandler)]
    return [left_out for handler in handlers for left_out in handler.too_big]


def forget_uploads(request: HttpRequest) -> None:
    """Destroy every sealed file of a form that was not taken in."""
    for _, files in request.FILES.lists():
        for file in files:
            if isinstance(file, SealedUpload):
                file.destroy()


def sealed_uploads(
    view: Callable[..., HttpResponseBase], *, tables: Iterable[str] = ()
) -> Callable[..., HttpResponseBase]:
    """Receive this view's files sealed; the usual CSRF check would read the form before we could say so."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        handler = SealingHandler(request, tables)
        request.upload_handlers = [handler]
        try:
            return protected(request, *args, **kwargs)
        finally:
            handler.close()

    return received
