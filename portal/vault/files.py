"""Key files: they stand outside the database and outside its backups, one secret per file."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from nacl.signing import SigningKey

from portal.vault.archive import new_private_key, public_half

# To match people without storing their numbers; to hash what could be guessed; to seal staged uploads; to
# derive the codes of reports.
KEY_NAMES = ("matching", "pepper", "staging", "receipt")
# Each private half (NAME.key) is kept offline: nobody asks for it here. `archive` seals originals, `escrow` a
# second way into every report, `commission` signs the list of officers that reports are sealed to.
ARCHIVE, ESCROW, COMMISSION = PAIR_NAMES = ("archive", "escrow", "commission")
_SHAPE = re.compile(r"[0-9a-f]{64}")


def make_missing_keys(folder: Path, names: Sequence[str] = KEY_NAMES) -> list[str]:
    """Create every key file that is missing (32 bytes as hexadecimal, mode 0600), and every pair.

    Returns the names of those made.
    An existing file is never touched: a lost matching key cannot be replaced.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name in names:
        path = folder / f"{name}.key"
        if not path.exists():
            _write_new(path, secrets.token_hex(32))
            made.append(name)
    return [*made, *(name for name in PAIR_NAMES if _make_pair(folder, name))]


def _make_pair(folder: Path, name: str) -> bool:
    """Make a key pair where the public half is missing; in production the private half leaves."""
    public, private = folder / f"{name}.pub", folder / f"{name}.key"
    if public.exists():
        return False
    if not private.exists():
        _write_new(private, new_private_key().hex())
    seed = bytes.fromhex(private.read_text(encoding="ascii").strip())
    half = bytes(SigningKey(seed).verify_key) if name == COMMISSION else public_half(seed)
    _write_new(public, half.hex())
    return True


def _write_new(path: Path, text: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(fd)


def key_problems(folder: Path) -> list[str]:
    """Return one plain sentence per key file that is missing, malformed or open to others."""
    problems = []
    for path in [
        *(folder / f"{name}.key" for name in KEY_NAMES),
        *(folder / f"{name}.pub" for name in PAIR_NAMES),
    ]:
        if not path.is_file():
            problems.append(f"缺少密钥文件 {path}。运行 manage.py doctor --init 生成。")
            continue
        if path.stat().st_mode & 0o077:
            problems.append(f"密钥文件 {path} 别人也能读。运行 chmod 600 {path}。")
        if not _SHAPE.fullmatch(path.read_text(encoding="ascii", errors="replace").strip()):
            problems.append(f"密钥文件 {path} 内容不对（应是 64 个十六进制字符）。请从备份恢复原来的文件。")
    return problems
