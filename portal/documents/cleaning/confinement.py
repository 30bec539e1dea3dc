"""What the child gives up before it looks at a foreign byte (on Linux)."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_MEMORY = 512 << 20
_NOBODY = 65_534
CPU_SECONDS, CPU_SECONDS_PER_PAGE = 10, 3


def confine(parent: int, *, pages: int) -> list[str]:
    """Give up memory, time, files, network, privileges; return which of the optional steps worked.

    `pages` is the most pages the file may turn out to have: time for further pages is granted one by one.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    done = [*_no_root(), *_own_network(libc)]
    # After the change of user, which would clear it.
    libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        done.append("no_new_privs")
    most = CPU_SECONDS + CPU_SECONDS_PER_PAGE * max(0, pages - 1)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, most + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    return done


def grant_page() -> None:
    """Allow the time of one more page."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (min(soft + CPU_SECONDS_PER_PAGE, hard), hard))


def _no_root() -> list[str]:
    if os.geteuid() != 0:
        return []
    try:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    except OSError:  # A container's root may not know that number.
        return []
    return ["no_root"]


def _own_network(libc: ctypes.CDLL) -> list[str]:
    """Move into a network of its own, which has no way out."""
    if sys.platform != "linux":
        return []
    return ["no_network"] if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0 else []
