"""The manifest of a backup: what is in it, of which state, under which keys; sealed against alteration.

It names keys by fingerprints, never by themselves.
"""

from __future__ import annotations

import hmac
import json
import tomllib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.backups.errors import BackupError
from portal.vault import keys
from portal.vault.files import KEY_NAMES, PAIR_NAMES

FILE = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Part:
    """One file of a backup's folder."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What one backup holds; `broken` says what `verify` found, empty when everything agreed."""

    format: int = FORMAT
    made_at: str
    software: str
    environment: str
    broken: str
    roles: list[str]
    migrations: list[str]
    rows: dict[str, int]
    log_size: int
    log_root: str
    checkpoint: str
    keys: dict[str, str]
    log_keys: list[str]
    files: int
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When its snapshot was taken."""
        return datetime.fromisoformat(self.made_at)

    def write(self, folder: Path) -> None:
        """Write it last: a folder without it is no backup."""
        told = asdict(self)
        text = json.dumps({**told, "seal": _seal(told)}, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / FILE).touch(mode=0o600)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Read the manifest of a backup.

    Raises:
        BackupError: none there, damaged, altered, sealed under other keys, or of a newer format.
    """
    try:
        told: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        seal = told.pop("seal")
        parts = {name: Part(**part) for name, part in told.pop("parts").items()}
        found = Manifest(**told, parts=parts)
    except FileNotFoundError:
        raise BackupError(f"{folder} 里没有 {FILE}，不是一份做完的备份。") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupError(f"{folder / FILE} 读不懂，可能坏了，或是更新的程序做的。") from error
    if found.format != FORMAT:
        raise BackupError(f"这份备份是更新的程序做的（格式 {found.format}）。请先更新程序。")
    if other := other_keys(found):
        raise BackupError(f"这台机器的密钥和备份时的不是同一套：{other}。请先从另存的密钥恢复密钥文件夹。")
    if not hmac.compare_digest(seal, _seal(asdict(found))):
        raise BackupError(f"{folder / FILE} 被改过，不能用。")
    return found


def fingerprints() -> dict[str, str]:
    """Return for each key of this installation what tells it from another, and nothing of itself.

    Raises:
        BackupError: a key is missing.
    """
    try:
        return {
            **{name: _fingerprint(name, keys.load(name)) for name in KEY_NAMES},
            **{name: _fingerprint(name, keys.load_public(name)) for name in PAIR_NAMES},
        }
    except keys.MissingKeyError as error:
        raise BackupError(str(error)) from error


def log_keys() -> list[str]:
    """Return the public keys of the log: they are no secret."""
    try:
        return settings.LOG_KEY.with_suffix(".pub").read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []


def other_keys(found: Manifest) -> str:
    """Return the names of the keys that are not those of a backup; empty when all are.

    The log may have got a further key since; those it had must still be known.
    """
    own = fingerprints()
    other = [name for name in sorted({*own, *found.keys}) if own.get(name) != found.keys.get(name)]
    if set(found.log_keys) - set(log_keys()):
        other.append("log.pub")
    return "、".join(other)


def software() -> str:
    """Return the version of this program."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def _fingerprint(name: str, key: bytes) -> str:
    return sha256(b"fingerprint\x00" + name.encode() + b"\x00" + key).hexdigest()[:32]


def _seal(told: dict[str, Any]) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    return hmac.digest(keys.load("pepper"), b"backup\x00" + text, "sha256").hex()
