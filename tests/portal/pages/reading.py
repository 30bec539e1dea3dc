"""Addresses of one village and how tests read a page."""

from __future__ import annotations

from django.test import Client

VILLAGE = "/r/360902100204/"
SUBSIDIES = f"{VILLAGE}subsidies/"
BATCH = f"{SUBSIDIES}?programme=GD-2026&period=2026"


def text(client: Client, path: str, *, status: int = 200) -> str:
    """Return a page as text; the status must be the one wanted."""
    answer = client.get(path)
    assert answer.status_code == status, path
    return str(answer.content.decode())
