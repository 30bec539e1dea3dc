"""What one search found, gathered for the page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from portal.places.models import Level, Region
from portal.search import facets, lines, places, rows
from portal.search.asked import Asked
from portal.search.facets import Facet
from portal.search.groups import Group, Way, groups
from portal.search.lines import Found
from portal.search.rows import Hits, Wanted
from portal.search.statement import Terms

PLACES = "places"
_FIRST = 8


@dataclass(frozen=True, kw_only=True)
class Section:
    """What was found of one group: the lines of this page, and how many there are."""

    kind: str
    title: str
    lines: list[Found]
    count: int
    more: str = ""
    next: str = ""

    @property
    def how_many(self) -> str:
        """The number, as far as anybody counted."""
        return facets.bounded(self.count)


@dataclass(kw_only=True)
class Results:
    """Everything the page shows."""

    namesakes: list[Found] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    where: list[Facet] = field(default_factory=list)
    what: list[Facet] = field(default_factory=list)
    papers: list[Facet] = field(default_factory=list)
    # What is found inside a township or village only, where the query was asked wider.
    local: list[str] = field(default_factory=list)
    # The place one step wider, for who found nothing.
    wider: Facet | None = None
    searched_names: bool = False

    @property
    def count(self) -> int:
        """How many lines were found, as far as anybody counted."""
        return sum(section.count for section in self.sections)


def search(asked: Asked, region: Region | None, *, today: date) -> Results:
    """Find places, masters city-wide, and persons and rows where `region` is a township or village.

    At most seven queries, however many kinds there are: places; the villages of the township, or the
    places to narrow to; everything else; what at most three sorts of subjects are called; and the key a
    later page begins behind.
    """
    inside = rows.places_to_search(region) if region is not None else {}
    found = _found(asked, region, inside)
    sections = _sections(found, asked, today=today)
    results = Results(
        sections=[section for group, section in sections if group.way.is_local],
        local=_local(inside),
        wider=_wider(asked, region),
        searched_names=bool(inside),
    )
    if not asked.after:
        _add_places(results, asked, region, found, inside, today=today)
    results.sections += [section for group, section in sections if not group.way.is_local]
    if not asked.after:
        held = [(one.kind, one.title, one.count) for one in results.sections if one.count]
        results.what = facets.what(asked, held)
        if asked.papers or any(hits.count and group.has_papers for group, hits in found):
            results.papers = facets.papers(asked)
    if asked.kind:
        results.sections = [section for section in results.sections if section.kind == asked.kind]
        if asked.kind != PLACES:
            results.namesakes = []
    return results


def _found(asked: Asked, region: Region | None, inside: dict[int, Region]) -> list[tuple[Group, Hits]]:
    """Return what each group holds; a later page is of one group alone."""
    searched = [group for group in groups() if inside or not group.way.is_local]
    if asked.after:
        searched = [group for group in searched if group.key == asked.kind and group.way.is_local]
    if asked.papers:
        searched = [group for group in searched if group.has_papers]
    terms = Terms(
        with_papers=asked.papers,
        words=asked.words,
        joined=asked.joined,
        places=list(inside),
        counties=[region.county_code[:4] + "00", region.county_code] if region is not None else [],
    )
    wanted = [Wanted(group=group, shown=_shown(group, asked), after=asked.after) for group in searched]
    return list(zip(searched, rows.find(wanted, terms), strict=True))


def _shown(group: Group, asked: Asked) -> int:
    """Return how many lines the page shows: a few of each group, or a page of the one asked for."""
    if asked.kind == group.key:
        return rows.PAGE if group.way.is_local else rows.MOST
    return 1 if asked.kind else _FIRST  # one, to be told how many there are


def _sections(found: list[tuple[Group, Hits]], asked: Asked, *, today: date) -> list[tuple[Group, Section]]:
    shown = [(group, hits) for group, hits in found if asked.kind in {"", group.key}]
    told = dict(zip((group.key for group, _ in shown), lines.of_rows(shown, asked, today=today), strict=True))
    return [(group, _section(group, hits, told.get(group.key, []), asked)) for group, hits in found]


def _section(group: Group, hits: Hits, told: list[Found], asked: Asked) -> Section:
    address, is_more = asked.address(kind=group.key), hits.count > len(hits.rows)
    is_asked = asked.kind == group.key
    pages = is_more and is_asked and group.way.is_local
    return Section(
        kind=group.key,
        title=group.title,
        lines=told,
        count=hits.count,
        more=address if is_more and not is_asked else "",
        next=f"{address}&after={hits.rows[-1].row.pk}" if pages else "",
    )


def _add_places(
    results: Results,
    asked: Asked,
    region: Region | None,
    rows_found: list[tuple[Group, Hits]],
    inside: dict[int, Region],
    *,
    today: date,
) -> None:
    """Add the places of that name, and the places to narrow to."""
    county = region if region is not None and region.level == Level.COUNTY else None
    found = [] if asked.papers else places.found(asked.joined, today=today, county=county)
    same = places.namesakes(found, asked.joined)
    rest = [place for place in found if place not in same]
    most = rows.MOST if asked.kind == PLACES else _FIRST
    results.namesakes = [lines.of_place(place, asked) for place in same]
    results.sections.append(
        Section(
            kind=PLACES,
            title="地方",
            lines=[lines.of_place(place, asked) for place in rest[:most]],
            count=len(found),
            more=asked.address(kind=PLACES) if len(rest) > most and asked.kind != PLACES else "",
        )
    )
    if inside:
        narrower = [place for place in inside.values() if place != region]
        results.where = facets.where(asked, region, narrower, _by_village(rows_found))
    else:
        narrower = facets.below(region, today=today)
        whole = "" if region else facets.bounded(len(found))
        counted = Counter() if region else facets.counties(found)
        results.where = facets.where(asked, region, narrower, counted, whole=whole)


def _by_village(found: list[tuple[Group, Hits]]) -> Counter[int]:
    """Return by key how many rows each village holds; nothing where not all were counted."""
    local = [hits for group, hits in found if group.way.is_local]
    if any(hits.count > rows.MOST for hits in local):
        return Counter()
    return Counter(place for hits in local for place in hits.regions)


def _local(inside: dict[int, Region]) -> list[str]:
    if inside:
        return []
    return list(dict.fromkeys(group.title for group in groups() if group.way is Way.ROWS))


def _wider(asked: Asked, region: Region | None) -> Facet | None:
    """Return the township of a village, else the whole city; None where nothing is wider."""
    if region is None:
        return None
    parent = region.parent if region.level == Level.VILLAGE else None
    return Facet(
        href=asked.address(region=parent.code if parent else "", kind=""),
        word=parent.short_name if parent else "全市",
    )
