"""Rules of suspicion over notices."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import STANDING

register(
    Rule(
        code="notice-window-short",
        kind="notices",
        title="公示的天数不够",
        message="第 {row} 行“{title}”公示 {days} 天，这一项要公示 {wanted} 天",
        source="公开目录：各项的公示天数",
        severity=Severity.HIGH,
        # Days in working days are compared as they are: fewer days can never be enough of them.
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'title', n.title,
            'days', n.window_end_on - n.window_start_on + 1, 'wanted', c.window_days)
        FROM funds_notice n JOIN catalogue_catalogueitem c ON c.code = n.item_code
        WHERE {scope} AND n.window_end_on - n.window_start_on + 1 < c.window_days
        """,
    )
)

register(
    Rule(
        code="notice-window-over",
        kind="notices",
        title="贴出来的时候，公示已经开始或过了",
        message="第 {row} 行“{title}”公示从 {start} 到 {end}，这份通知 {issued} 才发布",
        source="公示要让人有时间提意见",
        severity=Severity.HIGH,
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'title', n.title,
            'start', n.window_start_on, 'end', n.window_end_on, 'issued', n.issued_on)
        FROM funds_notice n WHERE {scope} AND n.window_start_on < n.issued_on
        """,
    )
)

register(
    Rule(
        code="notice-again",
        kind="notices",
        title="同一份通知发了两次",
        message="第 {row} 行“{title}”（{issued}）和前面或已经公开的一份标题、日期都一样",
        source="录入检查",
        severity=Severity.LOW,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'title', n.title,
            'issued', n.issued_on)
        FROM funds_notice n
        WHERE {{scope}} AND EXISTS (SELECT FROM funds_notice o
            WHERE o.region_id = n.region_id AND o.issued_on = n.issued_on AND o.title = n.title
                AND o.id <> n.id
                AND ((o.release_id = n.release_id AND (o.position, o.id) < (n.position, n.id))
                    OR (o.release_id <> n.release_id AND {STANDING})))
        """,
    )
)
