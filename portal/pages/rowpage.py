"""One disclosed row: its values, its versions, the way its release came to be public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.catalogue.models import NamesPolicy
from portal.columns.periods import Period
from portal.pages import errors, lines, panels, words
from portal.pages.asked import address, period_word
from portal.pages.errors import MissingError
from portal.pages.sections import SECTIONS, makers
from portal.places.models import Region
from portal.releases import registry
from portal.releases.models import DisclosedRow, Release, Replaced, State, Step, Verb, Via
from portal.releases.registry import Disclosure

# Back to the first version, then on to the newest, whatever version the address names; the links of an
# append-only list. A line that took the place of another has that one's versions before its own.
_CHAIN = """
WITH RECURSIVE back AS (
    SELECT %s::uuid AS id, 0 AS steps
    UNION ALL
    SELECT x.row_id, back.steps + 1 FROM releases_replaced x JOIN back ON x.by_row_id = back.id
), chain AS (
    SELECT x.*, 0 AS steps FROM releases_replaced x
    WHERE x.row_id = (SELECT id FROM back ORDER BY steps DESC, id LIMIT 1)
    UNION ALL
    SELECT later.*, chain.steps + 1 FROM releases_replaced later JOIN chain ON later.row_id = chain.by_row_id
) SELECT row_id, by_row_id, release_id, reason FROM chain ORDER BY steps
"""
# How it is said that there are several versions: of a correction, of a later state of the same thing.
_CORRECTED = {"often": "改过", "old": "改之前", "was": "改前", "now": "改后"}
_CARRIED_ON = {"often": "更新过", "old": "更新之前", "was": "以前", "now": "现在"}
_TRACED = {Verb.SUBMIT: "报上去", Verb.APPROVE: "看过，同意", Verb.RETURN: "退回去改"}


@dataclass(frozen=True, kw_only=True)
class Traced:
    """One step of a release as the public reads it: by office, never by name."""

    state: str
    title: str
    on: date | datetime | None
    line: str


@require_safe
def row_page(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Show one row by the id of any of its versions."""
    entry = registry.get(kind)
    row = _row(entry, pk) if entry else None
    if entry is None or row is None:
        raise MissingError("没有这一笔", line="可能抄错了。从村里的页面再找一遍。")
    _check_listed(entry, row)
    if row.release.state == State.WITHDRAWN:
        return _withdrawn(request, entry, row)
    links = chain_of(row.pk)
    if links and links[-1].by_row_id is None:
        return _line_withdrawn(request, entry, row, links[-1])
    response = render(request, "portal/pages/row.html", _context(entry, row, links))
    response["Cache-Control"] = "no-cache"
    return response


def _check_listed(entry: Disclosure, row: Any, *beside: Any) -> None:
    """Refuse a page that would print a version of which only sums are public."""
    if any(version.release.names == NamesPolicy.HIDDEN for version in (row, *beside)):
        raise MissingError("这一项只公开合计", line="为了保护当事人，不公开每一笔。", **_way_back(entry, row))


def chain_of(row_id: UUID) -> list[Replaced]:
    """Return the replacements from a row's first version to its newest; the last may be a withdrawal."""
    return list(Replaced.objects.raw(_CHAIN, [row_id]))


def _row(entry: Disclosure, pk: UUID) -> Any:
    """Return a row that is or was public, with all it shows joined."""
    return _joined(entry).filter(pk=pk, release__state__in=[State.PUBLISHED, State.WITHDRAWN]).first()


def _joined(entry: Disclosure) -> Any:
    return entry.model._default_manager.select_related(
        "release__item", "release__body", "region__parent__parent__parent"
    )


def _context(entry: Disclosure, row: Any, links: list[Replaced]) -> dict[str, Any]:
    versions = _versions(entry, row, links)
    newest = versions[-1]
    other = None if len(versions) == 1 else (row if row.pk != newest.pk else versions[-2])
    _check_listed(entry, row, newest, other or newest)
    changes = lines.side_by_side(entry, other, newest) if other else []
    region: Region = row.region
    return {
        "kind": entry,
        "row": row,
        "newest": newest,
        "region": region,
        "reference": f"{entry.code}/{row.pk}",
        "heading": title_of(entry, row),
        "period": words.period(row.release.start_on, row.release.end_on),
        "values": lines.values(entry, row),
        "amount": getattr(row, entry.amount) if entry.amount else None,
        "is_old": row.pk != newest.pk,
        "other": other,
        "changes": changes,
        "times": len(versions) - 1,
        "reason": _reason(links, newest),
        "words": _CORRECTED if newest.version > 1 else _CARRIED_ON,
        "trace": _trace(versions),
        "panels": panels.of_row(entry.code, row),
        "back": _way_back(entry, row),
        "tab": entry.section,
    }


def _versions(entry: Disclosure, row: Any, links: list[Replaced]) -> list[Any]:
    """Return every public version, oldest first."""
    if not links:
        return [row]
    wanted = [links[0].row_id, *(link.by_row_id for link in links)]
    found = {other.pk: other for other in _joined(entry).filter(pk__in=set(wanted) - {row.pk})}
    return [row if key == row.pk else found[key] for key in wanted]


def _reason(links: list[Replaced], newest: DisclosedRow) -> str:
    return next((link.reason for link in links if link.by_row_id == newest.pk), "")


def _trace(versions: list[Any]) -> list[Traced]:
    """Return how each version's release came to be public, oldest first; one query."""
    releases: dict[UUID, Release] = {row.release.pk: row.release for row in versions}
    steps = (
        Step.objects.filter(release__in=releases, verb__in=_TRACED)
        .exclude(release__via=Via.BULK)  # one operator's steps say nothing of who looked
        .order_by("at", "seq")
    )
    of_release: dict[UUID, list[Step]] = {key: [] for key in releases}
    for step in steps:
        of_release[step.release_id].append(step)
    return [
        traced
        for key, release in releases.items()
        for traced in (*map(_traced, of_release[key]), _published(release))
    ]


def _traced(step: Step) -> Traced:
    state = "warn" if step.verb == Verb.RETURN else "ok"
    return Traced(state=state, title=_TRACED[Verb(step.verb)], on=step.at, line=step.office)


def _published(release: Release) -> Traced:
    office = release.body.name
    line = f"{office}，以前的旧账一次录入" if release.via == Via.BULK else office
    if release.is_correction:
        return Traced(state="info", title="更正", on=release.published_on, line=line)
    return Traced(state="ok", title="公开", on=release.published_on, line=line)


def title_of(entry: Disclosure, row: Any) -> str:
    """Return the everyday name of the row, or of what it belongs to."""
    if entry.heading is not None:
        return entry.heading(row)
    if not entry.subject:
        return str(row) if not entry.names_people else entry.title
    subject = getattr(row, entry.subject)
    titles = entry.subject_titles(row.county, [subject]) if entry.subject_titles else {}
    return titles.get(subject, "") or entry.title


def _way_back(entry: Disclosure, row: Any) -> dict[str, str]:
    """Return the link to the list this row stands in."""
    region: Region = row.region
    if entry.way_back is not None:
        href, word = entry.way_back(row)
        return {"href": href, "word": word}
    if not entry.section:
        return {"href": region.get_absolute_url(), "word": region.short_name}
    if entry.happened_on:
        month = Period.containing(getattr(row, entry.happened_on), "month")
        return {
            "href": address(f"{region.get_absolute_url()}{entry.section}/", period=month.label()),
            "word": f"{month.start.month}月的{entry.month_word}",
        }
    has_batches = bool(entry.subject) or lines.has_own_period(entry)
    if entry.section in makers or not has_batches:
        section = SECTIONS[entry.section]
        return {"href": f"{region.get_absolute_url()}{section.slug}/", "word": section.title}
    dated = row if lines.has_own_period(entry) else row.release
    href = address(
        f"{region.get_absolute_url()}{entry.section}/",
        programme=getattr(row, entry.subject) if entry.subject else "",
        period=period_word(dated.start_on, dated.end_on),
    )
    return {"href": href, "word": f"{region.short_name}这一批"}


def _way_on(entry: Disclosure, row: Any) -> dict[str, str]:
    """Return the link to what is left: the batch of a withdrawn row may be gone as a whole."""
    region: Region = row.region
    href = region.get_absolute_url() + (f"{entry.section}/" if entry.section else "")
    return {"href": href, "word": f"看{region.short_name}别的账"}


def _withdrawn(request: HttpRequest, entry: Disclosure, row: Any) -> HttpResponse:
    """Say that the whole release was withdrawn, without a value of the row."""
    release: Release = row.release
    step = Step.objects.filter(release=release, verb=Verb.WITHDRAW).order_by("-seq").first()
    at = release.withdrawn_at
    return _gone(
        request,
        entry,
        row,
        on=timezone.localtime(at).date() if at else None,
        reason=release.withdrawal_reason,
        office=step.office if step else release.body.name,
        line="整批都撤下了，这里不再显示。",
    )


def _line_withdrawn(request: HttpRequest, entry: Disclosure, row: Any, link: Replaced) -> HttpResponse:
    """Say that a correction took this one line away."""
    release = Release.objects.select_related("body").get(pk=link.release_id)
    return _gone(
        request,
        entry,
        row,
        on=release.published_on,
        reason=link.reason or release.reason,
        office=release.body.name,
        line="只撤了这一笔，别的还在。",
    )


def _gone(
    request: HttpRequest,
    entry: Disclosure,
    row: Any,
    *,
    on: date | None,
    reason: str,
    office: str,
    line: str,
) -> HttpResponse:
    context = {
        "region": row.region,
        "reference": f"{entry.code}/{row.pk}",
        "say": "这一笔撤下了",
        "line": line,
        "what": f"{row.release.item.name}，{entry.title}里的一笔",
        "on": on,
        "reason": reason,
        "office": office,
        **_way_on(entry, row),
    }
    return errors.gone(request, context)
