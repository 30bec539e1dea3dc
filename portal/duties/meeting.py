"""Which release meets which duty: at publication for one, after a change of the catalogue for all."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, Min, OuterRef, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from portal.catalogue.models import Granularity
from portal.duties.deadlines import due_on
from portal.duties.models import Duty, Participation
from portal.releases.models import Release, Replaced, State
from portal.releases.registry import kind
from portal.workdays import calendar

# The duties that a release may be about: of its period, and of the places it tells of.
_TOUCHED = """d.start_on < %(end_on)s AND d.end_on > %(start_on)s AND (d.region_id = %(home)s
    OR d.region_id IN (SELECT t.region_id FROM releases_total t WHERE t.release_id = %(release)s))"""
# Where corrections took every line of a release away, it tells nothing any more. Totals are net: a line that
# took the place of another release's counts nothing by itself, so those are added.
_EMPTIED = """(EXISTS (SELECT 1 FROM releases_release c WHERE c.corrects_id = r.id AND c.state = 'published')
        AND EXISTS (SELECT 1 FROM releases_total n JOIN releases_release f ON f.id = n.release_id
            WHERE (f.id = r.id OR (f.corrects_id = r.id AND f.state = 'published'))
                AND n.region_id = {region}
            HAVING sum(n.row_count) + (SELECT count(*) FROM releases_replaced x
                WHERE x.release_id = r.id) = 0))"""
# Every month of the period must be public: by one release, or by several that add up. It counts as met
# from the day on which the last month came. A list that is only posted for objections tells of no payment.
# Whoever of a place publishes meets its duty; where several of its offices owe the same, each owes its own.
_MEET = f"""
WITH open AS MATERIALIZED (
    SELECT d.id, d.item_id, d.region_id, d.start_on, d.end_on, d.body_id,
        EXISTS (SELECT 1 FROM duties_assignment a JOIN places_body o ON o.id = a.body_id
            WHERE a.item_id = d.item_id AND a.body_id <> d.body_id AND o.region_id = d.region_id
            AND a.start_on < d.end_on AND (a.end_on IS NULL OR a.end_on >= d.end_on)) AS is_shared
    FROM duties_duty d WHERE d.release_id IS NULL AND d.source_id IS NULL {{narrowed}}
), waiting AS (
    SELECT o.*, month::date AS month
    FROM open o CROSS JOIN LATERAL generate_series(o.start_on, o.end_on - 1, interval '1 month') AS month
), reach AS (
    SELECT r.id, r.item_id, r.start_on, r.end_on, r.published_on, r.is_nil, b.region_id, r.body_id,
        true AS is_own
    FROM releases_release r JOIN places_body b ON b.id = r.body_id
    WHERE r.state = 'published' AND r.corrects_id IS NULL AND r.stage = 'paid' {{of_item}}
        AND (r.item_id, b.region_id) IN (SELECT item_id, region_id FROM open)
        AND NOT {_EMPTIED.format(region="b.region_id")}
    UNION
    SELECT r.id, r.item_id, r.start_on, r.end_on, r.published_on, r.is_nil, t.region_id, r.body_id, false
    FROM releases_release r JOIN releases_total t ON t.release_id = r.id
    JOIN places_body b ON b.id = r.body_id AND b.region_id <> t.region_id
    JOIN catalogue_catalogueitem i ON i.id = r.item_id
    JOIN places_region g ON g.id = t.region_id AND g.level = i.level
    WHERE r.state = 'published' AND r.corrects_id IS NULL AND r.stage = 'paid' {{of_item}}
        AND (r.item_id, t.region_id) IN (SELECT item_id, region_id FROM open)
        AND NOT {_EMPTIED.format(region="t.region_id")}
), covered AS (
    SELECT DISTINCT ON (w.id, w.month) w.id, w.start_on, w.end_on, r.id AS release_id,
        r.published_on, r.is_nil
    FROM waiting w JOIN reach r ON r.item_id = w.item_id AND r.region_id = w.region_id
        AND r.start_on <= w.month AND r.end_on >= (w.month + interval '1 month')::date
        AND (r.body_id = w.body_id OR NOT (r.is_own AND w.is_shared))
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
"""  # noqa: S608 # constants of this file
# A withdrawn release leaves its duties open; those that other releases still cover are met again at once.
_OPEN = f"""
UPDATE duties_duty d SET release_id = NULL, is_nil = false, withdrawn_on = %(today)s
WHERE d.source_id IS NULL AND d.release_id IS NOT NULL AND d.item_id = %(item)s AND {_TOUCHED}
"""  # noqa: S608 # constants of this file
# So does one that a correction left empty, a single act included.
_OPEN_EMPTIED = f"""
UPDATE duties_duty d SET release_id = NULL, is_nil = false, withdrawn_on = %(today)s
FROM releases_release r WHERE r.id = %(release)s AND d.release_id IS NOT NULL AND d.item_id = %(item)s
    AND (d.source_id = r.id OR (d.source_id IS NULL AND {_TOUCHED}))
    AND {_EMPTIED.format(region="d.region_id")}
"""  # noqa: S608 # constants of this file
_FILLED = f"""
UPDATE duties_duty d SET release_id = r.id, withdrawn_on = NULL FROM releases_release r
WHERE r.id = %(release)s AND d.source_id = r.id AND d.release_id IS NULL
    AND NOT {_EMPTIED.format(region="d.region_id")}
"""  # noqa: S608 # constants of this file


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
    with connection.cursor() as cursor:
        # A run over everything waits for this publication, or this for it: neither misses the other's rows.
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('duties', 0))")
    if release.corrects is not None:
        _follow_correction(release.corrects, on=_day_of(release))
    elif release.state == State.PUBLISHED:
        meet(release)
        _tell_event(release)
    elif release.state == State.WITHDRAWN:
        _reopen(release)


def _day_of(release: Release) -> date:
    return release.published_on or timezone.localdate()


def _reopen(release: Release) -> None:
    today = timezone.localdate(release.withdrawn_at or timezone.now())
    Duty.objects.filter(source=release).update(release=None, is_nil=False, withdrawn_on=today)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, _told(release) | {"today": today})
    meet(release)


def _follow_correction(original: Release, *, on: date) -> None:
    """Open what a correction left empty; what one fills again counts from its own day."""
    told = _told(original) | {"today": on}
    waiting = list(
        Duty.objects.filter(item=original.item_id, release=None, withdrawn_on__isnull=False).values_list(
            "pk", flat=True
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_EMPTIED, told)
        cursor.execute(_FILLED, told)
    meet(original)
    Duty.objects.filter(pk__in=waiting, release=original).update(met_on=Greatest("met_on", Value(on)))


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
    # An act that was withdrawn is told anew: from here on this release counts, by its own day.
    Duty.objects.filter(
        item=release.item,
        body=release.body,
        source__isnull=False,
        withdrawn_on__isnull=False,
        happened_on__gte=release.start_on,
        happened_on__lt=release.end_on,
    ).delete()
    Duty.objects.update_or_create(
        source=release,
        defaults={
            "item": release.item,
            "body": release.body,
            "region": release.body.region,
            "start_on": release.start_on,
            "end_on": release.end_on,
            "happened_on": happened,
            "due_on": due_on(release.item, happened, calendar.current()),
            "release": release,
            "met_on": release.published_on,
            "is_nil": False,
        },
    )


def _first_event(release: Release) -> date | None:
    """Return the earliest act that a release tells of; what an earlier release told already is none."""
    disclosure = kind(release.kind)
    if not disclosure.event_on:
        return None
    rows = disclosure.model._default_manager
    told = rows.filter(
        pk__in=Replaced.objects.filter(by_row_id=OuterRef(OuterRef("pk"))).values("row_id"),
        **{disclosure.event_on: OuterRef(disclosure.event_on)},
    )
    new = rows.filter(~Exists(told), release=release)
    first: date | None = new.aggregate(first=Min(disclosure.event_on))["first"]
    return first


def _since(code: str) -> date | None:
    """Return since when the place of a code takes part."""
    found: date | None = None
    above = [code[:length] + "0" * (12 - length) for length in (4, 6, 9)]
    for one in Participation.objects.filter(region__code__in=[*above, code]).select_related("region"):
        if one.region.code == code or one.with_below:
            found = min(found or one.start_on, one.start_on)
    return found
