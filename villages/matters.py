"""What a village decided: its matters with their steps, and what came of them elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.functions import ExtractYear
from django.urls import reverse

from portal.pages.asked import address
from portal.places.models import Level, Region
from portal.releases import registry
from portal.releases.models import DisclosedRowQuerySet
from villages.models import Decision, Step
from villages.votes import VoteRule, has_majority, has_quorum, rule_on, says_passed

# A village decides some ten or twenty matters a year, in four steps each.
MOST_OF_A_YEAR = 400
_MOST_STEPS = 40
_FOLLOWED = 5


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """One step of a matter: the row, what the law asks of such a vote, and whether it was reached."""

    row: Decision
    rule: VoteRule | None

    @property
    def title(self) -> str:
        """What the step is called; the meeting where no step is told."""
        return str(self.row.get_step_display() or self.row.get_meeting_display() or "开会")

    @property
    def passed(self) -> bool:
        """Whether its result says that it passed."""
        return says_passed(self.row.result)

    @property
    def lacks_people(self) -> bool:
        """Whether fewer came than the law asks."""
        return self.rule is not None and not has_quorum(self.row, self.rule)

    @property
    def lacks_votes(self) -> bool:
        """Whether it is said to have passed with fewer votes than the law asks."""
        return self.rule is not None and self.passed and not has_majority(self.row, self.rule)

    @property
    def state(self) -> str:
        """Its lamp: in order, in doubt, or did not pass."""
        if self.lacks_people or self.lacks_votes:
            return "warn"
        return "ok" if self.passed else "bad"


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A matter with its meetings, oldest first."""

    number: str
    title: str
    meetings: tuple[Meeting, ...]

    @property
    def last(self) -> Meeting:
        """The step that decides: the villagers' own where there is one, else the last."""
        villagers = [one for one in self.meetings if one.row.step == Step.VILLAGERS]
        return (villagers or list(self.meetings))[-1]

    @property
    def is_decided(self) -> bool:
        """Whether the villagers (or a meeting without a step) have voted."""
        return self.last.row.step in {Step.VILLAGERS, ""}

    @property
    def missing(self) -> list[str]:
        """The steps that are not published; none where no step is told at all."""
        steps = {one.row.step for one in self.meetings}
        if steps == {""}:
            return []
        return [str(step.label) for step in Step if step not in steps]

    @property
    def is_in_order(self) -> bool:
        """Whether it passed by all four steps with people and votes enough."""
        return self.is_decided and not self.missing and all(one.state == "ok" for one in self.meetings)

    @property
    def state(self) -> str:
        """Its lamp."""
        if not self.is_decided:
            return "none"
        if not self.last.passed:
            return "bad"
        return "ok" if self.is_in_order else "warn"

    @property
    def verdict(self) -> str:
        """What came of it, in one short sentence."""
        if not self.is_decided:
            return "还没有表决"
        if not self.last.passed:
            return "没有通过"
        return "通过了" if self.is_in_order else "写了通过，有疑问"

    @property
    def decision_posted_on(self) -> date | None:
        """The day on which the decision was made public."""
        return max(filter(None, (one.row.decision_posted_on for one in self.meetings)), default=None)

    @property
    def result_posted_on(self) -> date | None:
        """The day on which it was told what came of it."""
        return max(filter(None, (one.row.result_posted_on for one in self.meetings)), default=None)


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What other disclosures say of a matter: the first rows of one kind."""

    title: str
    rows: list[dict[str, Any]]
    has_more: bool


def decisions_of(region: Region) -> DisclosedRowQuerySet:
    """Return the public steps of a village's matters, oldest first."""
    rows: DisclosedRowQuerySet = Decision.objects.listed().filter(region=region)
    return rows.order_by("met_on", "position", "pk")


def matters_of(rows: Iterable[Decision]) -> list[Matter]:
    """Return the matters of some steps, the last decided first."""
    steps: dict[str, list[Decision]] = {}
    for row in rows:
        steps.setdefault(row.matter_no, []).append(row)
    found = [_matter(number, same) for number, same in steps.items()]
    return sorted(found, key=lambda matter: matter.meetings[-1].row.met_on, reverse=True)


def _matter(number: str, rows: Sequence[Decision]) -> Matter:
    meetings = tuple(Meeting(row=row, rule=rule_on(row.meeting, row.met_on)) for row in rows)
    return Matter(number=number, title=rows[-1].matter, meetings=meetings)


def matters_in(region: Region, year: int | None) -> list[Matter]:
    """Return the matters of a village that met in a year, or of all years, newest first; one query.

    A matter begun in one year and decided in the next shows in both, each time with all its steps.
    """
    rows = decisions_of(region)
    if year is not None:
        rows = rows.filter(matter_no__in=decisions_of(region).filter(met_on__year=year).values("matter_no"))
    return matters_of(rows.order_by("-met_on", "-position", "-pk")[:MOST_OF_A_YEAR][::-1])


def matter_of(region: Region, number: str) -> Matter | None:
    """Return one matter of a village, or None; one query."""
    found = matters_of(decisions_of(region).filter(matter_no=number)[:_MOST_STEPS])
    return found[0] if found else None


def years_of(region: Region) -> list[int]:
    """Return the years in which a village met, newest first; one query."""
    found = Decision.objects.listed().filter(region=region).annotate(year=ExtractYear("met_on"))
    return sorted(found.values_list("year", flat=True).distinct(), reverse=True)


def matter_address(region: Region, number: str) -> str:
    """Return the page of a matter."""
    return address(f"{region.get_absolute_url()}notices/", matter=number)


def followed(region: Region, number: str) -> list[Followed]:
    """Return what every other kind that names matters says of one; one query for each such kind."""
    found = []
    for entry in registry.kinds():
        if entry.code == "decisions" or all(column.field != "matter_no" for column in entry.columns):
            continue
        rows = list(
            entry.model._default_manager.listed()
            .filter(region=region, matter_no=number)
            .order_by("-pk")[: _FOLLOWED + 1]
        )
        if rows:
            told = [
                {
                    "title": entry.heading(row) if entry.heading else str(row),
                    "href": reverse("pages:row", args=[entry.code, row.pk]),
                    "amount": getattr(row, entry.amount) if entry.amount else None,
                    "on": getattr(row, entry.happened_on) if entry.happened_on else None,
                }
                for row in rows[:_FOLLOWED]
            ]
            found.append(Followed(title=entry.title, rows=told, has_more=len(rows) > _FOLLOWED))
    return found


def decided(region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather, for a row's page, the matter that it names: none for rows that name none.

    A row of a wider place (a project of the county) may name the matter of a village below; where no village
    or several have that number, nothing is said. At most two queries.
    """
    number = getattr(row, "matter_no", "")
    if not number or isinstance(row, Decision):
        return {}
    village = region if region.level == Level.VILLAGE else _village_of(region, number)
    if village is None:
        return {}
    return {
        "number": number,
        "matter": matter_of(village, number),
        "href": matter_address(village, number),
        "village": "" if village == region else village.short_name,
    }


def _village_of(region: Region, number: str) -> Region | None:
    """Return the one village below a place that has a matter of a number; one query."""
    steps = Decision.objects.listed().filter(region__in=Region.objects.within(region).values("pk"))
    found = list(Region.objects.filter(pk__in=steps.filter(matter_no=number).values("region"))[:2])
    return found[0] if len(found) == 1 else None


def steps_of(region: Region, row: Decision) -> dict[str, Any]:
    """Gather, for the page of one step, the whole matter and what came of it."""
    return {
        "matter": matter_of(region, row.matter_no),
        "href": matter_address(region, row.matter_no),
        "here": row.pk,
    }
