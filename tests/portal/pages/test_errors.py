"""The page for when nothing works, and its own few styles."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from portal.pages import errors


def answer_to(failure: Exception, rf: RequestFactory) -> HttpResponse:
    """Return the page as Django asks for it: while the failure is being handled."""
    try:
        raise failure  # noqa: TRY301
    except Exception:  # noqa: BLE001
        return errors.server_error(rf.get("/"))


def test_a_lost_database_is_503_and_our_own_fault_500(rf: RequestFactory) -> None:
    away, fault = answer_to(OperationalError("gone"), rf), answer_to(ValueError("bug"), rf)

    assert (away.status_code, fault.status_code) == (503, 500)
    assert away["Retry-After"].isdigit()
    assert "Retry-After" not in fault
    assert "现在打不开" in away.content.decode()
    assert "gone" not in away.content.decode()


def test_the_policy_knows_the_styles_of_the_offline_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_request: HttpRequest) -> HttpResponse:
        raise OperationalError("gone")

    monkeypatch.setattr("portal.pages.kept.timezone.localdate", fail)
    client.raise_request_exception = False

    answer = client.get("/")

    found = re.search(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)
    assert found is not None
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer["Content-Security-Policy"]
    assert "http" not in re.sub(r"</?html[^>]*>", "", answer.content.decode())
