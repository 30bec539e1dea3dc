"""Names of given files: what they are called here, and which are refused (pure)."""

from __future__ import annotations

import posixpath
import re
import unicodedata

MOST_SIGNS = 120
_DRIVE = re.compile(r"[A-Za-z]:")
# What systems leave beside files; nobody gave them.
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_FIRST_OF_HAN = "\u2e80"


def decoded(raw: bytes, *, is_utf8: bool) -> str:
    """Return a name from a zip: Chinese Windows writes GBK, and macOS UTF-8, without saying so.

    Short GBK words can be valid UTF-8 by accident, but then read as Cyrillic or Arabic, never as Chinese.
    """
    if is_utf8 or raw.isascii():
        return raw.decode("utf-8", "replace")
    for_certain = _decoded(raw, "utf-8")
    if for_certain is not None and any(sign >= _FIRST_OF_HAN for sign in for_certain):
        return for_certain
    return _decoded(raw, "gb18030") or for_certain or raw.decode("utf-8", "replace")


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def base_name(path: str) -> str:
    """Return the last part of a path in composed form (NFC): macOS takes letters and accents apart."""
    return unicodedata.normalize("NFC", posixpath.basename(path.replace("\\", "/")))


def folded(name: str) -> str:
    """Return what two names that Windows takes for one have in common."""
    return unicodedata.normalize("NFC", name.casefold())


def is_of_the_system(path: str) -> bool:
    """Say whether a file was left by the system and not given by anybody."""
    name = base_name(path).lower()
    return name in _SYSTEM_FILES or name.startswith("._") or path.startswith("__MACOSX/")


def bad_path(path: str) -> str | None:
    """Return the sentence that refuses a path, or nothing."""
    parts = path.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or _DRIVE.match(path):
        return "文件的位置不对（指到了压缩包外面）。请重新打包再交。"
    if any(_is_hidden(sign) for sign in path):
        return "文件名里有看不见的符号，会让人看错名字。请改名再交。"
    if "\ufffd" in path:
        return "文件名认不出来。请改名再交。"
    if len(parts[-1]) > MOST_SIGNS:
        return f"文件名太长，最多 {MOST_SIGNS} 个字。请改短再交。"
    return None


def _is_hidden(sign: str) -> bool:
    """Say whether a sign is a control, a mark of direction, half a sign, or not assigned."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def shown(name: str) -> str:
    """Return a name that can be shown wherever a refused file is listed."""
    return "".join("□" if _is_hidden(sign) else sign for sign in name)[:MOST_SIGNS] or "□"
