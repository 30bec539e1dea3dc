from __future__ import annotations

import stat
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from portal.releases.models import State
from tests.builders import make_release


def test_template_writes_the_workbook_of_a_kind(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    call_command("template", "payments", str(path))
    assert "姓名*" in [cell.value for cell in openpyxl.load_workbook(path).worksheets[0][1]]


def test_template_names_the_kinds_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("template", "nothing")
    assert ended.value.code == 2
    assert "payments（到户资金发放明细）" in capsys.readouterr().err


@pytest.mark.django_db
def test_export_writes_a_published_release_for_the_operator_alone(tmp_path: Path) -> None:
    release = make_release(rows=2)
    path = tmp_path / "更正.xlsx"
    call_command("export", str(path), release=str(release.pk))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("told", ["no-number", "01890000-0000-7000-8000-000000000000", "draft"])
def test_export_refuses_what_is_not_public(told: str, tmp_path: Path) -> None:
    if told == "draft":
        told = str(make_release(state=State.DRAFT).pk)
    with pytest.raises(SystemExit) as ended:
        call_command("export", str(tmp_path / "x.xlsx"), release=told)
    assert ended.value.code == 2
    assert not (tmp_path / "x.xlsx").exists()
