"""Upper levels of a large release's tree, so that one row's path is read and not computed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.releases.models.release import Release


class ReleaseTile(models.Model):
    """256 hashes of one level (1 and up) side by side, narrower at the right edge.

    `firsts`, on level 1 only, holds the id of the first leaf below each hash, and of the leaves at the end
    that fill no tile. A cache: whoever doubts it computes it again from the leaves.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="tiles")
    level = models.SmallIntegerField()
    number = models.IntegerField()
    hashes = models.BinaryField()
    firsts = ArrayField(models.UUIDField(), default=list)

    class Meta:
        verbose_name = verbose_name_plural = "批次的指纹树"
        constraints = [
            models.UniqueConstraint(fields=["release", "level", "number"], name="releases_tile_once")
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"
