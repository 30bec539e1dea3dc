"""What is known of published projects: numbers taken, names, places, and where their pages lead."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import BigIntegerField, Max, TextField
from django.db.models.expressions import Func
from django.db.models.functions import Cast, Left
from django.urls import reverse

from funds.models import Board, Disbursement, LivelihoodProject
from funds.preparing.projects import DisbursementLookups, ProjectFacts, ProjectLookups
from portal.columns.folding import without_spaces
from portal.places.models import Region
from portal.releases.models import State

# Longer numbers are somebody's own and would not fit.
_PROPOSED = r"^[0-9]{12}-XM-[0-9]{1,9}$"
_PLACE_DIGITS, _NUMBER_FROM = 12, 17


class _From(Func):
    """The text behind the first characters of a proposed number."""

    function = "substr"
    output_field = TextField()


def project_lookups(county: str) -> ProjectLookups:
    """Return the highest number proposed in each place of a county, drafts included; one query."""
    found = (
        LivelihoodProject.objects.filter(county=county, project_no__regex=_PROPOSED)
        .exclude(release__state=State.DISCARDED)
        .order_by()
        .annotate(place=Left("project_no", _PLACE_DIGITS))
        .values("place")
        .annotate(highest=Max(Cast(_From("project_no", _NUMBER_FROM), BigIntegerField())))
    )
    return ProjectLookups({row["place"]: row["highest"] for row in found})


def disbursement_lookups(county: str) -> DisbursementLookups:
    """Return the public projects of a county, for a load of payments; one query."""
    by_name: dict[str, list[ProjectFacts]] = {}
    by_no: dict[str, ProjectFacts] = {}
    found = LivelihoodProject.objects.public().filter(county=county).order_by("project_no")
    for told in found.values_list("project_no", "name", "region__code", "region__short_name"):
        facts = ProjectFacts(*told)
        by_no[facts.project_no] = facts
        by_name.setdefault(without_spaces(facts.name), []).append(facts)
    return DisbursementLookups(by_no, by_name)


def board_titles(_county: str, boards: Collection[str]) -> dict[str, str]:
    """Return what the two boards are called."""
    return {board: Board(board).label for board in boards}


def project_names(county: str, numbers: Collection[str]) -> dict[str, str]:
    """Return the public names of some projects by number; one query."""
    found = LivelihoodProject.objects.listed().filter(county=county, project_no__in=list(numbers))
    return dict(found.values_list("project_no", "name"))


def project_of(county: str, project_no: str) -> LivelihoodProject | None:
    """Return the newest public version of a project; one query."""
    if not project_no:
        return None
    found = LivelihoodProject.objects.listed().filter(county=county, project_no=project_no)
    project: LivelihoodProject | None = found.select_related("release", "region").first()
    return project


def section_slug(project: LivelihoodProject) -> str:
    """Return the section of a place in which a project stands."""
    return "revitalization" if project.board == Board.REVITALIZATION else "projects"


def section_of_project(project: LivelihoodProject) -> tuple[str, str]:
    """Return the list that a project's page leads back to."""
    region: Region = project.region
    href = reverse("pages:section", args=[region.code, section_slug(project)])
    return href, f"{region.short_name}的项目"


def project_of_disbursement(row: Disbursement) -> tuple[str, str]:
    """Return the project that a payment's page leads back to."""
    project = project_of(row.county, row.project_no)
    if project is not None:
        return project.get_absolute_url(), project.name
    region: Any = row.region
    return reverse("pages:section", args=[region.code, "projects"]), f"{region.short_name}的项目"
