"""Checks of funds that only a whole draft can answer, as set-based SQL."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from funds.models import LivelihoodProject
from portal.releases.models import Release
from portal.releases.succession import take_places

Found = tuple[int, str, str]

# A line that is itself a newer version of a public row replaces that row already.
_PLANNED = """
SELECT n.id FROM funds_payment n
WHERE n.release_id = %s AND n.entry_type = 'correction' AND n.version = 1
"""
_CORRECTED = """
SELECT n.id, n.position, array_agg(o.id ORDER BY o.id) FILTER (WHERE o.id IS NOT NULL)
FROM funds_payment n
LEFT JOIN funds_payment o ON o.county = n.county AND o.region_id = n.region_id
    AND o.programme_code = n.programme_code AND o.start_on = n.start_on AND o.end_on = n.end_on
    AND (o.identity_digest = n.identity_digest
        OR (n.identity_digest IS NULL AND n.credit_code <> '' AND o.credit_code = n.credit_code))
    AND o.paid_on = n.original_paid_on
    AND EXISTS (SELECT 1 FROM releases_release r WHERE r.id = o.release_id AND r.state = 'published')
    AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = o.id)
WHERE n.release_id = %s AND n.entry_type = 'correction' AND n.version = 1
GROUP BY n.id, n.position ORDER BY n.position
"""


def settle_corrections(release: Release) -> list[Found]:
    """Note for every line of type 更正 the published row it replaces; return those that name none or two.

    Harmless when run again: what it noted before is noted anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PLANNED, [release.pk])
        own = [row_id for (row_id,) in cursor.fetchall()]
        if not own:
            return []
        cursor.execute(_CORRECTED, [release.pk])
        found = cursor.fetchall()
    release.replacements.filter(by_row_id__in=own).delete()
    taken = set(release.replacements.values_list("row_id", flat=True))
    planned: dict[UUID, UUID] = {}
    errors: list[Found] = []
    for row_id, position, targets in found:
        if problem := _problem(targets or [], taken | planned.keys()):
            errors.append((position, "original_paid_on", problem))
        else:
            planned[targets[0]] = row_id
    release.replacements.bulk_create(
        release.replacements.model(release=release, row_id=old, by_row_id=new, reason="更正")
        for old, new in planned.items()
    )
    return errors


def _problem(targets: list[UUID], taken: set[UUID]) -> str:
    """Return why a line of type 更正 cannot be matched to one published row; empty when it can."""
    if not targets:
        return "没有找到要更正的那一笔，请核对身份证号、所属期和原发放日期"
    if len(targets) > 1:
        return "这一天有几笔一样的，分不清更正哪一笔，请到那一批里逐行更正"
    if targets[0] in taken:
        return "前面有一行已经更正了同一笔，请只留一行"
    return ""


_OVERLAPS = """
SELECT n.position, n.programme_code, n.name, r.state = 'published'
FROM funds_standard n JOIN funds_standard o
    ON o.county = n.county AND o.programme_code = n.programme_code AND o.name = n.name
    AND o.region_id = n.region_id AND o.id <> n.id
    AND daterange(o.start_on, o.end_on) && daterange(n.start_on, n.end_on)
JOIN releases_release r ON r.id = o.release_id
WHERE n.release_id = %(release)s
    AND (r.state = 'published' OR (r.id = n.release_id AND (o.position, o.id) < (n.position, n.id)))
    AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id IN (o.id, n.id))
    AND NOT EXISTS (SELECT 1 FROM releases_replacement p
        WHERE p.release_id = n.release_id AND p.row_id = o.id)
ORDER BY n.position LIMIT 1000
"""


def _overlaps(release: Release) -> list[tuple[int, str, str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS, {"release": release.pk})
        found: list[tuple[int, str, str, bool]] = cursor.fetchall()
    return found


def settle_standards(release: Release) -> list[Found]:
    """Return standards of one name in force on one day in one place, public ones included."""
    return [
        (
            position,
            "start_on",
            "已经公开的同名标准这时还有效，请先更正它，写上终止日期"
            if is_public
            else "前面有一行同名标准同时有效，请写上终止日期，或只留一行",
        )
        for position, _, _, is_public in _overlaps(release)
    ]


def overlapping_standards(release: Release) -> list[str]:
    """Return objections for standards of one name in force on one day in one place."""
    named = dict.fromkeys((code, name) for _, code, name, _ in _overlaps(release))
    return [
        f"标准“{name}”（{code}）有两个在同一天有效。请给旧标准写上终止日期。"
        for code, name in list(named)[:5]
    ]


_STRANGE_ITEMS = """
SELECT n.position FROM funds_programme n
WHERE n.release_id = %s AND n.item_code <> '' AND NOT EXISTS (
    SELECT 1 FROM catalogue_catalogueitem c WHERE c.code = n.item_code AND c.kind = 'payments')
ORDER BY n.position LIMIT 1000
"""


def settle_programmes(release: Release) -> list[Found]:
    """Return programmes that name an item the catalogue does not have: none of their payments would load."""
    with connection.cursor() as cursor:
        cursor.execute(_STRANGE_ITEMS, [release.pk])
        return [
            (position, "item_code", "公开目录里没有发放明细用的这一项，请核对，如 MS-P02")
            for (position,) in cursor.fetchall()
        ]


def settle_projects(release: Release) -> list[Found]:
    """Note which public projects the draft's lines carry on: the same number, place and name.

    A number that stands for another project is refused as taken. A new name is a correction.
    """
    take_places(
        release,
        LivelihoodProject,
        same=("region_id", "project_no", "name"),
        reason="新的进展",
        within_period=True,
    )
    return []
