"""Projects and payments for them: what is completed, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from funds.models import Disbursement, LivelihoodProject, ProjectState
from portal.columns.periods import Period
from portal.imports.loading import LoadRequest, load
from portal.imports.origins import cell_texts, stored_rows
from portal.imports.typed import TypedRow, save_rows
from portal.releases.models import State, Total
from portal.releases.registry import kind
from tests.builders import NOW, add_rows, body_of, make_cast, make_places, start_release, walk
from tests.funds.projects import (
    BUILDER,
    TODAY,
    Cells,
    building,
    draft,
    errors_of,
    item_of,
    load_rows,
    pay,
    payment,
    planned,
    project,
    publish,
    publish_project,
)

pytestmark = pytest.mark.django_db


def test_a_project_is_loaded_as_it_was_told() -> None:
    row = publish_project()
    assert (row.project_no, row.region.short_name, row.state) == ("XM-1", "大浦村", ProjectState.SETTLED)
    assert (row.budget, row.final_amount) == (Decimal("486000.00"), Decimal("460000.00"))
    assert row.latest_on == date(2026, 10, 20)
    assert Total.objects.get(region=make_places().county, kind="projects").amount == Decimal("486000.00")


def test_a_workbook_with_sums_in_another_unit_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    cells = planned(预算金额="")
    sheet.append([*cells, "预算金额(万元)"])
    sheet.append([*cells.values(), 48.6])
    book.save(tmp_path / "projects.xlsx")
    request = LoadRequest(
        kind="projects",
        body=body_of(make_places().county),
        item=item_of("projects"),
        period=Period.parse("2026-10"),
        by=make_cast().county_clerk,
        today=TODAY,
    )
    (release,) = load(request, tmp_path / "projects.xlsx").releases
    assert LivelihoodProject.objects.get(release=release).budget == Decimal("486000.00")


def test_a_row_is_typed_in_by_hand() -> None:
    release = start_release(item=item_of("projects"), body=body_of(make_places().county), period="2026-10")
    cells = {"name": "水渠", "region": "前白村", "board": "乡村振兴", "department": "区水利局"}
    cells |= {"content": "水渠 800 米", "budget": "90000", "state": "立项"}
    save_rows(release.pk, [TypedRow(cells)], by=make_cast().county_clerk, at=NOW, today=TODAY)
    row = LivelihoodProject.objects.get(release=release)
    assert row.project_no.startswith(f"{make_places().qianbai.code}-XM-")


def test_drafts_stand_on_the_reviewers_desk(client: Client) -> None:
    publish_project()
    waiting = walk(draft(payment(), kind="disbursements"), State.IN_REVIEW)
    client.force_login(make_cast().county_reviewer)
    page = client.get(f"/manage/releases/release/{waiting.pk}/change/").content.decode()
    assert BUILDER in page
    assert "138,690.00" in page


def test_a_blank_number_is_proposed_for_its_place_above_the_highest() -> None:
    publish(planned(项目编号="360902100204-XM-0007"))
    release = draft(planned(项目编号="", 项目名称="甲"), planned(项目编号="", 项目名称="乙"))
    numbers = LivelihoodProject.objects.filter(release=release).order_by("position")
    found = list(numbers.values_list("project_no", flat=True))
    assert found == ["360902100204-XM-0009", "360902100204-XM-0010"]


def test_a_number_of_a_waiting_draft_is_not_proposed_again() -> None:
    first = draft(planned(项目编号=""))
    second = draft(planned(项目编号="", 项目名称="另一条路"), batch=2)
    told = LivelihoodProject.objects.filter(release__in=[first, second]).values_list("project_no", flat=True)
    assert len(set(told)) == 2


def test_a_number_is_used_once_in_the_county() -> None:
    publish_project()
    ((row, column, message),) = errors_of(project(项目名称="另一条路"))
    assert (row, column) == (2, "项目编号")
    assert "已经公开过" in message


def test_a_village_of_its_own_needs_no_place() -> None:
    release = draft(planned(所在地代码=""), body=body_of(make_places().dapu))
    assert LivelihoodProject.objects.get(release=release).region == make_places().dapu


def test_a_county_says_where_its_project_is() -> None:
    assert [column for _, column, _ in errors_of(planned(所在地代码=""))] == ["所在地代码"]


@pytest.mark.parametrize(
    ("cells", "header", "says"),
    [
        (building(采购方式=""), "采购方式", "采购"),
        (planned(状态="采购"), "采购方式", "采购"),
        (project(状态="完工", 实际竣工="", 验收日期="", 决算金额="", 决算审定日期=""), "实际竣工", "完工"),
        (project(决算金额="", 决算审定日期=""), "决算金额", "决算"),
        (building(中标单位=""), "中标单位", "中标"),
        (building(决算金额="1.00"), "实际竣工", "决算金额"),
        (building(验收日期="2026-09-20"), "实际竣工", "验收日期"),
        (project(状态="完工", 决算金额=""), "决算金额", "审定日期"),
        (project(中标日期="2026-03-01"), "中标日期", "公告"),
        (project(计划竣工="2026-05-09"), "计划竣工", "计划开工"),
        (project(验收日期="2026-09-09"), "验收日期", "实际竣工"),
        (project(决算审定日期="2026-09-09"), "决算审定日期", "实际竣工"),
        (planned(实际竣工="2026-09-10"), "状态", "实际竣工"),
        (project(质保金="462300.01"), "质保金", "合同"),
        (project(变更累计金额="-462300.01"), "变更累计金额", "合同"),
        (planned(预算金额="-1"), "预算金额", "小于零"),
        (planned(预算金额="0"), "预算金额", "零"),
        (planned(中央资金="-1"), "中央资金", "小于零"),
        (project(实际竣工="2026-11-25", 验收日期=""), "实际竣工", "今天之后"),
        (planned(状态="快好了"), "状态", "只能填"),
    ],
)
def test_what_cannot_be_is_refused_with_row_and_reason(cells: Cells, header: str, says: str) -> None:
    told = {column: (row, message) for row, column, message in errors_of(cells)}
    assert told[header][0] == 2
    assert says in told[header][1]


@pytest.mark.parametrize(
    "cells",
    [
        project(中标日期="2026-03-02"),
        project(计划竣工="2026-05-10"),
        project(验收日期="2026-09-10", 决算审定日期="2026-09-10"),
        project(质保金="462300.00", 变更累计金额="-462300.00"),
        planned(状态="终止", 采购方式=""),
        # Irregular, and it happens: the record shows what was done.
        project(合同签订日期="2026-04-01"),
        project(合同签订日期="2026-10-01"),
    ],
)
def test_what_is_just_possible_is_loaded(cells: Cells) -> None:
    assert draft(cells).row_count == 1


def test_the_database_refuses_what_the_load_would() -> None:
    release = start_release(item=item_of("projects"), body=body_of(make_places().county), period="2026-10")
    told: dict[str, Any] = {
        "name": "路",
        "board": "livelihood",
        "department": "区交通运输局",
        "content": "路",
    }
    told |= {"region": make_places().dapu, "project_no": "XM-9", "budget": Decimal(1), "state": "completed"}
    with pytest.raises(IntegrityError), transaction.atomic():
        add_rows(release, [told])
    add_rows(release, [told | {"completed_on": date(2026, 9, 10)}])


@pytest.mark.parametrize(("winner", "shown"), [("彭水生", "彭*生"), (BUILDER, BUILDER)])
def test_a_person_who_builds_is_masked(winner: str, shown: str) -> None:
    row = publish_project(project(中标单位=winner))
    assert row.winner_public == shown
    (stored,) = stored_rows(kind("projects"), LivelihoodProject.objects.select_related("region"))
    assert stored.private["winner"] == winner


def test_who_answers_in_office_is_named_in_full() -> None:
    assert publish_project(project(责任人="王小平")).responsible == "王小平"


def test_a_payment_stands_where_its_project_does() -> None:
    publish_project()
    pay(payment())
    row = Disbursement.objects.get()
    assert (row.region, row.amount, row.payee_public) == (make_places().dapu, Decimal("138690.00"), BUILDER)
    found = Total.objects.get(region=make_places().binjiang, kind="disbursements")
    assert (found.subject, found.amount, found.paid_on) == ("XM-1", Decimal("138690.00"), date(2026, 6, 18))


def test_a_payment_may_name_its_project() -> None:
    publish_project()
    release = draft(payment(项目编号="上坊路 硬化工程"), kind="disbursements")
    assert Disbursement.objects.get(release=release).project_no == "XM-1"


def test_a_refund_counts_minus() -> None:
    publish_project()
    release = draft(payment(), payment(金额="690.00", 拨付类型="退回"), kind="disbursements")
    assert release.amount == Decimal("138000.00")
    rows = Disbursement.objects.filter(release=release).select_related("region__parent").order_by("position")
    stored = list(stored_rows(kind("disbursements"), rows))[-1]
    assert cell_texts(kind("disbursements").columns, stored)["amount"] == "690.00"


def test_a_payment_for_an_unknown_project_is_refused() -> None:
    draft(project())  # not public yet
    ((row, column, message),) = errors_of(payment(), kind="disbursements")
    assert (row, column) == (2, "项目编号")
    assert "没有公开这个项目" in message


def test_projects_of_one_name_are_told_apart_by_number_or_place() -> None:
    publish(planned(项目名称="村道"), planned(项目编号="XM-2", 项目名称="村道", 所在地代码="前白村"))
    ((_, column, message),) = errors_of(payment(项目编号="村道"), kind="disbursements")
    assert column == "项目编号"
    assert "大浦村（XM-1）" in message
    assert "前白村（XM-2）" in message
    release = draft(payment(项目编号="村道", 所在地代码="前白村"), kind="disbursements")
    assert Disbursement.objects.get(release=release).project_no == "XM-2"


def test_a_payment_in_another_place_than_its_project_is_refused() -> None:
    publish_project()
    ((_, column, message),) = errors_of(payment(所在地代码="前白村"), kind="disbursements")
    assert column == "所在地代码"
    assert "大浦村" in message


def test_a_project_of_another_township_is_outside() -> None:
    publish_project(planned(所在地代码="国桥村"))
    body = body_of(make_places().binjiang)
    ((_, column, message),) = errors_of(payment(), kind="disbursements", body=body)
    assert column == "所在地代码"
    assert "辖区之外" in message


def test_a_person_who_is_paid_is_masked() -> None:
    publish_project()
    pay(payment(收款单位="彭水生"))
    assert Disbursement.objects.get().payee_public == "彭*生"


@pytest.mark.parametrize("cells", [payment(金额="0"), payment(金额="-5"), payment(拨付日期="2026-11-25")])
def test_payments_of_nothing_or_of_tomorrow_are_refused(cells: Cells) -> None:
    publish_project()
    assert errors_of(cells, kind="disbursements")[0][0] == 2


def test_a_nil_return_is_no_project() -> None:
    loaded = load_rows([dict.fromkeys(project(), "")], is_nil=True)
    assert walk(loaded.releases[0], State.PUBLISHED).row_count == 0
