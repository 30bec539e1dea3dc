"""The unprivileged account of the bundled servers: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.embedded.errors import EmbeddedError


@dataclass(frozen=True)
class Account:
    """The user and group the servers run as; `is_other` when that is not the caller's own."""

    uid: int
    gid: int
    is_other: bool

    def own(self, path: Path) -> None:
        """Make `path` the account's own and closed to everybody else."""
        path.chmod(0o700)
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Say whether the account may enter every folder on the way to `path` and read it.

        Access lists are not looked at: they could only turn a yes of the mode bits into a no, and then
        the server's own message says so.
        """
        if not self.is_other:
            return True
        path = path.resolve()
        return self._may(path, read=path.is_file()) and all(
            self._may(folder, read=False) for folder in path.parents
        )

    def _may(self, path: Path, *, read: bool) -> bool:
        facts = path.stat()
        shift = 6 if facts.st_uid == self.uid else 3 if facts.st_gid == self.gid else 0
        wanted = 0o4 if read else 0o1
        return bool(facts.st_mode >> shift & wanted)


@cache
def server_account() -> Account:
    """Return the caller's own account, or `nobody` when the caller is root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "数据库不能以 root 身份运行，而本机没有 nobody 用户。请换一个普通用户运行。"
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid, is_other=True)
