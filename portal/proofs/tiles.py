"""C2SP tlog-tiles and the proofs made from them: addresses for programs, not for people."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from portal.log import reading
from portal.proofs import answers
from portal.record import tiles
from portal.record.hashing import HASH_BYTES
from portal.releases import leaves
from portal.releases.models import Release
from portal.releases.verification.published import PUBLIC

_GROUP = 4096


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Give the newest signed checkpoint."""
    newest = reading.newest()
    return answers.for_now(reading.full_note(newest)) if newest else answers.missing()


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """Give one tile of hashes or entries, full or of a width that was signed."""
    wanted = tiles.address(path)
    data = reading.tile(wanted) if wanted else None
    return answers.missing() if data is None else answers.for_ever(data)


@require_safe
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """Give the tlog-proof of one entry under the newest checkpoint."""
    text = reading.proof(index)
    return answers.missing() if text is None else answers.for_now(text)


@require_safe
def consistency(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """Give the proof that the log of one size grew into that of another: one hash a line."""
    newest = reading.newest()
    if newest is None or not 0 <= old <= new <= newest.size:
        return answers.missing()
    lines = "".join(f"{b64encode(node).decode()}\n" for node in reading.consistency(old, new))
    return answers.for_ever(lines.encode(), answers.TEXT)


@require_safe
def leaf_hashes(request: HttpRequest, release: UUID) -> HttpResponseBase:
    """Give the leaf hashes of a release in order, 32 bytes each: its root without a single value."""
    found = Release.objects.filter(pk=release, state__in=PUBLIC).first()
    if found is None:
        return answers.missing()
    size = leaves.size_of(found)
    answer = StreamingHttpResponse(_streamed(found), content_type="application/octet-stream")
    answer["Content-Length"] = str(size * HASH_BYTES)
    answer["Cache-Control"] = answers.FOR_EVER
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _streamed(release: Release) -> Iterator[bytes]:
    with transaction.atomic():
        group = []
        for leaf in leaves.of_release(release):
            group.append(leaf.hash)
            if len(group) == _GROUP:
                yield b"".join(group)
                group = []
        yield b"".join(group)
