"""Models of releases."""

from __future__ import annotations

from portal.releases.models.attachment import Attachment, Caption
from portal.releases.models.erasure import Erasure, Ground
from portal.releases.models.narrowing import Cause, NamesOrder, Narrowing
from portal.releases.models.release import NamesShown, Release, Stage, State, Via
from portal.releases.models.replacement import Replaced, Replacement
from portal.releases.models.row import DisclosedRow, DisclosedRowQuerySet
from portal.releases.models.seen import Seen
from portal.releases.models.step import Step, Verb
from portal.releases.models.tile import ReleaseTile
from portal.releases.models.total import Total

__all__ = [
    "Attachment",
    "Caption",
    "Cause",
    "DisclosedRow",
    "DisclosedRowQuerySet",
    "Erasure",
    "Ground",
    "NamesOrder",
    "NamesShown",
    "Narrowing",
    "Release",
    "ReleaseTile",
    "Replaced",
    "Replacement",
    "Seen",
    "Stage",
    "State",
    "Step",
    "Total",
    "Verb",
    "Via",
]
