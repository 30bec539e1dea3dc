"""Words for the public tell nobody who reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from complaints.errors import ConditionError
from complaints.models import Outcome, Result
from complaints.results import publishing
from complaints.results.publishing import within
from complaints.tickets import acts, publicwords
from tests.complaints.cases import DRAFT, NOW, Officers, make_report, to_verifying


@pytest.mark.parametrize(
    "text",
    [
        "举报人反映的属实",
        "电话13800001234已联系",
        "电话 138 0000 1234",
        "\uff11\uff13\uff18\uff10\uff10\uff10\uff10\uff11\uff12\uff13\uff14",
        "0795-3220001",
        "身份证 360902199001011234",
        "卡号 6217 0012 3456 7890 123",
        "王大妈的补贴已补发",
    ],
)
def test_what_tells_on_somebody_is_refused(text: str) -> None:
    assert publicwords.refusal(["查实了", text], identity=["王大妈", "138 0000 1234"])


@pytest.mark.parametrize(
    "text",
    [
        "退回 12,600.00 元，经办人被批评教育。",
        "11月25日补发 4 户 3,040.00 元",
        "合同编号 2026-0815-003",
    ],
)
def test_what_was_done_may_be_said(text: str) -> None:
    assert not publicwords.refusal([text], identity=["王大妈", ""])


@pytest.mark.django_db
def test_a_conclusion_that_names_the_reporter_is_refused(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report(name="王大妈", phone="13900000000").ticket)
    told = replace(DRAFT, title="王大妈的钱退了").told()
    with pytest.raises(ConditionError, match="姓名或电话"):
        acts.conclude(staff.li, ticket.pk, outcome=Outcome.TRUE, funds="none", told=told, now=NOW)
    acts.conclude(staff.li, ticket.pk, outcome=Outcome.TRUE, funds="none", told=DRAFT.told(), now=NOW)
    publishing.publish(staff.wang, ticket.pk, now=NOW)
    assert Result.objects.get().title == DRAFT.title


@pytest.mark.django_db
@pytest.mark.parametrize(("recovered", "returned", "funds"), [(100, 200, "none"), (200, 100, "none")])
def test_sums_that_contradict_each_other_are_refused(
    staff: Officers, recovered: int, returned: int, funds: str
) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    told = replace(DRAFT, recovered=Decimal(recovered), returned=Decimal(returned)).told()
    with pytest.raises(ConditionError):
        acts.conclude(staff.li, ticket.pk, outcome=Outcome.TRUE, funds=funds, told=told, now=NOW)


@pytest.mark.parametrize(("days", "told"), [(0, 30), (1, 30), (30, 30), (31, 60), (95, 120)])
def test_how_long_it_took_does_not_tell_the_day(days: int, told: int) -> None:
    assert within(timedelta(days=days)) == told
