"""Children that never outlive their parent, not even when it is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from portal.embedded.account import Account

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def spawn(
    command: Sequence[str],
    *,
    log: IO[bytes] | None,
    stop_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    keep_open: Sequence[int] = (),
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own; it gets `stop_signal` when this process dies.

    Its output goes to `log`, or where this process's own goes.

    A session of its own keeps Ctrl-C from reaching it, so that the parent stops its children in order.
    The kernel ties the death signal to the starting thread, which therefore must be the main one.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Children must be started from the main thread.")
    dropped = account is not None and account.is_other
    return subprocess.Popen(  # noqa: S603
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        cwd=folder or "/",
        env=environment,
        user=account.uid if account and dropped else None,
        group=account.gid if account and dropped else None,
        extra_groups=[] if dropped else None,
        pass_fds=tuple(keep_open),
        start_new_session=True,
        # CPython drops the user first: a death signal set before that would be cleared by the drop.
        preexec_fn=partial(_die_with_parent, stop_signal, os.getpid()),
    )


def stop(child: subprocess.Popen[bytes], how: signal.Signals, *, patience: float = 10) -> None:
    """Ask a child to stop and wait; kill its whole session when it does not listen."""
    if child.poll() is None:
        child.send_signal(how)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _die_with_parent(how: signal.Signals, parent: int) -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:  # The parent died between fork and prctl.
            os._exit(1)
