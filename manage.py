#!/usr/bin/env python3
"""Run a command of the portal; make or refresh its own environment first (`.venv`, standard library only)."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

if TYPE_CHECKING:
    from portal.embedded import Mode

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "portal-stamp"
OLDEST_PYTHON = (3, 11)
# Commands that look at code and files only: no reason to start a database for them.
WITHOUT_DATABASE = frozenset({
    *("check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "makemessages"),
    *("demo", "help", "startapp", "startproject", "template", "test", "version"),
    *("--help", "--version", "-h"),
})  # fmt: skip


class BootstrapError(Exception):
    """The environment cannot be made; the text is one line for the operator."""


def expected_stamp() -> str:
    """Return what `.venv` must have been made from: the pins and this very Python."""
    facts = (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    return hashlib.sha256(facts).hexdigest()


def is_stamped() -> bool:
    """Say whether `.venv` was finished, from the present pins."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == expected_stamp()


def requirements() -> tuple[list[str], list[str]]:
    """Return what to install and the exact versions of the whole tree, as pip writes both."""
    import tomllib  # Not at the top: an old Python must get as far as the line that says so.

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return wanted, project["tool"]["uv"]["constraint-dependencies"]


def is_complete() -> bool:
    """Say whether the running environment, not being `.venv`, holds exactly the pinned tree."""
    pins = [pin.split("==") for pin in requirements()[1]]
    try:
        return all(importlib.metadata.version(name) == version for name, version in pins)
    except importlib.metadata.PackageNotFoundError:
        return False


def make_environment() -> None:
    """Make `.venv` anew; its stamp is written last, so that an interrupted one is never used."""
    print("正在准备运行环境 .venv（第一次约需一分钟）……", flush=True)
    # The interpreter of `.venv` itself is about to be deleted.
    base = getattr(sys, "_base_executable", None) or sys.executable
    stamp = expected_stamp()
    shutil.rmtree(VENV, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        wanted, pins = requirements()
        wanted_file, pins_file = Path(folder, "wanted.txt"), Path(folder, "pins.txt")
        wanted_file.write_text("\n".join(wanted))
        pins_file.write_text("\n".join(pins))
        for step in installation(base, ["-r", str(wanted_file), "-c", str(pins_file)]):
            if subprocess.run(step, check=False).returncode:
                raise BootstrapError("运行环境没有装好，原因见上。请检查网络后重试。")
    STAMP.write_text(stamp)


def installation(base: str, packages: list[str]) -> list[list[str]]:
    """Return the commands that make `.venv` and install into it, with what this machine has."""
    uv = shutil.which("uv")
    if uv:
        return [
            [uv, "venv", "--quiet", "--python", base, str(VENV)],
            [uv, "pip", "install", "--quiet", "--python", str(PYTHON), *packages],
        ]
    quiet = ["-qq", "--disable-pip-version-check", "--no-input"]  # Errors are still told.
    if has_module(base, "pip"):
        # A new environment needs no pip of its own: quicker, and works where ensurepip is missing.
        return [
            [base, "-m", "venv", "--without-pip", str(VENV)],
            [base, "-m", "pip", "--python", str(PYTHON), "install", *quiet, *packages],
        ]
    if has_module(base, "ensurepip"):
        return [
            [base, "-m", "venv", str(VENV)],
            [str(PYTHON), "-m", "pip", "install", *quiet, *packages],
        ]
    raise BootstrapError("这台机器上没有 pip，也没有 uv。请先装其中一个（例如：apt install python3-pip）。")


def has_module(python: str, name: str) -> bool:
    """Say whether another interpreter can import a module."""
    probe = [python, "-c", "import " + name]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def enter_environment() -> None:
    """Continue in an environment that matches the pins: this one, or `.venv` by way of exec."""
    import fcntl

    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if os.environ.get("PORTAL_NO_VENV") == "1" or (is_stamped() if inside else is_complete()):
        return
    with (ROOT / "pyproject.toml").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # Two first starts at once: the second finds it made.
        if not is_stamped():
            make_environment()
    os.environ["PORTAL_NO_VENV"] = "1"  # Whatever happens, never exec in a circle.
    os.execv(str(PYTHON), [str(PYTHON), str(ROOT / "manage.py"), *sys.argv[1:]])


def bootstrap() -> None:
    """Return only inside a good environment; else end with one plain line."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"需要 Python 3.11 或更新的版本，当前是 {sys.version.split()[0]}。")
    try:
        enter_environment()
    except KeyboardInterrupt:
        sys.exit(130)
    except BootstrapError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"运行环境 .venv 没有装好：{error}")


def option(arguments: list[str], name: str, default: str) -> str:
    """Return the value of a command's option, read before Django reads its settings."""
    for index, argument in enumerate(arguments):
        if argument == name and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith(f"{name}="):
            return argument[len(name) + 1 :]
    return default


def set_environment(command: str, arguments: list[str]) -> Path:
    """Say which installation the command is about, and return its data folder.

    A data folder says for itself what it was made for: the demo leaves a file `env` in it. Without one,
    caution: production.
    """
    given = os.environ.get("PORTAL_DATA") or str(ROOT / "data")
    data = Path(option(arguments, "--data", given) if command == "demo" else given).resolve()
    os.environ["PORTAL_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if command == "demo":
        from portal.demo.network import site_address

        os.environ["PORTAL_ENV"] = "demo"
        host, port = option(arguments, "--host", "127.0.0.1"), option(arguments, "--port", "8000")
        os.environ.setdefault("SITE_URL", site_address(host, port))
        return data
    with contextlib.suppress(OSError):
        for line in (data / "env").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            os.environ.setdefault(name, value)
    os.environ.setdefault("PORTAL_ENV", "production")
    return data


def main() -> None:
    """Run one command; start the bundled database for it where none is running and none is given."""
    arguments = sys.argv[1:]
    command = arguments[0] if arguments else "help"
    if command == "test":
        run_tests(arguments[1:])
    data = set_environment(command, arguments)
    with contextlib.ExitStack() as stack:
        is_offline = command in WITHOUT_DATABASE or arguments[:2] == ["officers", "sign"]
        if not is_offline and not {"-h", "--help"} & set(arguments):
            start_database(stack, command, data)
        from django.core.management import execute_from_command_line

        execute_from_command_line([sys.argv[0], *arguments])


def start_database(stack: contextlib.ExitStack, command: str, data: Path) -> None:
    """Attach to the bundled database, or run it until `stack` closes, unless an address is configured."""
    if {"DATABASE_URL", "DATABASE_URL_FILE"} & set(os.environ):
        return
    from portal.embedded import EmbeddedError, running

    mode = cast("Mode", os.environ["PORTAL_ENV"])
    try:
        servers = stack.enter_context(running(data, mode=mode, purpose=command))
    except EmbeddedError as error:
        if command != "doctor":  # The doctor names all causes, not the first one.
            sys.exit(str(error))
    else:
        os.environ["PORTAL_SOCKETS"] = str(servers.sockets)
        marker = data / "env"
        if (
            command in {"migrate", "restore"} and not marker.exists()
        ):  # From here on it holds somebody's data.
            marker.write_text(f"PORTAL_ENV={mode}\n", encoding="utf-8")


def run_tests(arguments: list[str]) -> NoReturn:
    """Run pytest: all tests, or what the arguments name; on two processes unless told otherwise.

    Of all tests, those that kill processes come first, by themselves: beside others they would disturb both.
    """
    os.chdir(ROOT)
    os.environ["PORTAL_ENV"] = "test"
    parallel = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *arguments]
    if {"-m", "-k", "--collect-only"} & set(arguments) or any(_is_path(one) for one in arguments):
        os.execv(sys.executable, parallel)
    alone = subprocess.run([*parallel, "-n", "0", "-m", "alone"], check=False).returncode
    rest = subprocess.run([*parallel, "-m", "not alone"], check=False).returncode
    sys.exit(alone or rest)


def _is_path(argument: str) -> bool:
    return not argument.startswith("-") and Path(argument.partition("::")[0]).exists()


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):  # A terminal without Chinese gets question marks.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    bootstrap()
    with contextlib.suppress(KeyboardInterrupt):
        main()
        sys.exit(0)
    sys.exit(130)
