"""Projects of the tiny county and payments for them, written as csv and brought in by the real load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from funds.models import LivelihoodProject
from portal.catalogue.models import CatalogueItem, NamesPolicy
from portal.columns.periods import Period
from portal.imports.enclosing import with_documents
from portal.imports.loading import LoadRequest, check, load
from portal.imports.request import Loaded, RefusedError
from portal.places.models import Level
from portal.releases.models import Release, State
from tests.builders import NOW, body_of, make_cast, make_item, make_places, walk
from tests.villages.drafting import as_csv, warnings_of

TODAY = date(2026, 11, 24)
BUILDER = "江西赣袁建设有限公司"
Cells = dict[str, str]


def project(**cells: str) -> Cells:
    """Return a right project of 大浦村 that is finished and settled; a blank cell is left out."""
    right = {
        "项目编号": "XM-1",
        "项目名称": "上坊路硬化工程",
        "所在地代码": "大浦村",
        "板块": "民生项目",
        "主管部门": "区交通运输局",
        "建设内容": "水泥路 1.3 公里",
        "预算金额": "486000.00",
        "采购方式": "公开招标",
        "采购公告日期": "2026-03-02",
        "中标日期": "2026-04-20",
        "中标单位": BUILDER,
        "中标金额": "462300.00",
        "合同金额": "462300.00",
        "合同签订日期": "2026-05-06",
        "计划开工": "2026-05-10",
        "计划竣工": "2026-09-10",
        "实际竣工": "2026-09-10",
        "验收日期": "2026-09-20",
        "送审金额": "470000.00",
        "决算金额": "460000.00",
        "决算审定日期": "2026-10-20",
        "状态": "决算",
    }
    return {header: text for header, text in (right | cells).items() if text}


def planned(**cells: str) -> Cells:
    """Return a project of which only the plan is known."""
    kept = ("项目编号", "项目名称", "所在地代码", "板块", "主管部门", "建设内容", "预算金额")
    plan = {header: text for header, text in project().items() if header in kept}
    return {header: text for header, text in (plan | {"状态": "立项"} | cells).items() if text}


def building(**cells: str) -> Cells:
    """Return a project that is being built."""
    later = ("实际竣工", "验收日期", "送审金额", "决算金额", "决算审定日期")
    return project(**(dict.fromkeys(later, "") | {"状态": "在建", "计划竣工": "2026-12-20"} | cells))


def payment(**cells: str) -> Cells:
    """Return a payment for the project."""
    right = {
        "项目编号": "XM-1",
        "拨付日期": "2026-06-18",
        "金额": "138690.00",
        "收款单位": BUILDER,
        "凭证号": "记-022",
        "用途": "第一次进度款",
    }
    return {header: text for header, text in (right | cells).items() if text}


def item_of(kind: str, code: str = "") -> CatalogueItem:
    """Return the catalogue item of a kind, as the official catalogue has it."""
    told: dict[str, Any] = {"level": Level.COUNTY, "period": "per event", "names": NamesPolicy.MASKED}
    if code == "MS-J06":
        return make_item("MS-J06", kind=kind, **told | {"name": "民生工程竣工决算和审计"})
    if kind == "projects":
        return make_item("MS-J03", kind=kind, **told | {"name": "民生工程项目基本情况"})
    return make_item("MS-J04", kind=kind, **told | {"name": "民生工程资金拨付"})


def load_rows(
    rows: Sequence[Mapping[str, str]], *, kind: str = "projects", files: Path | None = None, **told: Any
) -> Loaded:
    """Load rows of the county by its clerk; `files` is the folder beside the table."""
    told.setdefault("body", body_of(make_places().county))
    told.setdefault("item", item_of(kind))
    told.setdefault("period", Period.parse("2026-10"))
    request = LoadRequest(kind=kind, by=make_cast().county_clerk, today=TODAY, **told)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.csv"
        path.write_bytes(as_csv(rows))
        if files is not None:
            named = check(request, path).files
            request, _ = with_documents(request, files, named, now=NOW, progress=lambda _count: None)
        return load(request, path)


def draft(*rows: Mapping[str, str], **told: Any) -> Release:
    """Return the draft of some rows."""
    (release,) = load_rows(rows, **told).releases
    return release


def publish(*rows: Mapping[str, str], **told: Any) -> Release:
    """Return the published release of some rows; no rule is run."""
    return walk(draft(*rows, **told), State.PUBLISHED)


def publish_project(cells: Cells | None = None, **told: Any) -> LivelihoodProject:
    """Return one published project."""
    return LivelihoodProject.objects.get(release=publish(cells or project(), **told))


def pay(*rows: Mapping[str, str], **told: Any) -> Release:
    """Return the published release of some payments."""
    return publish(*rows, kind="disbursements", **told)


def errors_of(*rows: Mapping[str, str], **told: Any) -> list[tuple[int | None, str, str]]:
    """Return (row, column, message) of a refused load."""
    try:
        load_rows(rows, **told)
    except RefusedError as refused:
        return [(error.row, error.column, error.message) for error in refused.built.errors]
    raise AssertionError("The load was not refused.")


def warned(*rows: Mapping[str, str], **told: Any) -> dict[str, str]:
    """Load rows into a draft and return what the rules say, by rule."""
    return warnings_of(draft(*rows, **told))
