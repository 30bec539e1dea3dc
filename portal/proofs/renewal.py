"""Pages are made again when what may be said of them changed: sealed, or in doubt."""

from __future__ import annotations

from django.db.models import F

from portal.log.models import Audit, Leaf
from portal.pages import store
from portal.places.models import Region
from portal.releases.models import Total


def after_checkpoint(before: int, after: int) -> None:
    """Drop the pages of every place that the newly covered releases touch: they may carry the seal now."""
    covered = Leaf.objects.filter(idx__gte=before, idx__lt=after, release__isnull=False)
    releases = list(covered.values_list("release", flat=True))
    touched = Total.objects.filter(release__in=releases).values_list("region__code", flat=True)
    _renew(sorted(set(touched)))


def after_verification(agrees: bool) -> None:  # noqa: FBT001 # a hook's one fact
    """Drop every page when the verdict on the log changed; each is made again without, or with, its seal."""
    last_two = list(Audit.objects.order_by("-at", "-pk").values_list("difference", flat=True)[:2])
    before_agreed = len(last_two) < 2 or not last_two[1]
    if agrees != before_agreed:
        _renew(list(Region.objects.values_list("code", flat=True)))


def _renew(codes: list[str]) -> None:
    """Raise the places' generation, so that a page being made just now is not kept, and drop what is kept."""
    Region.objects.filter(code__in=codes).update(generation=F("generation") + 1)
    store.drop(codes)
