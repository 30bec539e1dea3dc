"""Claims and debts of villages: what is refused, what is masked, what is asked about."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction

from portal.releases.models import Release, Total
from tests.builders import make_places
from tests.villages.telling import debt, errors_of, load_rows, publish, said_of
from villages.models import Debt

pytestmark = pytest.mark.django_db
PERSON = {"对方": "王小芳", "性质": "借款"}


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"期末余额": "-1.00"}, "期末余额", "不能小于零"),
        ({"到期日": "2024-02-29"}, "到期日", "形成日期之前"),
        ({"形成日期": "2026-07-01"}, "形成日期", "所属期以后"),
        ({"形成日期": "2026-11-25"}, "形成日期", "今天之后"),
        ({"年利率": "100.01"}, "年利率", "不能超过 100%"),
        ({"对方": "王*芳"}, "对方", "星号"),
        ({"类型": "应收"}, "类型", "只能填"),
        ({"备注": "王小芳是会计的弟弟", **PERSON}, "备注", "写了全名"),
    ],
)
def test_what_cannot_be_is_refused(cells: dict[str, str], column: str, says: str) -> None:
    errors = errors_of("debts", debt(**cells))
    assert [(row, where) for row, where, _ in errors] == [(2, column)]
    assert says in errors[0][2]


def test_a_person_is_masked_and_a_unit_is_not() -> None:
    load_rows("debts", debt(), debt(**PERSON))
    assert set(Debt.objects.values_list("party_public", "party_type")) == {
        ("彬江建材厂", "unit"),
        ("王*芳", "person"),
    }


def test_a_persons_full_name_cannot_be_read() -> None:
    load_rows("debts", debt(**PERSON))
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT party FROM villages_debt")


def test_both_sides_are_summed_apart() -> None:
    publish("debts", debt(), debt(**{"类型": "债务", "期末余额": "1000.00"} | PERSON), debt(村代码="前白村"))
    found = Total.objects.public().filter(region=make_places().binjiang)
    sums: dict[str, Decimal] = {}
    for total in found:
        sums[total.subject] = sums.get(total.subject, Decimal(0)) + total.amount
    assert sums == {"claim": Decimal(40000), "debt": Decimal(1000)}
    dapu = Release.objects.get(body__region=make_places().dapu)
    assert dapu.amount == Decimal(19000)


def test_right_rows_raise_no_question() -> None:
    assert said_of("debts", debt()) == {}


@pytest.mark.parametrize(("closing", "is_asked"), [("20000.00", False), ("20000.01", True)])
def test_a_closing_follows_from_its_movement(closing: str, is_asked: bool) -> None:
    said = said_of("debts", debt(期末余额=closing))
    assert ("debt-arithmetic" in said) is is_asked
    assert not is_asked or "应是 20,000.00 元，表里期末是 20,000.01 元" in said["debt-arithmetic"]


NEXT = {"所属期": "2026Q3", "期初余额": "20000.00", "本期增加": "0", "本期减少": "0"}


@pytest.mark.parametrize(("opening", "is_asked"), [("20000.00", False), ("15000.00", True)])
def test_an_opening_is_the_closing_before(opening: str, is_asked: bool) -> None:
    publish("debts", debt())
    said = said_of("debts", debt(**NEXT | {"期初余额": opening, "期末余额": opening}), period="2026Q3")
    assert ("debt-opening" in said) is is_asked
    assert not is_asked or "相差 -5,000.00 元" in said["debt-opening"]


def test_the_opening_of_another_debt_is_not_compared() -> None:
    publish("debts", debt())
    other = debt(**NEXT | {"期初余额": "1.00", "期末余额": "1.00", "形成日期": "2026-07-02"})
    assert "debt-opening" not in said_of("debts", debt(**NEXT), other, period="2026Q3")


def test_a_debt_that_is_simply_gone_is_asked_about() -> None:
    publish("debts", debt(), debt(性质="欠水费"))
    said = said_of("debts", debt(**NEXT), period="2026Q3")
    assert "欠水费”还有 20,000.00 元，这一期没有这一笔" in said["debt-vanished"]


def test_a_debt_paid_off_before_may_be_gone() -> None:
    publish("debts", debt(), debt(性质="欠水费", 本期减少="24000.00", 期末余额="0"))
    assert "debt-vanished" not in said_of("debts", debt(**NEXT), period="2026Q3")


@pytest.mark.parametrize(
    ("rate", "is_asked"),
    [("", False), ("0", False), ("0.0385", True), ("0.2", False), ("15.4", False), ("15.41", True)],
)
def test_a_strange_rate_is_asked_about(rate: str, is_asked: bool) -> None:
    assert ("debt-rate" in said_of("debts", debt(年利率=rate))) is is_asked


def test_a_debt_without_its_beginning_is_asked_about() -> None:
    assert "第 2 行没有写形成日期" in said_of("debts", debt(形成日期=""))["debt-no-origin"]
    paid = {"本期减少": "24000.00", "期末余额": "0"}
    assert "debt-no-origin" not in said_of("debts", debt(形成日期="", **paid), batch=2)


def test_identical_rows_are_asked_about() -> None:
    assert "第 2、3 行完全一样" in said_of("debts", debt(), debt())["debt-identical-rows"]
    assert "debt-identical-rows" not in said_of("debts", debt(), debt(期初余额="17999.00"), batch=2)
