"""Books of villages for tests: loaded as a clerk's file is, and walked to the public."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.columns.periods import Period
from portal.imports.loading import LoadRequest, load
from portal.places.models import Region
from portal.releases.models import Release, State
from tests.builders import body_of, make_cast, make_item, make_places, walk

BOOKS = "/r/360902100204/ledger/"
TODAY = date(2026, 11, 24)


def line(**told: str) -> dict[str, str]:
    """Return one expense of 大浦村 in June 2026 as a row of the template; `told` by header changes it."""
    return {
        "村代码": "大浦村",
        "日期": "2026-06-14",
        "凭证号": "记-001",
        "收支": "支出",
        "科目": "管理费用",
        "摘要": "办公打印纸墨",
        "往来单位": "便民文具店",
        "金额": "1480.00",
        "经手人": "王小平",
        "审批人": "刘建华",
    } | told


def income(**told: str) -> dict[str, str]:
    """Return one income of 大浦村 in June 2026."""
    return line(收支="收入", 科目="租金收入", 摘要="旧村部房租", 往来单位="王小芳", 金额="5600.00") | told


def draft_books(
    *rows: Mapping[str, str],
    period: str = "2026-06",
    kind: str = "ledger",
    place: Region | None = None,
    **told: Any,
) -> list[Release]:
    """Load rows as one file of 彬江镇 (or of `place`) and return the drafts, one for each village."""
    made = make_places()
    if kind == "ledger":
        make_item(
            "MS-Z01",
            kind="ledger",
            name="村集体财务收支逐笔明细",
            level="village",
            period="monthly",
            names="masked",
        )
    else:
        make_item("MS-Z13", kind="balances", name="村集体账户余额", level="village", period="quarterly")
    headers = list(dict.fromkeys(header for row in rows for header in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headers)
    writer.writeheader()
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "books.csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        request = LoadRequest(
            kind=kind,
            body=body_of(place or made.binjiang),
            period=Period.parse(period),
            by=make_cast().clerk,
            today=TODAY,
            **told,
        )
        return load(request, path).releases


def publish_books(*rows: Mapping[str, str], opening: str = "10000.00", **told: Any) -> list[Release]:
    """Load rows and walk every draft to the public; `opening` is what was there before the first."""
    given: dict[str, Any] = (
        {} if told.get("kind") == "balances" or not opening else {"opening": Decimal(opening)}
    )
    return [walk(release, State.PUBLISHED) for release in draft_books(*rows, **given, **told)]
