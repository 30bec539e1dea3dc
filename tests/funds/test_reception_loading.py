from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction

from funds.models import EnterpriseFund, Reception
from portal.columns.periods import Period
from portal.findings.actions import run_rules
from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.imports.loading import LoadRequest, load
from portal.imports.origins import PUBLIC_ID, cell_texts, stored_rows
from portal.imports.typed import TypedRow, save_rows
from portal.imports.vouchers import lost_files
from portal.imports.workbooks import write_template
from portal.people.models import Role
from portal.places.models import Body
from portal.releases.models import Attachment, Release, State, Total
from portal.releases.registry import kind
from portal.releases.staff.looking import vouchers
from tests.builders import NOW, add_rows, body_of, make_cast, start_release
from tests.county import Places, make_person
from tests.funds.drafting import TODAY, draft, errors_of, fee, fund, item_of, publish, reception
from tests.villages.books import folder_of, picture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"来访人数": "0"}, "来访人数", "不能是 0"),
        ({"餐费": "-1"}, "餐费", "不能小于零"),
        ({"住宿费": "-0.01"}, "住宿费", "不能小于零"),
        ({"总金额": ""}, "总金额", "不能空着"),
        ({"总金额": "0"}, "总金额", "不能是零"),
        ({"结束日期": "2026-06-17"}, "结束日期", "早于接待日期"),
        ({"接待日期": "2026-11-25"}, "接待日期", "今天之后"),
        ({"主要来宾": "王*明"}, "主要来宾", "星号"),
        ({"地区代码": "西村镇"}, "地区代码", "没有叫这个名字"),
        ({"支付方式": "赊账"}, "支付方式", "只能填"),
    ],
)
def test_what_cannot_have_happened_is_refused(cells: dict[str, str], column: str, says: str) -> None:
    ((row, where, message),) = errors_of("receptions", reception(), reception(**cells))
    assert (row, where) == (3, column)
    assert says in message


def test_an_end_on_the_same_day_is_right() -> None:
    assert errors_of("receptions", reception(结束日期="2026-06-18")) == []


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"统一社会信用代码": ""}, "统一社会信用代码", "收款的是企业"),
        ({"统一社会信用代码": "91360902MA35XK2A12"}, "统一社会信用代码", "校验位"),
        ({"金额": "0"}, "金额", "不能是零"),
        ({"兑现日期": "2026-11-25"}, "兑现日期", "今天之后"),
    ],
)
def test_wrong_payments_to_enterprises_are_refused(cells: dict[str, str], column: str, says: str) -> None:
    ((row, where, message),) = errors_of("enterprise_funds", fund(**cells))
    assert (row, where) == (2, column)
    assert says in message


@pytest.mark.parametrize(("end", "is_refused"), [("2025-12-31", True), ("2026-01-01", False)])
def test_a_fee_may_not_end_before_it_begins(end: str, is_refused: bool) -> None:
    assert bool(errors_of("enterprise_fees", fee(失效日期=end))) is is_refused


def test_a_private_payee_is_masked_and_an_enterprise_is_not(places: Places) -> None:
    draft("enterprise_funds", fund(企业名称="王小芳", 统一社会信用代码=""), fund())
    shown = EnterpriseFund.objects.order_by("position").values_list("enterprise_public", flat=True)
    assert list(shown) == ["王*芳", "宜春赣西竹木有限公司"]


def test_the_app_may_not_read_the_full_name_of_a_payee() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_column_privilege(%s, 'funds_enterprisefund', 'enterprise', 'SELECT'),"
            " has_column_privilege(%s, 'funds_enterprisefund', 'enterprise_public', 'SELECT')",
            ["portal_app", "portal_app"],
        )
        assert cursor.fetchone() == (False, True)


def test_a_blank_number_is_proposed_above_those_there_are(places: Places) -> None:
    publish("receptions", reception(接待编号=f"{places.binjiang.code}-JD-0041"), period="2026-05")
    draft("receptions", reception(接待编号=""), reception(接待编号="", 来访单位="区水利局"))
    numbers = Reception.objects.filter(release__state=State.DRAFT).order_by("position")
    assert list(numbers.values_list("number", flat=True)) == [
        f"{places.binjiang.code}-JD-0043",
        f"{places.binjiang.code}-JD-0044",
    ]


def test_a_blank_place_is_the_bodys_own_and_a_village_gets_its_own_release(places: Places) -> None:
    found = draft("receptions", reception(), reception(地区代码="大浦村", 接待编号="2"))
    assert {(one.body.code, one.item.code, one.row_count) for one in found.releases} == {
        (places.binjiang.code, "GW-01", 1),
        (places.dapu.code, "GW-06", 1),
    }


def test_what_an_office_hands_in_is_the_offices(places: Places) -> None:
    office = Body.objects.create(code="360902000000-03", name="区财政局", region=places.county)
    make_cast()
    make_person("cai", "蔡文", Role.CLERK, office)
    (release,) = draft("receptions", reception(接待单位="区财政局"), body=office).releases
    assert release.body == office


def test_a_workbook_loads_as_a_csv_does(places: Places, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    row = reception()
    sheet.append(list(row))
    sheet.append(list(row.values()))
    book.save(tmp_path / "a.xlsx")
    request = LoadRequest(
        kind="receptions",
        body=body_of(places.binjiang),
        period=Period.parse("2026-06"),
        by=make_cast().clerk,
        today=TODAY,
        item=item_of("receptions"),
    )
    (release,) = load(request, tmp_path / "a.xlsx").releases
    assert Reception.objects.get(release=release).amount == Decimal("360.00")


@pytest.mark.parametrize("code", ["receptions", "enterprise_funds", "enterprise_fees"])
def test_its_template_can_be_filled_in(code: str, tmp_path: Path) -> None:
    with (tmp_path / "t.xlsx").open("wb") as stream:
        write_template(kind(code).title, kind(code).columns, stream)
    (headers, *_) = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0].values
    assert [str(header).rstrip("*† ") for header in headers] == [c.header for c in kind(code).columns]


@pytest.mark.parametrize("code", ["receptions", "enterprise_funds", "enterprise_fees"])
def test_the_example_of_a_template_is_a_right_row(code: str) -> None:
    example = {column.header: column.example for column in kind(code).columns if column.example}
    example |= {"地区代码": ""}
    assert errors_of(code, example, period="2026-09") == []


def test_a_row_is_typed_in_by_hand(places: Places) -> None:
    (release,) = draft("receptions", reception()).releases
    columns = {column.header: column.field for column in kind("receptions").columns}
    cells = {columns[header]: text for header, text in reception(接待编号="", 来访单位="区水利局").items()}
    save_rows(release.pk, [TypedRow(cells)], by=make_cast().clerk, at=NOW, today=TODAY)
    typed = Reception.objects.get(release=release, guest_unit="区水利局")
    assert typed.number.startswith(f"{places.binjiang.code}-JD-")


def test_totals_are_written_by_unit_and_month(places: Places) -> None:
    publish("receptions", reception(), reception(接待编号="2", 接待日期="2026-05-31", 来访单位="区水利局"))
    found = Total.objects.public().filter(region=places.county).order_by("start_on")
    assert [(one.subject, one.start_on.month, one.amount) for one in found] == [
        ("彬江镇人民政府", 5, Decimal("360.00")),
        ("彬江镇人民政府", 6, Decimal("360.00")),
    ]


def test_every_document_gets_the_caption_of_its_column(places: Places, tmp_path: Path) -> None:
    names = {"公函": "IMG_1.jpg", "申请单": "IMG_2.jpg", "账单或菜单": "IMG_3.jpg", "发票": "IMG_1.jpg"}
    files = folder_of(tmp_path, **{name: picture(name) for name in set(names.values())})
    draft("receptions", reception(**names, 转账凭证=""), files=files)
    row = Reception.objects.get()
    found = Attachment.objects.filter(row_id=row.pk).order_by("name")
    assert [(one.name, one.caption) for one in found] == [
        ("IMG_1.jpg", "letter"),
        ("IMG_2.jpg", "application"),
        ("IMG_3.jpg", "bill"),
    ]
    ready = [(one.name, one.caption) for one in found]
    assert kind("receptions").missing_documents(row, ready) == ["转账凭证"]


def test_a_document_of_any_column_that_cannot_be_taken_in_is_refused_there(
    places: Places, tmp_path: Path
) -> None:
    files = folder_of(tmp_path, **{"公函.jpg": picture(), "发票.jpg": b"no picture"})
    found = errors_of("receptions", reception(), files=files)
    assert [(row, column) for row, column, _ in found] == [(2, "发票")]


def test_a_correction_of_the_amount_keeps_the_documents(places: Places, tmp_path: Path) -> None:
    names = ["公函.jpg", "申请单.jpg", "菜单.jpg", "转账.jpg", "发票.jpg"]
    files = folder_of(tmp_path, **{name: picture(name) for name in names})
    (release,) = publish("receptions", reception(), files=files)
    columns = kind("receptions").columns
    (stored,) = stored_rows(kind("receptions"), Reception.objects.select_related("region"))
    texts = {one.header: cell_texts(columns, stored)[one.field] for one in columns}
    (correction,) = draft(
        "receptions",
        {PUBLIC_ID.header: str(stored.row.pk)} | texts | {"总金额": "366.00", "其他费用": "6.00", "发票": ""},
        corrects=release,
        reason="漏了茶水",
    ).releases
    new = Reception.objects.get(release=correction)
    kept = Attachment.objects.filter(row_id=new.pk).values_list("name", flat=True)
    assert sorted(kept) == sorted(set(names) - {"发票.jpg"})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"guests": 0}, "funds_reception_has_guests"),
        ({"amount": Decimal(0)}, "funds_reception_amount_above_zero"),
        ({"meal_cost": Decimal(-1)}, "funds_reception_parts_not_negative"),
        ({"end_on": "2026-06-17"}, "funds_reception_ends_after_start"),
    ],
)
def test_the_database_holds_what_cannot_be(places: Places, changes: dict[str, object], name: str) -> None:
    release: Release = start_release(item=item_of("receptions"), body=body_of(places.binjiang))
    right = {
        "region": places.binjiang,
        "number": "1",
        "unit": "镇政府",
        "received_on": "2026-06-18",
        "guest_unit": "区水利局",
        "guests": 3,
        "companions": 1,
        "reason": "检查",
        "venue": "食堂",
        "meal_cost": Decimal(10),
        "amount": Decimal(10),
    }
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        add_rows(release, [right | changes])


def test_the_reviewer_is_told_which_receptions_lack_documents(places: Places, tmp_path: Path) -> None:
    files = folder_of(tmp_path, **{name: picture(name) for name in ("公函.jpg", "申请单.jpg")})
    named = {"账单或菜单": "", "转账凭证": "", "发票": "公函.jpg"}
    (release,) = draft("receptions", reception(**named), files=files).releases
    panel = vouchers(make_cast().township_reviewer, release)
    assert panel is not None
    assert [(one.said, one.given) for one in panel.thin] == [(2, 2)]


def test_files_of_every_column_are_asked_for_by_name(places: Places, tmp_path: Path) -> None:
    files = folder_of(tmp_path, **{"公函.jpg": picture()})
    (release,) = draft("receptions", reception(转账凭证=""), files=files).releases
    assert [(one.name, one.caption) for one in lost_files(release)] == [
        ("申请单.jpg", "application"),
        ("菜单.jpg", "bill"),
        ("发票.jpg", "invoice"),
    ]
    run_rules(release)
    (warning,) = Warning.objects.filter(release=release, rule_code="receptions-lost-files")
    assert "申请单.jpg、菜单.jpg、发票.jpg" in str(warning)
