"""Small tables of funds, as django-tables2 declares them."""

from __future__ import annotations

from collections.abc import Mapping

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from funds.models import Notice
from funds.standard_page import Change, Version

_FIGURE = {"td": {"class": "num-c"}, "th": {"class": "num-c"}}


class StandardVersions(tables.Table):
    """The years of one standard, newest first."""

    when = tables.Column("哪年", linkify=("pages:row", {"kind": "standards", "pk": tables.A("standard__pk")}))
    rate = tables.Column("每个单位（元）", attrs=_FIGURE)
    change = tables.Column("变了", attrs=_FIGURE)
    document_no = tables.Column("文号", accessor="standard__document_no", default="没写")

    class Meta:
        template_name = "components/table.html"
        orderable = False

    def __init__(self, versions: list[Version], *, unit: str, notices: Mapping[str, Notice]) -> None:
        super().__init__(versions)
        self.notices = notices
        self.columns["rate"].column.verbose_name = f"每{unit}（元）"

    def render_change(self, value: Change) -> SafeString:
        """Return the change with its colour, which the words repeat."""
        return format_html('<span class="{}">{}</span>', value.state or "same", value.word)

    def render_document_no(self, value: str) -> str | SafeString:
        """Return the number, as a link to its notice where one is public."""
        notice = self.notices.get(value)
        return format_html('<a href="{}">{}</a>', notice.get_absolute_url(), value) if notice else value
