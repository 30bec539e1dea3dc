"""A ready-made witness for a laptop: remembers the last head, refuses what does not continue it, cosigns.

Speaks C2SP tlog-witness (`add-checkpoint`) and can also fetch by itself. Knows no database and no Django;
its state is one small file for each log.
"""

from __future__ import annotations

import fcntl
import hashlib
import http.server
import os
import secrets
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from portal.record import verifying
from portal.record.notes import Signer
from portal.record.verifying import RefusedError

_MOST_BYTES = 1 << 20
_MOST_PROOF = 63
_TIMEOUT = 20
Clock = Callable[[], int]


class ConflictError(Exception):
    """The caller thinks this witness saw another size last."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the last size seen is {size}")
        self.size = size


@dataclass(frozen=True)
class Seen:
    """The last head a witness cosigned of one log: a checkpoint's text, or nothing yet."""

    text: str = ""

    @property
    def size(self) -> int:
        """How many entries the log had."""
        return int(self.text.split("\n")[1]) if self.text else 0


class Witness:
    """One witness of one log."""

    def __init__(self, signer: Signer, folder: Path, keys: Sequence[str]) -> None:
        self.signer = signer
        self.folder = folder
        self.keys = keys

    def add_checkpoint(self, old: int, proof: Sequence[bytes], note: str, *, at: int) -> str:
        """Return this witness's line under a checkpoint that continues the last one; remember it first.

        Raises:
            RefusedError: not signed by the log, or not a continuation of what was seen.
            ConflictError: `old` is not the size seen last.
        """
        head = verifying.open_checkpoint(note, self.keys)
        with self._held(head.origin) as file:
            seen = Seen(file.read_text(encoding="utf-8") if file.exists() else "")
            if old != seen.size:
                raise ConflictError(seen.size)
            before = verifying.read_head(seen.text) if seen.text else None
            if before is not None:
                verifying.check_consistency(before, head, proof)
            elif proof:
                raise RefusedError("there is nothing before")
            if seen.text != head.text:
                _write(file, head.text)
        return self.signer.cosign(head.text, at)

    def seen(self, origin: str) -> Seen:
        """Return the last head of a log."""
        file = self._file(origin)
        return Seen(file.read_text(encoding="utf-8") if file.exists() else "")

    def _file(self, origin: str) -> Path:
        return self.folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.seen"

    @contextmanager
    def _held(self, origin: str) -> Iterator[Path]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield self._file(origin)


def _write(file: Path, text: str) -> None:
    fresh = file.with_name(f".{secrets.token_hex(4)}")
    with fresh.open("x", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.rename(file)


def signer_in(folder: Path, name: str) -> Signer:
    """Return a witness's own key, made on first use in its folder."""
    file = folder / "witness.key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as handle:
            handle.write(Signer(name, secrets.token_bytes(32)).to_text() + "\n")
    return Signer.from_text(file.read_text(encoding="utf-8"))


def pinned_keys(folder: Path, url: str) -> list[str]:
    """Return the log's keys: those kept in the folder, or on first use those the log names."""
    file = folder / "log.pub"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(_fetch(f"{url}/keys"), encoding="utf-8")
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def look(witness: Witness, url: str, *, at: int) -> tuple[int, str]:
    """Fetch the newest checkpoint of a log and cosign it; return its size and the line.

    Raises:
        RefusedError: the log does not continue what this witness saw. OSError: it does not answer.
    """
    note = _fetch(f"{url}/checkpoint")
    head = verifying.open_checkpoint(note, witness.keys)
    old = witness.seen(head.origin).size
    if head.size < old:
        raise RefusedError(f"the log shrank from {old} to {head.size}")
    proof = []
    if 0 < old < head.size:
        proof = verifying.read_hashes(_fetch(f"{url}/consistency/{old}/{head.size}"))
    return head.size, witness.add_checkpoint(old, proof, note, at=at)


def _fetch(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise OSError("not a web address")
    with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310 # checked above
        text: str = answer.read(_MOST_BYTES).decode()
    return text


def request_body(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """Return what is sent to a witness."""
    lines = "".join(f"{b64encode(node).decode()}\n" for node in proof)
    return f"old {old}\n{lines}\n{note}".encode()


def read_request(body: bytes) -> tuple[int, list[bytes], str]:
    """Return what `request_body` wrote: old size, proof, note; raise RefusedError for anything else."""
    try:
        head, gap, note = body.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise RefusedError("not text") from None
    first, _, rest = head.partition("\n")
    word, _, number = first.partition(" ")
    proof = verifying.read_hashes(f"{rest}\n" if rest else "")
    if not gap or word != "old" or not number.isdecimal() or len(proof) > _MOST_PROOF:
        raise RefusedError("not an add-checkpoint request")
    return int(number), proof, note


def server(witness: Witness, host: str, port: int, *, now: Clock) -> http.server.ThreadingHTTPServer:
    """Return a server that answers `POST /add-checkpoint`; port 0 takes a free one."""

    class Handler(http.server.BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != "/add-checkpoint" or not 0 < length <= _MOST_BYTES:
                self._say(HTTPStatus.NOT_FOUND, "")
                return
            try:
                old, proof, note = read_request(self.rfile.read(length))
                self._say(HTTPStatus.OK, witness.add_checkpoint(old, proof, note, at=now()))
            except ConflictError as error:
                self._say(HTTPStatus.CONFLICT, f"{error.size}\n", "text/x.tlog.size")
            except RefusedError as error:
                self._say(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error}\n")

        def _say(self, status: HTTPStatus, text: str, kind: str = "text/plain; charset=utf-8") -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep no record of who asks."""

    return http.server.ThreadingHTTPServer((host, port), Handler)
