"""Files of the tiny county, and uploads in any state, brought there by the real actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from funds.models import Programme
from portal.catalogue.models import CatalogueItem
from portal.columns.identity import identity_check
from portal.columns.periods import Period
from portal.imports import actions, processing
from portal.imports.models import Upload
from tests.builders import body_of, make_cast, make_item, make_places, make_programme, make_standard

HEADER = "补贴项目编码,村代码,姓名,身份证号,银行账号,标准名称,补贴数量,补贴标准,补贴金额,所属期,发放日期"
ACCOUNT = "6217000000000000001"


def identity(number: int) -> str:
    """Return the right identity number of one of many invented persons."""
    digits = f"110101199003{number // 1000 % 28 + 1:02d}{number % 1000:03d}"
    return digits + identity_check(digits)


def line(number: int = 1, **cells: str) -> str:
    """Return one right line of a payments file, or one with other cells by header."""
    right = {
        "补贴项目编码": "GD-2026",
        "村代码": "大浦村",
        "姓名": "李大根",
        "身份证号": identity(number),
        "银行账号": f"62170000000000{number:05d}",
        "标准名称": "耕地补贴",
        "补贴数量": "6.2",
        "补贴标准": "112.50",
        "补贴金额": "697.50",
        "所属期": "2026",
        "发放日期": "2026-06-20",
    }
    return ",".join((right | cells)[header] for header in HEADER.split(","))


def table(*lines: str) -> bytes:
    """Return a csv file with these lines."""
    return "\n".join([HEADER, *lines, ""]).encode()


def make_upload(content: bytes | Sequence[str], *, item: CatalogueItem | None = None, **told: Any) -> Upload:
    """Return an upload as its clerk just handed it in."""
    cast = make_cast()
    if not Programme.objects.filter(code="GD-2026").exists():
        make_programme()
        make_standard()
    more: dict[str, Any] = {"by": cast.clerk, "file_name": "耕地补贴.csv", "at": timezone.now()}
    more |= {name: told.pop(name) for name in list(told) if name in more}
    body = told.pop("body", None) or body_of(make_places().binjiang)
    said = actions.Told(
        item=item or make_item(), body=body, period=Period.parse(told.pop("period", "2026")), **told
    )
    data = content if isinstance(content, bytes) else table(*content)
    return actions.receive(said, chunks=[data], **more)


def processed(upload: Upload) -> Upload:
    """Let the worker do what the upload waits for, and return it as it stands then."""
    processing.process(upload.pk, now=timezone.now())
    return Upload.objects.with_names().get(pk=upload.pk)
