from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.columns.parties import is_unit
from portal.imports.origins import stored_rows
from portal.imports.request import RefusedError
from portal.releases.models import State
from portal.releases.registry import kind
from tests.villages.drafting import Cells, entry, income, load_books, make_ledger
from villages.models import CounterpartyType, Direction, LedgerEntry, Nature

pytestmark = pytest.mark.django_db


def _row(cells: Cells, **told: Any) -> LedgerEntry:
    release = make_ledger(cells, state=State.DRAFT, **told)
    return LedgerEntry.objects.get(release=release)


def _errors(*rows: Cells, **told: Any) -> list[tuple[int | None, str, str]]:
    with pytest.raises(RefusedError) as refused:
        load_books(rows, **told)
    return [(error.row, error.column, error.message) for error in refused.value.built.errors]


def _two_sided(**cells: str) -> Cells:
    """Return a line of a book with two columns of money."""
    return entry(**({"收支": "", "金额": "", "收入金额": "", "支出金额": ""} | cells))


@pytest.mark.parametrize(
    ("cells", "direction", "amount"),
    [
        ({"支出金额": "480.00"}, Direction.OUT, "480.00"),
        ({"收入金额": "5,600.00"}, Direction.IN, "5600.00"),
        ({"收入金额": "0", "支出金额": "480.00"}, Direction.OUT, "480.00"),
        ({"收入金额": "-100.00"}, Direction.IN, "-100.00"),
        ({"支出金额": "-480.00"}, Direction.OUT, "-480.00"),
    ],
)
def test_a_book_with_two_columns_of_money_tells_the_side(cells: Cells, direction: str, amount: str) -> None:
    rows = [_two_sided(**cells), _two_sided(收入金额="1.00"), _two_sided(支出金额="1.00")]
    release = make_ledger(*rows, state=State.DRAFT)
    row = LedgerEntry.objects.filter(release=release).order_by("position")[0]
    assert (row.direction, row.amount) == (direction, Decimal(amount))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"收入金额": "1.00", "支出金额": "2.00"}, "只能写一边"),
        ({"收入金额": "0", "支出金额": "0"}, "都没有金额"),
        ({}, "都没有金额"),
    ],
)
def test_a_line_has_money_on_one_side(cells: Cells, says: str) -> None:
    ((row, _, message),) = _errors(_two_sided(收入金额="1"), _two_sided(支出金额="1"), _two_sided(**cells))
    assert row == 4
    assert says in message


@pytest.mark.parametrize(
    ("day", "cells", "code"),
    [
        ("2026-06-10", {"科目": "保洁员工资"}, "514"),
        ("2023-12-31", {"科目": "保洁员工资"}, "551"),
        ("2026-06-10", {"科目": "说不清楚的"}, "515"),
        ("2023-12-31", {"科目": "说不清楚的"}, "551"),
        ("2026-06-10", {"科目": "说不清楚的", "科目编码": "51402"}, "51402"),
        ("2026-06-10", {"科目": "投资收益", "收支": "收入", "科目编码": "502"}, "502"),
        ("2023-12-31", {"科目": "经营支出", "科目编码": "502"}, "502"),
    ],
)
def test_the_account_follows_the_day(day: str, cells: Cells, code: str) -> None:
    assert _row(entry(日期=day, **cells)).account_code == code


@pytest.mark.parametrize(
    ("day", "cells", "says"),
    [
        ("2026-06-10", {"科目编码": "502"}, "投资收益"),
        ("2023-12-31", {"科目编码": "511"}, "发包及上交收入"),
        ("2026-06-10", {"科目编码": "541"}, "没有这个编码"),
    ],
)
def test_a_code_of_the_other_side_or_of_no_chart_is_refused(day: str, cells: Cells, says: str) -> None:
    ((row, column, message),) = _errors(entry(日期=day, **cells))
    assert (row, column) == (2, "科目编码")
    assert says in message


@pytest.mark.parametrize(
    ("name", "shown", "is_a"),
    [
        ("彭水生", "彭*生", CounterpartyType.PERSON),
        ("彭英", "彭*", CounterpartyType.PERSON),
        ("欧阳春明", "欧**明", CounterpartyType.PERSON),
        ("便民文具店", "便民文具店", CounterpartyType.UNIT),
        ("大浦小学", "大浦小学", CounterpartyType.UNIT),
        ("保洁员6人", "保洁员6人", CounterpartyType.UNIT),
        ("宜春市袁州区彬江镇大浦建材经营部", "宜春市袁州区彬江镇大浦建材经营部", CounterpartyType.UNIT),
    ],
)
def test_a_person_is_masked_and_an_organisation_named_in_full(name: str, shown: str, is_a: str) -> None:
    row = _row(entry(往来单位=name))
    assert (row.counterparty_public, row.counterparty_type) == (shown, is_a)


@pytest.mark.parametrize(
    "name",
    [
        *("王建社", "李新村", "张会", "马知行", "刘学", "陈秀园", "彭水生等", "彭水生等5人", "彭水生等五人"),
        *("张三、李四", "彭水生、李国强", "王小平;李建国", "买买提·吐尔逊", "便民文具店、彭水生"),
    ],
)
def test_who_may_be_a_person_is_taken_for_one(name: str) -> None:
    assert not is_unit(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "大浦村",
            "农商行",
            "供电所",
            "供销社",
            "镇政府",
            "卫生院",
            "保洁员6人",
            "水利站",
            "村委会",
            "大浦小学",
        ),
        *("三组", "便民文具店等", "便民文具店、大浦建材店", "某机械租赁部", "宜春市袁州区某建设有限公司"),
    ],
)
def test_an_organisation_is_known_by_its_name(name: str) -> None:
    assert is_unit(name)


@pytest.mark.parametrize(("told", "shown"), [("个人", "惠*店"), ("单位", "惠民店")])
def test_what_the_table_says_of_the_party_is_believed(told: str, shown: str) -> None:
    assert _row(entry(往来单位="惠民店", 往来类型=told)).counterparty_public == shown


def test_the_full_name_is_kept_where_the_app_cannot_read_it() -> None:
    row = _row(entry(往来单位="彭水生"))
    (stored,) = stored_rows(kind("ledger"), LedgerEntry.objects.filter(pk=row.pk).select_related("region"))
    assert stored.private["counterparty"] == "彭水生"


def test_a_masked_name_is_refused_where_another_text_says_it() -> None:
    ((_, column, message),) = _errors(entry(往来单位="彭水生", 摘要="付彭水生清淤误工"))
    assert column == "摘要"
    assert "全名" in message


def test_who_acts_in_office_is_named_in_full() -> None:
    row = _row(entry(经手人="王小平;李建国", 证明人="张水生"))
    assert (row.handler, row.witness, row.approver) == ("王小平、李建国", "张水生", "刘建华")


@pytest.mark.parametrize("header", ["往来单位", "经手人", "审批人"])
def test_an_expense_names_payee_handler_and_approver(header: str) -> None:
    rows = [entry(1), entry(2, **{header: ""})]
    assert [(row, column) for row, column, _ in _errors(*rows)] == [(3, header)]


@pytest.mark.parametrize("header", ["往来单位", "经手人", "审批人"])
def test_old_books_may_lack_names(header: str) -> None:
    assert _row(entry(**{header: ""}), is_history=True).direction == Direction.OUT


def test_income_and_money_of_others_need_no_signatures() -> None:
    unsigned = {"往来单位": "", "经手人": "", "审批人": ""}
    assert _row(income(**unsigned)).direction == Direction.IN
    assert _row(entry(款项性质="押金保证金", **unsigned), period="2026-05").nature == Nature.DEPOSIT


def test_a_red_letter_is_negative_and_takes_off_the_sum() -> None:
    release = make_ledger(entry(1), entry(2, 金额="-80.00", 冲销凭证号="记-001"), state=State.DRAFT)
    assert release.amount == Decimal("-400.00")


@pytest.mark.parametrize("amount", ["0", "0.00", "-0.00", "12.345", "1万元", "六百"])
def test_nothing_and_what_is_no_sum_is_refused(amount: str) -> None:
    assert [(row, column) for row, column, _ in _errors(entry(1, 金额=amount))] == [(2, "金额")]


def test_a_kind_of_money_nobody_knows_is_refused() -> None:
    ((_, column, message),) = _errors(entry(1, 款项性质="往来款"))
    assert column == "款项性质"
    assert "押金保证金" in message


def test_a_day_to_come_is_refused() -> None:
    assert [column for _, column, _ in _errors(entry(1, 日期="2026-11-25"))] == ["日期"]
