"""The child's walls, and what the parent makes of a child that misbehaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.documents import limited, making, slots
from portal.documents.cleaning.causes import Cause
from portal.documents.limited import Caused
from portal.documents.webp import plain_webp_size
from portal.documents.words import sentence
from tests.portal.documents.samples import photo, receipt, saved

PROBE = """
import encodings.idna, json, os, resource, socket, sys
sys.path.insert(0, sys.argv[1])
from cleaning import confinement
done = confinement.confine(int(sys.argv[2]), pages=1)
seen = {"done": done, "environment": sorted(os.environ), "files": os.listdir("/proc/self/fd")}
def fails(act):
    try:
        act()
    except Exception as error:
        return type(error).__name__
seen["write"] = fails(lambda: os.pwrite(os.memfd_create("x"), b"x", 0))
seen["memory"] = fails(lambda: bytearray(600 << 20))
seen["raise"] = fails(lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)))
seen["connect"] = fails(lambda: socket.create_connection(("127.0.0.1", 9), 1))
print(json.dumps(seen))
"""


def run(code: str, monkeypatch: pytest.MonkeyPatch, seconds: float = 20) -> tuple[bytes, int]:
    """Run other code where the child's would run."""
    monkeypatch.setattr(limited, "_START", code)
    with making.in_memory([b"x"]) as file:
        return limited._run(file.descriptor, seconds)


def test_the_child_can_do_nothing_but_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "secret")
    answer, code = run(PROBE, monkeypatch)
    seen = json.loads(answer)
    assert code == 0
    assert "no_new_privs" in seen["done"]
    assert set(seen["environment"]) <= {"LANG", "LC_CTYPE"}
    assert seen["memory"] == "MemoryError"
    assert seen["raise"] in {"ValueError", "PermissionError"}
    assert seen["write"] == "OSError"
    assert seen["connect"] == "OSError" or "no_network" not in seen["done"]


def test_the_child_has_only_the_files_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, _ = run("import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:4])", monkeypatch)
    assert json.loads(answer)[:3] == [0, 1, 2]
    assert len(json.loads(answer)) <= 4  # the listing itself


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "raise SystemExit(3)",
        "import time; print('x', flush=True); time.sleep(60)",
        "print('x' * 5000)",
    ],
    ids=["abort", "exit", "sleep", "talk"],
)
def test_a_child_that_misbehaves_refuses_its_file(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "_START", code)
    monkeypatch.setattr(limited, "_MOST_ANSWER", 1000)
    monkeypatch.setattr(limited, "_WALL_SECONDS", 1)
    monkeypatch.setattr(limited, "_WALL_SECONDS_PER_PAGE", 0)
    started = time.monotonic()
    with making.in_memory([b"x"]) as file:
        assert limited.clean(file) == Caused(Cause.ABORTED, {})
    assert time.monotonic() - started < 10


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_child_dies_with_its_parent() -> None:
    here = Path(limited.__file__).parent
    inner = "import os,time,sys; sys.path.insert(0, sys.argv[1]); from cleaning import confinement; "
    inner += "confinement.confine(int(sys.argv[2]), pages=1); print(os.getpid(), flush=True); time.sleep(60)"
    command = f"[sys.executable, '-c', {inner!r}, {str(here)!r}, str(os.getpid())]"
    outer = f"import os, subprocess, sys; subprocess.run({command})"
    with subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        if not _alive(pid):
            return
        time.sleep(0.05)
    pytest.fail("the child lives on")


def test_no_more_children_than_processors_are_at_work() -> None:
    most = len(os.sched_getaffinity(0))
    inside, seen, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal inside, seen
        with slots.slot():
            with lock:
                inside += 1
                seen = max(seen, inside)
            time.sleep(0.1)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(2 * most + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == most


def test_a_plain_picture_tells_its_size() -> None:
    assert plain_webp_size(saved(receipt(), "WEBP")) == (900, 1200)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        photo(),
        saved(receipt(), "WEBP", lossless=True),
        saved(receipt(), "WEBP", exif=b"Exif\x00\x00secret"),
        saved(Image.new("RGBA", (90, 90)), "WEBP"),
        saved(receipt(), "WEBP") + b"tail",
        saved(receipt(), "WEBP")[:-2],
    ],
)
def test_anything_more_than_a_plain_picture_is_none(data: bytes) -> None:
    assert plain_webp_size(data) is None


@given(st.binary(max_size=60))
def test_no_bytes_upset_the_judge(data: bytes) -> None:
    plain_webp_size(b"RIFF" + data)
    plain_webp_size(data)


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_its_words(cause: Cause) -> None:
    numbers: Any = {"most": 1, "least": 2, "ratio": 3, "count": 4, "page": 5}
    said = sentence(cause, numbers)
    assert said.endswith("。")
    assert "{" not in said
    assert "请" in said
    assert sentence(cause, {})
