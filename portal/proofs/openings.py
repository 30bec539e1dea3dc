"""The opening of a row: its public values, the salts that show they were committed to, the whole proof."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from portal.catalogue.models import NamesPolicy
from portal.log import reading
from portal.pages.errors import MissingError
from portal.record.leaves import leaf_of
from portal.record.notes import proof_text
from portal.releases import registry
from portal.releases.committed import Committed, name_of
from portal.releases.models import Replaced, State
from portal.releases.proving import RowProof, UnprovenError, prove
from portal.releases.registry import Disclosure

_SHOWN = ("what", "who")


@require_safe
def opening(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Give the opening of a public row as JSON."""
    disclosure = registry.get(kind)
    row = public_row(disclosure, pk) if disclosure else None
    if disclosure is None or row is None:
        raise MissingError("没有这一笔", line="可能抄错了，或者已经撤下。")
    try:
        proof = prove(disclosure, row)
    except UnprovenError as error:
        raise MissingError("这一笔现在核对不上", line="请把这个网址告诉县纪委。") from error
    answer = JsonResponse(
        told(disclosure, row, proof), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Cache-Control"] = "no-cache"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def public_row(disclosure: Disclosure, pk: UUID) -> Any:  # Any: a row of any kind
    """Return a row whose values anybody may see; an older version stays open, a line taken away does not."""
    rows = disclosure.model._default_manager.select_related("release", "region")
    row = rows.filter(pk=pk, release__state=State.PUBLISHED).first()
    if row is None or row.release.names == NamesPolicy.HIDDEN:
        return None
    versions = disclosure.model._default_manager.filter(first_id=row.first_id).values("pk")
    is_gone = Replaced.objects.filter(row_id__in=versions, by_row_id__isnull=True).exists()
    return None if is_gone else row


def told(disclosure: Disclosure, row: Any, proof: RowProof) -> dict[str, Any]:
    """Return the opening of a row: public values and what shows that they were committed to and logged.

    Whether anybody may see the row today is the caller's to know: a sealed report keeps the opening of one
    that was corrected or withdrawn after its page was read.
    """
    values, digests = proof.values, proof.values.all_digests()
    shown = [group for group in _SHOWN if group in values.salts and _is_public(disclosure, values, group)]
    place = proof.place
    return {
        "kind": disclosure.code,
        "id": str(row.pk),
        "version": str(row.version),
        "values": {group: values.values[group] for group in shown},
        "salts": {group: values.salts[group].hex() for group in shown},
        "digests": {group: digest for group, digest in digests.items() if group not in shown},
        "leaf": leaf_of(name_of(disclosure, row), digests)[0].decode(),
        "leaf_hash": proof.leaf.hex(),
        "release": {
            "id": str(row.release.pk),
            "index": str(proof.path.index),
            "size": str(proof.path.size),
            "path": [node.hex() for node in proof.path.hashes],
        },
        "log_index": str(place.index),
        "entry": place.entry.decode(),
        "tlog_proof": (
            proof_text(place.index, place.path, reading.full_note(place.checkpoint))
            if place.checkpoint
            else ""
        ),
    }


def _is_public(disclosure: Disclosure, values: Committed, group: str) -> bool:
    """Say whether every value of a group stands on the row's page; else only its digest is given."""
    if group == "who" and values.is_narrowed:
        return False
    secret = {column.field for column in disclosure.columns if not column.public}
    return not secret & set(values.values[group])
