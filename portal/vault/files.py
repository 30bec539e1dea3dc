"""Key files: they stand outside the database and outside its backups, one secret per file."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

# To match people without storing their numbers; to hash what could be guessed; to seal staged uploads.
KEY_NAMES = ("matching", "pepper", "staging")
_SHAPE = re.compile(r"[0-9a-f]{64}")


def make_missing_keys(folder: Path, names: Sequence[str] = KEY_NAMES) -> list[str]:
    """Create every key file that is missing (32 random bytes as hexadecimal, mode 0600); return their names.

    An existing file is never touched: a lost matching key cannot be replaced.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name in names:
        path = folder / f"{name}.key"
        if path.exists():
            continue
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(fd)
        made.append(name)
    return made


def key_problems(folder: Path) -> list[str]:
    """Return one plain sentence per key file that is missing, malformed or open to others."""
    problems = []
    for name in KEY_NAMES:
        path = folder / f"{name}.key"
        if not path.is_file():
            problems.append(f"缺少密钥文件 {path}。运行 manage.py doctor --init 生成。")
            continue
        if path.stat().st_mode & 0o077:
            problems.append(f"密钥文件 {path} 别人也能读。运行 chmod 600 {path}。")
        if not _SHAPE.fullmatch(path.read_text(encoding="ascii", errors="replace").strip()):
            problems.append(f"密钥文件 {path} 内容不对（应是 64 个十六进制字符）。请从备份恢复原来的文件。")
    return problems
