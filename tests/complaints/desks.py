"""Officers signed in at a desk that is open, and what their browser gets to see."""

from __future__ import annotations

import base64
import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from nacl.secret import SecretBox

from complaints.models import Ticket, Unlocked
from complaints.sealing.keys import _digest
from complaints.sealing.opening import Desk


def open_desk(desk: Desk, client: Client | None = None) -> Client:
    """Return a signed-in browser with an open desk, past the slow passphrase (tested by itself)."""
    client = client or Client()
    client.force_login(desk.user)
    secret = bytes(range(32))
    Unlocked.objects.create(
        key=desk.key,
        session=_digest(client.session.session_key or ""),
        box=bytes(SecretBox(secret).encrypt(desk.private)),
        used_at=timezone.now(),
    )
    client.cookies["desk"] = base64.urlsafe_b64encode(secret).decode()
    return client


def page(client: Client, ticket: Ticket) -> str:
    """Return the page of a ticket."""
    response = client.get(f"/desk/{ticket.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def do(client: Client, ticket_id: UUID, name: str, *, seen: int | None = None, **fields: Any) -> HttpResponse:
    """Send the form of an act as the page had it."""
    step = Ticket.objects.get(pk=ticket_id).last_seq if seen is None else seen
    response: Any = client.post(f"/desk/{ticket_id}/do/{name}/", {"seen": step, **fields})
    return response  # type: ignore[no-any-return]


def offered(html: str) -> set[str]:
    """Return the acts a page offers."""
    return set(re.findall(r"/do/(\w+)/", html))
