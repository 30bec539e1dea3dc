from __future__ import annotations

from typing import Any

import pytest

from portal.findings.actions import answer, run_rules
from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.findings.rules import rules_for
from portal.releases.actions import submit
from portal.releases.errors import NotReadyError
from portal.releases.models import Release
from tests.builders import NOW, make_cast, make_item, make_programme, make_standard
from tests.portal.imports.test_loading import loaded
from tests.portal.imports.uploads import HEADER, identity, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(tmp_path: Any) -> Any:
    """Return a function that loads lines into a draft and runs the rules."""
    make_cast()
    make_item()
    make_programme()
    make_standard()

    def load(*lines: str, header: str = HEADER) -> Release:
        content = "\n".join([header, *lines, ""]).encode()
        release = loaded(tmp_path, content=content).releases[0]
        run_rules(release)
        return release

    return load


def codes(release: Release) -> list[str]:
    return sorted(Warning.objects.filter(release=release).values_list("rule_code", flat=True))


def test_a_right_list_raises_no_warning(draft: Any) -> None:
    assert codes(draft(line(1), line(2, 补贴数量="1", 补贴金额="112.50"))) == []


@pytest.mark.parametrize(("amount", "fires"), [("697.50", False), ("697.49", True), ("697.51", True)])
def test_an_amount_is_quantity_times_standard_to_the_cent(draft: Any, amount: str, fires: bool) -> None:
    assert (codes(draft(line(1, 补贴金额=amount))) == ["payment-arithmetic"]) is fires


@pytest.mark.parametrize(
    ("rate", "amount", "fires"),
    [("112.50", "697.50", False), ("112.51", "697.56", True), ("112.49", "697.44", False)],
)
def test_a_rate_may_not_stand_above_the_standard(draft: Any, rate: str, amount: str, fires: bool) -> None:
    found = codes(draft(line(1, 补贴标准=rate, 补贴金额=amount)))
    assert ("payment-above-standard" in found) is fires


def test_a_standard_nobody_published_is_asked_about(draft: Any) -> None:
    release = draft(line(1, 标准名称="旱改水补贴"))
    assert codes(release) == ["payment-above-standard"]
    assert "旱改水补贴" in str(Warning.objects.get())


def test_one_person_twice_is_asked_about_once(draft: Any) -> None:
    release = draft(line(1), line(1), line(2))
    assert codes(release) == ["payment-same-person"]
    assert "第 2、3 行" in str(Warning.objects.get())


def test_an_account_of_two_persons_is_asked_about(draft: Any) -> None:
    shared = {"银行账号": "6217000000000099999"}
    assert codes(draft(line(1, **shared), line(2, **shared))) == ["payment-shared-account"]


def test_another_period_is_asked_about(draft: Any) -> None:
    assert "payment-other-period" in codes(draft(line(1, 所属期="2025")))


def test_identical_rows_without_numbers_are_asked_about(draft: Any) -> None:
    rows = [line(0, 身份证号="", 银行账号="") + ",现金,合作社或家庭农场,91350100M000100Y43"] * 2
    header = HEADER + ",支付方式,领取人类型,统一社会信用代码"
    assert "payment-identical-rows" in codes(draft(*rows, header=header))


def test_a_draft_waits_for_its_answers_and_keeps_them(draft: Any) -> None:
    release, clerk = draft(line(1, 补贴金额="600.00")), make_cast().clerk
    with pytest.raises(NotReadyError, match="1 条提醒"):
        submit(release.pk, by=clerk, at=NOW)
    warning = Warning.objects.get()
    answer(release.pk, [warning.pk], by=clerk, at=NOW, text="扣了上年多发的")
    run_rules(release)
    assert Warning.objects.get().answer == "扣了上年多发的"
    assert submit(release.pk, by=clerk, at=NOW).root


def test_every_rule_names_its_source(db: None) -> None:
    assert all(rule.source and rule.title for rule in rules_for("payments"))


def test_a_person_is_known_by_the_number_and_not_by_the_name(draft: Any) -> None:
    assert codes(draft(line(1, 姓名="李大根"), line(2, 姓名="李大根"))) == []
    assert identity(1) != identity(2)
