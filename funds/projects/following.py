"""What must become public after the end of the works; the page and the duties count by the same days."""

from __future__ import annotations

from datetime import date
from functools import partial

from funds.models import LivelihoodProject, ProjectState
from funds.projects import papers
from funds.projects.deadlines import due_on
from portal.places.models import Level
from portal.releases.models.attachment import Caption
from portal.releases.registry import FollowUp
from portal.workdays.arithmetic import Calendar


def _due(event_on: date, calendar: Calendar, *, name: str) -> date:
    return due_on(name, event_on, calendar)


def _goes_on(project: LivelihoodProject) -> bool:
    return project.state != ProjectState.STOPPED


def _is_audited(project: LivelihoodProject) -> bool:
    return any(one.caption == Caption.AUDIT for one in papers.attached_to(project))


def is_small(project: LivelihoodProject) -> bool:
    """Whether it is a small work of a village: the catalogue asks for no audit."""
    return project.release.item.level == Level.VILLAGE


# The catalogue has an item of its own for how a public project ends.
_ITEMS = {"MS-J03": "MS-J06"}
FOLLOW_UPS = (
    FollowUp(
        code="acceptance",
        title="验收",
        event_on="completed_on",
        due_on=partial(_due, name="acceptance"),
        is_met=lambda project: project.accepted_on is not None,
        is_asked=_goes_on,
        items=_ITEMS,
    ),
    FollowUp(
        code="final",
        title="决算",
        event_on="completed_on",
        due_on=partial(_due, name="final"),
        is_met=lambda project: project.final_amount is not None,
        is_asked=_goes_on,
        items=_ITEMS,
    ),
    FollowUp(
        code="audit",
        title="审计",
        event_on="completed_on",
        due_on=partial(_due, name="audit"),
        is_met=_is_audited,
        is_asked=lambda project: _goes_on(project) and not is_small(project),
        items=_ITEMS,
    ),
)
