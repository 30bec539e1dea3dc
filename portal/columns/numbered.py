"""Cells that hold the number of a person, a firm or an account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.columns.column import Cell, CellError
from portal.columns.folding import without_spaces
from portal.columns.identity import (
    birth_date,
    credit_check,
    identity_check,
    is_credit_form,
    is_identity_form,
)

_ACCOUNT = re.compile(r"[0-9]{8,32}")
_ACCOUNT_TAIL = re.compile(r"(?:[0-9]{0,12}[*xX•·.…]+)?([0-9]{4})")
_EXPONENT = re.compile(r"[0-9]\.[0-9]+[Ee]\+?[0-9]+")
# Other systems put these before a number to keep it text.
_TEXT_MARKS = "'`’‘\""
_LOST = "号码被表格存成了数字，后几位已经丢失，请把这一列设为“文本”后重新填写"


class AccountValue(NamedTuple):
    """An account: all its digits, or only the last four where no more was given."""

    digits: str | None
    tail: str

    def __repr__(self) -> str:
        """Show no digit: what is printed ends up in logs."""
        return "AccountValue(…)"


@dataclass(frozen=True)
class Identity(Cell):
    """An identity number of 18 characters (GB 11643-1999)."""

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the number, its last sign upper case."""
        text = raw
        if not is_identity_form(text):
            text = without_spaces(raw).strip(_TEXT_MARKS).upper()
            if not is_identity_form(text):
                raise CellError(_why_no_identity(text))
        born = birth_date(text[6:14])
        if born is None or (today is not None and born > today):
            raise CellError("第 7 到 14 位不是可能的出生日期，请对照身份证核对")
        if identity_check(text) != text[17]:
            raise CellError("校验位不对，有数字写错了，请对照身份证逐位核对")
        return text

    def canon(self, value: str) -> str:
        """Return the number."""
        return value


@dataclass(frozen=True)
class CreditCode(Cell):
    """A unified social credit code of 18 characters (GB 32100-2015)."""

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the code in upper case."""
        text = without_spaces(raw).strip(_TEXT_MARKS).upper()
        if len(text) != 18:
            raise CellError("统一社会信用代码应是 18 位，请对照营业执照或登记证核对")
        if not is_credit_form(text):
            raise CellError("统一社会信用代码里没有 I、O、S、V、Z 和符号，请对照证照核对")
        if credit_check(text) != text[17]:
            raise CellError("统一社会信用代码的校验位不对，请对照证照逐位核对")
        return text

    def canon(self, value: str) -> str:
        """Return the code."""
        return value


@dataclass(frozen=True)
class Account(Cell):
    """A bank account; masked, or with four digits only, its tail."""

    def parse(self, raw: str, *, today: date | None = None) -> AccountValue:
        """Return the account's digits, or what is known of them."""
        if _ACCOUNT.fullmatch(raw):
            return AccountValue(raw, raw[-4:])
        text = without_spaces(raw).strip(_TEXT_MARKS).replace("-", "")
        if _ACCOUNT.fullmatch(text):
            return AccountValue(text, text[-4:])
        if match := _ACCOUNT_TAIL.fullmatch(text):
            return AccountValue(None, match[1])
        if _EXPONENT.fullmatch(text):
            raise CellError(_LOST)
        raise CellError("银行账号应是 8 到 32 位数字；只公布后四位的，请写后四位")

    def canon(self, value: AccountValue) -> str:
        """Return the last four digits: more is never stored in clear."""
        return value.tail


def _why_no_identity(text: str) -> str:
    """Return why `text` is not an identity number, with what to write instead."""
    if _EXPONENT.fullmatch(text):
        return _LOST
    if "*" in text:
        return "身份证号被打了星号，请填写全部 18 位；公开时一位也不会显示"
    if len(text) == 15 and text.isdigit():
        return "这是 15 位的旧身份证号，2013 年起已停用，请填写现在的 18 位号码"
    if len(text) != 18:
        return f"身份证号应是 18 位，这里是 {len(text)} 位，请对照身份证核对"
    return "身份证号只能是数字，最后一位可以是 X，请对照身份证核对"
