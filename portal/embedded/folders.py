"""Where the bundled servers keep their files: inside the data folder whenever that is possible.

Two things can make it impossible. A socket's path may have at most 107 bytes, so a long (or oddly named)
data folder gets its sockets in a private folder under the temporary one. And root's servers run as `nobody`,
who cannot enter a private home, so there the cluster stands in /var/lib. In both cases the data folder
holds a symbolic link in the usual place: whoever resolves it needs no other record.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.account import Account
from portal.embedded.errors import EmbeddedError

BROKER_SOCKET = "broker.sock"
# 107 bytes less "/.s.PGSQL.5432.lock".
_LONGEST_FOLDER = 107 - 20
# A comma separates hosts for libpq, a quote or blank needs escaping in three syntaxes.
_PLAIN = re.compile(r"[A-Za-z0-9._/+-]+")


@dataclass(frozen=True)
class Place:
    """Where one installation's servers keep their files, as whom they run, and the lock they inherit."""

    home: Path
    sockets: Path
    logs: Path
    account: Account
    lock_fd: int


def prepare_place(data_dir: Path, account: Account, lock_fd: int) -> Place:
    """Create the servers' folders."""
    logs = data_dir / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    return Place(
        home=_prepare_home(data_dir, account),
        sockets=_prepare_sockets(data_dir, account),
        logs=logs,
        account=account,
        lock_fd=lock_fd,
    )


def sockets_folder(data_dir: Path) -> Path:
    """Return the folder of both sockets; it may not exist yet. Reads only."""
    return (data_dir / "run").resolve()


def prepare_data(data_dir: Path, account: Account) -> None:
    """Create the data folder: closed to other users, but for passing through to the server's own part."""
    if not data_dir.exists():
        data_dir.mkdir(parents=True, mode=0o700)
        if account.is_other:
            data_dir.chmod(0o711)


def _prepare_sockets(data_dir: Path, account: Account) -> Path:
    place = data_dir / "run"
    path = str(place.absolute())
    fits = len(os.fsencode(path)) <= _LONGEST_FOLDER and _PLAIN.fullmatch(path)
    if fits and account.can_reach(data_dir):
        return _own_folder(place, account)
    return _linked_folder(place, account, parent=Path(tempfile.gettempdir()))


def _prepare_home(data_dir: Path, account: Account) -> Path:
    place = data_dir / "server"
    if account.can_reach(data_dir):
        return _own_folder(place, account)
    return _linked_folder(place, account, parent=Path("/var/lib"))


def remove_data(data_dir: Path) -> None:
    """Delete the data folder's content and the linked folders outside it; the lock file stays held."""
    for name in ("run", "server"):
        place = data_dir / name
        if place.is_symlink():
            shutil.rmtree(place.resolve(), ignore_errors=True)
    for child in data_dir.iterdir():
        if child.name in {"lock", "visitors"}:
            continue
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


def _own_folder(place: Path, account: Account) -> Path:
    if place.is_symlink():  # The data folder was moved, or its way opened, since the last start.
        return _checked(place, account)
    place.mkdir(exist_ok=True)
    account.own(place)
    return place.resolve()


def _linked_folder(place: Path, account: Account, *, parent: Path) -> Path:
    if place.is_symlink() and place.exists():
        return _checked(place, account)
    place.unlink(missing_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="portal-", dir=parent))
    account.own(folder)
    place.symlink_to(folder)
    return folder


def _checked(place: Path, account: Account) -> Path:
    """Refuse a linked folder that is not ours: others may write in the temporary folder."""
    if not place.exists():
        place.unlink()
        place.mkdir()
        account.own(place)
    facts = place.stat()
    if facts.st_uid != account.uid or facts.st_mode & 0o077:
        raise EmbeddedError(f"文件夹 {place.resolve()} 的所有者或权限不对，请删除 {place} 后重试。")
    return place.resolve()
