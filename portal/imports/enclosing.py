"""Documents given beside a table: which rows name them, whether they can be taken in, which rows get them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection

from portal.documents.given import GivenFiles, UnreadableZipError
from portal.documents.loads import clean_given
from portal.documents.models import Document
from portal.documents.picked import Picked, PickedMembers
from portal.documents.words import Refusal
from portal.imports.origins import standing_rows
from portal.imports.plan import LISTED_ERRORS, Built
from portal.imports.reading.errors import FileError, RowError, harmless
from portal.imports.request import LoadRequest, RefusedError
from portal.releases.actions.attachments import Named, carry_over, put_behind
from portal.releases.models import Attachment, Release
from portal.releases.registry import Disclosure, NamedFile, kind
from portal.vault.sealed import DamagedFileError

Progress = Callable[[int], None]
# (sheet, row, field, name) of every file that a row names.
Names = Iterable[tuple[str, int, str, str]]
_LISTED = 5
_AT_ONCE = 1000


def with_documents(
    request: LoadRequest, files: Path | Sequence[Picked], named: Names, *, now: datetime, progress: Progress
) -> tuple[LoadRequest, list[str]]:
    """Take in the files that rows name; return the request with the documents, and remarks on the rest.

    Call it outside a transaction: documents are kept as they become ready, and an interrupted load finds
    them again. `files` is a folder, a zip, or what was picked in a form; `progress` is told how many files
    are done.

    Raises:
        FileError: the folder or zip cannot be read. RefusedError: files cannot be taken in, row by row.
    """
    disclosure = kind(request.kind)
    if not disclosure.files:
        raise FileError(f"“{disclosure.title}”没有附件这一列，不用交文件。")
    rows = list(named)
    with _opened(files) as given:
        meant = {name: given.find(name) or name for *_, name in rows}
        known = set(given.names) | set(given.problems)
        here = {name: actual for name, actual in meant.items() if actual in known}
        outcomes = clean_given(
            given,
            here.values(),
            county=request.body.region.county_code,
            by=request.by,
            now=now,
            processes=max(request.processes, 1),
            progress=progress,
        )
        unused = sorted(set(given.names) - set(meant.values()))
    ready: dict[str, Document] = {}
    refused: dict[str, Refusal] = {}
    for name, actual in here.items():
        outcome = outcomes[actual]
        if isinstance(outcome, Refusal):
            refused[name] = outcome
        else:
            ready[name] = outcome
    if refused:
        raise RefusedError(_refused(disclosure, rows, refused), [])
    remarks = _remarks([name for *_, name in rows if name not in here], unused, known=_standing(request))
    return replace(request, documents=ready), list(remarks)


def _opened(files: Path | Sequence[Picked]) -> GivenFiles:
    try:
        if isinstance(files, Path):
            return GivenFiles.open(files)
        return _among(files)
    except UnreadableZipError as error:
        raise FileError(str(error)) from error
    except OSError as error:
        raise FileError("打不开放票据的文件夹或压缩包，请核对路径。") from error


def _among(files: Sequence[Picked]) -> GivenFiles:
    try:
        return GivenFiles.among(PickedMembers(files))
    except (FileNotFoundError, DamagedFileError) as error:
        raise FileError("收到的压缩包丢了或坏了。请再交一次。") from error


def _standing(request: LoadRequest) -> set[str]:
    """Return the files that are behind the public rows already, where some are corrected."""
    if request.corrects is None:
        return set()
    rows = standing_rows((request.corrects.corrects or request.corrects).pk)
    found = Attachment.objects.filter(row_id__in=rows.order_by().values("pk"))
    return set(found.values_list("name", flat=True))


def _refused(disclosure: Disclosure, rows: Names, refused: Mapping[str, Refusal]) -> Built:
    """Return an error for every row that names a file which cannot be taken in."""
    built = Built()
    for sheet, number, field, name in rows:
        if name not in refused:
            continue
        built.error_count += 1
        if len(built.errors) < LISTED_ERRORS:
            header = disclosure.column(field).header
            built.errors.append(RowError(sheet, number, header, harmless(name), str(refused[name])))
    built.wrong_rows = len({(error.sheet, error.row) for error in built.errors})
    return built


def _remarks(missing: Iterable[str], unused: Sequence[str], *, known: Collection[str]) -> Iterable[str]:
    lost = [name for name in dict.fromkeys(missing) if name not in known]
    if lost:
        yield f"表里写了、没有交来的文件有 {len(lost)} 个：{_listed(lost)}。可以在草稿里补。"
    if unused:
        yield f"交来了、表里没有写的文件有 {len(unused)} 个，没有收：{_listed(unused)}。"


def _listed(names: Sequence[str]) -> str:
    return "、".join(map(harmless, names[:_LISTED])) + (" 等" if len(names) > _LISTED else "")


def put_documents(
    disclosure: Disclosure,
    releases: Sequence[Release],
    documents: Mapping[str, Document],
    replaced: Sequence[tuple[UUID, UUID | None]],
) -> None:
    """Put documents behind the rows just loaded that name them; new versions keep what they still name."""
    following = {old: new for old, new in replaced if new is not None}
    for release in releases:
        if following:
            carry_over(release, following, without=_dropped(disclosure, following))
        if documents:
            _put_given(disclosure, release, documents)


def _put_given(disclosure: Disclosure, release: Release, documents: Mapping[str, Document]) -> None:
    found: dict[UUID, list[Named]] = {}
    for row_id, names in _named(disclosure, "release_id = %s", [release.pk]):
        mine = [Named(one.name, documents[one.name], one.caption) for one in names if one.name in documents]
        if mine:
            found[row_id] = mine
        if len(found) >= _AT_ONCE:
            put_behind(release, found)
            found = {}
    put_behind(release, found)


def _dropped(disclosure: Disclosure, following: Mapping[UUID, UUID]) -> set[tuple[UUID, str]]:
    """Return (old row, name) of the files that an old version names and its new one does not."""
    told = dict(_named(disclosure, "id = ANY (%s)", [[*following, *following.values()]]))
    names = {row_id: {one.name for one in files} for row_id, files in told.items()}
    return {
        (old, name)
        for old, new in following.items()
        for name in names.get(old, set()) - names.get(new, set())
    }


def _named(
    disclosure: Disclosure, condition: str, told: Sequence[UUID | list[UUID]]
) -> list[tuple[UUID, list[NamedFile]]]:
    """Return the files that rows name, in the order of the rows."""
    quote = connection.ops.quote_name
    fields = [quote(field) for field in disclosure.files]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {', '.join(fields)} "  # noqa: S608 # declared names
            f"FROM {quote(disclosure.model._meta.db_table)} "
            f"WHERE {condition} AND concat({', '.join(fields)}) <> '' ORDER BY position, id",
            told,
        )
        return [(row_id, disclosure.files_in(cells)) for row_id, *cells in cursor.fetchall()]
