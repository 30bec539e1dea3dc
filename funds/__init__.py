"""Funds: subsidy programmes, their standards, and payments to households (到户资金)."""

from __future__ import annotations
