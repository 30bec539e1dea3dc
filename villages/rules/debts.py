"""Rules of suspicion over who owes the village and whom it owes."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, NUMBERS, ROWS, STANDING
from villages.rules.repeated import identical_rows
from villages.thresholds import threshold_sql

_SOURCE = "农村集体经济组织财务公开规定（农经发〔2011〕13号）：债权债务逐笔公布"
_PARTY = "'row', n.position, 'party', n.party_public, 'nature', n.nature"
# The same debt in another period. Masked names may be two persons': nature and day of origin tell them apart.
_SAME = """o.region_id = n.region_id AND o.side = n.side AND o.party_public = n.party_public
    AND o.nature = n.nature AND o.incurred_on IS NOT DISTINCT FROM n.incurred_on"""

register(
    Rule(
        code="debt-arithmetic",
        kind="debts",
        title="期末余额算不出来",
        message="第 {row} 行“{party} {nature}”：期初 {opening} ＋ 增加 {increase} － 减少 {decrease} "
        "应是 {due} 元，表里期末是 {closing} 元",
        source=_SOURCE,
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object({_PARTY},
            'opening', to_char(n.opening, '{MONEY}'), 'increase', to_char(n.increase, '{MONEY}'),
            'decrease', to_char(n.decrease, '{MONEY}'), 'closing', to_char(n.closing, '{MONEY}'),
            'due', to_char(n.opening + n.increase - n.decrease, '{MONEY}'))
        FROM villages_debt n
        WHERE {{scope}} AND n.opening + n.increase - n.decrease <> n.closing
        """,
    )
)

register(
    Rule(
        code="debt-opening",
        kind="debts",
        title="期初余额接不上前一期",
        message="第 {row} 行“{party} {nature}”期初 {opening} 元，前一期（到 {until}）期末是 {closing} 元，"
        "相差 {difference} 元。遮盖后同名的是两个人，说明即可",
        source=_SOURCE,
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object({_PARTY},
            'opening', to_char(n.opening, '{MONEY}'), 'closing', to_char(t.closing, '{MONEY}'),
            'until', t.end_on - 1, 'difference', to_char(n.opening - t.closing, '{MONEY}'))
        FROM villages_debt n CROSS JOIN LATERAL (
            SELECT o.closing, o.end_on FROM villages_debt o
            WHERE {_SAME} AND o.end_on <= n.start_on AND (o.release_id = n.release_id OR {STANDING})
            ORDER BY o.end_on DESC, o.closing = n.opening DESC, o.id DESC LIMIT 1) t
        WHERE {{scope}} AND n.opening <> t.closing
        """,
    )
)

register(
    Rule(
        code="debt-vanished",
        kind="debts",
        title="上一期还欠的，这一期没有了",
        message="上一期（到 {until}）“{party} {nature}”还有 {closing} 元，这一期没有这一笔。"
        "还清了的，也写一行；免掉的，写明谁定的",
        source=_SOURCE,
        severity=Severity.HIGH,
        # Told once for each debt, at the first row of its village and period.
        sql=f"""
        WITH mine AS (
            SELECT n.region_id, n.start_on, (array_agg(n.id ORDER BY n.position, n.id))[1] AS id,
                min(n.position) AS position
            FROM villages_debt n WHERE {{scope}} GROUP BY n.region_id, n.start_on
        ), before AS (
            SELECT m.id AS mine_id, m.position AS mine_at, m.start_on AS now_on,
                o.region_id, o.side, o.party_public, o.nature, o.incurred_on, o.end_on, o.closing
            FROM mine m JOIN villages_debt o ON o.region_id = m.region_id AND o.closing > 0
                AND o.end_on = (SELECT max(p.end_on) FROM villages_debt p
                    JOIN releases_release r ON r.id = p.release_id AND r.state = 'published'
                    WHERE p.region_id = m.region_id AND p.end_on <= m.start_on)
            WHERE {STANDING}
        )
        SELECT ARRAY[n.mine_id], n.mine_at, jsonb_build_object('party', n.party_public,
            'nature', n.nature, 'until', n.end_on - 1, 'closing', to_char(n.closing, '{MONEY}'))
        FROM before n
        WHERE NOT EXISTS (SELECT FROM villages_debt o WHERE {_SAME} AND o.start_on = n.now_on
            AND (o.release_id = %(release)s OR {STANDING}))
        """,
    )
)

register(
    Rule(
        code="debt-rate",
        kind="debts",
        title="利率高，或者像是写成了小数",
        message="第 {row} 行“{party} {nature}”年利率写的是 {rate}%。一年 3.85% 写 3.85；"
        "确实是这样的，说明即可",
        source="民间借贷司法解释（法释〔2020〕6号）第25条；限额见 thresholds.csv",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object({_PARTY}, 'rate', trim_scale(n.annual_rate))
        FROM villages_debt n
        WHERE {{scope}} AND n.annual_rate > 0 AND (n.annual_rate < 0.2
            OR n.annual_rate > {threshold_sql("debt_rate", day="n.start_on", place="n.county")})
        """,
    )
)

register(
    Rule(
        code="debt-no-origin",
        kind="debts",
        title="没写哪天欠下的",
        message="第 {rows} 行没有写形成日期，看的人不知道欠了多久。查不到的，说明即可",
        source="公开目录 MS-Z02：形成日期、到期日、利率、清偿情况",
        severity=Severity.LOW,
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS})
        FROM villages_debt n WHERE {{scope}} AND n.incurred_on IS NULL AND n.closing > 0
        GROUP BY n.release_id
        """,
    )
)

identical_rows(
    "debt-identical-rows",
    "debts",
    "villages_debt",
    "start_on end_on side party_public nature opening increase decrease closing incurred_on due_on note",
    amount="closing",
    what="期末 ",
)
