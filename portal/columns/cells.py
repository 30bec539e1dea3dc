"""Kinds of cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Self
from unicodedata import is_normalized

from portal.columns.column import Cell, CellError
from portal.columns.dates import parse_day
from portal.columns.due import DueRule
from portal.columns.folding import UNSEEN, half_width, nfc, without_spaces
from portal.columns.identity import birth_date, identity_check
from portal.columns.numbered import Account, AccountValue, CreditCode, Identity
from portal.columns.numbers import exact
from portal.columns.periods import Period, parse_period

__all__ = [
    "Account",
    "AccountValue",
    "Amount",
    "Choice",
    "Code",
    "Count",
    "CreditCode",
    "Date",
    "DueCell",
    "Files",
    "Identity",
    "Money",
    "OfficialName",
    "PartyName",
    "PeriodCell",
    "PersonName",
    "Place",
    "Quantity",
    "Rate",
    "Text",
    "YesNo",
]

_PLAIN_NUMBER = re.compile(r"[0-9]{1,10}(?:\.([0-9]{1,8}))?")
_ZEROS = "0" * 8
# Villages repeat from row to row.
_place_name = lru_cache(maxsize=16384)(without_spaces)
_SEPARATORS = re.compile("[;；]")
_BETWEEN_HAN = re.compile(r"(?<=[\u2e80-\U0003ffff])\s+(?=[\u2e80-\U0003ffff])")
_NO_NAME = re.compile(r"[\d*\uff0a@#%=<>]")
_YES = frozenset({"是", "TRUE", "True", "true"})
_IDENTITY_SIGNS = 18
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9X](?![0-9])")
_NO = frozenset({"否", "FALSE", "False", "false"})


def _holds_identity(raw: str) -> bool:
    """Say whether a text holds a right identity number, however its digits are spaced."""
    text = without_spaces(raw).replace("-", "").upper()
    return any(
        birth_date(found[6:14]) is not None and identity_check(found) == found[17]
        for found in _IDENTITY.findall(text)
    )


@dataclass(frozen=True)
class Text(Cell):
    """Free text: keeps its characters."""

    max_length: int = 200

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the text as it stands."""
        if len(raw) > self.max_length:
            raise CellError(f"太长，最多 {self.max_length} 个字")
        if UNSEEN.search(raw):
            raise CellError("含有看不见的控制字符，请删掉这一格重新填写")
        if len(raw) >= _IDENTITY_SIGNS and _holds_identity(raw):
            raise CellError("里面写了身份证号，请从这一格删掉；身份证号只能写在身份证号那一列")
        return raw

    def canon(self, value: str) -> str:
        """Return the text in NFC."""
        return value if is_normalized("NFC", value) else nfc(value)


@dataclass(frozen=True)
class Code(Text):
    """A code or number of a document: full-width letters and digits become ordinary ones."""

    max_length: int = 64

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the code in half-width signs."""
        return super().parse(half_width(raw))


@dataclass(frozen=True)
class Place(Text):
    """A place by code or name; which place it is, the load finds out.

    A blank cell means the releasing body's own place: only where that is a village, unless `any_level`.
    """

    max_length: int = 100
    any_level: bool = False

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return code or name without spaces."""
        return super().parse(_place_name(raw))


@dataclass(frozen=True)
class PersonName(Text):
    """A person's name in full; padding between Chinese characters (张　三) is no part of it."""

    max_length: int = 60

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the name with its own characters."""
        if _NO_NAME.search(raw):
            if "*" in half_width(raw):
                raise CellError("名字被打了星号，请填写全名；公开时由系统按规定遮盖")
            raise CellError("名字里不能有数字和符号，请核对是否填错了列")
        return super().parse(raw if raw.isalpha() else _BETWEEN_HAN.sub("", raw))


@dataclass(frozen=True)
class PartyName(PersonName):
    """The other side of a payment: an organisation, several persons (6 人), or one person's name."""

    max_length: int = 80

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the name with its own characters."""
        if "*" in half_width(raw):
            raise CellError("名字被打了星号，请填写全名；公开时由系统按规定遮盖")
        return Text.parse(self, raw if raw.isalpha() else _BETWEEN_HAN.sub("", raw))


@dataclass(frozen=True)
class OfficialName(PersonName):
    """Who acts in office (handler, approver, witness), one or several: shown in full, never masked."""

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the names with their own characters."""
        return super().parse(_SEPARATORS.sub("、", raw))


@dataclass(frozen=True)
class Amount(Cell):
    """An exact number with a fixed number of decimals."""

    places: int
    digits: int
    yuan: bool
    allow_zero: bool
    allow_negative: bool

    def parse(self, raw: str, *, today: date | None = None, scale: int = 1) -> Decimal:
        """Return the number, times `scale` (the unit in the header), with all its decimals."""
        if scale == 1 and (match := _PLAIN_NUMBER.fullmatch(raw)):
            decimals = match[1] or ""
            if len(decimals) <= self.places:
                filled = raw if decimals else raw + "."
                value = Decimal(filled + _ZEROS[: self.places - len(decimals)])
                if value or self.allow_zero:
                    return value
        value = exact(raw, places=self.places, digits=self.digits, scale=scale, yuan=self.yuan)
        if value < 0 and not self.allow_negative:
            raise CellError("不能小于零，请核对；追回或更正请用“发放类型”等列说明")
        if not value and not self.allow_zero:
            raise CellError("不能是零，请填写实际数字，没有发生就删掉这一行")
        return value

    def canon(self, value: Decimal) -> str:
        """Return the number with all its decimals, without exponent."""
        text = str(value)
        return text if text[-self.places - 1 : -self.places] == "." else f"{value:.{self.places}f}"


@dataclass(frozen=True)
class Money(Amount):
    """Yuan with two decimals, below a million million."""

    places: int = 2
    digits: int = 12
    yuan: bool = True
    allow_zero: bool = False
    allow_negative: bool = False


@dataclass(frozen=True)
class Quantity(Amount):
    """A quantity or an area with four decimals."""

    places: int = 4
    digits: int = 10
    yuan: bool = False
    allow_zero: bool = True
    allow_negative: bool = False


@dataclass(frozen=True)
class Rate(Amount):
    """A standard in yuan for a unit, with eight decimals."""

    places: int = 8
    digits: int = 10
    yuan: bool = True
    allow_zero: bool = False
    allow_negative: bool = False


@dataclass(frozen=True)
class Count(Cell):
    """A whole number of persons, sheets, times, from zero."""

    largest: int = 999_999_999

    def parse(self, raw: str, *, today: date | None = None) -> int:
        """Return the number."""
        value = int(exact(raw, places=0, digits=15))
        if not 0 <= value <= self.largest:
            raise CellError(f"请填写 0 到 {self.largest} 之间的整数")
        return value

    def canon(self, value: int) -> str:
        """Return the decimal digits."""
        return str(value)


@dataclass(frozen=True)
class Date(Cell):
    """A day; `past` for days on which something has happened already."""

    past: bool = False

    def parse(self, raw: str, *, today: date | None = None) -> date:
        """Return the day."""
        value = parse_day(raw)
        if self.past and today is not None and value > today:
            raise CellError("日期在今天之后，请核对年月日")
        return value

    def canon(self, value: date) -> str:
        """Return the day as 2026-10-31."""
        return value.isoformat()


@dataclass(frozen=True)
class PeriodCell(Cell):
    """A period (所属期)."""

    def parse(self, raw: str, *, today: date | None = None) -> Period:
        """Return the period."""
        return parse_period(raw)

    def canon(self, value: Period) -> str:
        """Return the period's label."""
        return value.label()


@dataclass(frozen=True)
class DueCell(Cell):
    """The day on which money is due (应发日期)."""

    def parse(self, raw: str, *, today: date | None = None) -> DueRule:
        """Return the rule."""
        return DueRule.parse(raw)

    def canon(self, value: DueRule) -> str:
        """Return the rule as templates write it."""
        return value.label()


@dataclass(frozen=True)
class Choice(Cell):
    """One of a few words; `options` maps each word to the value stored for it.

    Rows with a word of `minus` count minus in their list's totals.
    """

    options: Mapping[str, str]
    minus: frozenset[str] = frozenset()

    @classmethod
    def of(cls, choices: Iterable[tuple[str, str]], *, minus: str = "") -> Self:
        """Return a choice among (stored value, word) pairs, as a model's field lists them."""
        return cls({str(word): value for value, word in choices}, frozenset({minus} - {""}))

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the stored value."""
        value = self.options.get(raw)
        if value is None:
            value = self.options.get(without_spaces(raw))
        if value is None:
            raise CellError(f"只能填：{'、'.join(self.options)}")
        return value

    def canon(self, value: str) -> str:
        """Return the stored value."""
        return value


@dataclass(frozen=True)
class YesNo(Cell):
    """是 or 否."""

    def parse(self, raw: str, *, today: date | None = None) -> bool:
        """Return whether it says yes."""
        if raw in _YES:
            return True
        if raw in _NO:
            return False
        raise CellError("只能填：是、否")

    def canon(self, value: bool) -> str:  # noqa: FBT001 - the signature of every cell
        """Return 是 or 否."""
        return "是" if value else "否"


@dataclass(frozen=True)
class Files(Cell):
    """Names of files given beside the table, separated by `;`.

    `caption` says what every file of the column is (a value of the captions of attachments); without it
    the file's own name does. A kind may have several such columns, one for each document it must show.
    """

    most: int = 50
    caption: str = ""

    def parse(self, raw: str, *, today: date | None = None) -> tuple[str, ...]:
        """Return the names in their order, each once."""
        names = tuple(dict.fromkeys(nfc(name) for part in _SEPARATORS.split(raw) if (name := part.strip())))
        if len(names) > self.most:
            raise CellError(f"文件太多，一行最多 {self.most} 个")
        if any(UNSEEN.search(name) or "/" in name or "\\" in name for name in names):
            raise CellError("只写文件名，不写文件夹，多个文件用分号隔开，如 发票1.jpg;合同.pdf")
        return names

    def canon(self, value: tuple[str, ...]) -> str:
        """Return the names joined by `;`."""
        return nfc(";".join(value))
