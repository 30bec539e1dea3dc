"""Decisions, debts and notices for tests: loaded as a clerk's file is, and walked to the public."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from portal.catalogue.models import CatalogueItem
from portal.columns.periods import Period
from portal.imports.loading import LoadRequest, load
from portal.imports.request import Loaded, RefusedError
from portal.places.models import Region
from portal.releases.models import Release, State
from tests.builders import body_of, make_cast, make_item, make_places, walk
from tests.villages.drafting import TODAY, Cells, as_csv, warnings_of

_ITEMS: dict[str, dict[str, Any]] = {
    "decisions": {
        "code": "XX-01",
        "section": "信息公开",
        "name": "四议两公开",
        "level": "village",
    },
    "debts": {"code": "MS-Z02", "name": "村集体债权债务明细", "level": "village", "names": "masked"},
    "notices": {"code": "XX-02", "section": "信息公开", "name": "村务监督季度报告", "level": "village"},
}


def decision(**cells: str) -> Cells:
    """Return the villagers' step of one matter of 大浦村, or one with other cells by header."""
    right = {
        "村代码": "大浦村",
        "事项编号": "SY-001",
        "事项": "上坊路硬化",
        "类别": "集体资金使用",
        "会议日期": "2026-06-10",
        "应到人数": "30",
        "实到人数": "21",
        "同意人数": "20",
        "结果": "通过",
        "会议类型": "村民代表会议",
    }
    return {header: text for header, text in (right | cells).items() if text}


def debt(**cells: str) -> Cells:
    """Return what a works owes 大浦村, or a debt with other cells by header."""
    right = {
        "村代码": "大浦村",
        "所属期": "2026Q2",
        "类型": "债权",
        "对方": "彬江建材厂",
        "性质": "欠厂房租金",
        "期初余额": "18000.00",
        "本期增加": "6000.00",
        "本期减少": "4000.00",
        "期末余额": "20000.00",
        "形成日期": "2024-03-01",
    }
    return {header: text for header, text in (right | cells).items() if text}


def notice(**cells: str) -> Cells:
    """Return one notice of 大浦村, or one with other cells by header."""
    right = {
        "标题": "第二季度村务监督报告",
        "地区代码": "大浦村",
        "类别": "村务监督",
        "发布单位": "大浦村村务监督委员会",
        "正文": "查了 3 个月的账。",
        "发布日期": "2026-06-20",
    }
    return {header: text for header, text in (right | cells).items() if text}


def item_for(kind: str, **more: Any) -> CatalogueItem:
    """Return the kind's item as the official catalogue has it."""
    return make_item(**{"kind": kind, "period": "quarterly"} | _ITEMS[kind] | more)


def load_rows(
    kind: str,
    *rows: Mapping[str, str],
    place: Region | None = None,
    period: str = "2026-06",
    data: bytes = b"",
    suffix: str = ".csv",
    **told: Any,
) -> Loaded:
    """Load rows (or `data` as it is) as one file of 彬江镇, or of `place`."""
    request = LoadRequest(
        kind=kind,
        body=body_of(place or make_places().binjiang),
        period=Period.parse(period),
        by=told.pop("by", make_cast().clerk),
        today=TODAY,
        item=told.pop("item", None) or item_for(kind),
        **told,
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}{suffix}"
        path.write_bytes(data or as_csv(rows))
        return load(request, path)


def publish(kind: str, *rows: Mapping[str, str], **told: Any) -> list[Release]:
    """Load rows and walk every draft to the public."""
    return [walk(release, State.PUBLISHED) for release in load_rows(kind, *rows, **told).releases]


def errors_of(kind: str, *rows: Mapping[str, str], **told: Any) -> list[tuple[int | None, str, str]]:
    """Load rows that must be refused; return row, column and message of each error."""
    try:
        load_rows(kind, *rows, **told)
    except RefusedError as refused:
        return [(error.row, error.column, error.message) for error in refused.built.errors]
    raise AssertionError("It was loaded.")


def said_of(kind: str, *rows: Mapping[str, str], **told: Any) -> dict[str, str]:
    """Load rows into drafts and return what the rules say of them, files left aside."""
    said: dict[str, str] = {}
    for release in load_rows(kind, *rows, **told).releases:
        said |= warnings_of(release)
    return {code: text for code, text in said.items() if not code.endswith("lost-files")}
