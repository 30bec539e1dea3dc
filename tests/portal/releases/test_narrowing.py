"""Names are shown less than before, by the day or by order: everywhere, once, for good, and provably."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from funds import households
from funds.models import PayeeType, Payment
from portal.log import keyfile
from portal.log.models import Leaf
from portal.people.models import Appointment, Role, User
from portal.places.models import Body, Region
from portal.record import verifying
from portal.releases import actions
from portal.releases.actions import narrowing
from portal.releases.actions.publication import publish
from portal.releases.actions.steps import append_step
from portal.releases.committed import private_values
from portal.releases.errors import NotAllowedError, NotReadyError, WrongStateError
from portal.releases.expiring import months_later
from portal.releases.masking import shown
from portal.releases.models import Cause, NamesOrder, NamesShown, Narrowing, Release, State, Total, Verb
from portal.releases.registry import kind
from portal.releases.tasks import narrow_names
from portal.releases.verification import verify
from tests.builders import (
    NOW,
    Line,
    body_of,
    make_cast,
    make_correction,
    make_item,
    make_person,
    make_places,
    make_programme,
    make_release,
    next_reviewer,
)
from tests.portal.log.keeping import Keeper, bend
from tests.refusals import execute, refused_by

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "李大根"
# Published on 1 July 2026, public for 24 months.
LAST_DAY = datetime(2028, 6, 30, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
MIDNIGHT = datetime(2028, 7, 1, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def keeper(settings: Settings, tmp_path: Path) -> Keeper:
    settings.LOG_KEY = tmp_path / "log.key"
    settings.PAGES_DIR = tmp_path / "pages"
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    return Keeper(settings.LOG_KEY)


@pytest.fixture
def published(keeper: Keeper) -> Release:
    make_item(names_months=24)
    make_programme()
    release = make_release(
        lines=[
            Line(name=NAME, more={"householder_public": "李老根", "householder": "李老根"}),
            Line(
                name="大浦水稻合作社",
                identity="110101199003070046",
                more={"payee_type": PayeeType.COOPERATIVE},
            ),
            Line(name="王小妹", identity="110101199003070054", more={"note": "王小妹代领"}),
        ]
    )
    keeper.sign()
    return release


def _row(release: Release, position: int = 1) -> Payment:
    row: Payment = Payment.objects.select_related("release").get(release=release, position=position)
    return row


def _names(release: Release) -> list[str]:
    rows = Payment.objects.filter(release=release).order_by("position")
    return list(rows.values_list("name_public", flat=True))


def _expired() -> list[Narrowing]:
    return list(narrowing.expire_due(at=MIDNIGHT))


def _ordered(after: str = "masked", *, reason: str = "省里新规定") -> Sequence[Narrowing]:
    cast = make_cast()
    order = narrowing.ask_order(
        item_id=make_item().pk, after=after, reason=reason, by=cast.administrator, at=NOW
    )
    # Builders draft at the moment the test runs.
    narrowing.decide_order(order.pk, by=cast.county_reviewer, at=NOW.replace(year=2500))
    return list(narrowing.apply_orders(at=NOW))


def _far_reviewer() -> User:
    """Return the reviewer of another county of the city."""
    told = {"name": "丰城市", "short_name": "丰城市", "stem": "丰城", "level": "county"}
    county = Region.objects.create(code="360981000000", parent=make_places().city, **told)
    body = Body.objects.create(code=county.code, name="丰城市人民政府", region=county)
    return make_person("far", "黄县审", Role.COUNTY_REVIEWER, body)


def _entries() -> list[dict[str, str]]:
    return [json.loads(bytes(leaf.entry)) for leaf in Leaf.objects.filter(kind="policy").order_by("idx")]


def _agrees() -> bool:
    return verify(full=True, at=NOW).difference is None


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 7, 1), 24, date(2028, 7, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_months_are_calendar_months_clamped_at_their_end(day: date, months: int, last: date) -> None:
    assert months_later(day, months) == last


def test_names_go_at_midnight_of_their_day_and_not_before(published: Release) -> None:
    assert list(narrowing.expire_due(at=LAST_DAY)) == []
    assert _names(published)[0] == NAME
    (act,) = _expired()
    assert (act.from_on, act.rows) == (date(2028, 7, 1), 2)
    assert _names(published) == ["", "大浦水稻合作社", ""]
    row = _row(published)
    assert (row.householder_public, row.release.names) == ("", NamesShown.EXPIRED)
    assert private_values(kind("payments"), [row.pk])[row.pk]["name"] == NAME


def test_a_text_that_repeats_the_name_loses_it_too(published: Release) -> None:
    _expired()
    assert _row(published, 3).note == "某某代领"
    assert _agrees()


def test_the_log_says_so_and_names_nobody(published: Release) -> None:
    _expired()
    (told,) = _entries()
    assert told | {"at": "", "cuts": ""} == {
        "v": "1",
        "t": "policy",
        "rel": str(published.pk),
        "cause": "expired",
        "before": "full",
        "after": "expired",
        "from": "2028-07-01",
        "rows": "2",
        "root": published.root_hex,
        "cut": "1",
        "cuts": "",
        "reason": told["reason"],
        "at": "",
    }
    assert verifying.root_over([_leaf_hash(_row(published, 3))]).hex() == told["cuts"]


def _leaf_hash(row: Payment) -> bytes:
    return bytes(row.leaf)


def test_a_second_run_does_nothing(published: Release) -> None:
    _expired()
    size = Leaf.objects.count()
    assert _expired() == []
    assert narrow_names() == 0
    assert Leaf.objects.count() == size


def test_an_outage_is_caught_up_with_the_true_day(published: Release, keeper: Keeper) -> None:
    make_release(batch=2, at=NOW + timedelta(days=1))
    make_release(batch=3, at=NOW + timedelta(days=4))
    acts = list(narrowing.expire_due(at=MIDNIGHT + timedelta(days=3)))
    assert [act.from_on for act in acts] == [date(2028, 7, 1), date(2028, 7, 2)]
    assert [told["from"] for told in _entries()] == ["2028-07-01", "2028-07-02"]
    assert {told["at"] for told in _entries()} == {"2028-07-03T16:01:00Z"}


def test_a_new_policy_of_the_item_prolongs_nothing(published: Release) -> None:
    item = make_item()
    item.names_months = 240
    item.save()
    assert [act.release for act in _expired()] == [published]


def test_without_months_names_stay(keeper: Keeper) -> None:
    make_programme()
    release = make_release()
    assert release.names_until is None
    assert list(narrowing.expire_due(at=MIDNIGHT + timedelta(days=36500))) == []


def test_a_correction_ends_with_what_it_corrects(published: Release) -> None:
    row = _row(published)
    early = make_correction(published, {row.pk: Line(name=NAME)}, at=NOW + timedelta(days=300))
    assert early.names_until == published.names_until
    _expired()
    newest = _row(early)
    late = make_correction(published, {newest.pk: Line(name=NAME)}, at=MIDNIGHT + timedelta(days=5))
    assert (late.names, late.names_published) == (NamesShown.EXPIRED, NamesShown.FULL)
    assert _row(late).name_public == ""
    assert _agrees()


@pytest.mark.parametrize(("after", "name"), [("masked", "李*根"), ("hidden", "")])
def test_a_correction_is_as_strict_as_an_order_made_its_list(
    published: Release, client: Client, after: str, name: str
) -> None:
    _ordered(after)
    late = make_correction(published, {_row(published).pk: Line(name=NAME)})
    assert (late.names, late.names_published) == (after, "")
    assert _row(late).name_public == name
    page = client.get(f"/row/payments/{_row(late).pk}/").content.decode()
    assert NAME not in page
    assert _agrees()


def test_a_correction_is_as_strict_as_its_list_where_the_item_became_looser(keeper: Keeper) -> None:
    item = make_item("MS-P04", names="masked")
    release = make_release(item=item)
    item.names = "full"
    item.save()
    late = make_correction(release, {_row(release).pk: Line(name=NAME)})
    assert _row(late).name_public == "李*根"


def test_what_was_masked_before_its_day_is_corrected_as_masked(published: Release) -> None:
    _ordered()
    _expired()
    row = _row(published)
    late = make_correction(published, {row.pk: Line(name=NAME)}, at=MIDNIGHT + timedelta(days=5))
    assert (late.names, late.names_published) == (NamesShown.EXPIRED, NamesShown.MASKED)
    assert _agrees()


def test_a_correction_begun_before_an_order_is_begun_again(published: Release) -> None:
    draft = make_correction(published, {_row(published).pk: Line(name=NAME)}, state=State.DRAFT)
    _ordered()
    with pytest.raises(NotReadyError, match="重新导入"):
        actions.submit(draft.pk, by=draft.drafted_by, at=NOW)


@pytest.fixture
def overtaken(published: Release) -> Release:
    """Return a correction at its last review, drafted after an order that its list only then obeyed."""
    cast = make_cast()
    order = narrowing.ask_order(
        item_id=make_item().pk, after="masked", reason="x", by=cast.administrator, at=NOW
    )
    narrowing.decide_order(order.pk, by=cast.county_reviewer, at=timezone.now())
    changes = {_row(published).pk: Line(name=NAME)}
    draft = make_correction(published, changes, state=State.IN_REVIEW)
    actions.approve(draft.pk, by=cast.township_reviewer, at=NOW, level="township")
    assert len(list(narrowing.apply_orders(at=NOW))) == 1
    return Release.objects.get(pk=draft.pk)


def test_a_correction_that_an_order_overtook_is_not_published(overtaken: Release) -> None:
    with pytest.raises(NotReadyError, match="重新更正"):
        actions.approve(overtaken.pk, by=make_cast().county_reviewer, at=NOW, level="county")
    overtaken.refresh_from_db()
    assert overtaken.state == State.IN_REVIEW


def test_the_database_publishes_no_looser_correction(overtaken: Release) -> None:
    with refused_by("releases_correction_as_strict"), transaction.atomic():
        append_step(overtaken, Verb.APPROVE, by=make_cast().county_reviewer, at=NOW, level="county")
        publish(overtaken, at=NOW)


def test_withdrawn_lists_lose_their_names_too(keeper: Keeper) -> None:
    make_item(names_months=24)
    make_programme()
    release = make_release(state=State.WITHDRAWN)
    assert len(_expired()) == 1
    assert set(_names(release)) == {""}
    assert _agrees()


def test_pages_search_and_kept_bytes_lose_the_name(
    published: Release, client: Client, settings: Settings
) -> None:
    row, village = _row(published), make_places().dapu
    paths = (
        f"/r/{village.code}/subsidies/?programme=GD-2026&period=2026",
        f"/row/payments/{row.pk}/",
        f"/r/{village.code}/",
    )
    before = [client.get(path).content.decode() for path in paths]
    assert all(NAME in page for page in before[:2])
    found = f"/search?q={NAME}&region={village.code}"
    assert f"/row/payments/{row.pk}/" in client.get(found).content.decode()
    generation = make_places().dapu.generation
    _expired()
    village.refresh_from_db()
    assert village.generation > generation
    after = [client.get(path).content.decode() for path in paths]
    assert not any(NAME in page or "李老根" in page for page in after)
    assert all("姓名已过公开期" in page for page in after[:2])
    assert f"/row/payments/{row.pk}/" not in client.get(found).content.decode()
    kept = [one.read_bytes() for one in settings.PAGES_DIR.rglob("*") if one.is_file()]
    assert kept
    assert not any(NAME.encode() in page for page in kept)


def test_the_row_page_says_since_when_and_stays_sealed(
    published: Release, client: Client, keeper: Keeper
) -> None:
    _expired()
    keeper.sign()
    page = client.get(f"/row/payments/{_row(published).pk}/").content.decode()
    assert "姓名公开期满，2028年7月1日起不再显示" in page
    assert 'data-seal="sealed"' in page


def test_households_fall_apart_and_the_payee_still_finds_the_own_money(
    published: Release, client: Client
) -> None:
    village, row = make_places().dapu, _row(published)
    assert len(households.same_person(village, row.pk)) == 1
    _expired()
    assert households.same_person(village, row.pk) == []
    assert client.get(f"/r/{village.code}/subsidies/same/{row.pk}/").status_code == 404
    assert [one.pk for one in households.own_payments(village, NAME, "0001")] == [row.pk]


def test_totals_stay(published: Release) -> None:
    before = list(Total.objects.order_by("pk").values())
    amount = Release.objects.get(pk=published.pk).amount
    _expired()
    assert list(Total.objects.order_by("pk").values()) == before
    assert Release.objects.get(pk=published.pk).amount == amount


def test_proof_and_opening_hold_without_the_name(published: Release, client: Client, keeper: Keeper) -> None:
    _expired()
    keeper.sign()
    assert _agrees()
    for position, groups in ((1, {"what"}), (2, {"what", "who"}), (3, {"what"})):
        row = _row(published, position)
        answer = client.get(f"/row/payments/{row.pk}/opening.json")
        told = json.loads(answer.content)
        assert set(told["values"]) == set(told["salts"]) == groups
        leaf = verifying.opened_leaf(told)
        assert leaf.hex() == told["leaf_hash"]
        root = bytes.fromhex((verifying.entry_of(told["entry"].encode()) or {})["root"])
        place = (int(told["release"]["index"]), int(told["release"]["size"]))
        verifying.check_path(leaf, *place, [bytes.fromhex(one) for one in told["release"]["path"]], root)
    assert NAME not in client.get(f"/row/payments/{_row(published).pk}/opening.json").content.decode()


@pytest.mark.parametrize(
    "change",
    [
        f"name_public = '{NAME}'",
        "name_public = '别人'",
        "name = '别人'",
        "householder_public = '李老根'",
        "note = '加了一句'",
        "amount = 1",
        "seed = NULL, salts = (SELECT salts FROM funds_payment WHERE salts IS NOT NULL)",
    ],
)
def test_tampering_is_still_found(published: Release, change: str) -> None:
    _expired()
    bend(f"UPDATE funds_payment SET {change} WHERE id = %s", [_row(published).pk])  # the test's own
    found = verify(full=True, at=NOW).difference
    assert found is not None
    assert found.kind == "payments"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE releases_release SET names = 'full', names_published = '' WHERE names_published <> ''",
        "UPDATE releases_release SET names = 'masked' WHERE names_published <> ''",
        "DELETE FROM releases_narrowing",
        "UPDATE releases_narrowing SET from_on = '2029-01-01'",
        "UPDATE releases_narrowing SET cut = '{}'",
    ],
)
def test_a_forged_act_is_found(published: Release, statement: str) -> None:
    _expired()
    bend(statement)
    found = verify(full=True, at=NOW).difference
    assert found is not None
    assert (found.kind, found.field) in {("release", "names"), ("payments", "seed")}


def test_an_altered_row_that_repeats_its_name_stops_its_own_release_only(
    published: Release, caplog: pytest.LogCaptureFixture
) -> None:
    other = make_release(batch=2)
    bend("UPDATE funds_payment SET amount = 1 WHERE id = %s", [_row(published, 3).pk])
    assert [act.release for act in _expired()] == [other]
    assert _names(published)[0] == NAME
    assert str(published.pk) in caplog.text


def test_an_order_masks_what_was_public_and_is_one_act_for_each_release(published: Release) -> None:
    make_release(batch=2)
    acts = _ordered()
    assert [act.cause for act in acts] == [Cause.STRICTER, Cause.STRICTER]
    assert _names(published) == ["李*根", "大浦水稻合作社", "王*妹"]
    assert _row(published, 3).note == "王*妹代领"
    assert [told["after"] for told in _entries()] == ["masked", "masked"]
    assert "省里" not in json.dumps(_entries(), ensure_ascii=False)
    assert list(narrowing.apply_orders(at=NOW)) == []
    assert _agrees()


def test_masked_names_expire_and_can_then_be_hidden(published: Release, client: Client) -> None:
    _ordered()
    _expired()
    assert _names(published) == ["", "大浦水稻合作社", ""]
    assert _agrees()
    _ordered("hidden")
    assert client.get(f"/row/payments/{_row(published).pk}/").status_code == 404
    assert [told["after"] for told in _entries()] == ["masked", "expired", "hidden"]
    assert _agrees()


def test_names_are_never_shown_more(published: Release) -> None:
    cast = make_cast()
    _ordered("hidden")
    for after in ("full", "masked", "hidden"):
        with pytest.raises(NotReadyError):
            narrowing.ask_order(
                item_id=make_item().pk, after=after, reason="x", by=cast.administrator, at=NOW
            )
    assert _expired() == []
    for before, after in (("hidden", "masked"), ("hidden", "full"), ("full", "masked")):
        with refused_by("releases_narrowing_stricter"):
            _door(published, before=before, after=after)


def _door(release: Release, **told: str) -> None:
    act = {
        "id": "01990000-0000-7000-8000-000000000000",
        "release_id": str(release.pk),
        "cause": "expired",
        "before": "full",
        "after": "expired",
        "from_on": "2028-07-01",
        "at": MIDNIGHT.isoformat(),
        "reason": "",
        "cut": [],
    } | told
    execute(
        "SELECT releases_narrow(%s, 'funds_payment', %s, '{}', 'name_public', '{}', '{}')",
        [json.dumps(act), ["name_public"]],
    )


def test_the_door_opens_only_for_what_is_due_or_ordered_and_logged(published: Release) -> None:
    with refused_by("releases_narrowing_due"):
        _door(published, at=LAST_DAY.isoformat())
    with refused_by("releases_narrowing_due"):
        _door(published, from_on="2026-07-02")
    with refused_by("releases_narrowing_ordered"):
        _door(published, cause="stricter", after="masked", reason="x")
    with refused_by("releases_narrowing_logged"):
        _door(published)
    draft = make_release(state=State.DRAFT, batch=9)
    with refused_by("releases_narrowing_stricter"):
        _door(draft)
    for statement in (
        "INSERT INTO releases_narrowing SELECT * FROM releases_narrowing",
        "UPDATE releases_narrowing SET rows = 0",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            execute(statement)
    assert _names(published)[0] == NAME


def test_an_order_takes_two_persons_and_a_reason(published: Release) -> None:
    cast, item = make_cast(), make_item()
    for person in (cast.clerk, cast.county_reviewer, cast.inspector):
        with pytest.raises(NotAllowedError):
            narrowing.ask_order(item_id=item.pk, after="masked", reason="x", by=person, at=NOW)
    with pytest.raises(NotReadyError, match="为什么"):
        narrowing.ask_order(item_id=item.pk, after="masked", reason=" ", by=cast.administrator, at=NOW)
    order = narrowing.ask_order(item_id=item.pk, after="masked", reason="x", by=cast.administrator, at=NOW)
    for person in (cast.administrator, cast.clerk, cast.township_reviewer):
        with pytest.raises(NotAllowedError):
            narrowing.decide_order(order.pk, by=person, at=NOW)
    assert list(narrowing.apply_orders(at=NOW)) == []
    narrowing.decide_order(order.pk, by=cast.county_reviewer, at=NOW)
    with pytest.raises(WrongStateError):
        narrowing.decide_order(order.pk, by=cast.county_reviewer, at=NOW)
    with refused_by("releases_namesorder_stands"):
        NamesOrder.objects.filter(pk=order.pk).update(after="hidden")


def test_an_order_is_carried_out_whoever_holds_which_office_later(published: Release) -> None:
    cast = make_cast()
    order = narrowing.ask_order(
        item_id=make_item().pk, after="masked", reason="x", by=cast.administrator, at=NOW
    )
    narrowing.decide_order(order.pk, by=cast.county_reviewer, at=NOW.replace(year=2500))
    Appointment.objects.filter(user__in=[cast.administrator, cast.county_reviewer]).delete()
    assert [act.release for act in narrowing.apply_orders(at=NOW)] == [published]


def test_an_order_waits_for_what_was_in_review(published: Release) -> None:
    waiting = make_release(state=State.IN_REVIEW, batch=2)
    _ordered()
    assert _names(waiting)[0] == "李大根"
    while (fresh := Release.objects.get(pk=waiting.pk)).state == State.IN_REVIEW:
        actions.approve(waiting.pk, by=next_reviewer(fresh), at=NOW, level=fresh.review_level)
    assert (fresh.names, fresh.names_published) == (NamesShown.MASKED, NamesShown.FULL)
    assert _names(waiting)[0] == "李*根"
    assert _agrees()


def test_an_order_is_decided_only_by_who_reviews_all_it_would_change(published: Release) -> None:
    far, cast = _far_reviewer(), make_cast()
    city = make_person("shi", "市管理", Role.ADMINISTRATOR, body_of(make_places().city))
    for person in (cast.administrator, city):
        order = narrowing.ask_order(item_id=make_item().pk, after="masked", reason="x", by=person, at=NOW)
        with pytest.raises(NotAllowedError, match="不归您管"):
            narrowing.decide_order(order.pk, by=far, at=NOW)
    assert order.places == ["3609"]
    decided = narrowing.decide_order(order.pk, by=cast.county_reviewer, at=NOW)
    assert decided.places == ["360902"]


def test_an_order_with_nothing_left_is_not_used_up_by_strangers(published: Release) -> None:
    cast = make_cast()
    order = narrowing.ask_order(
        item_id=make_item().pk, after="masked", reason="x", by=cast.administrator, at=NOW
    )
    _ordered("hidden")
    with pytest.raises(NotAllowedError, match="不归您管"):
        narrowing.decide_order(order.pk, by=_far_reviewer(), at=NOW)


def test_the_database_keeps_an_order_inside_its_places(published: Release) -> None:
    told = {"item": make_item(), "after": "masked", "reason": "x", "asked_at": NOW, "decided_at": NOW}
    cast = make_cast()
    people = {"asked_by": cast.administrator, "decided_by": cast.county_reviewer}
    order = NamesOrder.objects.create(places=["360981"], **told, **people)
    with refused_by("releases_narrowing_ordered"):
        _door(published, cause="stricter", after="masked", reason="x", order_id=str(order.pk))


@pytest.mark.parametrize(
    ("some", "others", "both"),
    [
        (["360902"], ["360902"], ["360902"]),
        (["3609"], ["360902", "360981"], ["360902", "360981"]),
        (["360902"], ["", "3609"], ["360902"]),
        (["360902"], ["360981"], []),
        ([""], [""], [""]),
        (["3609"], [], []),
    ],
)
def test_shared_places_are_those_of_both(some: list[str], others: list[str], both: list[str]) -> None:
    assert narrowing.shared(some, others) == narrowing.shared(others, some) == both


def test_an_order_leaves_later_lists_alone(published: Release) -> None:
    cast = make_cast()
    order = narrowing.ask_order(
        item_id=make_item().pk, after="masked", reason="x", by=cast.administrator, at=NOW
    )
    narrowing.decide_order(order.pk, by=cast.county_reviewer, at=NOW.replace(year=2000))
    assert list(narrowing.apply_orders(at=NOW)) == []


def test_an_erased_name_stays_erased_and_proven(published: Release) -> None:
    from portal.releases.actions.erasure import ask_erasure, decide_erasure

    cast = make_cast()
    for position, groups in ((1, ["kept"]), (3, ["who"])):
        rows = [_row(published, position).pk]
        asked = ask_erasure(published.pk, rows, groups, ground="pipl-47", by=cast.clerk, at=NOW)
        decide_erasure(asked.pk, by=cast.county_reviewer, at=NOW)
    _expired()
    assert _names(published) == ["", "大浦水稻合作社", ""]
    assert _agrees()


def test_the_command_lists_then_acts(published: Release, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("names", "expire")
    assert NAME in _names(published)
    with pytest.raises(CommandError):
        call_command("names", "ask", "MS-P02", "--to", "masked", "--reason", "x", "--as", "nobody")


@given(name=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8))
def test_the_database_masks_as_we_do(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT releases_masked(%s)", [name])
        assert cursor.fetchone()[0] == (shown(name, "masked") if name else "")
