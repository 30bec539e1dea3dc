"""What an erasure takes from contracts and property: names, and every text that may hold one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from funds.models import Notice
from portal.log import keyfile
from portal.releases.actions.erasure import ask_erasure, decide_erasure
from portal.releases.models import DisclosedRow, Ground, Release
from portal.releases.verification import verify
from tests.builders import NOW, make_cast
from tests.portal.log.keeping import Keeper
from tests.portal.pages.reading import text
from tests.villages.property import asset, lease, publish, resource
from tests.villages.telling import notice
from tests.villages.telling import publish as tell
from villages.models import Lease, VillageAsset, VillageResource

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def keeper(settings: Settings, tmp_path: Path) -> Keeper:
    settings.LOG_KEY = tmp_path / "log.key"
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    return Keeper(settings.LOG_KEY)


def _erase(release: Release, row: DisclosedRow) -> None:
    cast = make_cast()
    asked = ask_erasure(release.pk, [row.pk], ["who"], ground=Ground.LAW, by=cast.clerk, at=NOW)
    decide_erasure(asked.pk, by=cast.county_reviewer, at=NOW)


def test_a_contract_loses_the_texts_that_may_name_its_tenant(keeper: Keeper, client: Client) -> None:
    told = {"标的编号": "", "标的名称": "老陈家的鱼塘", "用途": "老陈养鱼", "递增说明": "老陈每年多交"}
    (release,) = publish("leases", lease(**told))
    keeper.sign()
    row = Lease.objects.get()
    _erase(release, row)
    row.refresh_from_db()
    assert (row.object_name, row.purpose, row.rise_terms, row.tenant_public) == ("", "", "", "")
    assert verify(full=True, at=NOW).difference is None
    page = text(client, f"/row/leases/{row.pk}/")
    assert "老陈" not in page
    assert "出租合同 HT-1" in page


def test_things_lose_their_names_and_bounds_and_keep_a_title(keeper: Keeper, client: Client) -> None:
    (pond,) = publish("resources", resource(资源名称="老陈家的鱼塘", 四至="东至老陈的田"))
    (house,) = publish("assets", asset(资产名称="老陈家旧屋", 坐落位置="老陈家隔壁"))
    keeper.sign()
    for release, model, number in ((pond, VillageResource, "ZY-1"), (house, VillageAsset, "ZC-1")):
        row = model.objects.get()
        _erase(release, row)
        page = text(client, f"/row/{release.kind}/{row.pk}/")
        assert "老陈" not in page
        assert f"<h1>{number}</h1>" in page
    assert verify(full=True, at=NOW).difference is None


def test_a_notice_loses_its_text_though_nothing_else_says_what_it_was(keeper: Keeper, client: Client) -> None:
    (release,) = tell("notices", notice(正文="老陈家的宅基地批了。"))
    keeper.sign()
    row = Notice.objects.get()
    _erase(release, row)
    assert "老陈" not in text(client, f"/row/notices/{row.pk}/")
    assert verify(full=True, at=NOW).difference is None
