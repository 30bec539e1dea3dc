"""Which release meets which duty: at publication for one, after a change of the catalogue for all."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from portal.catalogue.models import Granularity
from portal.duties.deadlines import due_on
from portal.duties.models import Duty, Participation
from portal.releases.models import Release, State
from portal.releases.registry import kind
from portal.workdays import calendar

# The duties that a release may be about: of its period, and of the places it tells of.
_TOUCHED = """d.start_on < %(end_on)s AND d.end_on > %(start_on)s AND (d.region_id = %(home)s
    OR d.region_id IN (SELECT t.region_id FROM releases_total t WHERE t.release_id = %(release)s))"""
# Every month of the period must be public: by one release, or by several that add up. It counts as met
# from the day on which the last month came. A list that is only posted for objections tells of no payment.
_MEET = """
WITH waiting AS (
    SELECT d.id, d.item_id, d.region_id, d.start_on, d.end_on, month::date AS month
    FROM duties_duty d
    CROSS JOIN LATERAL generate_series(d.start_on, d.end_on - 1, interval '1 month') AS month
    WHERE d.release_id IS NULL AND d.source_id IS NULL {narrowed}
), reach AS (
    SELECT r.id, r.item_id, r.start_on, r.end_on, r.published_on, r.is_nil, b.region_id
    FROM releases_release r JOIN places_body b ON b.id = r.body_id
    WHERE r.state = 'published' AND r.corrects_id IS NULL AND r.stage = 'paid' {of_item}
        AND (r.item_id, b.region_id) IN (SELECT item_id, region_id FROM waiting)
    UNION
    SELECT r.id, r.item_id, r.start_on, r.end_on, r.published_on, r.is_nil, t.region_id
    FROM releases_release r JOIN releases_total t ON t.release_id = r.id
    JOIN catalogue_catalogueitem i ON i.id = r.item_id
    JOIN places_region g ON g.id = t.region_id AND g.level = i.level
    WHERE r.state = 'published' AND r.corrects_id IS NULL AND r.stage = 'paid' {of_item}
        AND (r.item_id, t.region_id) IN (SELECT item_id, region_id FROM waiting)
), covered AS (
    SELECT DISTINCT ON (w.id, w.month) w.id, w.start_on, w.end_on, r.id AS release_id,
        r.published_on, r.is_nil
    FROM waiting w JOIN reach r ON r.item_id = w.item_id AND r.region_id = w.region_id
        AND r.start_on <= w.month AND r.end_on >= (w.month + interval '1 month')::date
    ORDER BY w.id, w.month, r.published_on, r.id
), met AS (
    SELECT id, max(published_on) AS met_on, bool_and(is_nil) AS is_nil,
        (array_agg(release_id ORDER BY published_on DESC, release_id DESC))[1] AS release_id
    FROM covered GROUP BY id, start_on, end_on
    HAVING count(*) = extract(year FROM age(end_on, start_on)) * 12
        + extract(month FROM age(end_on, start_on))
)
UPDATE duties_duty d SET release_id = met.release_id, is_nil = met.is_nil, withdrawn_on = NULL,
    met_on = greatest(d.met_on, met.met_on)
FROM met WHERE met.id = d.id
RETURNING d.region_id
"""
# A withdrawn release leaves its duties open; those that other releases still cover are met again at once.
_OPEN = """
UPDATE duties_duty d SET release_id = NULL, is_nil = false, withdrawn_on = %(today)s
WHERE d.source_id IS NULL AND d.release_id IS NOT NULL AND d.item_id = %(item)s
    AND {touched}
"""


def meet(release: Release | None = None) -> list[int]:
    """Mark the open duties that published releases meet; of one release's item, or all.

    Returns the keys of the regions whose duties were met, once for each duty.
    """
    if release is None:
        statement, told = _MEET.format(narrowed="", of_item=""), dict[str, Any]()
    else:
        statement = _MEET.format(
            narrowed=f"AND d.item_id = %(item)s AND {_TOUCHED}", of_item="AND r.item_id = %(item)s"
        )
        told = _told(release)
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return [region for (region,) in cursor.fetchall()]


def _told(release: Release) -> dict[str, Any]:
    return {
        "item": release.item_id,
        "start_on": release.start_on,
        "end_on": release.end_on,
        "home": release.body.region_id,
        "release": release.pk,
    }


def note(release: Release) -> None:
    """Take note of a release that was just published or withdrawn, inside that transaction."""
    if release.is_correction:
        return
    with connection.cursor() as cursor:
        # A run over everything waits for this publication, or this for it: neither misses the other's rows.
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('duties', 0))")
    if release.state == State.PUBLISHED:
        meet(release)
        _tell_event(release)
    elif release.state == State.WITHDRAWN:
        _reopen(release)


def _reopen(release: Release) -> None:
    at = release.withdrawn_at or timezone.now()
    today = timezone.localdate(at)
    Duty.objects.filter(source=release).update(release=None, is_nil=False, withdrawn_on=today)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN.format(touched=_TOUCHED), _told(release) | {"today": today})
    meet(release)


def _tell_event(release: Release) -> None:
    """Note by when the acts that a release tells of were to be told; the earliest of them counts.

    Old books that are loaded as history owe nothing: the place did not take part then.
    """
    if release.item.period != Granularity.PER_EVENT or not release.row_count:
        return
    happened = _first_event(release)
    since = _since(release.body.region.code)
    if happened is None or since is None or happened < since or release.published_on is None:
        return
    Duty.objects.update_or_create(
        source=release,
        defaults={
            "item": release.item,
            "body": release.body,
            "region": release.body.region,
            "start_on": release.start_on,
            "end_on": release.end_on,
            "due_on": due_on(release.item, happened, calendar.current()),
            "release": release,
            "met_on": release.published_on,
            "is_nil": False,
        },
    )


def _first_event(release: Release) -> date | None:
    disclosure = kind(release.kind)
    if not disclosure.event_on:
        return None
    rows = disclosure.model._default_manager.filter(release=release)
    first: date | None = rows.aggregate(first=Min(disclosure.event_on))["first"]
    return first


def _since(code: str) -> date | None:
    """Return since when the place of a code takes part."""
    found: date | None = None
    above = [code[:length] + "0" * (12 - length) for length in (4, 6, 9)]
    for one in Participation.objects.filter(region__code__in=[*above, code]).select_related("region"):
        if one.region.code == code or one.with_below:
            found = min(found or one.start_on, one.start_on)
    return found
