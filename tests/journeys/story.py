"""What the walks find: 大浦村 with a year of lists in every state a villager may meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.models import Payment
from portal.catalogue.models import NamesPolicy
from portal.codes.actions import code_for_region
from portal.columns.due import DueRule
from portal.releases.models import Release, Stage, State
from tests.builders import (
    Line,
    Places,
    make_correction,
    make_item,
    make_lines,
    make_places,
    make_programme,
    make_release,
    make_standard,
)

LONG_NAME = "国家重点生态功能区集体和个人所有公益林森林生态效益补偿资金（含天然商品林停伐管护补助）"


@dataclass(frozen=True)
class Story:
    """The village, its printed code, and one row of each sort."""

    places: Places
    slug: str
    row: Payment
    old_row: Payment
    new_row: Payment
    withdrawn_row: Payment
    masked: Release


def make_story() -> Story:
    """Return a village with paid, corrected, masked, hidden, posted and withdrawn lists.

    王二妹, whose account ends in 1234, was paid 126 元 too little.
    """
    places = make_places()
    make_programme()
    make_standard(due_rule=DueRule.parse("06-30"))
    main = make_release(
        lines=[*make_lines(24), Line(name="王二妹", amount=Decimal("571.50"), account="6217000000000001234")]
    )
    old = _rows(main)[3]
    make_correction(main, {old.pk: Line(name=old.name_public, quantity=Decimal(3), amount=Decimal("337.50"))})
    aged = make_item("MS-P10", name="高龄津贴", names=NamesPolicy.MASKED)
    make_programme("GL-2026", name="高龄津贴", method="assessed", item_code="MS-P10")
    masked = make_release(item=aged, lines=[_line("王二妹", "GL-2026", "400", account="6217000000000001234")])
    make_programme("GY-2026", name="孤儿基本生活费", method="assessed", item_code="MS-P14")
    orphans = make_item("MS-P14", name="孤儿基本生活费", names=NamesPolicy.HIDDEN)
    make_release(item=orphans, lines=[_line(name, "GY-2026", "1200") for name in ("甲甲", "乙乙", "丙丙")])
    make_programme("LY-2026", name=LONG_NAME, method="assessed", item_code="MS-P20")
    forest = make_item("MS-P20", name=LONG_NAME)
    make_release(item=forest, lines=[_line("李大根", "LY-2026", "88.8")])
    make_release(
        item=forest,
        stage=Stage.POSTED,
        period="2025",
        lines=[_line("李大根", "LY-2026", "90", paid_on=None)],
    )
    gone = make_release(state=State.WITHDRAWN, lines=[Line(name="易长根")], batch=2)
    return Story(
        places=places,
        slug=code_for_region(places.dapu).slug,
        row=_rows(main)[24],
        old_row=old,
        new_row=Payment.objects.get(first_id=old.pk, version=2),
        withdrawn_row=_rows(gone)[0],
        masked=masked,
    )


def _line(
    name: str, programme: str, amount: str, *, paid_on: date | None = date(2026, 6, 20), account: str = ""
) -> Line:
    return Line(
        name=name,
        programme_code=programme,
        standard_name="",
        quantity=None,
        rate=None,
        amount=Decimal(amount),
        paid_on=paid_on,
        account=account or "6217000000000000001",
    )


def _rows(release: Release) -> list[Payment]:
    return list(Payment.objects.filter(release=release).order_by("position"))
