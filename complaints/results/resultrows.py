"""A published result as a line of a spreadsheet (pure)."""

from __future__ import annotations

from django.conf import settings

from complaints.models import Result

HEADINGS = (
    *("公布日期", "地方", "区划代码", "什么事", "类别", "结论", "一句话", "怎么办的"),
    *("追回（元）", "退还（元）", "几天以内办完", "按期", "第几轮", "办理机关", "公开日志编号", "网址"),
)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cells(result: Result) -> list[str]:
    """Return the cells of a result, in the order of the headings."""
    told = [
        result.published_on.isoformat(),
        result.region.full_name,
        result.region.code,
        result.get_topic_display(),
        result.get_track_display(),
        result.get_outcome_display(),
        result.title,
        result.measures,
        f"{result.recovered:.2f}",
        f"{result.returned:.2f}",
        str(result.days_taken),
        "是" if result.was_in_time else "否",
        str(result.round),
        str(result.office),
        str(result.index),
        f"{settings.SITE_URL}/tickets/{result.pk}/",
    ]
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in told]
