"""Everyday names of places: what people say instead of the registered name (pure)."""

from __future__ import annotations

import re

_RULES = (
    (re.compile(r"村?村民委员会$"), "村"),
    (re.compile(r"村委会$"), "村"),
    (re.compile(r"(?:居民委员会|居委会会|居委会)$"), ""),
    (re.compile(r"(?:虚拟)?(?:社区|生活区)$"), ""),
)
_TAIL = re.compile(r"(?:村委会|村民委员会|居民委员会|居委会|社区|街道|[省市县区乡镇村])$")


def short_name(name: str) -> str:
    """Return the everyday name: 大浦村委会 → 大浦村, 三姑桥社区居委会 → 三姑桥社区."""
    for pattern, suffix in _RULES:
        if pattern.search(name):
            return pattern.sub(suffix, name) or name
    return name


def stem(name: str) -> str:
    """Return what is left when the level words are cut off: 大浦 for 大浦村委会, 西村 for 西村镇."""
    # A single character is nobody's name for a place.
    while (tail := _TAIL.search(name)) and tail.start() > 1:
        name = name[: tail.start()]
    return name
