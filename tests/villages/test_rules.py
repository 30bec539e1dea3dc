from __future__ import annotations

import pytest

from portal.findings.rules import rules_for
from portal.releases.models import State
from tests.villages.drafting import (
    balance,
    balance_warnings,
    entry,
    income,
    ledger_warnings,
    load_books,
    make_balances,
    make_ledger,
    warnings_of,
)

pytestmark = pytest.mark.django_db
INVOICE = {"发票代码": "036002300111", "发票号码": "12345678"}


def test_right_books_raise_no_warning() -> None:
    assert ledger_warnings(entry(1), entry(2), income(3)) == {}
    assert balance_warnings(balance()) == {}


@pytest.mark.parametrize("kind", ["ledger", "balances"])
def test_every_rule_names_its_source(kind: str) -> None:
    assert rules_for(kind)
    assert all(rule.source and rule.title for rule in rules_for(kind))


def test_a_voucher_with_two_payees_is_asked_about() -> None:
    said = ledger_warnings(entry(1), entry(1, 往来单位="大浦建材店"))["ledger-two-payees"]
    assert "第 2、3 行都是凭证 记-001" in said
    assert "便民文具店" in said


def test_a_voucher_with_two_lines_of_one_payee_is_fine() -> None:
    assert ledger_warnings(entry(1), entry(1, 摘要="墨盒")) == {}


def test_voucher_numbers_begin_again_each_month() -> None:
    rows = [entry(1, 日期="2026-05-31"), entry(1, 日期="2026-06-01", 往来单位="大浦建材店")]
    assert "ledger-two-payees" not in ledger_warnings(*rows)


def test_an_invoice_in_two_vouchers_is_asked_about_once() -> None:
    said = ledger_warnings(entry(1, **INVOICE), entry(2, **INVOICE))
    assert list(said) == ["ledger-invoice-twice"]
    assert "第 2、3 行的发票 12345678 还记在：大浦村 记-002（2026-06-10，480.00 元）" in said.popitem()[1]


def test_an_invoice_published_by_another_village_is_asked_about() -> None:
    make_ledger(entry(7, 村代码="前白村", **INVOICE))
    assert "前白村 记-007" in ledger_warnings(entry(1, **INVOICE))["ledger-invoice-twice"]


def test_an_invoice_of_two_villages_in_one_file_is_asked_about_in_both() -> None:
    releases = load_books([entry(1, **INVOICE), entry(2, 村代码="前白村", **INVOICE)]).releases
    assert [list(warnings_of(release)) for release in releases] == [["ledger-invoice-twice"]] * 2


def test_an_invoice_split_over_the_lines_of_one_voucher_is_fine() -> None:
    assert ledger_warnings(entry(1, **INVOICE), entry(1, 摘要="墨盒", **INVOICE)) == {}


def test_the_same_number_under_another_code_is_another_invoice() -> None:
    other = INVOICE | {"发票代码": "036002300112"}
    assert ledger_warnings(entry(1, **INVOICE), entry(2, **other)) == {}


@pytest.mark.parametrize(("number", "fires"), [("2" * 20, True), ("2" * 19, False)])
def test_a_digital_invoice_has_no_code(number: str, fires: bool) -> None:
    rows = [entry(1, 发票号码=number, 发票代码="036002300111"), entry(2, 发票号码=number)]
    assert ("ledger-invoice-twice" in ledger_warnings(*rows)) is fires


def test_an_invoice_booked_again_after_its_reversal_is_fine() -> None:
    make_ledger(entry(1, 日期="2026-05-10", **INVOICE), period="2026-05")
    reversal = entry(2, 金额="-480.00", 冲销凭证号="记-001", **INVOICE)
    assert ledger_warnings(reversal, entry(3, **INVOICE)) == {}


@pytest.mark.parametrize(
    ("amount", "reverses", "says"),
    [
        ("-480.00", "", "没有写冲销凭证号"),
        ("-480.00", "记-099", "账上没有凭证 记-099"),
        ("-480.01", "记-001", "还多"),
    ],
)
def test_a_reversal_without_its_original_is_asked_about(amount: str, reverses: str, says: str) -> None:
    said = ledger_warnings(entry(1), entry(2, 金额=amount, 冲销凭证号=reverses))
    assert says in said["ledger-reversal"]


@pytest.mark.parametrize("amount", ["-480.00", "-479.99"])
def test_a_reversal_of_a_published_line_is_fine(amount: str) -> None:
    make_ledger(entry(1, 日期="2026-05-10"), period="2026-05")
    assert ledger_warnings(entry(2, 金额=amount, 冲销凭证号="记-001")) == {}


def test_a_reversal_before_its_original_is_asked_about() -> None:
    rows = [entry(1, 日期="2026-06-11"), entry(2, 金额="-480.00", 冲销凭证号="记-001")]
    assert "ledger-reversal" in ledger_warnings(*rows)


@pytest.mark.parametrize(("amount", "fires"), [("4999.99", False), ("5000.00", True)])
def test_a_large_expense_needs_a_voucher(amount: str, fires: bool) -> None:
    assert ("ledger-no-voucher" in ledger_warnings(entry(1, 金额=amount))) is fires


def test_a_large_expense_with_a_file_is_fine() -> None:
    assert ledger_warnings(entry(1, 金额="12600.00", 附件="001-发票.jpg")) == {}


@pytest.mark.parametrize(
    "cells", [{"款项性质": "押金保证金"}, {"收支": "收入", "科目": "经营收入"}], ids=["deposit", "income"]
)
def test_what_is_no_expense_of_the_village_needs_none(cells: dict[str, str]) -> None:
    assert "ledger-no-voucher" not in ledger_warnings(entry(1, 金额="12600.00", **cells))


@pytest.mark.parametrize(("told", "fires"), [("3", True), ("2", False), ("1", False)])
def test_files_are_as_many_as_said(told: str, fires: bool) -> None:
    found = ledger_warnings(entry(1, 附件="1.jpg;2.jpg", 附件张数=told))
    assert list(found) == (["ledger-fewer-files"] if fires else [])


def test_a_large_expense_without_any_file_is_asked_about_once() -> None:
    assert list(ledger_warnings(entry(1, 金额="5000.00", 附件张数="2"))) == ["ledger-no-voucher"]


NEAR = {"附件": "1.jpg", "金额": "4800.00"}


def test_two_payments_just_under_the_limit_are_asked_about() -> None:
    said = ledger_warnings(entry(1, **NEAR), entry(2, **NEAR))
    assert list(said) == ["ledger-split-expense"]
    assert "付给便民文具店 2 笔，共 9,600.00 元" in said["ledger-split-expense"]
    assert "都是刘建华批的" in said["ledger-split-expense"]


@pytest.mark.parametrize(
    ("day", "fires"), [("2026-05-11", True), ("2026-05-10", False)], ids=["30 days", "31 days"]
)
def test_a_split_reaches_back_thirty_days_into_what_is_published(day: str, fires: bool) -> None:
    make_ledger(entry(1, 日期=day, **NEAR), period="2026-05")
    assert ("ledger-split-expense" in ledger_warnings(entry(2, **NEAR))) is fires


@pytest.mark.parametrize(
    ("amount", "fires"), [("3999.99", False), ("4000.00", True), ("4999.99", True), ("5000.00", False)]
)
def test_a_split_stays_between_four_fifths_and_the_limit(amount: str, fires: bool) -> None:
    found = ledger_warnings(entry(1, **NEAR), entry(2, **(NEAR | {"金额": amount})))
    assert ("ledger-split-expense" in found) is fires


@pytest.mark.parametrize("cells", [{"往来单位": "大浦建材店"}, {"科目": "水渠清淤"}])
def test_payments_to_others_or_for_other_things_are_no_split(cells: dict[str, str]) -> None:
    assert "ledger-split-expense" not in ledger_warnings(entry(1, **NEAR), entry(2, **(NEAR | cells)))


@pytest.mark.parametrize(
    ("account", "fires"),
    [("刘建国微信", True), ("王小平", True), ("个人卡", True), ("基本户", False), ("库存现金", False)],
)
def test_income_does_not_go_to_an_account_of_a_person(account: str, fires: bool) -> None:
    assert ("ledger-personal-account" in ledger_warnings(income(1, 资金账户=account))) is fires


def test_an_expense_is_not_asked_where_it_was_received() -> None:
    assert ledger_warnings(entry(1, 资金账户="个人卡")) == {}


def _others(other: str, rest: str) -> dict[str, str]:
    return ledger_warnings(
        entry(1, 科目="其他支出", 金额=other, 附件="1.jpg"), entry(2, 金额=rest, 附件="1.jpg")
    )


def test_a_large_share_of_other_expenses_is_asked_about() -> None:
    said = _others("6000.00", "6000.00")["ledger-other-share"]
    assert "2026年第2季度到现在，支出里有 6,000.00 元记在“其他”，占 50.0%" in said


@pytest.mark.parametrize(
    ("other", "rest", "fires"),
    [
        ("5000.00", "1000.00", False),
        ("5000.01", "1000.00", True),
        ("6000.00", "34000.00", False),
        ("6000.00", "33999.99", True),
    ],
)
def test_other_is_asked_about_above_both_limits(other: str, rest: str, fires: bool) -> None:
    assert ("ledger-other-share" in _others(other, rest)) is fires


def test_other_is_added_up_over_the_quarter() -> None:
    make_ledger(entry(1, 日期="2026-05-10", 科目="其他支出", 金额="4000.00"), period="2026-05")
    assert "ledger-other-share" in ledger_warnings(entry(2, 科目="其他支出", 金额="1000.01"))
    assert "ledger-other-share" not in ledger_warnings(
        entry(3, 日期="2026-07-01", 科目="其他支出", 金额="1000.01"), period="2026-07"
    )


WORKER = {"往来单位": "彭水生", "科目": "误工补助"}


@pytest.mark.parametrize(("days", "fires"), [("10", False), ("10.5", True)])
def test_nobody_works_more_days_than_the_month_has(days: str, fires: bool) -> None:
    rows = [entry(at, 误工天数="20" if at == 1 else days, **WORKER) for at in (1, 2)]
    assert ("ledger-work-days" in ledger_warnings(*rows)) is fires


def test_days_of_a_group_are_not_those_of_one_person() -> None:
    assert ledger_warnings(entry(1, 误工天数="45", 往来单位="保洁队")) == {}


@pytest.mark.parametrize(("amount", "fires"), [("450.00", False), ("450.01", True), ("449.99", True)])
def test_pay_for_lost_work_is_days_times_rate(amount: str, fires: bool) -> None:
    found = ledger_warnings(entry(1, 误工天数="4.5", 误工日标准="100", 金额=amount, **WORKER))
    assert ("ledger-work-amount" in found) is fires


@pytest.mark.parametrize(
    ("day", "fires"),
    [("2026-06-01", False), ("2026-06-30", False), ("2026-05-31", True), ("2026-07-01", True)],
)
def test_days_lie_in_the_period(day: str, fires: bool) -> None:
    assert ("ledger-other-period" in ledger_warnings(entry(1, 日期=day))) is fires


def test_identical_lines_are_asked_about() -> None:
    said = ledger_warnings(entry(1), entry(1))
    assert list(said) == ["ledger-identical-rows"]
    assert "第 2、3 行完全一样，480.00 元记了 2 次" in said["ledger-identical-rows"]


def test_lines_that_differ_by_a_cent_are_not_identical() -> None:
    assert ledger_warnings(entry(1), entry(1, 金额="480.01")) == {}


@pytest.mark.parametrize(("closing", "fires"), [("1200.00", False), ("1200.01", True), ("1199.99", True)])
def test_closing_is_opening_plus_income_minus_expense(closing: str, fires: bool) -> None:
    assert ("balance-arithmetic" in balance_warnings(balance(期末余额=closing))) is fires


@pytest.mark.parametrize(("opening", "fires"), [("1200.00", False), ("1200.01", True)])
def test_opening_is_the_last_published_closing(opening: str, fires: bool) -> None:
    make_balances(balance())
    now = balance(所属期="2026-07", 期初余额=opening, 本期支出="500.00", 期末余额=opening)
    said = balance_warnings(now, period="2026-07")
    assert list(said) == (["balance-opening"] if fires else [])
    assert not fires or "到 2026-06-30" in said["balance-opening"]


def test_opening_of_another_account_or_village_is_its_own() -> None:
    make_balances(balance())
    rows = [balance(所属期="2026-07", 资金账户="专用户", 期初余额="0", 期末余额="200.00")]
    assert balance_warnings(*rows, period="2026-07") == {}
    there = balance(村代码="前白村", 所属期="2026-07", 期初余额="0", 期末余额="200.00")
    assert balance_warnings(there, period="2026-07") == {}


@pytest.mark.parametrize(
    ("cells", "fires"),
    [
        ({"银行对账单余额": "1200.00"}, False),
        ({"银行对账单余额": "1200.01"}, True),
        ({"银行对账单余额": "1300.00", "未达账项说明": "一张支票还没有兑"}, False),
        ({}, False),
    ],
)
def test_a_difference_from_the_bank_is_explained(cells: dict[str, str], fires: bool) -> None:
    assert ("balance-bank" in balance_warnings(balance(**cells))) is fires


@pytest.mark.parametrize(
    ("cells", "fires"),
    [
        ({"账户户名": "王小平"}, True),
        ({"资金账户": "村主任微信"}, True),
        ({"账户户名": "大浦村"}, False),
        ({"账户户名": "王小平", "账户类型": "库存现金", "资金账户": "库存现金"}, False),
        ({"账户户名": ""}, False),
    ],
)
def test_no_account_stands_in_the_name_of_a_person(cells: dict[str, str], fires: bool) -> None:
    assert ("balance-personal-holder" in balance_warnings(balance(**cells))) is fires


@pytest.mark.parametrize(("paid", "fires"), [("300.00", False), ("300.01", True)])
def test_balances_move_as_the_published_books_do(paid: str, fires: bool) -> None:
    deposit = income(3, 金额="100.00", 款项性质="押金保证金")
    make_ledger(entry(1, 金额=paid), income(2, 金额="400.00"), deposit)
    assert ("balance-ledger" in balance_warnings(balance())) is fires


def test_balances_are_not_compared_with_books_that_are_not_all_there() -> None:
    make_ledger(entry(1, 金额="9.00"))
    assert balance_warnings(balance(所属期="2026Q2"), period="2026Q2") == {}


def test_an_account_stands_once_in_a_period() -> None:
    assert "balance-twice" in balance_warnings(balance(), balance())
    assert balance_warnings(balance(村代码="前白村"), balance(村代码="前白村", 资金账户="专用户")) == {}


@pytest.mark.parametrize(("period", "fires"), [("2026-06", False), ("2026-05", True), ("2026-07", True)])
def test_balances_are_of_the_period(period: str, fires: bool) -> None:
    assert ("balance-other-period" in balance_warnings(balance(所属期=period))) is fires


def test_drafts_of_other_files_are_not_looked_at() -> None:
    make_ledger(entry(1, **INVOICE), state=State.DRAFT)
    assert ledger_warnings(entry(1, 村代码="前白村", **INVOICE)) == {}
