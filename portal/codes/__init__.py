"""Codes: short permanent addresses, their QR codes, the posters that carry them, daily scans."""

from __future__ import annotations
