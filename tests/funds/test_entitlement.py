"""The arithmetic of 我的钱发够了吗: examples from the lists, and what must hold for any of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funds import verdicts
from funds.entitlement import (
    Entitlement,
    PaymentFacts,
    ProgrammeFacts,
    Reason,
    StandardFacts,
    State,
    due_of,
    entitlements,
    missing_periods,
)

D = Decimal
YEAR = (date(2026, 1, 1), date(2027, 1, 1))
TODAY = date(2026, 11, 24)
VILLAGE = "360902105204"


def month(number: int) -> tuple[date, date]:
    return date(2026, number, 1), date(2026 + number // 12, number % 12 + 1, 1)


def standard(**more: Any) -> StandardFacts:
    told: dict[str, Any] = {
        "id": 1,
        "programme_code": "GD",
        "name": "水田",
        "unit": "亩",
        "rate": D("112.50"),
        "start_on": date(2026, 1, 1),
        "prefix": "360902",
        "due_rule": "06-30",
    }
    return StandardFacts(**(told | more))


def payment(**more: Any) -> PaymentFacts:
    told: dict[str, Any] = {
        "id": 1,
        "programme_code": "GD",
        "standard_name": "水田",
        "span": YEAR,
        "amount": D("697.50"),
        "quantity": D("6.2"),
        "rate": D("112.50"),
        "paid_on": date(2026, 6, 20),
    }
    return PaymentFacts(**(told | more))


def one(
    *lines: PaymentFacts, standards: tuple[StandardFacts, ...] | None = None, **programme: Any
) -> Entitlement:
    facts = ProgrammeFacts(code="GD", name="耕地补贴", **programme)
    given = (standard(),) if standards is None else standards
    found = entitlements(lines, {"GD": facts}, given, VILLAGE)
    assert len(found) == 1
    return found[0]


def test_enough_and_in_time() -> None:
    found = one(payment())

    assert (found.due, found.paid, found.difference, found.late_days) == (D("697.50"), D("697.50"), D(0), 0)
    assert verdicts.of_one(found, today=TODAY).say == "够数，没晚"


def test_short_says_by_how_much() -> None:
    found = one(
        payment(amount=D("132.01"), quantity=D(12)), standards=(standard(rate=D("21.50"), due_rule=""),)
    )

    assert found.short == D("125.99")
    assert verdicts.of_one(found, today=TODAY) == verdicts.Verdict(state="bad", say="少了 125.99 元")


def test_late_is_said_even_where_the_sum_is_right() -> None:
    found = one(payment(paid_on=date(2026, 7, 14)))

    assert verdicts.of_one(found, today=TODAY) == verdicts.Verdict(state="warn", say="够数，晚了 14 天")


@pytest.mark.parametrize(("paid", "days"), [(date(2026, 6, 30), 0), (date(2026, 7, 1), 1)])
def test_the_due_day_itself_is_in_time(paid: date, days: int) -> None:
    assert one(payment(paid_on=paid)).late_days == days


def test_without_a_due_rule_nobody_is_late() -> None:
    assert one(payment(), standards=(standard(due_rule=""),)).late_days is None


def test_a_monthly_payment_is_due_in_the_next_month() -> None:
    found = one(
        payment(span=month(9), paid_on=date(2026, 10, 24)), standards=(standard(due_rule="次月10日"),)
    )

    assert (found.due_on, found.late_days) == (date(2026, 10, 10), 14)


def test_a_supplement_completes_and_dates_the_whole() -> None:
    found = one(
        payment(amount=D("600.00")),
        payment(amount=D("97.50"), entry_type="supplement", quantity=None, paid_on=date(2026, 7, 2)),
    )

    assert (found.state, found.paid_on, found.late_days) == (State.ENOUGH, date(2026, 7, 2), 2)


def test_a_supplement_without_a_standard_belongs_to_the_only_one() -> None:
    found = one(
        payment(amount=D("600.00")),
        payment(amount=D("97.50"), entry_type="supplement", standard_name="", quantity=None),
    )

    assert found.difference == 0


def test_a_recovery_counts_minus() -> None:
    found = one(payment(), payment(amount=D("-100.00"), entry_type="recovery", paid_on=date(2026, 8, 1)))

    assert (found.paid, found.short) == (D("597.50"), D("100.00"))


def test_money_the_bank_sent_back_does_not_count_twice() -> None:
    found = one(
        payment(),
        payment(entry_type="reissue", paid_on=date(2026, 7, 3), original_paid_on=date(2026, 6, 20)),
    )

    assert (found.paid, found.difference, found.late_days) == (D("697.50"), D(0), 3)


def test_a_reissue_that_names_no_public_payment_counts_as_it_stands() -> None:
    found = one(payment(entry_type="reissue", original_paid_on=date(2025, 1, 1)))

    assert (found.paid, found.due) == (D("697.50"), D("697.50"))


def test_two_plots_in_one_list_are_both_due() -> None:
    found = one(payment(), payment())

    assert (found.due, len(found.parts)) == (D("1395.00"), 2)


def test_two_instalments_of_one_plot_are_due_once() -> None:
    found = one(
        payment(amount=D("300.00")), payment(amount=D("397.50"), paid_on=date(2026, 6, 28), batch_label="2")
    )

    assert (found.due, found.state) == (D("697.50"), State.ENOUGH)


@pytest.mark.parametrize(("rounding", "due"), [("fen", D("0.13")), ("jiao", D("0.10")), ("yuan", D("0.00"))])
def test_rounding_follows_the_programme(rounding: str, due: Decimal) -> None:
    assert due_of(D("0.5"), D("0.25"), rounding) == due


@pytest.mark.parametrize(("quantity", "due"), [("0.4999", D(0)), ("0.5", D(1)), ("1.5", D(2)), ("2.5", D(3))])
def test_halves_are_rounded_up(quantity: str, due: Decimal) -> None:
    assert due_of(D(quantity), D(1), "yuan") == due


@pytest.mark.parametrize(("method", "reason"), [("top_up", Reason.TOP_UP), ("assessed", Reason.ASSESSED)])
def test_what_is_assessed_cannot_be_computed_and_says_so(method: str, reason: Reason) -> None:
    found = one(payment(), method=method)

    assert (found.due, found.difference, found.reason, found.short) == (None, None, reason, D(0))
    assert verdicts.of_one(found, today=TODAY).say == "算不出够不够"
    assert found.late_days == 0


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"type": "ceiling"}, Reason.CEILING),
        ({"type": "share"}, Reason.SHARE),
        ({"type": "top_up_base"}, Reason.TOP_UP),
        ({"name": "旱地"}, Reason.NO_STANDARD),
        ({"prefix": "360921"}, Reason.NO_STANDARD),
        ({"start_on": date(2027, 1, 1)}, Reason.NO_STANDARD),
        ({"start_on": date(2020, 1, 1), "end_on": date(2026, 1, 1)}, Reason.NO_STANDARD),
    ],
)
def test_a_standard_that_does_not_fit_computes_nothing(given: dict[str, Any], reason: Reason) -> None:
    assert one(payment(), standards=(standard(**given),)).reason == reason


def test_the_standard_of_that_period_counts_not_todays() -> None:
    old = standard(id=2, rate=D("110.00"), start_on=date(2020, 1, 1), end_on=date(2026, 1, 1))
    line = payment(span=(date(2025, 1, 1), YEAR[0]), amount=D("682.00"), paid_on=date(2025, 6, 1))

    assert one(line, standards=(standard(), old)).difference == 0


def test_a_standard_that_changed_inside_the_period_is_not_guessed() -> None:
    old = standard(id=2, rate=D("110.00"), start_on=date(2020, 1, 1), end_on=date(2026, 3, 1))

    found = one(payment(), standards=(old, standard(start_on=date(2026, 3, 1))))

    assert (found.reason, found.due) == (Reason.CHANGED, None)


def test_the_nearest_place_counts() -> None:
    town = standard(id=2, prefix="360902105", rate=D(120))

    assert one(payment(), standards=(standard(), town)).due == D("744.00")


def test_a_line_without_a_name_has_the_only_standard_and_none_of_two() -> None:
    line = payment(standard_name="")

    assert one(line).due == D("697.50")
    assert one(line, standards=(standard(), standard(id=2, name="旱地"))).reason == Reason.NO_NAME


def test_a_line_without_a_quantity_computes_nothing() -> None:
    assert one(payment(quantity=None)).reason == Reason.NO_QUANTITY


def test_an_unknown_programme_computes_nothing() -> None:
    found = entitlements([payment()], {}, [standard()], VILLAGE)

    assert found[0].reason == Reason.NO_PROGRAMME


def test_a_posted_list_is_not_paid_and_not_short() -> None:
    found = one(payment(is_posted=True, paid_on=None))

    assert (found.paid, found.short, found.state) == (D(0), D(0), State.POSTED)
    assert verdicts.of_one(found, today=date(2026, 6, 30)).say == "公示了，还没发"
    assert verdicts.of_one(found, today=date(2026, 7, 12)).say == "还没发，过了 12 天"


def test_once_paid_the_posted_line_is_forgotten() -> None:
    found = one(payment(is_posted=True, paid_on=None, amount=D(900)), payment())

    assert (found.paid, len(found.payments)) == (D("697.50"), 1)


def test_a_rate_on_the_list_that_is_not_the_standard_is_shown() -> None:
    assert one(payment(rate=D(100))).other_rates == (D(100),)
    assert one(payment()).other_rates == ()


def test_a_published_month_between_first_and_last_is_missing() -> None:
    published = {"GD": {month(number) for number in range(1, 12)} | {YEAR}}

    found = missing_periods({"GD": {month(8), month(10)}}, published)

    assert found == [("GD", month(9))]
    assert verdicts.of_missing(found[0][1]) == "9月 没有你的"


def test_a_month_nobody_was_paid_for_is_not_missing() -> None:
    assert missing_periods({"GD": {month(8), month(10)}}, {"GD": {month(8), month(10)}}) == []


def overall(*found: Entitlement, missing: tuple[tuple[date, date], ...] = ()) -> verdicts.Verdict:
    return verdicts.of_all(found, missing, year=2026, today=TODAY)


def test_the_page_opens_with_what_is_wrong() -> None:
    short = one(payment(amount=D("571.50")))
    late = one(payment(paid_on=date(2026, 7, 14)))
    fine = one(payment())

    assert overall(short, late, fine) == verdicts.Verdict(
        state="bad", say="有 1 笔少了 126 元", line="今年 3 笔补贴：1 笔够数，1 笔少了，1 笔晚了。"
    )
    assert overall(short, short).say == "有 2 笔少了，共 252 元"
    assert overall(short, missing=(month(9),)).line.endswith("另外9月 没有你的。")
    assert overall(fine, late).say == "够数，有 1 笔晚了"
    assert overall(fine, fine).say == "都够数"
    assert overall(fine, missing=(month(9),)).say == "9月 没有你的"
    assert overall(fine, missing=(month(8), month(9))).say == "有 2 期没有你的"
    assert overall(fine, one(payment(), method="assessed")).say == "能算的都够数"
    assert overall(one(payment(), method="assessed")).say == "算不出够不够"
    assert overall().say == "2026年还没有你的补贴"


QUANTITIES = st.decimals(min_value="0.0001", max_value="99999", places=4)
RATES = st.decimals(min_value="0.00000001", max_value="99999", places=8)
AMOUNTS = st.decimals(min_value="0.01", max_value="999999", places=2)


@given(quantity=QUANTITIES, rate=RATES, rounding=st.sampled_from(["fen", "jiao", "yuan"]))
def test_rounding_is_never_off_by_more_than_half_a_step(
    quantity: Decimal, rate: Decimal, rounding: str
) -> None:
    step = {"fen": D("0.01"), "jiao": D("0.1"), "yuan": D(1)}[rounding]
    due = due_of(quantity, rate, rounding)

    assert due % step == 0
    assert -step / 2 < due - quantity * rate <= step / 2


@given(quantity=QUANTITIES, rate=RATES, amounts=st.lists(AMOUNTS, min_size=1, max_size=6))
def test_what_is_short_and_what_was_paid_make_what_is_due(
    quantity: Decimal, rate: Decimal, amounts: list[Decimal]
) -> None:
    first, *more = amounts
    lines = [payment(amount=first, quantity=quantity)]
    lines += [payment(amount=amount, entry_type="supplement", quantity=None) for amount in more]

    found = one(*lines, standards=(standard(rate=rate),))

    assert found.paid == sum(amounts)
    assert found.due is not None
    assert found.due == found.paid - (found.difference or 0)
    assert found.short == max(found.due - found.paid, 0)


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=6), data=st.data())
def test_the_order_of_the_lists_changes_nothing(amounts: list[Decimal], data: st.DataObject) -> None:
    days = data.draw(st.lists(st.dates(YEAR[0], TODAY), min_size=len(amounts), max_size=len(amounts)))
    lines = [
        payment(amount=amount, paid_on=day, entry_type="normal" if place == 0 else "supplement")
        for place, (amount, day) in enumerate(zip(amounts, days, strict=True))
    ]
    shuffled = data.draw(st.permutations(lines))

    before, after = one(*lines), one(*shuffled)

    assert (before.due, before.paid, before.late_days) == (after.due, after.paid, after.late_days)


@given(held=st.sets(st.integers(1, 11)), published=st.sets(st.integers(1, 11)))
def test_a_missing_period_was_published_lies_between_and_is_not_ones_own(
    held: set[int], published: set[int]
) -> None:
    own = {"GD": {month(number) for number in held}}

    found = missing_periods(own, {"GD": {month(number) for number in published}})

    wanted = {number for number in published - held if held and min(held) < number < max(held)}
    assert found == [("GD", month(number)) for number in sorted(wanted)]
