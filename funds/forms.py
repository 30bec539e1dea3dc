"""What a visitor may write: a name with four digits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.columns.cells import PersonName
from portal.columns.column import CellError
from portal.columns.folding import UNSEEN, without_spaces

_TAIL = re.compile(r"[0-9]{4}")
_LONGEST = 60
# Signs without width that come along when a name is pasted.
_NO_WIDTH = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff")


@dataclass(frozen=True, kw_only=True)
class OwnForm:
    """A read form: cleaned values, what was typed, and a sentence for each field that cannot be read."""

    name: str
    tail: str
    name_error: str = ""
    tail_error: str = ""

    @property
    def errors(self) -> int:
        """How many fields must be changed."""
        return bool(self.name_error) + bool(self.tail_error)


def read_own(raw_name: str, raw_tail: str) -> OwnForm:
    """Read name and digits the way lists are read, so that full-width digits find what is stored."""
    name, name_error = _name(UNSEEN.sub("", raw_name).translate(_NO_WIDTH)[:_LONGEST])
    tail = without_spaces(UNSEEN.sub("", raw_tail)[:_LONGEST])
    tail_error = "" if _TAIL.fullmatch(tail) else "这里写银行卡最后 4 位数字，如 3317"
    return OwnForm(name=name, tail=tail, name_error=name_error, tail_error=tail_error)


def _name(typed: str) -> tuple[str, str]:
    trimmed = typed.strip()
    if not trimmed:
        return "", "这里写名单上的姓名"
    try:
        return PersonName().parse(trimmed), ""
    except CellError:
        return trimmed, "名字里不能有数字和符号，请写全名"
