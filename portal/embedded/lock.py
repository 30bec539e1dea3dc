"""Who may start servers in a data folder: one process, held by the kernel and so never left behind."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import Self

from portal.embedded.errors import InUseError


class DataLock:
    """An exclusive lock on a data folder.

    The servers inherit the descriptor, so the lock is free only when the last of them is gone: after a
    `kill -9` of the holder, the next start waits for its dying servers instead of meeting them.
    """

    def __init__(self, data_dir: Path) -> None:
        """Name the lock; nothing is opened yet."""
        self._path = data_dir / "lock"
        self._fd = -1

    @property
    def fd(self) -> int:
        """The descriptor to be inherited by servers."""
        return self._fd

    def take(self, purpose: str, *, patience: float = 10) -> Self:
        """Take the lock in the name of `purpose`, waiting only for servers whose holder is dead.

        Raises:
            InUseError: a living process holds it; the text names its purpose and number.
        """
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience
        while not self._try():
            holder, pid = self.holder()
            if _alive(pid) or time.monotonic() > deadline:
                os.close(self._fd)
                self._fd = -1
                raise InUseError(f"“{holder}”正在使用这个数据文件夹（进程 {pid}）。")
            time.sleep(0.05)
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()} {purpose}".encode(), 0)
        return self

    def holder(self) -> tuple[str, int]:
        """Return the purpose and process number of who holds, or last held, the lock."""
        pid, _, purpose = self._path.read_text(encoding="utf-8").partition(" ")
        return purpose or "另一个程序", int(pid or 0)

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _try(self) -> bool:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Visitors:
    """Counts the commands that use servers of another process, so that it stops them after the last."""

    def __init__(self, data_dir: Path) -> None:
        """Name the lock; nothing is opened yet."""
        self._path = data_dir / "visitors"
        self._fd = -1

    def enter(self) -> bool:
        """Register as a visitor; False while the servers are about to stop."""
        return self._lock(fcntl.LOCK_SH | fcntl.LOCK_NB)

    def wait_for_last(self) -> None:
        """Wait until no visitor is left and let none in any more."""
        self._lock(fcntl.LOCK_EX)

    def leave(self) -> None:
        """Undo `enter` or `wait_for_last`."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _lock(self, operation: int) -> bool:
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._fd, operation)
        except BlockingIOError:
            self.leave()
            return False
        return True


def _alive(pid: int) -> bool:
    """Say whether a process exists and is not merely waiting to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in {"Z", "X"}
