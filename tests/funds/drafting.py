"""Receptions, support and fees of the tiny county, written as csv and brought in by the real load."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction

from portal.catalogue.models import CatalogueItem
from portal.columns.periods import Period
from portal.findings.actions import run_rules
from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.imports.enclosing import with_documents
from portal.imports.loading import LoadRequest, check, load
from portal.imports.request import Loaded, RefusedError
from portal.places.models import Level
from portal.releases.models import Release, State
from tests.builders import NOW, add_rows, body_of, make_cast, make_item, make_places, start_release, walk
from tests.villages.drafting import as_csv

TODAY = date(2026, 11, 24)
CODES = ("91360902MA35XK2A11", "91360902MA35XK2B9T", "91360902MA35XK2C7M")
Cells = dict[str, str]
_ITEMS: dict[str, tuple[tuple[str, Level, str], ...]] = {
    "receptions": (("GW-01", Level.TOWNSHIP, "monthly"), ("GW-06", Level.VILLAGE, "quarterly")),
    "enterprise_funds": (("YS-01", Level.COUNTY, "per event"),),
    "enterprise_fees": (("YS-03", Level.COUNTY, "per event"),),
}
_SECTIONS = {"receptions": "公务消费"}


def reception(**cells: str) -> Cells:
    """Return a right reception of 彬江镇 in June 2026, its papers named; a blank cell is left out."""
    right = {
        "接待编号": "2026-06-001",
        "接待单位": "彬江镇人民政府",
        "地区代码": "",
        "接待日期": "2026-06-18",
        "来访单位": "市农业农村局",
        "来访人数": "6",
        "陪同人数": "2",
        "事由": "高标准农田验收",
        "地点": "镇政府食堂",
        "用餐次数": "1",
        "餐费": "360.00",
        "总金额": "360.00",
        "公函号": "宜农函〔2026〕88号",
        "公函": "公函.jpg",
        "申请单": "申请单.jpg",
        "账单或菜单": "菜单.jpg",
        "转账凭证": "转账.jpg",
        "发票": "发票.jpg",
        "场所类型": "内部食堂",
        "支付方式": "转账",
    }
    return {header: text for header, text in (right | cells).items() if text}


def fund(**cells: str) -> Cells:
    """Return a right payment of support to an enterprise in June 2026."""
    right = {
        "政策名称": "技术改造补助",
        "企业名称": "宜春赣西竹木有限公司",
        "统一社会信用代码": CODES[0],
        "金额": "200000.00",
        "兑现日期": "2026-06-20",
        "主管部门": "区工信局",
    }
    return {header: text for header, text in (right | cells).items() if text}


def fee(**cells: str) -> Cells:
    """Return a right fee in force since 2026."""
    right = {
        "收费项目": "叉车检验费",
        "收费单位": "区特检所",
        "标准": "240 元",
        "计量单位": "台",
        "依据": "示价费〔2024〕3号",
        "生效日期": "2026-01-01",
    }
    return {header: text for header, text in (right | cells).items() if text}


def item_of(kind: str, code: str = "") -> CatalogueItem:
    """Return a catalogue item of a kind; the others of the kind are there too, as in the catalogue."""
    found = [
        make_item(
            item,
            kind=kind,
            level=level,
            period=period,
            section=_SECTIONS.get(kind, "营商环境"),
            names="masked" if kind == "enterprise_funds" else "full",
        )
        for item, level, period in _ITEMS[kind]
    ]
    return next((item for item in found if item.code == code), found[0])


def draft(
    kind: str,
    *rows: Mapping[str, str],
    period: str = "2026-06",
    files: Path | None = None,
    **told: Any,
) -> Loaded:
    """Load rows as one file: receptions of 彬江镇, the others of the county."""
    places, cast = make_places(), make_cast()
    own = places.binjiang if kind == "receptions" else places.county
    told.setdefault("item", item_of(kind))
    body = told.setdefault("body", body_of(own))
    by = cast.clerk if body.region.code.startswith(places.binjiang.code[:9]) else cast.county_clerk
    request = LoadRequest(kind=kind, period=Period.parse(period), by=by, today=TODAY, **told)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.csv"
        path.write_bytes(as_csv(rows))
        if files is not None:
            named = check(request, path).files
            request, _ = with_documents(request, files, named, now=NOW, progress=lambda _count: None)
        return load(request, path)


def publish(kind: str, *rows: Mapping[str, str], **told: Any) -> list[Release]:
    """Load rows and walk every draft to the public; no rule is run."""
    return [walk(release, State.PUBLISHED) for release in draft(kind, *rows, **told).releases]


def declare_none(body_region: Any, *, period: str = "2026-06", item: str = "GW-01") -> Release:
    """Return a published release that says there was no reception."""
    item_of("receptions")
    release = start_release(
        item=item_of("receptions", item), body=body_of(body_region), period=period, is_nil=True
    )
    return walk(release, State.PUBLISHED)


def errors_of(kind: str, *rows: Mapping[str, str], **told: Any) -> list[tuple[int | None, str, str]]:
    """Load rows that are refused; return row, column and message of each error."""
    try:
        draft(kind, *rows, **told)
    except RefusedError as refused:
        return [(error.row, error.column, error.message) for error in refused.built.errors]
    return []


def warnings_of(kind: str, *rows: Mapping[str, str], **told: Any) -> dict[str, str]:
    """Load rows into drafts and return what each rule says; no file is given, and no draft stays."""
    said: dict[str, str] = {}
    with transaction.atomic():
        for release in draft(kind, *rows, **told).releases:
            run_rules(release)
            found = Warning.objects.filter(release=release).order_by("-position")
            said |= {one.rule_code: str(one) for one in found}
        transaction.set_rollback(True)
    said.pop(f"{kind}-lost-files", None)
    return said


def publish_meal_standard(name: str = "工作餐", rate: str = "60", **more: Any) -> Release:
    """Publish what a meal of a reception may cost, as an item of 公务消费."""
    county = make_places().county
    item = make_item("GW-02", kind="standards", level=Level.COUNTY, section="公务消费")
    batch = Release.objects.filter(kind="standards").count() + 1
    release = start_release(item=item, body=body_of(county), batch=batch)
    told = {"name": name, "unit": "人餐", "rate": rate, "start_on": date(2026, 1, 1)} | more
    add_rows(release, [{"region": county, "programme_code": "GW-JD", **told}])
    return walk(release, State.PUBLISHED)
