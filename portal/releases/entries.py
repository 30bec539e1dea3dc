"""What the public log says of a release: one flat object of texts for each act, never personal data.

Whatever somebody wrote freely (reasons) stands in an entry as its SHA-256 only: an entry is for ever, and
a reason may name a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from portal.log.appending import moment
from portal.record.hashing import leaf_hash
from portal.record.leaves import canonical, text
from portal.record.tree import root_of
from portal.releases import leaves
from portal.releases.models import Narrowing, Release, Replaced, Step, Verb

Entry = dict[str, str]


def of_publication(release: Release) -> Entry:
    """Return the entry of a release that is published: its tree, its sum, its review, what it replaces."""
    if release.published_at is None:
        raise ValueError("a release that was never published has no entry")
    entry = {
        "t": "release",
        "rel": str(release.pk),
        "item": release.item.code,
        "kind": release.kind,
        "body": release.body.code,
        "from": release.start_on.isoformat(),
        "to": release.end_on.isoformat(),
        "batch": str(release.batch),
        "stage": release.stage,
        "names": release.names_at_first,
        "via": release.via,
        "rows": str(release.row_count),
        "size": str(leaves.size_of(release)),
        "root": release.root_hex,
        "amount": f"{release.amount:.2f}",
        "chain": chain_of(release),
        "at": moment(release.published_at),
    }
    if release.opening_amount is not None:
        entry["opening"] = f"{release.opening_amount:.2f}"
    if release.corrects_id is not None:
        entry["corrects"] = str(release.corrects_id)
    if replaced := list(_replaced(release)):
        entry |= {"replaces": str(len(replaced)), "replaced": root_of(replaced).hex()}
    return entry


def of_withdrawal(release: Release) -> Entry:
    """Return the entry of a release that was withdrawn."""
    if release.withdrawn_at is None:
        raise ValueError("a release that was never withdrawn has no such entry")
    return {
        "t": "withdraw",
        "rel": str(release.pk),
        "reason": hidden(release.withdrawal_reason),
        "at": moment(release.withdrawn_at),
    }


def of_narrowing(release: Release, act: Narrowing, cut: Sequence[bytes]) -> Entry:
    """Return the entry of names that are shown less than before; `cut` are leaf hashes in order of ids."""
    return {
        "t": "policy",
        "rel": str(release.pk),
        "cause": act.cause,
        "before": act.before,
        "after": act.after,
        "from": act.from_on.isoformat(),
        "rows": str(act.rows),
        "root": release.root_hex,
        "cut": str(len(cut)),
        "cuts": root_of(cut).hex(),
        "reason": hidden(act.reason),
        "at": moment(act.at),
    }


def hidden(words: str) -> str:
    """Return the SHA-256 of free words in hexadecimal."""
    return sha256(text(words).encode()).hexdigest()


def chain_of(release: Release) -> str:
    """Return the hash of the steps that led to publication: who (by number), when, where, what root."""
    digest = sha256()
    steps = Step.objects.filter(release=release).exclude(verb=Verb.WITHDRAW).order_by("seq")
    for step in steps:
        told = {
            "seq": str(step.seq),
            "round": str(step.round),
            "verb": step.verb,
            "level": step.level,
            "by": str(step.by_id),
            "office": text(step.office),
            "at": moment(step.at),
            "reason": hidden(step.reason),
            "root": bytes(step.root or b"").hex(),
        }
        digest.update(canonical(told) + b"\n")
    return digest.hexdigest()


def _replaced(release: Release) -> Iterator[bytes]:
    """Yield a leaf hash for each row a correction replaced (`by` empty: took away), by row id."""
    links = Replaced.objects.filter(release=release).order_by("row_id")
    for row_id, by_row_id, reason in links.values_list("row_id", "by_row_id", "reason"):
        told = {"row": str(row_id), "by": str(by_row_id or ""), "reason": hidden(reason)}
        yield leaf_hash(canonical(told))
