"""At most one cleaning per processor on this machine, whoever asks: worker, web page or a load."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_PATIENCE = 0.05


@contextmanager
def slot() -> Iterator[None]:
    """Wait for one of the machine's slots and hold it; a holder that dies frees it."""
    folder = Path(settings.INCOMING_DIR) / "slots"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handles = [(folder / str(number)).open("ab") for number in range(len(os.sched_getaffinity(0)))]
    try:
        while not any(_taken(handle.fileno()) for handle in handles):
            time.sleep(_PATIENCE)
        yield
    finally:
        for handle in handles:
            handle.close()


def _taken(descriptor: int) -> bool:
    """Take a slot if it is free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
