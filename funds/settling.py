"""Checks of funds that only a whole draft can answer, as set-based SQL."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from portal.releases.models import Release

_CORRECTED = """
SELECT n.id, n.position, array_agg(o.id) FILTER (WHERE o.id IS NOT NULL)
FROM funds_payment n
LEFT JOIN funds_payment o ON o.county = n.county AND o.region_id = n.region_id
    AND o.programme_code = n.programme_code AND o.start_on = n.start_on AND o.end_on = n.end_on
    AND o.identity_digest = n.identity_digest AND o.paid_on = n.original_paid_on
    AND EXISTS (SELECT 1 FROM releases_release r WHERE r.id = o.release_id AND r.state = 'published')
    AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = o.id)
WHERE n.release_id = %s AND n.entry_type = 'correction'
GROUP BY n.id, n.position ORDER BY n.position
"""


def settle_corrections(release: Release) -> list[tuple[int, str, str]]:
    """Note for every line of type 更正 the published row it replaces; return those that name none or two."""
    errors: list[tuple[int, str, str]] = []
    with connection.cursor() as cursor:
        cursor.execute(_CORRECTED, [release.pk])
        found = cursor.fetchall()
    planned: dict[UUID, UUID] = {}
    for row_id, position, targets in found:
        if not targets:
            errors.append(
                (
                    position,
                    "original_paid_on",
                    "没有找到要更正的那一笔，请核对身份证号、所属期和原发放日期",
                )
            )
        elif len(targets) > 1:
            errors.append(
                (
                    position,
                    "original_paid_on",
                    "这一天有几笔一样的，分不清更正哪一笔，请到那一批里逐行更正",
                )
            )
        elif targets[0] in planned:
            errors.append((position, "original_paid_on", "前面有一行已经更正了同一笔，请只留一行"))
        else:
            planned[targets[0]] = row_id
    if not errors:
        release.replacements.bulk_create(
            [
                release.replacements.model(release=release, row_id=old, by_row_id=new, reason="更正")
                for old, new in planned.items()
            ]
        )
    return errors


_OVERLAPS = """
SELECT DISTINCT n.programme_code, n.name FROM funds_standard n JOIN funds_standard o
    ON o.county = n.county AND o.programme_code = n.programme_code AND o.name = n.name
    AND o.region_id = n.region_id AND o.id <> n.id
    AND daterange(o.start_on, o.end_on) && daterange(n.start_on, n.end_on)
JOIN releases_release r ON r.id = o.release_id
WHERE n.release_id = %(release)s AND (r.state = 'published' OR r.id = n.release_id)
    AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id IN (o.id, n.id))
LIMIT 5
"""


def overlapping_standards(release: Release) -> list[str]:
    """Return objections for standards of one name in force on one day in one place."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS, {"release": release.pk})
        return [
            f"标准“{name}”（{code}）有两个在同一天有效。请给旧标准写上终止日期。"
            for code, name in cursor.fetchall()
        ]
