"""A row shows a published result about it and nothing else; a place how many results it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from complaints.models import Result
from complaints.results import publishing
from complaints.tickets import acts
from funds.models import LivelihoodProject, Payment
from portal.pages import kept, store
from portal.places.models import Region
from tests.builders import Line, make_correction, make_release
from tests.complaints.cases import DRAFT, NOW, Officers, make_report, to_concluded, to_published
from tests.funds.projects import building, project, publish_project

pytestmark = pytest.mark.django_db
DAPU = "360902100204"


@pytest.fixture(autouse=True)
def own_pages(settings: Settings, tmp_path: object) -> None:
    settings.PAGES_DIR = tmp_path / "pages"  # type: ignore[operator]


@pytest.fixture
def row(staff: Officers) -> Payment:
    return Payment.objects.get(release=make_release(rows=2), position=1)


def page_of(client: Client, row: Payment | LivelihoodProject) -> str:
    return client.get(row.get_absolute_url()).content.decode()


def result_about(staff: Officers, row: Payment | LivelihoodProject) -> Result:
    kind = row.release.kind
    draft = replace(DRAFT, row_kind=kind, row_id=str(row.pk))
    ticket = to_concluded(staff, make_report(snapshot={"row": f"{kind}/{row.pk}"}).ticket, draft=draft)
    publishing.publish(staff.wang, ticket.pk, now=NOW)
    return Result.objects.get(ticket=ticket)


def test_a_row_never_shows_that_it_was_reported(staff: Officers, row: Payment, client: Client) -> None:
    before = page_of(client, row)
    received = make_report(snapshot={"row": f"payments/{row.pk}"})
    assert page_of(client, row) == before
    draft = replace(DRAFT, row_kind="payments", row_id=str(row.pk))
    ticket = to_concluded(staff, received.ticket, draft=draft)
    assert page_of(client, row) == before
    acts.seal_result(staff.wang, ticket.pk, text="依法不公布", now=NOW)
    assert page_of(client, row) == before


def test_a_row_links_its_result_and_the_result_its_row(staff: Officers, row: Payment, client: Client) -> None:
    result = result_about(staff, row)
    assert f'href="/tickets/{result.pk}/"' in page_of(client, row)
    assert f'href="/row/payments/{row.pk}/"' in client.get(f"/tickets/{result.pk}/").content.decode()
    other = Payment.objects.get(release=row.release, position=2)
    assert "/tickets/" + str(result.pk) not in page_of(client, other)


def test_a_corrected_row_keeps_its_result(staff: Officers, row: Payment, client: Client) -> None:
    result = result_about(staff, row)
    correction = make_correction(row.release, {row.pk: Line(amount=Decimal(7))})
    for version in (row, Payment.objects.get(release=correction)):
        assert f'href="/tickets/{result.pk}/"' in page_of(client, version)


def test_a_project_that_went_on_keeps_the_result_about_its_works(staff: Officers, client: Client) -> None:
    works = publish_project(building())
    result = result_about(staff, works)
    for version in (works, publish_project(project(), batch=2)):
        assert f'href="/tickets/{result.pk}/"' in page_of(client, version)


@pytest.mark.parametrize("code", [DAPU, "360902100000"])
def test_a_place_tells_how_many_results_it_has(staff: Officers, client: Client, code: str) -> None:
    link = f'href="/tickets/?region={code}"'
    assert link not in client.get(f"/r/{code}/").content.decode()
    make_report()
    store.drop_all()
    assert link not in client.get(f"/r/{code}/").content.decode()
    to_published(staff, make_report().ticket)
    store.drop_all()
    page = client.get(f"/r/{code}/").content.decode()
    assert link in page
    assert "这里的举报结果 1 件" in page


def test_publishing_a_result_renews_the_kept_pages(
    staff: Officers, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    ticket = to_concluded(staff, make_report().ticket)
    others = "360902101200"
    for code in (DAPU, others):
        client.get(f"/r/{code}/")
    before = generations()
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish(staff.wang, ticket.pk, now=NOW)
    day = timezone.localdate()
    assert store.read(store.Name(place=DAPU), day, packed=False) is None
    assert store.read(store.Name(place=others), day, packed=False) is not None
    changed = {code for code, number in generations().items() if number != before[code]}
    assert changed == {DAPU, "360902100000", "360902000000", "360900000000"}
    assert "这里的举报结果 1 件" in client.get(f"/r/{DAPU}/").content.decode()


def generations() -> dict[str, int]:
    return kept.generations(list(Region.objects.values_list("code", flat=True)))


def test_a_result_of_a_second_round_stands_beside_the_first(
    staff: Officers, row: Payment, client: Client
) -> None:
    first = result_about(staff, row)
    later = NOW + timedelta(days=3)
    ticket = acts.reopen(staff.wang, first.ticket_id, text="再查", now=later)
    acts.assign(staff.chief, ticket.pk, to=staff.wang.user, now=later)
    acts.start(staff.wang, ticket.pk, now=later)
    told = replace(DRAFT, row_kind="payments", row_id=str(row.pk), title="再查的结果").told()
    acts.conclude(staff.wang, ticket.pk, outcome="partly", funds="none", told=told, now=later)  # type: ignore[arg-type]
    publishing.publish(staff.li, ticket.pk, now=later)
    page = page_of(client, row)
    assert "再查的结果" in page
    assert first.title in page
