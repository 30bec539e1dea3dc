"""Personal values go by the decision of two persons; leaves, proofs and totals stay."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from funds.models import Payment
from portal.log import keyfile
from portal.log.models import Leaf
from portal.record import verifying
from portal.releases.actions.erasure import ask_erasure, decide_erasure
from portal.releases.committed import private_values
from portal.releases.errors import NotAllowedError, NotReadyError, WrongStateError
from portal.releases.models import Erasure, Ground, Release, State
from portal.releases.registry import kind
from portal.releases.verification import verify
from tests.builders import NOW, Line, make_cast, make_correction, make_programme, make_release
from tests.portal.log.keeping import Keeper, bend
from tests.refusals import execute, refused_by

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keeper(settings: Settings, tmp_path: Path) -> Keeper:
    settings.LOG_KEY = tmp_path / "log.key"
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    return Keeper(settings.LOG_KEY)


@pytest.fixture
def published(keeper: Keeper) -> Release:
    make_programme()
    release = make_release(rows=3)
    keeper.sign()
    return release


def _row(release: Release, position: int = 1) -> Payment:
    return Payment.objects.get(release=release, position=position)


def _asked(release: Release, *groups: str) -> Erasure:
    rows = [_row(release).pk]
    return ask_erasure(
        release.pk, rows, groups or ("who", "kept"), ground=Ground.LAW, by=make_cast().clerk, at=NOW
    )


def _erased(release: Release, *groups: str) -> Erasure:
    return decide_erasure(_asked(release, *groups).pk, by=make_cast().county_reviewer, at=NOW)


def test_values_and_salts_go_and_everything_else_stays(published: Release) -> None:
    before = _row(published)
    _erased(published)
    after = _row(published)
    assert (after.name_public, after.identity_digest, after.account_digest, after.seed) == (
        "",
        None,
        None,
        None,
    )
    assert set(private_values(kind("payments"), [after.pk])[after.pk].values()) == {""}
    assert (after.amount, after.paid_on, bytes(after.leaf)) == (
        before.amount,
        before.paid_on,
        bytes(before.leaf),
    )
    assert bytes(before.seed or b"") not in bytes(after.salts or b"")
    assert verify(full=True, at=NOW).difference is None


def test_the_log_says_so_and_names_no_value(published: Release) -> None:
    row = _row(published)
    _erased(published, "who")
    told = json.loads(bytes(Leaf.objects.get(kind="erase").entry))
    assert (told["groups"], told["count"], told["ids"]) == ("who", "1", str(row.pk))
    assert told["ground"] == "pipl-47"
    assert row.name_public not in json.dumps(told, ensure_ascii=False)


def test_the_page_and_the_opening_still_prove_the_rest(
    published: Release, client: Client, keeper: Keeper
) -> None:
    row = _row(published)
    _erased(published)
    keeper.sign()
    page = client.get(f"/row/payments/{row.pk}/").content.decode()
    assert "该项个人信息已依法删除" in page
    assert "个人信息保护法第四十七条" in page
    assert 'data-seal="sealed"' in page
    assert row.name_public not in page
    told = client.get(f"/row/payments/{row.pk}/opening.json").json()
    assert set(told["values"]) == {"what"}
    assert set(told["digests"]) == {"kept", "who"}
    assert verifying.opened_leaf(told).hex() == told["leaf_hash"]


def test_the_rest_can_be_erased_later(published: Release) -> None:
    _erased(published, "who")
    assert _row(published).identity_digest is not None
    _erased(published, "kept")
    assert _row(published).identity_digest is None
    assert verify(full=True, at=NOW).difference is None


def test_it_takes_two_persons_of_the_place(published: Release) -> None:
    cast = make_cast()
    with pytest.raises(NotAllowedError):
        ask_erasure(published.pk, [_row(published).pk], ["who"], ground=Ground.LAW, by=cast.stranger, at=NOW)
    own = ask_erasure(
        published.pk, [_row(published).pk], ["who"], ground=Ground.LAW, by=cast.county_reviewer, at=NOW
    )
    for person in (cast.county_reviewer, cast.township_reviewer, cast.clerk):
        with pytest.raises(NotAllowedError):
            decide_erasure(own.pk, by=person, at=NOW)
    with refused_by("releases_erasure_four_eyes"):
        Erasure.objects.filter(pk=own.pk).update(decided_by=cast.county_reviewer, decided_at=NOW)


def test_a_decision_stands(published: Release) -> None:
    done = _erased(published)
    with pytest.raises(WrongStateError):
        decide_erasure(done.pk, by=make_cast().county_reviewer, at=NOW)
    with refused_by("releases_erasure_stands"):
        Erasure.objects.filter(pk=done.pk).update(ground=Ground.RULING)
    with refused_by("releases_erasure_stands"):
        Erasure.objects.filter(pk=done.pk).delete()


def test_amounts_are_never_erased(published: Release) -> None:
    with pytest.raises(NotReadyError):
        _asked(published, "what")
    asked = _asked(published)
    Erasure.objects.filter(pk=asked.pk).update(
        decided_by=make_cast().county_reviewer, decided_at=NOW + timedelta(days=1)
    )
    for field in ("amount", "leaf", "seed", "paid_on", "region_id"):
        with pytest.raises(DatabaseError, match="not every field"), transaction.atomic():
            execute("SELECT releases_erase(%s, 'funds_payment', %s, %s)", [asked.pk, [b"x"], [field]])


def test_the_door_opens_for_decided_erasures_only(published: Release) -> None:
    asked = _asked(published)
    with pytest.raises(DatabaseError, match="not decided"), transaction.atomic():
        execute("SELECT releases_erase(%s, 'funds_payment', %s, %s)", [asked.pk, [b"x"], ["name_public"]])
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        execute("INSERT INTO releases_permit VALUES (gen_random_uuid())")
    _erased(published)
    with pytest.raises(IntegrityError), transaction.atomic():
        execute("UPDATE funds_payment SET note = 'x'")


def test_an_erasure_that_the_log_does_not_know_is_found(published: Release) -> None:
    _erased(published)
    bend(
        """UPDATE funds_payment SET seed = NULL, name_public = '',
            salts = (SELECT salts FROM funds_payment WHERE salts IS NOT NULL LIMIT 1)"""
    )
    found = verify(full=True, at=NOW).difference
    assert found is not None
    assert found.kind == "payments"


def test_an_altered_row_is_not_erased(published: Release) -> None:
    asked = _asked(published)
    bend("UPDATE funds_payment SET amount = 1 WHERE id = %s", [_row(published).pk])
    with pytest.raises(NotReadyError, match="查清"):
        decide_erasure(asked.pk, by=make_cast().county_reviewer, at=NOW)


def test_rows_of_another_release_are_refused(published: Release) -> None:
    other = make_release(batch=2, state=State.PUBLISHED)
    with pytest.raises(NotReadyError):
        ask_erasure(published.pk, [_row(other).pk], ["who"], ground=Ground.LAW, by=make_cast().clerk, at=NOW)


def test_the_command_takes_two_persons(published: Release, capsys: pytest.CaptureFixture[str]) -> None:
    row = _row(published)
    told = ["erase", "ask", str(published.pk), str(row.pk), "--groups", "who", "--ground", "pipl-47"]
    call_command(*told, "--as", "zhao")
    asked = Erasure.objects.get()
    with pytest.raises(CommandError, match="不能批准"):
        call_command("erase", "decide", str(asked.pk), "--as", "zhao")
    assert str(asked.pk) in capsys.readouterr().out


def test_beside_an_older_version_the_page_says_erased_and_not_left_blank(
    published: Release, client: Client
) -> None:
    old = _row(published)
    correction = make_correction(published, {old.pk: Line(amount=Decimal("700.00"))})
    new = Payment.objects.get(release=correction)
    asked = ask_erasure(correction.pk, [new.pk], ["who"], ground=Ground.LAW, by=make_cast().clerk, at=NOW)
    decide_erasure(asked.pk, by=make_cast().county_reviewer, at=NOW)
    page = client.get(f"/row/payments/{new.pk}/").content.decode()
    name = page[page.index("改前改后") :]
    name = name[name.index("姓名") : name.index("姓名") + 400]
    assert "已依法删除" in name
    assert "没写" not in name
