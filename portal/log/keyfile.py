"""The signing key: one file outside the database that only the signer reads (knows no Django).

`log.key` holds one private key a line, as signed-note writes them; while a key is being changed, two.
`log.pub` beside it holds the public keys of all times, and anybody may read it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from portal.record.notes import KeyTextError, Signer


class SigningKeyError(Exception):
    """The key file is absent, open to others or damaged; the text says what to do."""


def origin_of(site_url: str) -> str:
    """Return the log's name: the site's host and /log, without a scheme."""
    return f"{urlsplit(site_url).netloc}/log"


def make_missing(path: Path, origin: str) -> bool:
    """Make the signing key unless there is one; say whether it was made."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    add(path, Signer(origin, secrets.token_bytes(32)))
    return True


def load(path: Path) -> list[Signer]:
    """Return the keys that sign now, oldest first.

    Raises:
        SigningKeyError: no key, a damaged one, or a file that others may read.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise SigningKeyError(f"签名密钥 {path} 别人也能读。运行 chmod 600 {path}。")
        signers = [Signer.from_text(line) for line in path.read_text(encoding="utf-8").split()]
    except OSError as error:
        raise SigningKeyError(f"签名密钥 {path} 不在或读不出。运行 manage.py doctor --init 生成。") from error
    except KeyTextError as error:
        raise SigningKeyError(f"签名密钥 {path} 内容不对。请从备份恢复原来的文件。") from error
    if not signers or len({signer.name for signer in signers}) > 1:
        raise SigningKeyError(f"签名密钥 {path} 内容不对。请从备份恢复原来的文件。")
    return signers


def add(path: Path, signer: Signer) -> None:
    """Let one more key sign from now on; its public half is written first."""
    public = path.with_suffix(".pub")
    known = public.read_text(encoding="utf-8").split() if public.exists() else []
    if signer.vkey not in known:
        _replace(public, [*known, signer.vkey], mode=0o644)
    present = [other.to_text() for other in load(path)] if path.exists() else []
    if signer.to_text() not in present:
        _replace(path, [*present, signer.to_text()], mode=0o600)


def drop(path: Path, vkey: str) -> None:
    """Let a key sign no more; its public half stays known for what it signed."""
    _replace(path, [signer.to_text() for signer in load(path) if signer.vkey != vkey], mode=0o600)


def _replace(path: Path, lines: list[str], *, mode: int) -> None:
    """Write a file as a whole and durably."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        os.fchmod(fd, mode)
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(fd)
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
