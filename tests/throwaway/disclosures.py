"""The registry entry of the throw-away kind."""

from __future__ import annotations

from portal.columns.cells import Date, Money, Place, Text
from portal.columns.column import Column
from portal.releases.registry import Disclosure
from tests.throwaway.models import VillageNotice

COLUMNS = (
    Column(header="村代码", field="region", cell=Place(), required=True, aliases=("村",), example="大浦村"),
    Column(header="标题", field="title", cell=Text(100), required=True, example="水渠清淤"),
    Column(header="金额", field="amount", cell=Money(), required=True, example="1200.00"),
    Column(header="张贴日期", field="posted_on", cell=Date(), required=True, example="2026-06-20"),
    Column(header="备注", field="note", cell=Text(500), group="who"),
)

VILLAGE_NOTICES = Disclosure(
    code="village-notices",
    title="村务公告",
    model=VillageNotice,
    template="throwaway/village_notice.html",
    columns=COLUMNS,
    section="throwaway",
    amount="amount",
    paid_on="posted_on",
    search_fields=("title",),
)
