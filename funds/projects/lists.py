"""The sections 工程项目 and 乡村振兴 of a place: what its projects cost, which of them are late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from funds.models import Board, LivelihoodProject, ProjectState
from funds.projects import figures, listing
from funds.projects.asked import LATE, UNSETTLED, Asked
from funds.projects.listing import Days, Sums
from funds.projects.verdicts import Verdict
from portal.pages import panels, words
from portal.pages.asked import address
from portal.pages.errors import MissingError
from portal.pages.kept import Page
from portal.pages.regions import offices
from portal.pages.sections import SECTIONS
from portal.places.models import Level, Region
from portal.workdays import calendar
from villages.property import names_in_full

_PHASES = (
    ("正在做", (ProjectState.PROCURING, ProjectState.BUILDING)),
    ("还没开工", (ProjectState.PLANNED,)),
    ("做完了", (ProjectState.COMPLETED, ProjectState.SETTLED)),
    ("停了", (ProjectState.STOPPED,)),
)
_WORDS = {
    ProjectState.PLANNED: "刚立项",
    ProjectState.PROCURING: "在选谁来做",
    ProjectState.BUILDING: "正在做",
    ProjectState.COMPLETED: "做完了",
    ProjectState.SETTLED: "账算完了",
    ProjectState.STOPPED: "停了",
}
_ODD = {LATE: "过了工期", UNSETTLED: "缺决算"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One project of a list: its budget in the list's unit, its stage, what is wrong with it."""

    project: LivelihoodProject
    money: words.Money
    stage: str
    paid: str
    state: str = ""
    tag: str = ""


@dataclass(frozen=True, kw_only=True)
class Phase:
    """Some projects of a village that are equally far."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One choice of a filter."""

    href: str
    word: str
    count: int
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One year to choose."""

    href: str
    word: str
    is_current: bool


def livelihood(region: Region, query: QueryDict) -> Page:
    """Return the page of a place's 工程项目."""
    return _page(region, query, slug="projects", board=Board.LIVELIHOOD)


def revitalization(region: Region, query: QueryDict) -> Page:
    """Return the page of a place's 乡村振兴."""
    return _page(region, query, slug="revitalization", board=Board.REVITALIZATION)


def _page(region: Region, query: QueryDict, *, slug: str, board: str) -> Page:
    """Gather a list of projects; at most eight queries beside those of panels."""
    path = f"{region.get_absolute_url()}{slug}/"
    asked = Asked.read(query, path=path)
    everything = listing.within(region, board)
    years = listing.years_of(everything)
    context: dict[str, Any] = {
        "region": region,
        "section": SECTIONS[slug],
        "title": "工程项目" if board == Board.LIVELIHOOD else "乡村振兴项目",
        "tab": SECTIONS[slug].tab,
        "path": path,
        "panels": panels.of_place(slug, region),
    }
    if not years:
        context["offices"] = offices(region)
    else:
        context |= _listed(region, path, asked, everything, years)
    return Page(template="funds/projects.html", context=context, path=path)


def _listed(
    region: Region, path: str, asked: Asked, everything: listing.Projects, years: Sequence[int]
) -> dict[str, Any]:
    days = Days.of(timezone.localdate(), calendar.current())
    of_year = listing.chosen(everything, Asked(year=asked.year), days)
    chosen = listing.chosen(everything, asked, days)
    all_sums = listing.sums_of(of_year, days)
    sums = listing.sums_of(chosen, days) if asked.state else all_sums
    found = listing.page_of(chosen, asked)
    if not found:
        raise MissingError(
            "没有这样的项目",
            line="换一年或换一种再看。",
            href=path,
            word=f"看{region.short_name}全部项目",
        )
    shown, rest = found[: listing.PAGE], found[listing.PAGE :]
    lines = list(_lines(shown, listing.paid_for_each(region, shown), days))
    here = address(path, state=asked.state, year=asked.year or "")
    amounts = [sums.budget, sums.contract, listing.paid_in(region, chosen), sums.final]
    budget, contract, paid, final = figures.in_one_unit(amounts)
    return {
        "verdict": _verdict(all_sums),
        "count": sums.count,
        "budget": budget,
        "contract": contract,
        "paid": paid,
        "final": final if sums.final else None,
        "facets": list(_facets(path, asked, all_sums)),
        "years": _years(path, asked, years),
        "unit": lines[0].money.unit,
        "phases": _phases(region, lines),
        "is_village": region.level == Level.VILLAGE,
        "names_in_full": names_in_full((project.winner_public for project in shown), ()),
        "first": here if asked.after else "",
        "next": _next(here, shown[-1]) if rest else "",
    }


def _next(here: str, last: LivelihoodProject) -> str:
    return f"{here}{'&' if '?' in here else '?'}after={last.first_id.hex}"


def _lines(
    shown: Sequence[LivelihoodProject], paid: Mapping[tuple[str, str], Decimal], days: Days
) -> Iterator[Line]:
    money = figures.in_one_unit([project.budget for project in shown])
    for project, figure in zip(shown, money, strict=True):
        state, tag = _wrong(project, days)
        yield Line(
            project=project,
            money=figure,
            stage=_WORDS[ProjectState(project.state)],
            paid=_paid(project, paid.get((project.county, project.project_no), Decimal(0))),
            state=state,
            tag=tag,
        )


def _paid(project: LivelihoodProject, paid: Decimal) -> str:
    if not paid:
        return ""
    if not project.agreed:
        return "付过钱，没有写合同"
    if paid > project.agreed:
        return "付的比合同多"
    return figures.paid_share(paid, project.agreed)


def _wrong(project: LivelihoodProject, days: Days) -> tuple[str, str]:
    """Return state and word of what is wrong with a project; nothing where all is in order."""
    planned, done = project.planned_end_on, project.completed_on
    if project.state == ProjectState.STOPPED:
        return "", ""
    if done is not None and done <= days.unsettled_until and project.final_amount is None:
        return "bad", "缺决算"
    if done is None and planned is not None and planned < days.today:
        return "warn", f"过了 {(days.today - planned).days} 天"
    return "", ""


def _phases(region: Region, lines: Sequence[Line]) -> list[Phase]:
    """Return a village's projects by how far they are; a wider place's as they come."""
    if region.level != Level.VILLAGE:
        return [Phase(title="一个一个看", lines=lines)]
    found = [
        Phase(title=title, lines=[line for line in lines if line.project.state in states])
        for title, states in _PHASES
    ]
    return [phase for phase in found if phase.lines]


def _verdict(sums: Sums) -> Verdict:
    if sums.unsettled:
        return Verdict(
            state="bad",
            say=f"有 {sums.unsettled} 个缺决算",
            line="做完了，过了该公开的日子，决算还没公开。",
            more=f"还有 {sums.late} 个过了工期没完工。" if sums.late else "",
        )
    if sums.late:
        return Verdict(state="warn", say=f"有 {sums.late} 个过了工期", line="说好的日子过了，还没完工。")
    return Verdict(state="ok", say="没有晚的，也不缺决算", line=f"一共 {sums.count} 个项目。")


def _facets(path: str, asked: Asked, sums: Sums) -> Iterator[Facet]:
    choices = [("", "全部", sums.count)]
    choices += [(state, _WORDS[state], sums.by_state.get(state, 0)) for state in ProjectState]
    choices += [(UNSETTLED, _ODD[UNSETTLED], sums.unsettled), (LATE, _ODD[LATE], sums.late)]
    for state, word, count in choices:
        if count or state == asked.state:
            href = address(path, state=state, year=asked.year or "")
            yield Facet(href=href, word=word, count=count, is_current=state == asked.state)


def _years(path: str, asked: Asked, years: Sequence[int]) -> list[Chip]:
    """Return the years to choose from; none where there is one only."""
    if len(years) < 2:
        return []
    every = Chip(href=address(path, state=asked.state), word="全部年份", is_current=asked.year is None)
    return [
        every,
        *(
            Chip(
                href=address(path, state=asked.state, year=year),
                word=f"{year}年",
                is_current=asked.year == year,
            )
            for year in years
        ),
    ]
