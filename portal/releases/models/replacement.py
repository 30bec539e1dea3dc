"""Supersession: which row version replaces which; rows themselves are never touched."""

from __future__ import annotations

from django.db import models

from portal.releases.models.release import Release


class Replacement(models.Model):
    """What a draft correction intends: a new version of a row, or (by_row null) its withdrawal."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="replacements")
    row_id = models.UUIDField("被更正的行")
    by_row_id = models.UUIDField("更正后的行", null=True)
    reason = models.TextField("原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "拟更正"
        constraints = [
            models.UniqueConstraint(fields=["release", "row_id"], name="releases_replacement_once")
        ]

    def __str__(self) -> str:
        return str(self.row_id)


class Replaced(models.Model):
    """A published replacement; append-only. Its key makes two rival corrections of one row collide."""

    row_id = models.UUIDField(primary_key=True)
    by_row_id = models.UUIDField(null=True, db_index=True)
    release = models.ForeignKey(Release, models.PROTECT, related_name="replaced")
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "已更正"

    def __str__(self) -> str:
        return str(self.row_id)
