"""What can stand in the way of an act on a ticket; messages are for people."""

from __future__ import annotations


class ComplaintError(Exception):
    """Base of what an officer or reporter is told."""


class WrongStateError(ComplaintError):
    """The ticket is not where this can be done."""


class NotYoursError(ComplaintError):
    """Somebody else must do this: another role, or a second person."""


class WallError(ComplaintError):
    """The wall of interests forbids this grant."""


class LockedError(ComplaintError):
    """The desk is locked: a passphrase is needed first."""


class ConditionError(ComplaintError):
    """Something must be done first."""
