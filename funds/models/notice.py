"""Notices and public windows (信息公开): what an office says, and until when anybody may object."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portal.releases.models import DisclosedRow


class Notice(DisclosedRow):
    """One notice in its own words.

    The window is the days [window_start_on, window_end_on], both included: on the last one may still object.
    """

    title = models.CharField("标题", max_length=200)
    category = models.CharField("类别", max_length=40)
    publisher = models.CharField("发布单位", max_length=80)
    text = models.TextField("正文", blank=True)
    issued_on = models.DateField("发布日期")
    attachments = models.TextField("附件", blank=True)
    item_code = models.CharField("公开目录编码", max_length=20, db_collation="C")
    start_on = models.DateField("所属期起")
    end_on = models.DateField("所属期止（不含）")
    document_no = models.CharField("文号", max_length=100, blank=True)
    window_start_on = models.DateField("公示起始日期", null=True)
    window_end_on = models.DateField("公示终止日期", null=True)

    class Meta(DisclosedRow.Meta):
        verbose_name = verbose_name_plural = "信息公开"
        indexes = [
            *DisclosedRow.Meta.indexes,
            models.Index(fields=["region", "-issued_on", "-id"], name="funds_notice_newest"),
            models.Index(
                fields=["region", "window_end_on"],
                condition=Q(window_end_on__isnull=False),
                name="funds_notice_window",
            ),
            models.Index(
                fields=["county", "document_no"], condition=~Q(document_no=""), name="funds_notice_number"
            ),
        ]
        constraints = [
            *DisclosedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(window_start_on__isnull=True, window_end_on__isnull=True)
                | Q(window_end_on__gte=F("window_start_on")),
                name="funds_notice_window_in_order",
            ),
            models.CheckConstraint(
                # An erasure may take the text, which can name persons.
                condition=~Q(text="") | ~Q(attachments="") | ~Q(erased=0),
                name="funds_notice_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.title
