"""Signing in: words for people, five wrong passwords, nothing about addresses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.test import Client
from django.utils import timezone

from portal.people.models import User
from tests.county import make_cast

pytestmark = pytest.mark.django_db
LOGIN = "/manage/login/"
PASSWORD = "shi-tang-41-zhu"  # of a test


@pytest.fixture
def clerk() -> User:
    user = make_cast().clerk
    user.set_password(PASSWORD)
    user.save()
    return user


def attempt(client: Client, username: str = "li", password: str = "wrong", **extra: str) -> int:
    return client.post(LOGIN, {"username": username, "password": password}, **extra).status_code  # type: ignore[arg-type]


def test_right_password_leads_in(client: Client, clerk: User) -> None:
    assert attempt(client, password=PASSWORD) == 302
    assert client.get("/manage/").status_code == 200


def test_the_flag_of_django_is_no_key(client: Client, clerk: User) -> None:
    clerk.appointments.all().delete()
    User.objects.filter(pk=clerk.pk).update(is_staff=True)
    answer = client.post(LOGIN, {"username": "li", "password": PASSWORD})
    assert "没有任职" in answer.content.decode()


def test_fifth_wrong_password_locks_the_name_from_every_address(client: Client, clerk: User) -> None:
    codes = [
        attempt(client, REMOTE_ADDR=f"10.0.0.{number}", HTTP_USER_AGENT=f"browser {number}")
        for number in range(5)
    ]
    assert codes == [200, 200, 200, 200, 429]
    answer = client.post(LOGIN, {"username": "li", "password": PASSWORD}, REMOTE_ADDR="10.9.9.9")
    assert answer.status_code == 429
    assert "请等 15 分钟" in answer.content.decode()


def test_the_lock_is_for_one_name_only(client: Client, clerk: User) -> None:
    for _ in range(6):
        attempt(client, username="somebody")
    assert attempt(client, password=PASSWORD) == 302


def test_the_lock_ends_after_a_quarter_of_an_hour(client: Client, clerk: User) -> None:
    for _ in range(5):
        attempt(client)
    assert attempt(client, password=PASSWORD) == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert attempt(client, password=PASSWORD) == 302


def test_no_address_and_no_password_is_stored(client: Client, clerk: User) -> None:
    attempt(client, REMOTE_ADDR="10.1.2.3", password="geheim-geheim")
    attempt(client, REMOTE_ADDR="10.1.2.3", password=PASSWORD)
    attempt(client, username="other", REMOTE_ADDR="10.1.2.3", password="geheim-geheim")
    stored = str([one.__dict__ for one in AccessAttempt.objects.all()])
    assert "10.1.2.3" not in stored
    assert "geheim" not in stored
    assert not AccessLog.objects.exists()
