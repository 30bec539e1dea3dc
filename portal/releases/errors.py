"""What can go wrong with a release, in words for the person who did it."""

from __future__ import annotations


class ReleaseError(Exception):
    """An act upon a release was refused; the message is for people."""


class WrongStateError(ReleaseError):
    """The release is not in the state the act needs (somebody else was faster, or it is frozen)."""


class NotAllowedError(ReleaseError):
    """The person may not do this to this release (role, place, or four eyes)."""


class NotReadyError(ReleaseError):
    """Something must be answered or repaired before the release can go on."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons


class RivalCorrectionError(ReleaseError):
    """Another correction replaced one of these rows first."""


class DuplicateError(ReleaseError):
    """The same file, or another open draft, exists for this item, body, period and batch."""
