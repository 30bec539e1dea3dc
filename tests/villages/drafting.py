"""Books of the tiny county's villages, written as csv and brought in by the real load."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from portal.catalogue.models import CatalogueItem, NamesPolicy
from portal.columns.periods import Period
from portal.findings.actions import run_rules
from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.imports.loading import LoadRequest, load
from portal.imports.request import Loaded
from portal.places.models import Level
from portal.releases.models import Release, State
from tests.builders import body_of, make_cast, make_item, make_places, walk

TODAY = date(2026, 11, 24)
Cells = dict[str, str]


def entry(number: int = 1, /, **cells: str) -> Cells:
    """Return one right expense of 大浦村, or one with other cells by header; a blank cell is left out."""
    right = {
        "村代码": "大浦村",
        "日期": "2026-06-10",
        "凭证号": f"记-{number:03d}",
        "收支": "支出",
        "科目": "管理费用",
        "摘要": f"办公打印纸墨 {number}",
        "往来单位": "便民文具店",
        "金额": "480.00",
        "经手人": "王小平",
        "审批人": "刘建华",
    }
    return {header: text for header, text in (right | cells).items() if text}


def income(number: int = 1, /, **cells: str) -> Cells:
    """Return one right income of 大浦村."""
    right = {"收支": "收入", "科目": "经营收入", "摘要": "旧村部房租", "往来单位": "便民超市", "审批人": ""}
    return entry(number, **(right | cells))


def balance(**cells: str) -> Cells:
    """Return one right account of 大浦村."""
    right = {
        "村代码": "大浦村",
        "所属期": "2026-06",
        "资金账户": "基本户",
        "账户类型": "基本户",
        "期初余额": "1000.00",
        "本期收入": "500.00",
        "本期支出": "300.00",
        "期末余额": "1200.00",
        "账户户名": "大浦村股份经济合作社",
    }
    return {header: text for header, text in (right | cells).items() if text}


def as_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return rows as a file with every header that any of them fills."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headers, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def item_of(kind: str) -> CatalogueItem:
    """Return the catalogue item of a kind of village books, as the official catalogue has it."""
    if kind == "balances":
        return make_item("MS-Z13", kind=kind, level=Level.VILLAGE, period="quarterly")
    return make_item("MS-Z01", kind=kind, level=Level.VILLAGE, period="monthly", names=NamesPolicy.MASKED)


def load_books(rows: Sequence[Mapping[str, str]] | bytes, *, period: str = "2026-06", **told: Any) -> Loaded:
    """Load a book of 彬江镇 by its clerk; `rows` may be a whole csv file."""
    kind = told.setdefault("kind", "ledger")
    told.setdefault("item", item_of(kind))
    told.setdefault("body", body_of(make_places().binjiang))
    request = LoadRequest(period=Period.parse(period), by=make_cast().clerk, today=TODAY, **told)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.csv"
        path.write_bytes(rows if isinstance(rows, bytes) else as_csv(rows))
        return load(request, path)


def make_ledger(*rows: Mapping[str, str], state: State = State.PUBLISHED, **told: Any) -> Release:
    """Return the release of one village's lines in the state wanted; no rule is run."""
    if told.get("kind", "ledger") == "ledger" and state != State.DRAFT:
        told.setdefault("opening", Decimal("10000.00"))
    (release,) = load_books(rows, **told).releases
    return walk(release, state)


def make_balances(*rows: Mapping[str, str], state: State = State.PUBLISHED, **told: Any) -> Release:
    """Return the release of one village's accounts in the state wanted; no rule is run."""
    return make_ledger(*rows, state=state, kind="balances", **told)


def warnings_of(release: Release) -> dict[str, str]:
    """Run the rules over a draft and return what each says; of several hits the last."""
    run_rules(release)
    return {one.rule_code: str(one) for one in Warning.objects.filter(release=release).order_by("-position")}


def ledger_warnings(*rows: Mapping[str, str], **told: Any) -> dict[str, str]:
    """Load lines into a draft and return what the rules of ledgers say; no file is given beside them."""
    said = warnings_of(make_ledger(*rows, state=State.DRAFT, **told))
    said.pop("ledger-lost-files", None)
    return said


def balance_warnings(*rows: Mapping[str, str], **told: Any) -> dict[str, str]:
    """Load accounts into a draft and return what the rules say of them."""
    return warnings_of(make_balances(*rows, state=State.DRAFT, **told))
