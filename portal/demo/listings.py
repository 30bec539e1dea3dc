"""A list as an office hands it in: what it is about, its rows, and the form of its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from portal.columns.periods import Period
from portal.demo.people import Household, Person
from portal.demo.policies import amount_of, in_force, office_code, programmes
from portal.demo.vouchers import Sheet

# A row: text by header of the template. Blank cells are left out.
Cells = dict[str, str]


class Form(Enum):
    """Forms of files that offices really send."""

    CSV = "UTF-8"
    OLD_CSV = "GB18030"
    WORKBOOK = "xlsx"

    @property
    def suffix(self) -> str:
        """The ending of the file's name."""
        return ".xlsx" if self is Form.WORKBOOK else ".csv"


@dataclass
class Listing:
    """One file to be. `published_on` is the day on which the demo makes it public.

    `pictures` are the sheets of papers by the names of their files, which the rows' 附件 name.
    """

    kind: str
    stem: str
    body: str
    period: Period
    item: str
    published_on: date
    form: Form = Form.CSV
    title: str = ""
    batch: int = 1
    states_expected: bool = False
    rows: list[Cells] = field(default_factory=list)
    opening: str = ""
    is_nil: bool = False
    pictures: dict[str, tuple[Sheet, ...]] = field(default_factory=dict)

    @property
    def files(self) -> str:
        """The name of the folder of its papers, beside the file; empty where it has none."""
        return f"{self.stem}-票据" if self.pictures else ""

    @property
    def file(self) -> str:
        """The file's name."""
        return self.stem + self.form.suffix

    @property
    def amount(self) -> Decimal:
        """The sum of the rows in yuan."""
        return sum((Decimal(row["补贴金额"]) for row in self.rows if "补贴金额" in row), Decimal(0))

    @property
    def manifest_row(self) -> dict[str, str]:
        """The list's line in the manifest."""
        return {
            "kind": self.kind,
            "file": self.file,
            "body": self.body,
            "period": self.period.label(),
            "item": self.item,
            "batch": str(self.batch),
            "opening": self.opening,
            "expected": str(self.amount) if self.states_expected else "",
            "files": self.files,
        }


def of_programme(
    code: str, period: Period, *, published_on: date, township: str = "", batch: int = 1
) -> Listing:
    """Return an empty list of payments: of the programme's office, or of a township (12 digits)."""
    programme = programmes()[code]
    place = f"-{township[6:9]}" if township else ""
    number = f"-{batch}" if batch > 1 else ""
    return Listing(
        kind="payments",
        stem=f"{code}{place}-{period.label()}{number}",
        body=township or office_code(programme.office),
        period=period,
        item=programme.item,
        published_on=published_on,
        title=f"{period.label()} {programme.name}发放明细",
        batch=batch,
    )


def line(
    code: str,
    household: Household,
    person: Person,
    *,
    paid_on: date | None,
    amount: str = "",
    quantity: str = "",
    standard: str = "",
    period: Period | None = None,
    **more: str,
) -> Cells:
    """Return the row of one payment; by standard, the amount follows from quantity and period."""
    cells = {
        "补贴项目编码": code,
        "村代码": household.village.code,
        "村民小组": household.group,
        "姓名": person.name,
        "身份证号": person.identity,
        "银行账号": person.account,
        "户主姓名": household.head.name,
        "户号": household.number,
    }
    if standard and period is not None:
        rate = in_force(code, period.start)[standard].rate
        cells |= {"标准名称": standard, "补贴数量": quantity, "补贴标准": f"{rate.normalize():f}"}
        amount = amount_of(quantity, rate)
    cells["补贴金额"] = amount
    if paid_on is not None:
        cells["发放日期"] = paid_on.isoformat()
    return cells | more
