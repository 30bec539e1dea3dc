"""A new kind of disclosure is one model, one registry entry and one template: no edit in `portal`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.template.loader import render_to_string

from portal.places.models import Region
from portal.record.tree import EMPTY_ROOT
from portal.releases import actions, registry
from portal.releases.models import Release, Replacement, State, Total
from portal.releases.registry import Disclosure
from tests.builders import NOW, Places, add_rows, body_of, make_item, start_release, walk
from tests.refusals import execute, refused_by
from tests.throwaway.models import VillageNotice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("village_notices")]


def _row(region: Region, amount: int) -> dict[str, Any]:
    return {
        "region": region,
        "title": "水渠清淤",
        "amount": Decimal(amount),
        "posted_on": date(2026, 6, 20),
    }


@pytest.fixture
def draft(places: Places) -> Release:
    item = make_item("XX-N01", kind="village-notices", name="村务公告", period="monthly")
    release = start_release(item=item, body=body_of(places.binjiang), period="2026-06")
    add_rows(release, [_row(places.dapu, 1200), _row(places.dapu, 300), _row(places.qianbai, 50)])
    return release


def test_the_registry_knows_it_once(village_notices: Disclosure) -> None:
    assert registry.kind("village-notices") is village_notices
    with pytest.raises(ImproperlyConfigured):
        registry.register(village_notices)


def test_it_is_submitted_reviewed_and_published(draft: Release) -> None:
    published = walk(draft, State.PUBLISHED)
    assert (published.row_count, published.amount) == (3, Decimal(1550))
    assert published.root not in {None, EMPTY_ROOT}
    assert VillageNotice.objects.public().count() == 3


def test_its_totals_are_written_at_every_level(draft: Release, places: Places) -> None:
    walk(draft, State.PUBLISHED)
    found = {
        total.region: (total.row_count, total.amount, total.paid_on, total.start_on)
        for total in Total.objects.public().filter(kind="village-notices").select_related("region")
    }
    posted, start = date(2026, 6, 20), date(2026, 6, 1)
    assert found == {
        places.dapu: (2, Decimal(1500), posted, start),
        places.qianbai: (1, Decimal(50), posted, start),
        places.binjiang: (3, Decimal(1550), posted, start),
        places.county: (3, Decimal(1550), posted, start),
        places.city: (3, Decimal(1550), posted, start),
    }


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.PUBLISHED])
def test_its_rows_are_frozen(state: State, draft: Release) -> None:
    walk(draft, state)
    with refused_by("releases_rows_frozen"):
        execute("UPDATE throwaway_villagenotice SET amount = 0")


def test_its_rows_are_corrected(draft: Release, places: Places) -> None:
    published = walk(draft, State.PUBLISHED)
    old = VillageNotice.objects.get(release=published, position=1)
    correction = actions.start_correction(published.pk, by=published.drafted_by, reason="金额有误")
    (new,) = add_rows(correction, [_row(places.dapu, 1000)], replacing=[old])
    Replacement.objects.create(release=correction, row_id=old.pk, by_row_id=new)
    walk(correction, State.PUBLISHED)
    public = VillageNotice.objects.public()
    assert sorted(row.amount for row in public) == [Decimal(50), Decimal(300), Decimal(1000)]


def test_its_draft_is_discarded(draft: Release) -> None:
    actions.discard(draft.pk, by=draft.drafted_by, at=NOW)
    assert not VillageNotice.objects.filter(release=draft.pk).exists()


def test_its_template_shows_a_row(draft: Release, village_notices: Disclosure) -> None:
    row = VillageNotice.objects.filter(release=draft).order_by("position")[0]
    shown = render_to_string(village_notices.template, {"row": row})
    assert "水渠清淤" in shown
    assert "1,200.00" in shown


@pytest.mark.django_db(transaction=True)
def test_without_its_triggers_its_rows_would_not_be_frozen(draft: Release) -> None:
    walk(draft, State.PUBLISHED)
    change = "UPDATE throwaway_villagenotice SET note = 'x'"
    with connections["owner"].cursor() as cursor:
        cursor.execute("CALL releases_unfreeze('throwaway_villagenotice')")
        try:
            execute(change)
        finally:
            cursor.execute("CALL releases_freeze('throwaway_villagenotice')")
    with refused_by("releases_rows_frozen"):
        execute(change)
