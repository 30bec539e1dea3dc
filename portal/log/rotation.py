"""Change of the signing key: both keys sign for a while, and the log itself names the change."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import orjson
from django.db import transaction

from portal.log import appending, keyfile
from portal.log.models import Leaf
from portal.record.notes import Signer

OVERLAP = timedelta(days=90)


class RotationError(Exception):
    """The key cannot be changed now; the text says why."""


def begin(path: Path, *, at: datetime) -> Signer:
    """Make a further key, name it in the log under the old one, and let both sign.

    The key is written to a file of its own first, so that a crash leaves neither a key that the log
    never named nor a name without its key.

    Raises:
        RotationError: two keys sign already.
    """
    present = keyfile.load(path)
    if len(present) > 1:
        raise RotationError("正在换密钥，两把都在签。先运行 log rotate --finish。")
    waiting = path.with_suffix(".next")
    keyfile.make_missing(waiting, present[0].name)
    (fresh,) = keyfile.load(waiting)
    _tell("add", fresh.vkey, at)
    keyfile.add(path, fresh)
    waiting.unlink(missing_ok=True)
    return fresh


def finish(path: Path, *, at: datetime, early: bool = False) -> str:
    """Retire the older of two keys and return its public half.

    The leaf that says so is appended first, so that a crash in between can be repeated.

    Raises:
        RotationError: only one key signs, or the 90 days are not over (`early` for a key that leaked).
    """
    present = keyfile.load(path)
    if len(present) == 1:
        raise RotationError("只有一把密钥，没有要停用的。")
    old, new = present[0], present[-1]
    began = _named_at("add", new.vkey)
    if not early and (began is None or at < began + OVERLAP):
        raise RotationError("两把密钥要一起签满 90 天。密钥泄露时可加 --early。")
    _tell("retire", old.vkey, at)
    keyfile.drop(path, old.vkey)
    return old.vkey


@transaction.atomic
def _tell(act: str, vkey: str, at: datetime) -> None:
    """Append a key leaf unless the log has it already."""
    if _named_at(act, vkey) is None:
        appending.append({"t": "key", "act": act, "vkey": vkey, "at": appending.moment(at)})


def _named_at(act: str, vkey: str) -> datetime | None:
    for entry in Leaf.objects.filter(kind="key").values_list("entry", flat=True):
        told = orjson.loads(bytes(entry))
        if told["act"] == act and told["vkey"] == vkey:
            return datetime.fromisoformat(told["at"])
    return None
