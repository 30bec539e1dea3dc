"""Cleans the files given beside a table: several children at a time, each document committed when ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from portal.documents.actions import find_again
from portal.documents.given import GivenFileError, GivenFiles
from portal.documents.making import Made, in_memory, make, too_big
from portal.documents.memory import InMemory, TooBigError
from portal.documents.models import Document, DocumentState, Page
from portal.documents.words import Refusal
from portal.people.models import User

_READ = 1 << 16
Outcome = Document | Refusal


@dataclass
class _Making:
    """A file in its child; `names` are all that have these very bytes."""

    file: InMemory
    names: list[str]
    document_id: UUID = field(default_factory=uuid7)


def clean_given(
    files: GivenFiles,
    names: Iterable[str],
    *,
    county: str,
    by: User | None,
    now: datetime,
    processes: int,
    progress: Callable[[int], None] = lambda done: None,
) -> dict[str, Outcome]:
    """Return the ready document, or the refusal, of each named file.

    Call it outside a transaction: each document is committed when it is ready, so that an
    interrupted load finds it again. `processes` children clean at a time, and at most twice as many files
    are in memory.
    `progress` is told after each file how many are done. Equal bytes are cleaned once.

    Raises:
        OSError: the disk is full, or a child could not be started; what is finished stays.
    """
    load = _Load(county=county, by=by, now=now, progress=progress)
    pool = ThreadPoolExecutor(processes, thread_name_prefix="cleaning")
    try:
        for name in dict.fromkeys(names):
            while len(load.running) >= 2 * processes:
                load.collect()
            load.begin(files, name, pool)
        while load.running:
            load.collect()
    finally:
        pool.shutdown(cancel_futures=True)
        load.close()
    return load.outcomes


@dataclass
class _Load:
    """One call of `clean_given`: threads wait for children, this thread alone speaks to the database."""

    county: str
    by: User | None
    now: datetime
    progress: Callable[[int], None]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    running: dict[Future[Made | Refusal], _Making] = field(default_factory=dict)

    def begin(self, files: GivenFiles, name: str, pool: ThreadPoolExecutor) -> None:
        """Send a file to a child, unless there is nothing to clean."""
        file = _read(files, name)
        if isinstance(file, Refusal):
            self._finish([name], file)
            return
        twin = next((one for one in self.running.values() if one.file.sha256 == file.sha256), None)
        known = None if twin else find_again(self.county, file.sha256, now=self.now)
        if twin or known:
            file.close()
        if twin:
            twin.names.append(name)
        elif known:
            self._finish([name], known)
        else:
            making = _Making(file, [name])
            self.running[pool.submit(make, file, making.document_id)] = making

    def collect(self) -> None:
        """Wait for at least one child, and commit what came of it."""
        done, _ = wait(self.running, return_when=FIRST_COMPLETED)
        for future in done:
            making = self.running.pop(future)
            with making.file as file:
                made = future.result()
                self._finish(
                    making.names, made if isinstance(made, Refusal) else self._kept(made, making, file)
                )

    def close(self) -> None:
        """Forget the files of an interrupted load."""
        for making in self.running.values():
            making.file.close()

    @transaction.atomic
    def _kept(self, made: Made, making: _Making, file: InMemory) -> Document:
        media_type, pages = made
        document = Document.objects.create(
            pk=making.document_id,
            county=self.county,
            state=DocumentState.READY,
            original_sha256=file.sha256,
            media_type=media_type,
            size=file.size,
            page_count=len(pages),
            queued_at=self.now,
            created_by=self.by,
            created_at=self.now,
        )
        Page.objects.bulk_create(pages)
        return document

    def _finish(self, names: list[str], outcome: Outcome) -> None:
        for name in names:
            self.outcomes[name] = outcome
        self.progress(len(self.outcomes))


def _read(files: GivenFiles, name: str) -> InMemory | Refusal:
    """Read one given file into memory, or say why it cannot be had."""
    if problem := files.problem(name):
        return Refusal(problem)
    try:
        with files.open_file(name) as stream:
            chunks: Iterator[bytes] = iter(partial(stream.read, _READ), b"")
            return in_memory(chunks)
    except GivenFileError as error:
        return Refusal(str(error))
    except TooBigError:
        return too_big()
