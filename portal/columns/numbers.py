"""Numbers as people write them in tables, read exactly."""

from __future__ import annotations

import re
from decimal import Decimal

from portal.columns.column import CellError
from portal.columns.folding import half_width

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
# Decimal keeps 28 digits; longer texts would be rounded, and nobody means them.
_LONGEST = 27
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_LARGE_UNITS = re.compile("[万亿千百]")
_EXPONENT = re.compile(r"[0-9.]+[eE][+-]?[0-9]+")
_FORM = "请只写数字，如 1260.50"


def exact(raw: str, *, places: int, digits: int, scale: int = 1, yuan: bool = False) -> Decimal:
    """Return the number in `raw`, times `scale`, with exactly `places` decimals.

    Args:
        raw: trimmed text; full-width signs and grouped thousands are read, `yuan` also ¥ and 元.
        places: decimals of the result; a number that needs more is refused, never rounded.
        digits: digits allowed before the point.
        scale: a power of ten, from a unit in the header (万元).
        yuan: whether the cell is a sum of money.

    Raises:
        CellError: the text is no such number.
    """
    text = half_width(raw)
    negative = text.startswith("-")
    text = text[negative:].lstrip()
    if yuan:
        text = text.removeprefix("¥").removesuffix("元").strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if _PLAIN.fullmatch(text) is None:
        raise CellError(_why_no_number(text))
    if len(text) > _LONGEST:
        raise CellError("数字太长，请核对是否多写了位数")
    value = Decimal(text) * scale
    rounded = round(value, places)
    if rounded != value:
        raise CellError(f"小数最多 {places} 位，请改成 {places} 位以内")
    if rounded >= Decimal(10) ** digits:
        raise CellError("数字太大，请核对是否多写了位数")
    return -rounded if negative and rounded else rounded


def _why_no_number(text: str) -> str:
    """Return why `text` is not a number, with what to write instead."""
    if _LARGE_UNITS.search(text):
        return "不能带“万元”这样的单位，请换算成元，只写数字；整列都是万元时，写在表头：金额(万元)"
    if "," in text:
        return "逗号的位置不对，请去掉逗号，只写数字，如 1234.50"
    if _EXPONENT.fullmatch(text):
        return f"不能用科学计数法，{_FORM}"
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        return f"请用阿拉伯数字 0 到 9，{_FORM}"
    return f"不是数字，{_FORM}"
