from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from funds.models import Payment, Programme, Standard
from portal.columns.periods import Period
from portal.imports.loading import LoadRequest, load
from portal.releases.committed import opened, pack_salts, private_values, read_salts
from portal.releases.models import DisclosedRow, Release, State
from portal.releases.registry import kind
from tests.builders import body_of, make_cast, make_item, make_places, make_programme, make_standard, walk
from tests.portal.imports.test_corrections import TODAY
from tests.portal.imports.uploads import line, table

pytestmark = pytest.mark.django_db

PROGRAMMES = (
    "补贴项目编码,补贴项目,主管部门,困难类,取整方式\n"
    "GD-1,耕地,农业局,,\nGD-2,低保,民政局,否,角\nGD-3,高龄,民政局,是,\n"
)
STANDARDS = (
    "补贴项目编码,标准名称,计量单位,补贴标准,起始日期,应发日期,标准类型\n"
    "GD-2026,水田,亩,124.9788302,2026-01-01,06-30,上限\n"
)


def _loaded(tmp_path: Path, code: str, content: bytes, **told: object) -> Release:
    path = tmp_path / f"{code}.csv"
    path.write_bytes(content)
    cast, places = make_cast(), make_places()
    is_master = code != "payments"
    request = LoadRequest(
        kind=code,
        body=body_of(places.county if is_master else places.binjiang),
        period=Period.parse("2026"),
        by=cast.county_clerk if is_master else cast.clerk,
        today=TODAY,
        **told,  # type: ignore[arg-type] # what the test says
    )
    return load(request, path).releases[0]


def _opens(row: DisclosedRow) -> bool:
    disclosure = kind(row.release.kind)
    private = private_values(disclosure, [row.pk]).get(row.pk, {})
    return opened(disclosure, row, private, region=row.region.code) is not None


@pytest.fixture
def payments(tmp_path: Path) -> Release:
    make_item()
    make_programme()
    make_standard()
    lines = [
        line(1, 姓名="诸葛 亮"),
        line(2, 标准名称="耕地补贴", 姓名="王*"[:1] + "五"),
        line(3),
    ]
    return _loaded(tmp_path, "payments", table(*lines))


def test_every_loaded_payment_gives_its_leaf_again(payments: Release) -> None:
    rows = list(Payment.objects.filter(release=payments))
    assert len(rows) == 3
    assert all(_opens(row) for row in rows)


@pytest.mark.parametrize("names", ["masked", "hidden"])
def test_masked_and_hidden_names_give_their_leaf_again(tmp_path: Path, names: str) -> None:
    make_item(names=names)
    make_programme()
    make_standard()
    release = _loaded(tmp_path, "payments", table(line(1), line(2)))
    assert all(_opens(row) for row in Payment.objects.filter(release=release))


def test_masters_give_their_leaves_again_blank_cells_included(tmp_path: Path) -> None:
    make_item("MS-X01", kind="programmes", level="county")
    make_item("MS-P01", kind="standards", level="county")
    programmes = walk(_loaded(tmp_path, "programmes", PROGRAMMES.encode()), State.PUBLISHED)
    make_programme()
    standards = _loaded(tmp_path, "standards", STANDARDS.encode(), batch=3)
    assert [_opens(row) for row in Programme.objects.filter(release=programmes)] == [True] * 3
    assert [_opens(row) for row in Standard.objects.filter(release=standards)] == [True]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", Decimal("1.00")),
        ("name_public", "别人"),
        ("note", "加了一句"),
        ("identity_digest", b"\x01" * 16),
        ("paid_on", None),
        ("version", 2),
        ("seed", b"\x02" * 16),
        ("entry_type", "reissue"),
    ],
)
def test_any_other_value_gives_another_leaf(payments: Release, field: str, value: object) -> None:
    row = Payment.objects.filter(release=payments)[0]
    setattr(row, field, value)
    assert not _opens(row)


def test_an_altered_private_column_gives_another_leaf(payments: Release) -> None:
    row = Payment.objects.filter(release=payments)[0]
    private = private_values(kind("payments"), [row.pk])[row.pk]
    assert opened(kind("payments"), row, private | {"name": "别人"}, region=row.region.code) is None
    assert opened(kind("payments"), row, private, region="360902100205") is None


def test_a_row_without_a_group_keeps_its_leaf(payments: Release) -> None:
    row = Payment.objects.filter(release=payments)[0]
    private = private_values(kind("payments"), [row.pk])[row.pk]
    whole = opened(kind("payments"), row, private, region=row.region.code)
    assert whole is not None
    row.salts, row.seed = pack_salts(whole, erased=["who"]), None
    row.name_public = row.note = row.group_name = ""
    salts, digests = read_salts(row.salts)
    assert (set(salts), set(digests)) == ({"kept", "what"}, {"who"})
    assert opened(kind("payments"), row, private, region=row.region.code) is not None
