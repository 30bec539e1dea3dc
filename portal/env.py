"""The only reader of environment variables."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, *, default: str = "") -> str:
    """Return a variable as text."""
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable; raise ImproperlyConfigured for any spelling but 1, 0, true, false."""
    raw = os.environ.get(name, str(default)).lower()
    if raw not in {"1", "0", "true", "false"}:
        raise ImproperlyConfigured(f"{name} must be 1, 0, true or false, not {raw!r}.")
    return raw in {"1", "true"}


def number(name: str, *, default: int) -> int:
    """Return a whole number; raise ImproperlyConfigured for anything else."""
    raw = os.environ.get(name, str(default))
    try:
        return int(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from error


def words(name: str, *, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def file_text(path: Path) -> str:
    """Return a small file's text, or nothing where there is no such file."""
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def secret(name: str) -> str:
    """Return a secret given as NAME or as the file that NAME_FILE names; empty when neither is set."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(name, "")
