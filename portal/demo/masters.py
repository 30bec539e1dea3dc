"""The lists of programmes and of standards that each office hands in."""

from __future__ import annotations

from collections.abc import Iterator

from portal.columns.periods import Granularity, Period
from portal.demo.listings import Cells, Form, Listing
from portal.demo.policies import OFFICES, office_code, programme_rows, programmes, standard_rows
from portal.demo.year import DemoYear


def masters(year: DemoYear) -> Iterator[Listing]:
    """Yield for each office its programmes, then for each its standards: one needs the other."""
    for number in OFFICES:
        rows = [
            {header: text for header, text in row.items() if text and header != "单位"}
            for row in programme_rows()
            if row["单位"] == number
        ]
        yield _master("programmes", number, "MS-J01", Granularity.YEAR, year, rows)
    for number in OFFICES:
        rows = [
            {header: text for header, text in row.items() if text}
            for row in standard_rows()
            if programmes()[row["补贴项目编码"]].office == number
        ]
        if rows:
            yield _master("standards", number, "MS-P01", Granularity.MONTH, year, rows)


def _master(
    kind: str, number: str, item: str, length: Granularity, year: DemoYear, rows: list[Cells]
) -> Listing:
    return Listing(
        kind=kind,
        stem=f"{kind}-{number}",
        body=office_code(number),
        period=Period.containing(year.opened_on, length),
        item=item,
        published_on=year.opened_on,
        form=Form.WORKBOOK if kind == "standards" else Form.CSV,
        title=f"{OFFICES[number][0]}{'补贴项目' if kind == 'programmes' else '补贴标准'}",
        rows=rows,
    )
