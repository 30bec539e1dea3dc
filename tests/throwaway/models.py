"""The model of the throw-away kind."""

from __future__ import annotations

from django.db import models

from portal.releases.models import DisclosedRow


class VillageNotice(DisclosedRow):
    """One notice on a village's board, with the money it is about."""

    title = models.CharField("标题", max_length=100)
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)
    posted_on = models.DateField("张贴日期")

    class Meta(DisclosedRow.Meta):
        app_label = "throwaway"
        verbose_name = verbose_name_plural = "村务公告"

    def __str__(self) -> str:
        return self.title
