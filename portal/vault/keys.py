"""Key files: 32 random bytes each, outside the database and its backups."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings

NAMES = ("matching", "pepper", "staging")


class MissingKeyError(Exception):
    """A key file is absent or malformed; `manage.py doctor --init` makes missing ones."""


def path_of(name: str) -> Path:
    """Return where a key stands."""
    return Path(settings.KEYS_DIR) / f"{name}.key"


@lru_cache
def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise MissingKeyError(
            f"密钥文件 {path.name} 不在或读不出，请运行 manage.py doctor --init。"
        ) from error
    if len(key) != 32:
        raise MissingKeyError(f"密钥文件 {path.name} 长度不对，请从备份的密钥清单恢复。")
    return key


def load(name: str) -> bytes:
    """Return a key's 32 bytes; raise MissingKeyError with what to do."""
    return _read(path_of(name))


def create_missing() -> list[str]:
    """Make the keys that are absent, readable by their owner only; return their names."""
    made = []
    Path(settings.KEYS_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in NAMES:
        try:
            handle = os.open(path_of(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32) + "\n")
        made.append(name)
    _read.cache_clear()
    return made
