"""The keys of this installation, as bytes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from portal.vault.files import ARCHIVE


class MissingKeyError(Exception):
    """A key file is absent or malformed; `manage.py doctor --init` makes missing ones."""


@lru_cache
def read_key(path: Path) -> bytes:
    """Return the 32 bytes of a key file; raise MissingKeyError with what to do."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        say = f"密钥文件 {path.name} 不在或读不出，请运行 manage.py doctor --init。"
        raise MissingKeyError(say) from error
    if len(key) != 32:
        raise MissingKeyError(f"密钥文件 {path.name} 长度不对，请从备份的密钥清单恢复。")
    return key


def load(name: str) -> bytes:
    """Return a key's 32 bytes; raise MissingKeyError with what to do."""
    return read_key(Path(settings.KEYS_DIR) / f"{name}.key")


def load_public(name: str) -> bytes:
    """Return a pair's public half, 32 bytes; raise MissingKeyError with what to do."""
    return read_key(Path(settings.KEYS_DIR) / f"{name}.pub")


def load_archive_public() -> bytes:
    """Return the public half of the archive's key; raise MissingKeyError with what to do."""
    return load_public(ARCHIVE)
