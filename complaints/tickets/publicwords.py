"""What may not stand in words that are published for ever: who reported, and numbers of persons (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_TELLTALE = ("举报人", "反映人", "投诉人", "信访人", "来信人", "检举人", "控告人")
# A telephone, an identity or card number: also written with spaces or dashes.
_NUMBER = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d){8}|\d(?:[ -]?\d){14,18}[Xx]?|0\d{2,3}-?\d{7,8})(?!\d)")
_SHORTEST_NAME = 2


def refusal(texts: Iterable[str], *, identity: Iterable[str] = ()) -> str:
    """Return why words may not be published, for the officer who wrote them; empty where they may.

    `identity` holds name and telephone of the reporter, where the officer may read them.
    """
    joined = unicodedata.normalize("NFKC", "\n".join(texts))
    for word in _TELLTALE:
        if word in joined:
            return f"公开的字里写了“{word}”。不要提是谁反映的，只写查到什么、怎么办的。"
    if _NUMBER.search(joined):
        return "公开的字里有电话、身份证号或卡号，请去掉。公布以后不能改。"
    packed = re.sub(r"[\s-]", "", joined)
    for one in identity:
        known = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", one))
        if len(known) >= _SHORTEST_NAME and known in packed:
            return "公开的字里有举报人的姓名或电话，请去掉。公布以后不能改。"
    return ""
