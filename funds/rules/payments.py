"""Rules of suspicion over payments; each runs on a draft, a release, or everything published."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import NUMBERS, ROWS
from villages.rules.repeated import identical_rows, other_period

_ROUNDED = """round(n.quantity * n.rate,
    CASE g.rounding WHEN 'yuan' THEN 0 WHEN 'jiao' THEN 1 ELSE 2 END)"""
_MONEY = "FM999999999990.00"

register(
    Rule(
        code="payment-arithmetic",
        kind="payments",
        title="金额不等于数量乘标准",
        message="第 {row} 行：{quantity} × {rate} 应是 {due} 元，表里是 {amount} 元",
        source="财办〔2020〕37号：补贴按标准足额发放",
        severity=Severity.HIGH,
        # Programmes round as they say; the county's own stands before one of the city with its code.
        # 补发 and 追回 pay a part.
        sql=f"""
        WITH programmes AS MATERIALIZED (
            SELECT DISTINCT ON (g.code) g.code, g.rounding, g.method
            FROM funds_programme g JOIN releases_release gr
                ON gr.id = g.release_id AND gr.state = 'published'
            WHERE g.county IN (%(county)s, left(%(county)s, 4) || '00')
                AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = g.id)
            ORDER BY g.code, g.county DESC)
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'quantity', trim_scale(n.quantity), 'rate', trim_scale(n.rate),
            'due', to_char({_ROUNDED}, '{_MONEY}'),
            'amount', to_char(COALESCE(n.due_amount, n.amount), '{_MONEY}'))
        FROM funds_payment n JOIN programmes g ON g.code = n.programme_code AND g.method = 'standard'
        WHERE {{scope}} AND n.entry_type IN ('normal', 'correction', 'reissue')
            AND n.quantity IS NOT NULL AND n.rate IS NOT NULL
            AND COALESCE(n.due_amount, n.amount) <> {_ROUNDED}
        """,
    )
)

register(
    Rule(
        code="payment-above-standard",
        kind="payments",
        title="高于当时的标准，或标准名称不认识",
        message="第 {row} 行起有 {count} 行：标准{name}{said}{rate}",
        source="财办〔2020〕37号：补贴按公布的标准发放",
        # A share or the base of a top-up is no price of a unit: its name is known, its figure not compared.
        sql=f"""
        WITH standards AS MATERIALIZED (
            SELECT s.programme_code, s.name, s.start_on, s.end_on, sg.code AS place,
                CASE WHEN s.type IN ('fixed', 'ceiling') THEN s.rate END AS rate
            FROM funds_standard s JOIN releases_release sr
                ON sr.id = s.release_id AND sr.state = 'published'
            JOIN places_region sg ON sg.id = s.region_id
            WHERE s.county IN (%(county)s, left(%(county)s, 4) || '00')
                AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = s.id)
        ), used AS MATERIALIZED (
            SELECT DISTINCT n.programme_code, n.standard_name, n.rate, n.start_on, n.end_on, n.region_id
            FROM funds_payment n
            WHERE {{scope}} AND (n.rate IS NOT NULL OR n.standard_name <> '')
        ), judged AS (
            SELECT u.*, best.known, best.rate AS allowed
            FROM used u JOIN places_region p ON p.id = u.region_id CROSS JOIN LATERAL (
                SELECT count(*) > 0 AS known,
                    CASE WHEN count(*) = count(s.rate) THEN max(s.rate) END AS rate
                FROM standards s
                WHERE s.programme_code = u.programme_code
                    AND (u.standard_name = '' OR s.name = u.standard_name)
                    AND s.start_on < u.end_on AND (s.end_on IS NULL OR s.end_on > u.start_on)
                    AND s.place IN (p.code, left(p.code, 9) || '000',
                        left(p.code, 6) || '000000', left(p.code, 4) || '00000000')) best
        ), wrong AS MATERIALIZED (
            SELECT * FROM judged j WHERE j.rate > j.allowed OR (NOT j.known AND (j.standard_name <> ''
                OR EXISTS (SELECT 1 FROM standards s WHERE s.programme_code = j.programme_code)))
        )
        SELECT {ROWS}, min(n.position), jsonb_build_object('row', min(n.position), 'count', count(*),
            'name', CASE WHEN w.standard_name <> '' THEN '“' || w.standard_name || '”' ELSE '' END,
            'said', CASE WHEN w.allowed IS NULL
                THEN '在这一期没有公布过' ELSE '当时是 ' || trim_scale(w.allowed) || ' 元' END,
            'rate', CASE WHEN w.rate IS NULL THEN '' ELSE '，表里每单位 ' || trim_scale(w.rate) || ' 元' END)
        FROM funds_payment n JOIN wrong w ON w.programme_code = n.programme_code
            AND w.standard_name = n.standard_name AND w.rate IS NOT DISTINCT FROM n.rate
            AND w.start_on = n.start_on AND w.end_on = n.end_on AND w.region_id = n.region_id
        WHERE {{scope}}
        GROUP BY w.programme_code, w.standard_name, w.rate, w.start_on, w.end_on, w.allowed
        """,
    )
)

register(
    Rule(
        code="payment-same-person",
        kind="payments",
        title="同一个人领了两次",
        message="第 {rows} 行是同一个人，同一项补贴、同一期，共 {amount} 元",
        source="财办〔2020〕37号：不得重复发放",
        severity=Severity.HIGH,
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS},
            'amount', to_char(sum(n.amount), '{_MONEY}'))
        FROM funds_payment n WHERE {{scope}} AND n.entry_type = 'normal' AND n.identity_digest IS NOT NULL
        GROUP BY n.county, n.programme_code, n.start_on, n.end_on, n.identity_digest, n.standard_name,
            n.plot_code, n.batch_label
        HAVING count(*) > 1
        """,
    )
)

register(
    Rule(
        code="payment-shared-account",
        kind="payments",
        title="几个人用一个账号",
        message="第 {rows} 行是 {people} 个人（单位），打到同一个账号",
        source="财办〔2020〕37号：补贴打入本人一卡通",
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS},
            'people', count(DISTINCT COALESCE(encode(n.identity_digest, 'hex'), n.credit_code)))
        FROM funds_payment n WHERE {{scope}} AND n.account_digest IS NOT NULL
            AND (n.identity_digest IS NOT NULL OR n.credit_code <> '')
        GROUP BY n.county, n.account_digest
        HAVING count(DISTINCT COALESCE(encode(n.identity_digest, 'hex'), n.credit_code)) > 1
        """,
    )
)

other_period("payment-other-period", "payments", "funds_payment")

# The normal lines of one person are asked about by payment-same-person already.
identical_rows(
    "payment-identical-rows",
    "payments",
    "funds_payment",
    "programme_code start_on end_on entry_type identity_digest account_digest credit_code name_public amount"
    " paid_on quantity rate standard_name plot_code group_name batch_label note original_paid_on",
    where="(n.identity_digest IS NULL OR n.entry_type <> 'normal')",
)
