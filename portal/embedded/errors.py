"""What can go wrong when the bundled servers start; every message is for the operator, in Chinese."""

from __future__ import annotations


class EmbeddedError(Exception):
    """The bundled database or broker cannot be used; the text says why and what to do."""


class InUseError(EmbeddedError):
    """Another process works in the same data folder."""
