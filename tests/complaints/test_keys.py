"""Desks: passphrase and second factor together, each code once, fifteen idle minutes, gone when retired."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.errors import LockedError
from complaints.models import Grant, OfficerKey, Unlocked
from complaints.sealing import keys, opening, passphrases
from complaints.sealing.boxes import NotOpenError
from complaints.sealing.keys import NotAgreedError, WrongPassphraseError
from complaints.sealing.opening import Desk
from complaints.sealing.passphrases import Opened
from portal.people.models import Appointment, Role, User
from tests.complaints.cases import (
    NOW,
    PASSPHRASE,
    TODAY,
    Officers,
    make_desk,
    make_key,
    make_report,
    sign_list,
    unlock_code,
)
from tests.county import make_person

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def user(staff: Officers) -> User:
    make_key(staff.li.user)
    sign_list()
    return staff.li.user


def _unlock(user: User, *, at: timedelta = timedelta(0), session: str = "s") -> bytes:
    return keys.unlock(user, PASSPHRASE, unlock_code(NOW + at), session=session, now=NOW + at)


def test_passphrase_and_code_open_a_desk_that_reads(user: User) -> None:
    ticket = make_report("只给他看").ticket
    desk = keys.desk(user, _unlock(user), session="s", now=LATER)
    assert opening.peek(desk, ticket).report.text == "只给他看"


@pytest.mark.parametrize("passphrase", ["", "wrong-horse-battery", PASSPHRASE.upper(), PASSPHRASE + " "])
def test_a_wrong_passphrase_opens_nothing(user: User, passphrase: str) -> None:
    with pytest.raises(WrongPassphraseError):
        keys.unlock(user, passphrase, unlock_code(NOW), session="s", now=NOW)
    assert not Unlocked.objects.exists()


def test_a_wrong_or_old_code_opens_nothing(user: User) -> None:
    old = unlock_code(NOW - timedelta(minutes=2))
    for code in ("", "000000", old):
        with pytest.raises(WrongPassphraseError):
            keys.unlock(user, PASSPHRASE, code, session="s", now=NOW)


def test_wrong_passphrase_and_wrong_code_are_told_apart_by_nobody(user: User) -> None:
    told = set()
    for passphrase, code in ((PASSPHRASE, "000000"), ("wrong-horse-battery", unlock_code(NOW))):
        with pytest.raises(WrongPassphraseError) as caught:
            keys.unlock(user, passphrase, code, session="s", now=NOW)
        told.add(str(caught.value))
    assert len(told) == 1


def test_a_code_is_read_from_any_keyboard(user: User) -> None:
    code = unlock_code(NOW)
    wide = code.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    assert keys.unlock(user, PASSPHRASE, f" {wide[:3]} {wide[3:]} ", session="s", now=NOW)


def test_a_code_works_once(user: User) -> None:
    _unlock(user)
    with pytest.raises(WrongPassphraseError):
        _unlock(user, session="another")


def test_an_earlier_code_does_not_follow_a_later_one(user: User) -> None:
    _unlock(user, at=timedelta(seconds=30))
    with pytest.raises(WrongPassphraseError):
        keys.unlock(user, PASSPHRASE, unlock_code(NOW), session="t", now=NOW + timedelta(seconds=30))


def test_a_desk_locks_after_fifteen_idle_minutes_and_stays_open_while_used(user: User) -> None:
    secret = _unlock(user)
    for minutes in (14, 28, 42):
        assert keys.desk(user, secret, session="s", now=NOW + timedelta(minutes=minutes))
    with pytest.raises(LockedError):
        keys.desk(user, secret, session="s", now=NOW + timedelta(minutes=58))
    assert not Unlocked.objects.exists()


def test_idle_desks_are_swept(user: User) -> None:
    _unlock(user)
    assert keys.lock_idle(NOW + timedelta(minutes=14)) == 0
    assert keys.lock_idle(NOW + timedelta(minutes=16)) == 1


def test_a_desk_opens_for_its_cookie_session_and_owner_only(user: User, staff: Officers) -> None:
    secret = _unlock(user)
    for who, cookie, session in (
        (user, bytes(32), "s"),
        (user, b"short", "s"),
        (user, secret, "other"),
        (staff.wang.user, secret, "s"),
    ):
        with pytest.raises(LockedError):
            keys.desk(who, cookie, session=session, now=NOW)


def test_one_desk_at_a_time(user: User) -> None:
    first = _unlock(user)
    _unlock(user, at=timedelta(minutes=1), session="phone")
    with pytest.raises(LockedError):
        keys.desk(user, first, session="s", now=LATER)


def test_who_left_the_office_has_no_desk_any_more(user: User) -> None:
    secret = _unlock(user)
    Appointment.objects.filter(user=user).update(end_on=TODAY)
    with pytest.raises(LockedError, match="任职"):
        keys.desk(user, secret, session="s", now=LATER)


def test_retiring_takes_keys_grants_and_open_desks(user: User) -> None:
    make_report()
    secret = _unlock(user)
    assert keys.retire(user, now=NOW) == 1
    assert not Grant.objects.filter(key__user=user).exists()
    assert not OfficerKey.objects.filter(user=user).exclude(wrapped=b"").exists()
    with pytest.raises(LockedError):
        keys.desk(user, secret, session="s", now=NOW)
    with pytest.raises(WrongPassphraseError):
        _unlock(user, at=timedelta(minutes=2))


def _desk(user: User) -> Desk:
    return Desk(user, OfficerKey.objects.get(user=user, retired_at__isnull=True), bytes(32))


def test_a_new_key_replaces_the_old_one(user: User) -> None:
    ticket = make_report().ticket
    keys.make(user, PASSPHRASE, desk=_desk(user))
    (key,) = OfficerKey.objects.filter(user=user, retired_at__isnull=True)
    assert not Grant.objects.filter(ticket=ticket, key=key).exists()


def test_a_replaced_key_keeps_no_private_half_and_no_open_desk(user: User) -> None:
    _unlock(user)
    keys.make(user, PASSPHRASE, desk=_desk(user))
    old = OfficerKey.objects.filter(user=user, retired_at__isnull=False)
    assert {(bytes(key.wrapped), bytes(key.salt)) for key in old} == {(b"", b"")}
    assert not Unlocked.objects.exists()


def test_a_key_in_use_is_not_replaced_by_whoever_signed_in(user: User, staff: Officers) -> None:
    for desk in (None, staff.wang, staff.li):  # of the last the key is retired
        with pytest.raises(NotAgreedError, match="在用"):
            keys.make(user, PASSPHRASE, desk=desk)
    assert _unlock(user)


def test_a_colleagues_consent_lets_a_key_be_replaced_once_and_is_logged(
    user: User, staff: Officers, caplog: pytest.LogCaptureFixture
) -> None:
    keys.agree(staff.wang, user, now=NOW)
    keys.make(user, PASSPHRASE, now=NOW + timedelta(hours=23))
    with pytest.raises(NotAgreedError):
        keys.make(user, PASSPHRASE, now=NOW + timedelta(hours=23))
    said = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert any(f"The key of user {user.pk} was replaced" in one for one in said)
    assert user.username not in caplog.text


def test_a_consent_lasts_a_day(user: User, staff: Officers) -> None:
    keys.agree(staff.wang, user, now=NOW)
    with pytest.raises(NotAgreedError):
        keys.make(user, PASSPHRASE, now=NOW + keys.AGREED)


def test_nobody_consents_to_oneself(user: User) -> None:
    with pytest.raises(NotAgreedError, match="自己"):
        keys.agree(_desk(user), user, now=NOW)


def test_only_a_listed_officer_of_the_same_office_consents(user: User, staff: Officers) -> None:
    made_up = make_desk(make_person("new", "新来", Role.INSPECTOR, staff.county.body))
    for desk in (staff.city_inspector, made_up):
        with pytest.raises(NotAgreedError):
            keys.agree(desk, user, now=NOW)
    with pytest.raises(NotAgreedError):
        keys.make(user, PASSPHRASE, now=NOW)


def test_a_key_retired_while_its_passphrase_changes_stays_blank(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrap = passphrases.wrap

    def retired_meanwhile(opened: Opened, passphrase: str, *, memory: int) -> tuple[bytes, bytes]:
        keys.retire(user, now=NOW)
        return wrap(opened, passphrase, memory=memory)

    monkeypatch.setattr(passphrases, "wrap", retired_meanwhile)
    with pytest.raises(WrongPassphraseError, match="停用"):
        keys.change_passphrase(user, PASSPHRASE, unlock_code(NOW), new="another-passphrase", now=NOW)
    assert not OfficerKey.objects.filter(user=user).exclude(wrapped=b"").exists()


def test_a_short_passphrase_makes_no_key(staff: Officers) -> None:
    with pytest.raises(WrongPassphraseError):
        keys.make(staff.chief.user, "一二三四五")


def test_the_same_passphrase_from_another_keyboard_opens() -> None:
    salt, box = passphrases.wrap(Opened(b"p" * 32, "ABC"), "ｃａｆé-山茶花-2026", memory=8 << 20)
    assert passphrases.unwrap(box, salt, "cafe\u0301-山茶花-2026", memory=8 << 20).totp == "ABC"


def test_a_changed_cost_or_salt_does_not_open() -> None:
    salt, box = passphrases.wrap(Opened(b"p" * 32, "ABC"), PASSPHRASE, memory=8 << 20)
    for wrong_salt, memory in ((bytes(16), 8 << 20), (salt, 16 << 20)):
        with pytest.raises(NotOpenError):
            passphrases.unwrap(box, wrong_salt, PASSPHRASE, memory=memory)
