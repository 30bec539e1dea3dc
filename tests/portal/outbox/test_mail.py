"""Letters: ids in the outbox, the text made when it is sent, the same Message-ID at every try."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail as sent
from django.db import transaction

from portal.outbox import mail
from portal.outbox.dispatching import dispatch
from portal.outbox.identifiers import NotAnIdentifierError, Ref
from portal.outbox.mail import Letter, message_id
from portal.outbox.models import Effect
from tests.portal.outbox.deeds import the

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def notice() -> Iterator[None]:
    """Let notices be made, for all but number 0, which is out of date."""

    @mail.maker("notice")
    def make(ref: Ref) -> Letter | None:
        if not ref["number"]:
            return None
        return Letter(to="zhou@example.cn", subject="您关注的事项", body=f"第 {ref['number']} 号有新进展。")

    yield
    mail.forget("notice")


def _send(key: str, **ref: Any) -> bool:
    with transaction.atomic():
        return mail.send(maker="notice", key=key, ref=ref)


def test_a_letter_is_made_and_sent_once() -> None:
    assert _send("notice:7", number=7)
    assert not _send("notice:7", number=7)
    assert dispatch().done == 1
    (letter,) = sent.outbox
    assert (letter.to, letter.body) == (["zhou@example.cn"], "第 7 号有新进展。")
    assert letter.extra_headers["Message-ID"] == message_id("notice:7")


def test_the_message_id_is_the_keys_and_tells_nothing() -> None:
    assert message_id("notice:7") == message_id("notice:7") != message_id("notice:8")
    assert "notice" not in message_id("notice:7")


def test_nothing_is_sent_where_the_maker_has_nothing_to_say() -> None:
    _send("notice:0", number=0)
    assert dispatch().done == 1
    assert sent.outbox == []


def test_a_letters_text_never_rests_in_the_outbox() -> None:
    with pytest.raises(NotAnIdentifierError):
        _send("notice:7", to="zhou@example.cn")
    _send("notice:7", number=7)
    dispatch()
    assert the("notice:7").ref == {"maker": "notice", "number": 7}


def test_letters_without_a_maker_are_tried_again() -> None:
    with transaction.atomic():
        mail.send(maker="unheard", key="unheard:1", ref={})
    assert dispatch().failed == 1
    assert the("unheard:1").error == "UnknownMakerError"


def test_where_no_mail_server_is_configured_nothing_is_written(settings: Any) -> None:
    settings.PRODUCTION, settings.EMAIL_HOST = True, ""
    assert not _send("notice:7", number=7)
    assert not Effect.objects.exists()
