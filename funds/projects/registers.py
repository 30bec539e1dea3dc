"""What is known of published projects: numbers taken, names, places, and where their pages lead."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Case, Exists, OuterRef, Value, When
from django.urls import reverse

from funds.models import Board, Disbursement, LivelihoodProject
from funds.preparing.projects import DisbursementLookups, ProjectFacts
from portal.columns.folding import without_spaces
from portal.places.models import Region
from portal.releases.numbering import Numbering, numbering


def project_numbers(county: str) -> Numbering:
    """Return how far the numbers of projects have come."""
    return numbering(LivelihoodProject, "project_no", "XM", county)


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


def section_of_payments() -> Case:
    """Return in which section a total of payments for a project counts: that of the project's board."""
    rural = LivelihoodProject.objects.public().filter(
        county=OuterRef("release__county"), project_no=OuterRef("subject"), board=Board.REVITALIZATION
    )
    return Case(When(Exists(rural), then=Value("revitalization")), default=Value("projects"))


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
