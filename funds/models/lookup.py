"""How often a name was looked up in a village today, without the name."""

from __future__ import annotations

from django.db import models


class LookupCount(models.Model):
    """Tries of one name in one village on one day; yesterday's are deleted with today's first try.

    `digest` is HMAC-SHA256 under the pepper key over day, village and name, 16 bytes: who holds the
    database alone learns neither whom anybody looked for nor where.
    """

    digest = models.BinaryField(unique=True, max_length=16)
    on = models.DateField("日期", db_index=True)
    count = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "查询次数"

    def __str__(self) -> str:
        return f"{self.on} {self.count}"
