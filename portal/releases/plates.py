"""What a kind prints on the things it discloses: a label to stick on, or a sign to set up beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Plate:
    """The words on one plate; `facts` are label and value, on signs only, the most important first."""

    name: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plated:
    """That a kind's rows are things with a plate.

    `number` is the stored field with the thing's own number, unique among the current rows of one place;
    `word` what the plate is called on a button (资产牌, 工地公示牌); `call` the line that asks to scan.
    `plate(row)` gives the words; the row is joined with its place and release.
    """

    number: str
    word: str
    call: str
    plate: Callable[[Any], Plate]  # Any: a row of the kind
    is_sign: bool = False
