"""Rows of a table that are not data: totals, signatures, the template's example."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from portal.columns.cells import Amount, Choice, Money
from portal.columns.column import CellError
from portal.columns.numbers import exact
from portal.imports.reading.errors import RowError
from portal.imports.reading.headers import BoundColumn

_TOTAL = re.compile(r".{0,20}?(合计|小计|总计|共计)(?:人民币|金额)?(?:\(.{0,6}\))?[::]?")
_SIGNATURE = re.compile(
    r"(?:制表|填表|填报|造表|制单|审核|审批|复核|经办|报送|单位负责|分管领导|主管领导|负责|监督|会计|出纳"
    r"|村主任|村书记|村支书)(?:人|员|单位|日期|时间)?(?:签字|签名|签章|盖章|\(.{0,8}\))*(?:[::].*)?"
    r"|(?:签字|盖章|公章|\(盖章\)|\(公章\))(?:[::].*)?|(?:注|说明|备注|填表说明)[::].*"
)
# Lines of a journal that carry sums from page to page or month to month: neither data nor a total to check.
_CARRIED = re.compile(
    r"(?:本年|全年|本期|年初至今)?累计(?:数|额|发生额)?|承前页|过次页|(?:上月|上年|上期)结转"
    r"|结转(?:下月|下年|下期)|(?:期初|月初|年初|期末|月末)余额"
)
_TOTAL_ENDS = frozenset("计币额:：)）")


@dataclass
class Extras:
    """Tells rows that are not data from those that are, and checks totals on the way.

    A row counts as an extra only where a required cell is missing: who has a name and every other
    required cell is data, whatever else stands there.
    """

    sheet: str
    bound: Sequence[BoundColumn | None]
    errors: list[RowError] = field(default_factory=list)
    totals: int = 0
    signatures: list[int] = field(default_factory=list)
    examples: int = 0

    def __post_init__(self) -> None:
        """Find the columns that matter."""
        here = [(place, one) for place, one in enumerate(self.bound) if one]
        self._money = [place for place, one in here if isinstance(one.column.cell, Money)]
        required = [(place, one) for place, one in here if one.column.required]
        self._required = [place for place, _ in required]
        self._words = [place for place, one in required if not isinstance(one.column.cell, Amount)]
        self._example = [(place, one.column.example) for place, one in here]
        # Sums since the last total of any kind, since the last 合计, and of everything.
        self._sums = [dict.fromkeys(self._money, Decimal(0)) for _ in range(3)]
        # What rows that count minus (追回) took off these sums: lists are added up either way.
        self._minus = [dict.fromkeys(self._money, Decimal(0)) for _ in range(3)]
        self._reversing = [
            (place, one.column.cell.minus) for place, one in here if isinstance(one.column.cell, Choice)
        ]
        self._broken: set[int] = set()
        self._rows = 0
        self._ahead: list[tuple[int, list[str]]] = []

    def is_data(self, number: int, cells: list[str]) -> bool:
        """Say whether a row is data; count it into the sums, or note what else it is."""
        for place in self._required:
            if not cells[place] or cells[place][-1] in _TOTAL_ENDS:
                if self.is_extra(number, cells):
                    return False
                break
        if self._rows < 3 and self._is_example(cells):
            self.examples += 1
            return False
        self._rows += 1
        reverses = any(_fold(cells[place]) in words for place, words in self._reversing if words)
        for place in self._money:
            if cells[place]:
                self._add(place, cells[place], reverses=reverses)
        return True

    def finish(self) -> list[str]:
        """Check totals that stood above their rows, and return the remarks on rows left out."""
        for number, cells in self._ahead:
            self._check(number, cells, [2])
        notes = []
        if self.totals:
            notes.append(f"有 {self.totals} 行合计或小计，没有读入，已与明细核对")
        if self.signatures:
            rows = "、".join(map(str, self.signatures[:5]))
            notes.append(f"第 {rows} 行是签字、说明或结转，没有读入")
        if self.examples:
            notes.append("模板里的示例行没有读入")
        return notes

    def is_extra(self, number: int, cells: list[str]) -> bool:
        """Say whether a row is a total or a signature, and note it."""
        words = [_fold(cell) for cell in cells if cell]
        if any(not cells[place] or _is_total(_fold(cells[place])) for place in self._words):
            word = next((word for word in words if _is_total(word)), "")
            if word and (word == words[0] or len(word) <= 4 or words[0].isdigit()):
                self._total(number, cells, whole="小计" not in word)
                return True
        if any(_CARRIED.fullmatch(word) for word in words[:4]):
            self.signatures.append(number)
            return True
        if _SIGNATURE.fullmatch(words[0]) and not any(cells[place] for place in self._money):
            self.signatures.append(number)
            return True
        return False

    def _is_example(self, cells: list[str]) -> bool:
        """Say whether a row is the template's example, nothing added and nothing changed."""
        return sum(bool(cell) for cell in cells) > 1 and all(
            cells[place] == example or _same_number(cells[place], example) for place, example in self._example
        )

    def _add(self, place: int, raw: str, *, reverses: bool) -> None:
        try:
            amount = Decimal(raw)
        except InvalidOperation:
            try:
                amount = _amount(raw)
            except CellError:
                self._broken.add(place)  # the row is refused anyway
                return
        if not amount.is_finite():
            self._broken.add(place)
            return
        for sums in self._sums:
            sums[place] += -amount if reverses else amount
        if reverses:
            for minus in self._minus:
                minus[place] += amount

    def _total(self, number: int, cells: list[str], *, whole: bool) -> None:
        self.totals += 1
        if not self._rows:
            self._ahead.append((number, cells))
            return
        self._check(number, cells, [2, 1] if whole else [0, 1, 2])
        for sums in (self._sums, self._minus):
            for one in sums[: 2 if whole else 1]:
                one.update(dict.fromkeys(self._money, Decimal(0)))

    def _check(self, number: int, cells: list[str], spans: list[int]) -> None:
        """Compare a total with the sums it may mean; the first of them is named when none fits."""
        for place in self._money:
            one, raw = self.bound[place], cells[place]
            if one is None or not raw or place in self._broken:
                continue
            try:
                stated = _amount(raw)
            except CellError as error:
                message = f"合计行：{error}"
            else:
                if any(stated in self._sums_over(span, place) for span in spans):
                    continue
                found = self._sums[spans[0]][place]
                message = f"合计与明细不符：这里是 {stated:f}，上面各行相加是 {found:f}，请核对是否少行或改错"
            self.errors.append(RowError.at(self.sheet, number, one.column, raw, message))

    def _sums_over(self, span: int, place: int) -> set[Decimal]:
        """Return the sum since a total, rows that count minus taken off, and all rows added up."""
        net = self._sums[span][place]
        return {net, net + 2 * self._minus[span][place]}


def _amount(raw: str) -> Decimal:
    """Return a sum of money in the file's own unit, without trailing zeros."""
    value = exact(raw, places=10, digits=15, yuan=True)
    return value.quantize(Decimal("0.01")) if value == round(value, 2) else value.normalize()


def _is_total(word: str) -> bool:
    return _TOTAL.fullmatch(word) is not None


def _fold(cell: str) -> str:
    """Return a cell without spaces and differences of width: 合　计 is 合计."""
    return "".join(unicodedata.normalize("NFKC", cell).split())


def _same_number(cell: str, example: str) -> bool:
    """Say whether both are the same number: a spreadsheet drops trailing zeros."""
    try:
        return bool(example) and Decimal(cell) == Decimal(example)
    except InvalidOperation:
        return False
