"""Books of villages for tests: loaded as a clerk's file is, and walked to the public."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from portal.columns.periods import Period
from portal.imports.enclosing import with_documents
from portal.imports.loading import LoadRequest, check, load
from portal.places.models import Region
from portal.releases.models import Release, State
from tests.builders import NOW, body_of, make_cast, make_item, make_places, walk

BOOKS = "/r/360902100204/ledger/"
TODAY = date(2026, 11, 24)
CANARY = "canary-7f3a"


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


def picture(text: str = "发票", *, size: tuple[int, int] = (720, 960), form: str = "JPEG") -> bytes:
    """Return a drawn voucher; its comment and camera data must never reach the public."""
    image = Image.new("RGB", size, "#fdfbf4")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, size[0] - 40, size[1] - 40), outline="#333333", width=4)
    draw.text((80, 120), text.encode().hex(), fill="#111111")
    camera = Image.Exif()
    camera[0x010E] = CANARY
    stream = io.BytesIO()
    image.save(stream, form, exif=camera)
    return stream.getvalue()


def folder_of(path: Path, **files: bytes) -> Path:
    """Write files beside a table; return their folder."""
    folder = path / "files"
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def table_of(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as csv, with every header that any of them has."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headers)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def draft_books(
    *rows: Mapping[str, str],
    period: str = "2026-06",
    kind: str = "ledger",
    place: Region | None = None,
    files: Path | None = None,
    **told: Any,
) -> list[Release]:
    """Load rows as one file of 彬江镇 (or of `place`) and return the drafts, one for each village.

    `files` is the folder or zip beside it.
    """
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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "books.csv"
        path.write_text(table_of(rows), encoding="utf-8")
        request = LoadRequest(
            kind=kind,
            body=body_of(place or made.binjiang),
            period=Period.parse(period),
            by=make_cast().clerk,
            today=TODAY,
            **told,
        )
        if files is not None:
            named = check(request, path).files
            request, _ = with_documents(request, files, named, now=NOW, progress=lambda _count: None)
        return load(request, path).releases


def publish_books(*rows: Mapping[str, str], opening: str = "10000.00", **told: Any) -> list[Release]:
    """Load rows and walk every draft to the public; `opening` is what was there before the first."""
    given: dict[str, Any] = (
        {} if told.get("kind") == "balances" or not opening else {"opening": Decimal(opening)}
    )
    return [walk(release, State.PUBLISHED) for release in draft_books(*rows, **given, **told)]
