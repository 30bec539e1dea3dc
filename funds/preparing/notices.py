"""How notices are completed and checked while they are read (pure)."""

from __future__ import annotations

from portal.columns.row import Given, Row


def prepare_notice(row: Row, given: Given, items: frozenset[str]) -> None:
    """Complete a notice: its item and period, its words or its file, its window; `items` may be notices."""
    _item(row, items)
    row.values.setdefault("period", given.period)
    if not row.get("attachments") and not row.is_wrong("attachments"):
        row.need("text", "这里要写正文；正文在附件里的，写附件的文件名")
    if not row.is_wrong("window_start_on", "window_end_on", "issued_on"):
        _window(row)


def _item(row: Row, items: frozenset[str]) -> None:
    code = row.get("item_code")
    if not code:
        row.values["item_code"] = row.item
    elif code in items:
        row.item = code
    elif not row.is_wrong("item_code"):
        row.error("item_code", "公开目录里没有用“信息公开”这张表的这一项，请核对，如 XX-02，或空着")


def _window(row: Row) -> None:
    """Let a window that says only its end begin on the day of the notice; refuse one that ends before."""
    end, issued_on = row.get("window_end_on"), row.get("issued_on")
    if end is None:
        if row.get("window_start_on"):
            row.error("window_end_on", "写了公示起始日期，也要写公示终止日期")
        return
    start = row.values.setdefault("window_start_on", min(issued_on, end) if issued_on else end)
    if end < start:
        row.error("window_end_on", "公示终止日期在起始日期之前，请核对年月日")
