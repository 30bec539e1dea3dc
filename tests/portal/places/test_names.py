from __future__ import annotations

import csv

import pytest

from portal.places.actions import OFFICIAL_LIST
from portal.places.names import short_name, stem


@pytest.mark.parametrize(
    ("registered", "everyday"),
    [
        ("大浦村委会", "大浦村"),
        ("大浦村村民委员会", "大浦村"),
        ("西村村委会", "西村村"),
        ("三姑桥社区居委会", "三姑桥社区"),
        ("新村居民委员会", "新村"),
        ("九峰林场生活区", "九峰林场"),
        ("工业园区虚拟社区", "工业园区"),
        ("彬江镇", "彬江镇"),
        ("社区", "社区"),
    ],
)
def test_everyday_names_drop_the_committee(registered: str, everyday: str) -> None:
    assert short_name(registered) == everyday


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("大浦村委会", "大浦"),
        ("大浦村", "大浦"),
        ("大浦", "大浦"),
        ("三姑桥社区居委会", "三姑桥"),
        ("袁州区", "袁州"),
        ("西村镇", "西村"),
        ("西村村委会", "西村"),
        ("西村", "西村"),
        ("村", "村"),
    ],
)
def test_a_stem_is_what_all_names_of_a_place_share(name: str, rest: str) -> None:
    assert stem(name) == rest


def test_no_official_place_loses_its_name() -> None:
    with OFFICIAL_LIST.open(encoding="utf-8", newline="") as stream:
        names = {row["name"] for row in csv.DictReader(stream)}
    assert [name for name in names if len(short_name(name)) < 2 or len(stem(name)) < 2] == []
