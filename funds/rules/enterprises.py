"""Rules of suspicion over support paid to enterprises, and over the list of fees."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, NUMBERS, ROWS, STANDING

_FUNDS = "《优化营商环境条例》（国务院令第722号）"
_FEES = "《政府信息公开条例》第二十条（八）：公开行政事业性收费项目及其依据、标准"

register(
    Rule(
        code="fund-not-approved-amount",
        kind="enterprise_funds",
        title="到账和核定的不一样",
        message="第 {row} 行核定 {approved} 元，到账 {amount} 元。分几次付的，说明即可",
        source=_FUNDS + "：政府依法作出的政策承诺应当兑现",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'approved', to_char(n.approved_amount, '{MONEY}'), 'amount', to_char(n.amount, '{MONEY}'))
        FROM funds_enterprisefund n WHERE {{scope}} AND n.approved_amount <> n.amount
        """,
    )
)

register(
    Rule(
        code="fund-above-applied",
        kind="enterprise_funds",
        title="给的比申报的多",
        message="第 {row} 行申报 {applied} 元，核定或到账 {given} 元",
        source=_FUNDS + "；核定高于申报，录入检查",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'applied', to_char(n.applied_amount, '{MONEY}'), 'given', to_char(t.given, '{MONEY}'))
        FROM funds_enterprisefund n CROSS JOIN LATERAL (
            SELECT GREATEST(n.amount, COALESCE(n.approved_amount, 0)) AS given) t
        WHERE {{scope}} AND t.given > n.applied_amount
        """,
    )
)

register(
    Rule(
        code="fund-before-application",
        kind="enterprise_funds",
        title="还没申报就到账了",
        message="第 {row} 行 {paid} 到账，{applied} 才申报。免申即享的不用写申报日期",
        source="录入检查",
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'paid', n.paid_on, 'applied', n.applied_on)
        FROM funds_enterprisefund n WHERE {scope} AND n.paid_on < n.applied_on
        """,
    )
)

register(
    Rule(
        code="fund-late",
        kind="enterprise_funds",
        title="比承诺的日子晚",
        message="第 {row} 行承诺 {promised} 前到账，{paid} 才到，晚了 {days} 天。为什么晚，请说明",
        source=_FUNDS + "：不得以任何理由迟延履行依法作出的政策承诺",
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'promised', n.promised_on, 'paid', n.paid_on, 'days', n.paid_on - n.promised_on)
        FROM funds_enterprisefund n WHERE {scope} AND n.paid_on > n.promised_on
        """,
    )
)

register(
    Rule(
        code="fund-twice",
        kind="enterprise_funds",
        title="一家企业一天领了两次",
        message="{paid} 同一家企业领“{policy}”有 {count} 次：第 {rows} 行",
        source=_FUNDS + "；重复兑现，录入检查",
        severity=Severity.HIGH,
        # Without a code, who the public sees under one name may be two persons: they are not compared.
        sql=f"""
        WITH found AS (
            SELECT n.credit_code, n.policy, n.paid_on, count(*) AS count
            FROM (SELECT DISTINCT o.id, o.credit_code, o.policy, o.paid_on
                FROM funds_enterprisefund o JOIN funds_enterprisefund n ON n.credit_code = o.credit_code
                    AND n.county = o.county AND n.policy = o.policy AND n.paid_on = o.paid_on
                WHERE {{scope}} AND n.credit_code <> ''
                    AND (o.release_id = n.release_id OR {STANDING})) n
            GROUP BY n.credit_code, n.policy, n.paid_on HAVING count(*) > 1)
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'paid', n.paid_on,
            'policy', n.policy, 'count', max(f.count))
        FROM funds_enterprisefund n JOIN found f USING (credit_code, policy, paid_on)
        WHERE {{scope}}
        GROUP BY n.release_id, n.credit_code, n.policy, n.paid_on
        """,
    )
)

register(
    Rule(
        code="fund-other-period",
        kind="enterprise_funds",
        title="日期不在这一期里",
        message="第 {row} 行起有 {count} 行是 {said} 到账的，不在这一批的所属期里。补公开的，说明即可",
        source="公开目录：一批一期",
        severity=Severity.LOW,
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('row', min(n.position), 'count', count(*),
            'said', to_char(date_trunc('month', n.paid_on), 'YYYY-MM'))
        FROM funds_enterprisefund n JOIN releases_release r ON r.id = n.release_id
        WHERE {{scope}} AND NOT (n.paid_on >= r.start_on AND n.paid_on < r.end_on)
        GROUP BY n.release_id, date_trunc('month', n.paid_on)
        """,
    )
)

register(
    Rule(
        code="fee-no-refund",
        kind="enterprise_fees",
        title="保证金没写什么时候退",
        message="第 {row} 行“{name}”是保证金，没有写退还期限",
        source="公开目录 YS-03：保证金公开退还期限",
        severity=Severity.HIGH,
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', n.name)
        FROM funds_enterprisefee n WHERE {scope} AND n.type = 'deposit' AND n.refund_term = ''
        """,
    )
)

register(
    Rule(
        code="fee-no-basis",
        kind="enterprise_fees",
        title="依据里看不出是哪个文件",
        message="第 {row} 行“{name}”的依据写的是“{basis}”，没有文号，也没有法规的名字",
        source=_FEES,
        severity=Severity.HIGH,
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', n.name,
            'basis', n.basis)
        FROM funds_enterprisefee n WHERE {scope} AND n.basis !~ '号|《|法|条例|办法'
        """,
    )
)

register(
    Rule(
        code="fee-twice",
        kind="enterprise_fees",
        title="同一项收费同时写了两行",
        message="第 {row} 行“{name}”，{unit}在 {start} 又有一行一样的标准，同时有效。"
        "是改了别的，请给旧的写上失效日期",
        source=_FEES,
        # One fee may have several rates at once, so only what charges the same is compared. A later row
        # beginning on the very day an older one ends does not overlap it.
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', n.name,
            'unit', n.charging_unit, 'start', t.start_on)
        FROM funds_enterprisefee n CROSS JOIN LATERAL (
            SELECT o.start_on FROM funds_enterprisefee o
            WHERE o.region_id = n.region_id AND o.name = n.name AND o.charging_unit = n.charging_unit
                AND o.standard = n.standard AND o.unit = n.unit AND o.id <> n.id
                AND daterange(o.start_on, o.end_on) && daterange(n.start_on, n.end_on)
                AND ((o.release_id = n.release_id AND (o.position, o.id) < (n.position, n.id))
                    OR (o.release_id <> n.release_id AND {STANDING}))
            ORDER BY o.start_on DESC, o.id LIMIT 1) t
        WHERE {{scope}}
        """,
    )
)

register(
    Rule(
        code="fee-already-over",
        kind="enterprise_fees",
        title="没有能收的日子",
        message="第 {row} 行“{name}”{end}起失效，公开后不会列在能收的里面",
        source=_FEES,
        severity=Severity.LOW,
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', n.name,
            'end', n.end_on)
        FROM funds_enterprisefee n JOIN releases_release r ON r.id = n.release_id
        WHERE {scope} AND n.end_on <= GREATEST(r.start_on, n.start_on)
        """,
    )
)
