"""Single duties as a villager reads them: what, whose, by which day, and where it is if it is public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func

from portal.catalogue.models import CatalogueItem, DayUnit, Granularity
from portal.duties.models import Duty, State
from portal.overview.asked import Asked
from portal.overview.figures import listed
from portal.pages import sections, words
from portal.places.models import Level, Region
from portal.releases import registry

PAGE = 20


class _IsAnyOf(Func):
    """Compare with an array that is gathered once and first; a join with it would come last."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


_TAGS = {
    State.MISSING: "bad",
    State.WITHDRAWN: "bad",
    State.SOON: "warn",
    State.LATE: "warn",
    State.ON_TIME: "ok",
    State.NIL: "ok",
    State.NOT_DUE: "none",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One duty as shown: `tag` is the shape of its state, `href` where it is public."""

    tag: str
    word: str
    title: str
    period: str
    office: str
    telephone: str
    often: str
    due_on: date
    met_on: date | None
    is_withdrawn: bool
    href: str


def page_of(region: Region, today: date, asked: Asked) -> tuple[list[Line], str, int]:
    """Return one page of lines, the address of the next, and how many are left where a page ended before.

    One query for the first page; two for the others, which count what is left themselves.
    """
    found = listed(region, today, asked)
    left = 0
    if asked.after:
        day, last = asked.after
        more, less = ("due_on__lt", "pk__lt") if asked.wanted.is_newest_first else ("due_on__gt", "pk__gt")
        found = found.filter(**{more: day}) | found.filter(due_on=day, **{less: last})
        left = max(found.count() - PAGE, 0)
    # Chosen before anything is joined: only those shown are looked up by name.
    chosen = ArraySubquery(found.values("pk")[: PAGE + 1])
    shown = Duty.objects.filter(_IsAnyOf(F("pk"), chosen)).order_by(*found.query.order_by)
    duties = list(shown.with_names())
    following = ""
    if len(duties) > PAGE:
        duties.pop()
        following = asked.address(region=region.code, after=(duties[-1].due_on, duties[-1].pk))
    return [line_of(duty, region, today) for duty in duties], following, left


def line_of(duty: Duty, region: Region, today: date) -> Line:
    """Return a duty as it is shown on the page of a place."""
    state = duty.state_on(today)
    return Line(
        tag=_TAGS[state],
        word=word_of(duty, state, today),
        title=duty.item.name,
        period=words.period(duty.start_on, duty.end_on),
        office=_between(region, duty.region) + duty.body.name,
        telephone=duty.body.telephone,
        often=often(duty.item),
        due_on=duty.due_on,
        met_on=duty.met_on if duty.release_id else None,
        is_withdrawn=duty.withdrawn_on is not None,
        href=_href(duty),
    )


def word_of(duty: Duty, state: State, today: date) -> str:
    """Return the state with its days."""
    over = duty.days_over(today)
    if over > 0 and duty.release_id is None:
        return f"过了 {over} 天"
    if state == State.LATE:
        return f"晚了 {duty.days_late} 天"
    if state == State.SOON:
        return f"还有 {-over} 天" if over else "今天到期"
    return state.label


def often(item: CatalogueItem) -> str:
    """Return how often an item is due; for single acts, within how many days."""
    if item.period != Granularity.PER_EVENT:
        return Granularity(item.period).label
    unit = "个工作日" if item.deadline_unit == DayUnit.WORKING else "天"
    return f"每次，{item.deadline_days} {unit}内"


def _between(region: Region, place: Region) -> str:
    """Return the names of the levels between a page's place and that of a duty below it."""
    here = [one.pk for one in (*place.ancestors, place)]
    if region.pk not in here:
        return ""
    named = [one for one in place.ancestors if one.level != Level.CITY]
    return "".join(one.short_name for one in named if here.index(one.pk) > here.index(region.pk))


def _href(duty: Duty) -> str:
    release = duty.release
    if release is None or release.is_nil:
        return ""
    slug = sections.slug_of(registry.kind(release.kind), duty.item.section)
    return f"{duty.region.get_absolute_url()}{slug}/" if slug else ""
