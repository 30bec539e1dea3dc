"""E-mail as an effect: the outbox keeps ids; the room that knows the text makes it when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.utils.crypto import salted_hmac

from portal.outbox.actions import put
from portal.outbox.identifiers import Ref, checked_topic
from portal.outbox.registry import handler

TOPIC = "mail"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is sent to one address, in plain text."""

    to: str
    subject: str
    body: str


# Returns nothing where there is nothing to send any more. Called outside any transaction, perhaps twice.
Maker = Callable[[Ref], Letter | None]
_makers: dict[str, Maker] = {}


class UnknownMakerError(Exception):
    """No room makes letters of this name."""


def maker(name: str) -> Callable[[Maker], Maker]:
    """Register the function that makes the letters of a name from their ref.

    Raises:
        ImproperlyConfigured: the name has another one already.
    """

    def register(function: Maker) -> Maker:
        if _makers.setdefault(checked_topic(name), function) is not function:
            raise ImproperlyConfigured(f"Letters {name} have two makers.")
        return function

    return register


def forget(name: str) -> None:
    """Take a maker out again."""
    _makers.pop(name, None)


def is_configured() -> bool:
    """Say whether this installation can send mail at all."""
    return bool(settings.EMAIL_HOST) or not settings.PRODUCTION


def send(
    *, maker: str, key: str, ref: Mapping[str, int | str | UUID], not_before: datetime | None = None
) -> bool:
    """Write down a letter in the caller's transaction; return whether it is new and can be sent here at all.

    Raises:
        NotInTransactionError: outside `transaction.atomic`. NotAnIdentifierError: anything but ids.
    """
    told = {**ref, "maker": maker}
    return is_configured() and put(topic=TOPIC, key=key, ref=told, not_before=not_before)


def message_id(key: str) -> str:
    """Return the Message-ID of a key: the same at every try, so that a second copy is known as one.

    Mail servers far away read it, so it tells nothing of the key.
    """
    digest = salted_hmac("portal.outbox.mail", key, algorithm="sha256").hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


@handler(TOPIC)
def send_letter(ref: Ref, key: str) -> None:
    """Make a letter and hand it to the mail server."""
    make = _makers.get(str(ref.get("maker")))
    if make is None:
        raise UnknownMakerError
    letter = make(ref)
    if letter is not None:
        EmailMessage(
            letter.subject, letter.body, to=[letter.to], headers={"Message-ID": message_id(key)}
        ).send()
