"""Do again, on a restored database, what was taken away by law since the backup was made.

The log is never told twice: an act's own entry is appended, byte for byte, where it is the next one; where
others are missing before it, the values go all the same, and the entry waits for the repair of the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection, connections, transaction

from portal.backups.ledger import Act
from portal.log import reading
from portal.log.models import Leaf
from portal.people.models import User
from portal.record.leaves import canonical
from portal.releases.actions import erasure, narrowing
from portal.releases.models import Erasure, NamesOrder, NamesShown, Narrowing, Release, State

_PUBLIC = (State.PUBLISHED, State.WITHDRAWN)


@dataclass
class Replayed:
    """What was done again: how many acts, which entries wait for the log's repair, what needs a person."""

    done: int = 0
    waiting: list[int] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def replay(acts: Iterable[Act]) -> Replayed:
    """Do again every act that the database does not have yet, in the order of the log."""
    result = Replayed()
    with _without_their_lines():
        for act in {act["key"]: act for act in acts}.values():
            with transaction.atomic():
                _replay(act, result)
    return result


@contextmanager
def _without_their_lines() -> Iterator[None]:
    """Let names be narrowed though the log cannot say so yet; nobody else is here (`restoring`)."""
    _switch("DISABLE")
    try:
        yield
    finally:
        _switch("ENABLE")


def _switch(word: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE releases_narrowing {word} TRIGGER narrowing_is_logged")


def _replay(act: Act, result: Replayed) -> None:
    release = Release.objects.select_for_update(of=("self",)).filter(pk=act["release"]).first()
    if release is None:
        return  # published after the backup: nothing of it is here
    if release.state not in _PUBLIC:
        result.remarks.append(
            f"批次 {release.pk} 在备份里还没有公开，里面有后来依法删除的内容。请作废这份草稿，不要再公开它。"
        )
        return
    do = _erase if act["key"].startswith("erase ") else _narrow
    entry = do(act, release)
    if entry is None:
        return
    result.done += 1
    if not _append(act, entry):
        result.waiting.append(act["index"])


def _append(act: Act, entry: dict[str, str]) -> bool:
    """Append an act's entry where it is the very next one; say whether the log has it now."""
    told = canonical({"v": "1", **entry})
    if reading.head_size() != act["index"] or told.decode() != act["entry"]:
        return Leaf.objects.filter(idx=act["index"], entry=act["entry"].encode()).exists()
    with connection.cursor() as cursor:
        # Past `append`: the signer may have refused the restored log, and this is its repair.
        cursor.execute("SELECT log_append(%s)", [told])
    return True


def _erase(act: Act, release: Release) -> dict[str, str] | None:
    there = Erasure.objects.select_for_update().filter(pk=act["id"]).first()
    if there is not None and there.decided_at is not None:
        return None
    if there is None:
        there = Erasure(
            id=UUID(act["id"]),
            release=release,
            rows=[UUID(row) for row in act["rows"]],
            groups=act["groups"],
            documents=[UUID(one) for one in act["documents"]],
            ground=act["ground"],
            asked_by=_person(act["asked_by"]),
            asked_at=datetime.fromisoformat(act["asked_at"]),
        )
    there.decided_by = _person(act["decided_by"])
    there.decided_at = datetime.fromisoformat(act["decided_at"])
    there.save()
    return erasure.carry_out(there, release)


def _narrow(act: Act, release: Release) -> dict[str, str] | None:
    after = NamesShown(act["after"])
    if after.rank <= NamesShown(release.names).rank:
        return None
    again = Narrowing(
        cause=act["cause"],
        order=_order(act["order"]) if act["order"] else None,
        reason=act["reason"],
        after=after,
        from_on=date.fromisoformat(act["from_on"]),
        at=datetime.fromisoformat(act["at"]),
    )
    return narrowing.carry_out(release, again)


def _order(told: Act) -> NamesOrder:
    there = NamesOrder.objects.select_for_update().filter(pk=told["id"]).first()
    if there is not None and there.decided_at is not None:
        return there
    if there is None:
        there = NamesOrder(
            id=UUID(told["id"]),
            item_id=told["item"],
            after=told["after"],
            reason=told["reason"],
            asked_by=_person(told["asked_by"]),
            asked_at=datetime.fromisoformat(told["asked_at"]),
        )
    there.decided_by = _person(told["decided_by"])
    there.decided_at = datetime.fromisoformat(told["decided_at"])
    there.save()
    return there


def _person(pk: int) -> User:
    """Return a member of staff; one who came after the backup stands there by number, and cannot sign in."""
    found = User.objects.filter(pk=pk).first()
    if found is not None:
        return found
    person = User(pk=pk, username=f"restored-{pk}", name=f"恢复前的第 {pk} 号用户", is_active=False)
    person.set_unusable_password()
    person.save()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT setval('people_user_id_seq', GREATEST(%s, last_value)) FROM people_user_id_seq", [pk]
        )
    return person
