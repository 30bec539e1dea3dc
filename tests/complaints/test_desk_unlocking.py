"""The desk is opened by passphrase and code, locks itself, and slows down who guesses."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from complaints.desk.views import gate
from complaints.errors import LockedError
from complaints.models import Grant, OfficerKey, Unlocked
from complaints.sealing import keys
from complaints.sealing.keys import BarredError, WrongPassphraseError
from portal.people.models import User
from tests.complaints.cases import (
    NOW,
    PASSPHRASE,
    TOTP,
    Officers,
    make_desk,
    make_key,
    make_report,
    sign_list,
    unlock_code,
)
from tests.complaints.desks import open_desk
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(staff: Officers) -> User:
    """Return an officer with a key under the tests' passphrase."""
    make_key(staff.li.user)
    sign_list()
    return staff.li.user


@pytest.fixture
def browser_of(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def unlock(client: Client, passphrase: str = PASSPHRASE, code: str = "", **more: str) -> int:
    told = {"passphrase": passphrase, "code": code or unlock_code(timezone.now()), **more}
    return client.post("/desk/unlock/", told).status_code


def test_opened_by_passphrase_and_code(browser_of: Client) -> None:
    ticket = make_report("字").ticket
    response = browser_of.get(f"/desk/{ticket.pk}/")
    assert response.headers["Location"] == f"/desk/unlock/?next=%2Fdesk%2F{ticket.pk}%2F"
    told = {"passphrase": PASSPHRASE, "code": unlock_code(timezone.now()), "next": f"/desk/{ticket.pk}/"}
    response = browser_of.post("/desk/unlock/", told)
    assert response.headers["Location"] == f"/desk/{ticket.pk}/"
    cookie = response.cookies["desk"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert cookie["max-age"] == ""
    assert browser_of.get(f"/desk/{ticket.pk}/").status_code == 200


@pytest.mark.parametrize("away", ["https://example.com/", "//example.com/desk/", "/manage/", "/desk/\\x"])
def test_unlocking_leads_to_no_other_site(browser_of: Client, away: str) -> None:
    told = {"passphrase": PASSPHRASE, "code": unlock_code(timezone.now()), "next": away}
    location = browser_of.post("/desk/unlock/", told).headers["Location"]
    assert location.startswith("/desk/")
    assert "example" not in location


@pytest.mark.parametrize(("passphrase", "code"), [("wrong-wrong-wrong", ""), (PASSPHRASE, "000000")])
def test_which_of_the_two_is_wrong_is_not_said(browser_of: Client, passphrase: str, code: str) -> None:
    told = {"passphrase": passphrase, "code": code or unlock_code(timezone.now())}
    response = browser_of.post("/desk/unlock/", told)
    assert response.status_code == 422
    assert "口令或动态码不对" in response.content.decode()
    assert "desk" not in response.cookies
    assert passphrase not in response.content.decode()


def test_a_code_opens_once(officer: User) -> None:
    code = unlock_code(NOW)
    keys.unlock(officer, PASSPHRASE, code, session="one", now=NOW)
    with pytest.raises(WrongPassphraseError):
        keys.unlock(officer, PASSPHRASE, code, session="two", now=NOW + timedelta(seconds=20))


def test_five_wrong_tries_bar_for_fifteen_minutes(officer: User) -> None:
    for _ in range(keys.TRIES):
        with pytest.raises(WrongPassphraseError, match="不对"):
            keys.unlock(officer, "wrong-wrong-wrong", unlock_code(NOW), session="s", now=NOW)
    with pytest.raises(BarredError):
        keys.unlock(officer, PASSPHRASE, unlock_code(NOW), session="s", now=NOW)
    almost = NOW + keys.BARRED - timedelta(seconds=1)
    with pytest.raises(BarredError):
        keys.unlock(officer, PASSPHRASE, unlock_code(almost), session="s", now=almost)
    later = NOW + keys.BARRED
    assert keys.unlock(officer, PASSPHRASE, unlock_code(later), session="s", now=later)
    assert OfficerKey.objects.get(user=officer, retired_at__isnull=True).failures == 0


def test_a_right_try_forgets_the_wrong_ones(officer: User) -> None:
    moment = NOW
    for _ in range(3):
        for _ in range(keys.TRIES - 1):
            with pytest.raises(WrongPassphraseError):
                keys.unlock(officer, PASSPHRASE, "000000", session="s", now=moment)
        assert keys.unlock(officer, PASSPHRASE, unlock_code(moment), session="s", now=moment)
        moment += timedelta(minutes=1)


def test_idle_for_fifteen_minutes_locks(officer: User) -> None:
    secret = keys.unlock(officer, PASSPHRASE, unlock_code(NOW), session="s", now=NOW)
    used = NOW + keys.IDLE
    assert keys.desk(officer, secret, session="s", now=used).user == officer
    assert keys.desk(officer, secret, session="s", now=used + keys.IDLE)
    with pytest.raises(LockedError):
        keys.desk(officer, secret, session="s", now=used + 2 * keys.IDLE + timedelta(seconds=1))
    with pytest.raises(LockedError):
        keys.desk(officer, secret, session="s", now=used)


def test_locked_by_its_button(browser_of: Client) -> None:
    assert unlock(browser_of) == 302
    response = browser_of.post("/desk/lock/")
    assert response.cookies["desk"].value == ""
    assert not Unlocked.objects.exists()


def test_the_database_does_not_hold_the_private_half(staff: Officers) -> None:
    open_desk(staff.li)
    assert staff.li.private not in bytes(Unlocked.objects.get().box)


@pytest.mark.parametrize(("address", "kind"), [("do/note/", "note"), ("letter/accept/", "letter")])
def test_what_was_typed_survives_a_desk_that_locked_itself(
    address: str, kind: str, browser_of: Client
) -> None:
    ticket = make_report().ticket
    told = {"text": "写了半个小时的话", "seen": "1"}
    response = browser_of.post(f"/desk/{ticket.pk}/{address}", told)
    assert response.status_code == 401
    assert "写了半个小时的话" in response.content.decode()
    wrong = browser_of.post(f"/desk/{ticket.pk}/{address}", told | {"passphrase": "x", "code": "1"})
    assert wrong.status_code == 422
    assert "写了半个小时的话" in wrong.content.decode()
    told |= {"passphrase": PASSPHRASE, "code": unlock_code(timezone.now())}
    response = browser_of.post(f"/desk/{ticket.pk}/{address}", told)
    assert response.status_code == 200
    assert "写了半个小时的话" in response.content.decode()
    assert PASSPHRASE not in response.content.decode()
    assert "desk" in response.cookies
    assert not ticket.entries.filter(kind=kind).exists()
    assert ticket.readings.filter(part="content").count() == (kind == "note")
    assert browser_of.post(f"/desk/{ticket.pk}/{address}", told).status_code == 302
    assert ticket.entries.filter(kind=kind).count() == 1


def secret_on(html: str) -> tuple[str, str]:
    signed = re.search(r'name="totp" value="([^"]+)"', html)
    shown = re.search(r'class="secret">([A-Z2-7 ]+)<', html)
    assert signed
    assert shown
    return signed[1], shown[1].replace(" ", "")


def first_visit(staff: Officers) -> Client:
    OfficerKey.objects.filter(user=staff.li.user).update(retired_at=NOW)
    client = Client()
    client.force_login(staff.li.user)
    return client


def test_the_first_visit_makes_a_key(staff: Officers) -> None:
    client = first_visit(staff)
    assert client.get("/desk/unlock/").headers["Location"] == "/desk/keys/new/"
    page = client.get("/desk/keys/new/").content.decode()
    assert "<svg" in page
    signed, secret = secret_on(page)
    told = {"passphrase": PASSPHRASE, "again": PASSPHRASE, "totp": signed}
    wrong = client.post("/desk/keys/new/", {**told, "code": "000000"})
    assert "动态码不对" in wrong.content.decode()
    assert secret_on(wrong.content.decode()) == (signed, secret)
    right = client.post("/desk/keys/new/", {**told, "code": pyotp.TOTP(secret).now()})
    assert right.headers["Location"] == "/desk/keys/"
    assert "还没有签进名单" in client.get("/desk/keys/").content.decode()
    assert OfficerKey.objects.filter(user=staff.li.user, retired_at__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("passphrase", "again", "words"),
    [("short", "short", "至少 12 个字"), (PASSPHRASE, PASSPHRASE + "x", "两遍口令不一样")],
)
def test_a_weak_or_mistyped_passphrase_makes_no_key(
    passphrase: str, again: str, words: str, staff: Officers
) -> None:
    client = first_visit(staff)
    signed, secret = secret_on(client.get("/desk/keys/new/").content.decode())
    told = {"passphrase": passphrase, "again": again, "totp": signed, "code": pyotp.TOTP(secret).now()}
    response = client.post("/desk/keys/new/", told)
    assert words in response.content.decode()
    assert not OfficerKey.objects.filter(user=staff.li.user, retired_at__isnull=True).exists()


def test_a_second_factor_of_ones_own_making_is_not_taken(staff: Officers) -> None:
    client = first_visit(staff)
    told = {"passphrase": PASSPHRASE, "again": PASSPHRASE, "totp": TOTP, "code": pyotp.TOTP(TOTP).now()}
    assert client.post("/desk/keys/new/", told).headers["Location"] == "/desk/keys/new/"
    assert not OfficerKey.objects.filter(user=staff.li.user, retired_at__isnull=True).exists()


def new_key(client: Client, **more: str) -> HttpResponse:
    """Send the form of a new key as its page had it."""
    signed, secret = secret_on(client.get("/desk/keys/new/").content.decode())
    told = {"passphrase": PASSPHRASE, "again": PASSPHRASE, "totp": signed, "code": pyotp.TOTP(secret).now()}
    response: Any = client.post("/desk/keys/new/", told | more)
    return response  # type: ignore[no-any-return]


@pytest.fixture
def password(officer: User) -> str:
    officer.set_password("deng-lu-mi-ma-1")
    officer.save()
    return "deng-lu-mi-ma-1"


def in_use(user: User) -> OfficerKey:
    return OfficerKey.objects.get(user=user, retired_at__isnull=True)


def test_a_password_alone_replaces_no_key(officer: User, password: str) -> None:
    client, before = Client(), in_use(officer)
    client.force_login(officer)
    assert "光有登录密码，不能换" in client.get("/desk/keys/new/").content.decode()
    totp = signing.dumps([officer.pk, TOTP], salt="desk-totp")
    told = {"passphrase": PASSPHRASE, "again": PASSPHRASE, "totp": totp, "password": password}
    response = client.post("/desk/keys/new/", told | {"code": pyotp.TOTP(TOTP).now()})
    assert response.status_code == 403
    assert in_use(officer) == before


def test_a_key_in_use_is_replaced_at_the_open_desk_with_the_password(officer: User, password: str) -> None:
    client, before = Client(), in_use(officer)
    client.force_login(officer)
    assert unlock(client) == 302
    assert "登录密码不对" in new_key(client, password="guess").content.decode()
    assert new_key(client, password=password).status_code == 302
    assert in_use(officer) != before
    assert "换上的" in client.get("/desk/keys/").content.decode()


def test_a_colleague_agrees_to_a_new_key_at_the_own_open_desk(
    officer: User, password: str, staff: Officers
) -> None:
    client, before, url = Client(), in_use(officer), f"/desk/keys/agree/{officer.pk}/"
    client.force_login(officer)
    locked = Client()
    locked.force_login(staff.wang.user)
    assert locked.post(url).headers["Location"].startswith("/desk/unlock/")
    assert open_desk(staff.city_inspector).post(url).status_code == 404
    assert client.get("/desk/keys/new/").status_code == 403
    wang = open_desk(staff.wang)
    assert "同意李文换密钥" in wang.get("/desk/keys/").content.decode()
    assert wang.post(url).status_code == 302
    assert "已经同意" in wang.get("/desk/keys/").content.decode()
    assert new_key(client, password=password).status_code == 302
    assert in_use(officer) != before
    assert client.get("/desk/keys/new/").status_code == 403
    assert "换上的" in wang.get("/desk/keys/").content.decode()


def test_nobody_agrees_to_the_own_new_key(officer: User) -> None:
    client = Client()
    client.force_login(officer)
    assert unlock(client) == 302
    assert client.post(f"/desk/keys/agree/{officer.pk}/").status_code == 404
    assert in_use(officer).replaceable_until is None


def test_another_passphrase_opens_the_same_key(officer: User) -> None:
    new = "another-good-passphrase"
    key = OfficerKey.objects.get(user=officer, retired_at__isnull=True)
    keys.change_passphrase(officer, PASSPHRASE, unlock_code(NOW), new=new, now=NOW)
    later = NOW + timedelta(minutes=1)
    with pytest.raises(WrongPassphraseError):
        keys.unlock(officer, PASSPHRASE, unlock_code(later), session="s", now=later)
    assert keys.unlock(officer, new, unlock_code(later), session="s", now=later)
    assert OfficerKey.objects.get(user=officer, retired_at__isnull=True) == key


def test_a_colleague_seals_anew_what_the_lost_key_opened(staff: Officers) -> None:
    tickets = [make_report(str(number)).ticket for number in range(2)]
    apart = make_report("回避", excluded=[staff.li.user.pk]).ticket
    OfficerKey.objects.filter(user=staff.li.user).update(retired_at=NOW)
    new = make_desk(staff.li.user)
    wang = open_desk(staff.wang)
    assert "先不能交" in wang.get("/desk/keys/").content.decode()
    assert wang.post(f"/desk/keys/reseal/{staff.li.user.pk}/").status_code == 302
    assert not Grant.objects.filter(key=new.key).exists()
    sign_list()
    assert "李文：2 件打不开" in wang.get("/desk/keys/").content.decode()
    wang.post(f"/desk/keys/reseal/{staff.li.user.pk}/")
    assert set(Grant.objects.filter(key=new.key).values_list("ticket_id", flat=True)) == {
        one.pk for one in tickets
    }
    li = open_desk(new)
    assert li.get(f"/desk/{tickets[0].pk}/").status_code == 200
    assert li.get(f"/desk/{apart.pk}/").status_code == 404
    assert "打不开" not in wang.get("/desk/keys/").content.decode()
    assert wang.post(f"/desk/keys/reseal/{staff.li.user.pk}/").status_code == 404


def test_in_production_the_cookie_is_bound_to_the_host_and_to_https(settings: Settings) -> None:
    settings.PRODUCTION = True
    response = HttpResponse()
    gate.remember(response, b"secret")
    kept = response.cookies["__Host-desk"]
    assert (kept["secure"], kept["httponly"], kept["samesite"], kept["path"]) == (True, True, "Strict", "/")
    assert kept["domain"] == ""
    gate.forget(response)
    assert (response.cookies["__Host-desk"].value, response.cookies["__Host-desk"]["secure"]) == ("", True)


@pytest.mark.django_db(transaction=True)
def test_tries_at_one_moment_are_all_counted(officer: User) -> None:
    def guess() -> object:
        return keys.unlock(officer, "wrong-wrong-wrong", "000000", session="s", now=NOW)

    found = race([guess] * (keys.TRIES + 4))
    assert [type(one) for one in found].count(BarredError) == 4
    assert all(isinstance(one, WrongPassphraseError) for one in found)


@pytest.mark.django_db(transaction=True)
def test_one_code_on_two_connections_opens_once(officer: User) -> None:
    def opening() -> object:
        return keys.unlock(officer, PASSPHRASE, unlock_code(NOW), session="s", now=NOW)

    found = race([opening] * 3)
    assert sorted(isinstance(one, bytes) for one in found) == [False, False, True]
