"""Where rooms above releases take part in its life without releases knowing them.

Filled at start-up (AppConfig.ready). Callables get the release and run in the order they were added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.releases.models import Erasure, Narrowing, Release


@dataclass(frozen=True)
class ReviewPanel:
    """A part of the review screen: a title, a template and what the template gets."""

    title: str
    template: str
    context: Callable[[Release], dict[str, Any]]


# Each returns reasons in Chinese why a draft may not be submitted yet.
submission_checks: list[Callable[[Release], Iterable[str]]] = []
review_panels: list[ReviewPanel] = []
# Inside the publishing (or withdrawing) transaction.
in_publication: list[Callable[[Release], None]] = []
# Inside the transaction that erases personal values: what else is kept of these rows goes with them.
on_erasure: list[Callable[[Erasure], None]] = []
# After COMMIT of an act that took personal values away: the act, and its index in the log.
after_personal_act: list[Callable[[Erasure | Narrowing, int], None]] = []
# Each compares what a room above put into the log (`full`: all of it) and raises DifferenceError.
verification_checks: list[Callable[[bool], None]] = []
# After a verification: whether everything agreed.
after_verification: list[Callable[[bool], None]] = []
# After COMMIT and before the answer: release and the codes of every place whose pages changed.
after_commit: list[Callable[[Release, list[str]], None]] = []
