"""Assets, resources, contracts and rents of the tiny county's villages, brought in by the real load."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from portal.catalogue.models import CatalogueItem, NamesPolicy
from portal.columns.periods import Period
from portal.imports.loading import LoadRequest, load
from portal.imports.request import Loaded, RefusedError
from portal.places.models import Level
from portal.releases.models import Release, State
from tests.builders import body_of, make_cast, make_item, make_places, walk
from tests.villages.drafting import as_csv, warnings_of

TODAY = date(2026, 11, 24)
DAPU = "360902100204"
Cells = dict[str, str]
_ITEMS = {
    "assets": ("MS-Z05", "yearly"),
    "resources": ("MS-Z06", "yearly"),
    "leases": ("MS-Z07", "per event"),
    "rents": ("MS-Z08", "quarterly"),
}
_PERIODS = {"assets": "2026", "resources": "2026", "leases": "2026-03", "rents": "2026Q3"}
# The first identity number of the standard's own appendix.
IDENTITY = "11010519491231002X"


def _cells(right: Cells, told: Cells) -> Cells:
    return {header: text for header, text in (right | told).items() if text}


def asset(number: str = "ZC-1", /, **told: str) -> Cells:
    """Return one right house of 大浦村; a blank cell is left out."""
    right = {
        "村代码": "大浦村",
        "资产编号": number,
        "资产名称": "旧村部二层",
        "类别": "房屋",
        "数量": "1",
        "计量单位": "栋",
        "原值": "186000.00",
        "坐落位置": "村口",
        "使用状况": "自用",
    }
    return _cells(right, told)


def resource(number: str = "ZY-1", /, **told: str) -> Cells:
    """Return one right pond of 大浦村."""
    right = {
        "村代码": "大浦村",
        "资源编号": number,
        "资源名称": "上坊鱼塘",
        "类别": "水面",
        "面积亩": "18",
        "使用状况": "自营",
    }
    return _cells(right, told)


def lease(number: str = "HT-1", /, **told: str) -> Cells:
    """Return one right contract over the pond: 16,000 a year, half in June and half in December."""
    right = {
        "村代码": "大浦村",
        "合同编号": number,
        "标的编号": "ZY-1",
        "承租人": "陈建华",
        "起始日期": "2024-01-01",
        "终止日期": "2028-12-31",
        "年租金": "16000.00",
        "每年应收月日": "06-30;12-31",
        "公开竞价": "是",
    }
    return _cells(right, told)


def rent(number: str = "HT-1", /, **told: str) -> Cells:
    """Return one right rent: the June half of the pond, received."""
    right = {
        "合同编号": number,
        "应收日期": "2026-06-30",
        "应收金额": "8000.00",
        "实收日期": "2026-06-28",
        "实收金额": "8000.00",
    }
    return _cells(right, told)


def item_of(kind: str) -> CatalogueItem:
    """Return the catalogue item of a kind, as the official catalogue has it."""
    code, period = _ITEMS[kind]
    return make_item(code, kind=kind, level=Level.VILLAGE, period=period, names=NamesPolicy.MASKED)


def load_kind(kind: str, *rows: Mapping[str, str], period: str = "", **told: Any) -> Loaded:
    """Load rows as a file of 彬江镇 by its clerk."""
    told.setdefault("item", item_of(kind))
    told.setdefault("body", body_of(make_places().binjiang))
    request = LoadRequest(
        kind=kind, period=Period.parse(period or _PERIODS[kind]), by=make_cast().clerk, today=TODAY, **told
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.csv"
        path.write_bytes(as_csv(rows))
        return load(request, path)


def publish(kind: str, *rows: Mapping[str, str], **told: Any) -> list[Release]:
    """Load rows and walk every draft to the public."""
    return [walk(release, State.PUBLISHED) for release in load_kind(kind, *rows, **told).releases]


def refused(kind: str, *rows: Mapping[str, str], **told: Any) -> list[tuple[int | None, str, str]]:
    """Return row, column and message of every error of a file that must be refused."""
    try:
        load_kind(kind, *rows, **told)
    except RefusedError as error:
        return [(one.row, one.column, one.message) for one in error.built.errors]
    raise AssertionError("nothing was refused")


def said(kind: str, *rows: Mapping[str, str], **told: Any) -> dict[str, str]:
    """Load rows into one draft and return what each rule says of it."""
    (release,) = load_kind(kind, *rows, **told).releases
    return warnings_of(release)
