"""The demo's reports: commissions with keys, and some twenty tickets in every state. Never in production."""

from __future__ import annotations

from complaints.demo.staff import totp_code, usernames
from complaints.demo.telling import sign_ins, tell

__all__ = ["sign_ins", "tell", "totp_code", "usernames"]
