"""What is shown of a release's names, against what the log says was done to them."""

from __future__ import annotations

from portal.log.models import Leaf
from portal.record.verifying import entry_of
from portal.releases import entries
from portal.releases.models import Narrowing, Release
from portal.releases.registry import kind
from portal.releases.verification.difference import DifferenceError


def check_narrowings(release: Release, index: int) -> set[str]:
    """Check that names are shown as the log's acts say, one after the other; return the rows cut by them."""
    acts = list(Narrowing.objects.filter(release=release).order_by("pk"))
    told = list(Leaf.objects.filter(kind="policy", release=release.pk).order_by("idx"))
    if len(acts) != len(told):
        raise DifferenceError("release", release.pk, "names", "和公开日志里记的不一样", index=index)
    shown = release.names_at_first
    for act, leaf in zip(acts, told, strict=True):
        expected = {"v": "1", **entries.of_narrowing(release, act, _leaves(release, act))}
        found = entry_of(bytes(leaf.entry)) or {}
        if act.before != shown or found != expected:
            raise DifferenceError("release", release.pk, "names", "和公开日志里记的不一样", index=leaf.idx)
        shown = act.after
    if release.names != shown or bool(release.names_published) != bool(acts):
        raise DifferenceError("release", release.pk, "names", "日志里没有记姓名改成这样公开", index=index)
    return {str(pk) for act in acts for pk in act.cut}


def _leaves(release: Release, act: Narrowing) -> list[bytes]:
    rows = kind(release.kind).model._default_manager.filter(release=release, pk__in=act.cut)
    return [bytes(leaf) for leaf in rows.order_by("pk").values_list("leaf", flat=True)]
