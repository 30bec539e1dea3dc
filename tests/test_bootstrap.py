"""`manage.py` on a machine that has only Python: what it installs with, when, and what it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import manage

ROOT = Path(__file__).resolve().parents[1]
_PYPROJECT = """[project]
dependencies = []
[dependency-groups]
dev = []
[tool.uv]
constraint-dependencies = ["no-such-package-anywhere==1"]
"""
# Stands for Django: tells where the command arrived, and with which words.
_DJANGO = "import sys\ndef execute_from_command_line(a):\n    print(sys.prefix, *a[1:])\n    sys.exit(7)\n"


def _script(path: Path, body: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project that needs nothing, with a uv that writes down each use."""
    (tmp_path / "manage.py").write_text((ROOT / "manage.py").read_text())
    (tmp_path / "pyproject.toml").write_text(_PYPROJECT)
    package = tmp_path / "django" / "core" / "management"
    package.mkdir(parents=True)
    for folder in (package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    (package / "__init__.py").write_text(_DJANGO)
    make = f'echo "$1" >> {tmp_path}/uses; [ "$1" = venv ] || exit 0'
    real = f'exec {sys.executable} -m venv --without-pip "{tmp_path}/.venv"'
    _script(tmp_path / "bin" / "uv", f"{make}; {real}")
    return tmp_path


def _environment(checkout: Path) -> dict[str, str]:
    path = f"{checkout / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(checkout), "LANG": "C.UTF-8"}


def _run(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(checkout / "manage.py"), *words],
        env=_environment(checkout),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_command_continues_in_the_new_environment_with_its_words_and_status(checkout: Path) -> None:
    done = _run(checkout, "check", "--deploy")
    assert done.returncode == 7
    assert "正在准备运行环境" in done.stdout
    assert done.stdout.splitlines()[-1] == f"{checkout / '.venv'} check --deploy"


def test_a_finished_environment_is_used_again(checkout: Path) -> None:
    _run(checkout, "check")
    again = _run(checkout, "check")
    assert "正在准备运行环境" not in again.stdout
    assert (checkout / "uses").read_text().split() == ["venv", "pip"]


def test_changed_pins_make_the_environment_anew(checkout: Path) -> None:
    _run(checkout, "check")
    (checkout / "pyproject.toml").write_text(_PYPROJECT + "# another pin\n")
    assert "正在准备运行环境" in _run(checkout, "check").stdout


def test_a_failed_install_is_told_and_not_used(checkout: Path) -> None:
    _script(checkout / "bin" / "uv", "exit 9")
    done = _run(checkout, "check")
    assert done.returncode == 1
    assert "没有装好" in done.stderr
    assert not (checkout / ".venv" / "portal-stamp").exists()


def test_an_interrupted_install_leaves_no_stamp(checkout: Path) -> None:
    _script(checkout / "bin" / "uv", f"touch {checkout}/begun; exec sleep 60")
    process = subprocess.Popen(
        [sys.executable, str(checkout / "manage.py"), "check"],
        env=_environment(checkout),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (checkout / "begun").exists():
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert not (checkout / ".venv" / "portal-stamp").exists()


def test_the_operator_may_keep_the_environment_to_himself(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(checkout / "manage.py"), "check"],
        env=_environment(checkout) | {"PORTAL_NO_VENV": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 7
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("modules", "maker"),
    [
        ("pip ensurepip", ["-m", "venv", "--without-pip"]),
        ("pip", ["-m", "venv", "--without-pip"]),
        ("ensurepip", ["-m", "venv"]),
    ],
)
def test_without_uv_the_install_uses_what_python_has(
    modules: str, maker: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    base = _script(
        tmp_path / "bin" / "python", f'case " {modules} " in *" ${{2#import }} "*) ;; *) exit 1;; esac'
    )
    steps = manage.installation(str(base), ["package"])
    assert steps[0][1:-1] == maker
    assert steps[1][-1] == "package"


def test_with_neither_pip_nor_uv_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    base = _script(tmp_path / "bin" / "python", "exit 1")
    with pytest.raises(manage.BootstrapError, match="请先装其中一个"):
        manage.installation(str(base), [])


def test_an_old_python_gets_one_plain_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    with pytest.raises(SystemExit, match=r"需要 Python 3\.11"):
        manage.bootstrap()


def test_every_dependency_is_pinned() -> None:
    wanted, pins = manage.requirements()
    pinned = {pin.split("==")[0].lower().replace("_", "-") for pin in pins}
    names = {word.split("~")[0].split("[")[0].lower().replace("_", "-") for word in wanted}
    assert names <= pinned
