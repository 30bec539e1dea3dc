"""The parts that funds puts on rows and lists of the ground floor."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client

from funds.models import Payment
from portal.catalogue.models import NamesPolicy
from portal.releases.models import DisclosedRow
from portal.releases.registry import kind
from tests.builders import Line, make_item, make_programme, make_release, make_standard

pytestmark = pytest.mark.django_db


def part(code: str, row: DisclosedRow) -> str:
    answer = Client().get(f"/row/{code}/{row.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_payment_leads_to_the_same_person_and_to_its_standards() -> None:
    make_release(lines=[Line()])
    row = Payment.objects.get()

    found = part("payments", row)

    assert f'href="/r/360902100204/subsidies/same/{row.pk}/"' in found
    assert 'href="/standards/?region=360902000000&amp;programme=GD-2026"' in found


@pytest.mark.parametrize("more", [{"name_public": "李*根"}, {"identity_digest": None}])
def test_a_payment_nobody_may_join_leads_to_the_payees_own_door(more: dict[str, None]) -> None:
    names = NamesPolicy.MASKED if "name_public" in more else NamesPolicy.FULL
    make_release(item=make_item("MS-P10", names=names), lines=[Line(more=more)])

    found = part("payments", Payment.objects.get())

    assert "/same/" not in found
    assert 'href="/r/360902100204/subsidies/mine/"' in found


def test_a_master_leads_to_its_standards() -> None:
    programme, standard = make_programme(), make_standard()

    assert "/standards/?region=360902000000&amp;programme=GD-2026" in part("programmes", programme)
    assert f"/standards/{standard.pk}/" in part("standards", standard)


def test_a_line_of_a_list_shows_the_rate_with_its_decimals() -> None:
    make_release(lines=[Line()])

    line = render_to_string(kind("payments").template, {"row": Payment.objects.get()})

    assert "112.50 元 × 6.2" in line


def test_the_payees_own_door_stands_on_a_villages_subsidies() -> None:
    make_release(lines=[Line()])

    found = Client().get("/r/360902100204/subsidies/").content.decode()

    assert 'action="/r/360902100204/subsidies/mine/"' in found
    assert "csrf" not in found
