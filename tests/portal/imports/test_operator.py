from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from funds.models import Payment
from portal.releases.models import Release, State, Via
from tests.builders import make_cast, make_item, make_programme, make_standard
from tests.portal.imports.uploads import line, table

pytestmark = pytest.mark.django_db
TOWNSHIP = "360902100000"


@pytest.fixture
def ready() -> None:
    make_cast()
    make_item()
    make_programme()
    make_standard()


def run(capsys: pytest.CaptureFixture[str], *arguments: str, **told: Any) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        call_command("load", *arguments, **told)
    return int(str(ended.value.code)), capsys.readouterr().out


def file_of(folder: Path, *lines: str, name: str = "a.csv") -> str:
    path = folder / name
    path.write_bytes(table(*lines))
    return str(path)


def test_a_right_file_ends_with_zero_and_one_object(
    ready: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ("--body", TOWNSHIP, "--period", "2026", "--as", "li", "--json")
    code, out = run(capsys, "payments", file_of(tmp_path, line(1), line(2)), *told)
    found = json.loads(out)
    assert (code, found["rows"], found["amount"], found["errors"]) == (0, 2, "1395.00", [])
    assert Release.objects.get(pk=found["release"]).state == State.DRAFT


def test_a_wrong_file_ends_with_one_and_names_the_cell(
    ready: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ("--body", TOWNSHIP, "--period", "2026", "--as", "li", "--json")
    code, out = run(capsys, "payments", file_of(tmp_path, line(1, 补贴金额="六百")), *told)
    (error,) = json.loads(out)["errors"]
    assert code == 1
    assert set(error) == {"sheet", "row", "column", "value", "message"}
    assert (error["row"], error["column"], error["value"]) == (2, "补贴金额", "六百")
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing", "a.csv", "--body", TOWNSHIP, "--period", "2026"),
        ("payments", "a.csv", "--body", "0", "--period", "2026"),
        ("payments", "a.csv", "--body", TOWNSHIP, "--period", "二零二六"),
        ("payments", "a.csv", "--body", TOWNSHIP, "--period", "2026", "--item", "XX"),
        ("payments", "a.csv", "--body", TOWNSHIP, "--period", "2026", "--as", "nobody"),
        ("payments", "a.csv"),
    ],
)
def test_wrong_usage_ends_with_two(
    ready: None, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(capsys, *arguments)[0] == 2


def test_publishing_as_an_operator_says_so(
    ready: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = run(
        capsys, "payments", file_of(tmp_path, line(1)), "--body", TOWNSHIP, "--period", "2026", "--publish"
    )
    release = Release.objects.get(kind="payments")
    assert (code, release.state, release.via) == (0, State.PUBLISHED, Via.BULK)


def test_a_manifest_run_again_loads_nothing_twice(
    ready: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "files").mkdir()
    file_of(tmp_path / "files", line(1), name="a.csv")
    file_of(tmp_path / "files", line(2), name="b.csv")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "kind,file,body,period,item,batch,opening,expected,files\n"
        f"payments,files/a.csv,{TOWNSHIP},2026,,1,,697.50,\n"
        f"payments,files/b.csv,{TOWNSHIP},2026,,2,,,\n"
    )
    for _ in range(2):
        assert run(capsys, "--manifest", str(manifest), "--publish")[0] == 0
    assert Payment.objects.count() == 2
    assert Release.objects.published().filter(kind="payments").count() == 2


def test_one_bad_file_of_a_manifest_does_not_stop_the_others(
    ready: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file_of(tmp_path, line(1, 姓名=""), name="a.csv")
    file_of(tmp_path, line(2), name="b.csv")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        f"kind,file,body,period,batch\npayments,a.csv,{TOWNSHIP},2026,1\npayments,b.csv,{TOWNSHIP},2026,2\n"
    )
    assert run(capsys, "--manifest", str(manifest), "--publish")[0] == 1
    assert Payment.objects.count() == 1


def test_many_rows_with_one_fault_are_told_in_one_line(
    ready: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file_of(tmp_path, *(line(at, 补贴项目编码="没有") for at in range(50)))
    _, out = run(capsys, "payments", path, "--body", TOWNSHIP, "--period", "2026", "--as", "li")
    assert len(out.splitlines()) < 10
    assert "没有公开这个补贴项目" in out
