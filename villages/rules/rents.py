"""Rules of suspicion over rent: more than was due, before or after the contract, dues told twice."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, NUMBERS, PUBLISHED, ROWS, STANDING

_LAW = "农村集体经济组织财务公开规定（农经发〔2011〕13号）：租金收缴情况"
# The contract of a rent, as it stands in public.
_LEASE = f"""JOIN villages_lease t ON t.region_id = n.region_id AND t.contract_no = n.contract_no
    AND {PUBLISHED.format("t")}"""

register(
    Rule(
        code="rents-over",
        kind="rents",
        title="收到的比应收的还多",
        message="第 {rows} 行：合同 {contract} {due_on} 应收 {due} 元，一共收了 {received} 元。"
        "多收的是下一期的，请写下一期的应收日期",
        source=_LAW,
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'contract', n.contract_no,
            'due_on', n.due_on, 'due', to_char(max(t.due), '{MONEY}'),
            'received', to_char(max(t.received), '{MONEY}'))
        FROM villages_rent n CROSS JOIN LATERAL (
            SELECT sum(o.received_amount) AS received,
                max(o.due_amount) - COALESCE(max(o.reduction), 0) AS due
            FROM villages_rent o
            WHERE o.region_id = n.region_id AND o.contract_no = n.contract_no AND o.due_on = n.due_on
                AND o.charge = n.charge AND (o.release_id = n.release_id OR {STANDING})) t
        WHERE {{scope}} AND t.received > t.due
        GROUP BY n.release_id, n.region_id, n.contract_no, n.due_on, n.charge
        """,
    )
)

register(
    Rule(
        code="rents-two-dues",
        kind="rents",
        title="同一次应收写了两个数",
        message="第 {rows} 行：合同 {contract} {due_on} 的应收金额写了 {least} 元和 {most} 元。"
        "分几次交的，应收金额每行照写全数",
        source="录入检查",
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'contract', n.contract_no,
            'due_on', n.due_on, 'least', to_char(min(t.least), '{MONEY}'),
            'most', to_char(max(t.most), '{MONEY}'))
        FROM villages_rent n CROSS JOIN LATERAL (
            SELECT min(o.due_amount) AS least, max(o.due_amount) AS most FROM villages_rent o
            WHERE o.region_id = n.region_id AND o.contract_no = n.contract_no AND o.due_on = n.due_on
                AND o.charge = n.charge AND (o.release_id = n.release_id OR {STANDING})) t
        WHERE {{scope}} AND t.least < t.most
        GROUP BY n.release_id, n.region_id, n.contract_no, n.due_on, n.charge
        """,
    )
)

register(
    Rule(
        code="rents-before-lease",
        kind="rents",
        title="合同还没开始就收了租金",
        message="第 {row} 行：合同 {contract} 从 {start} 开始，{received_on} 就收了 {amount} 元。"
        "预收的，说明即可",
        source=_LAW,
        severity=Severity.LOW,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'start', t.starts_on, 'received_on', n.received_on,
            'amount', to_char(n.received_amount, '{MONEY}'))
        FROM villages_rent n {_LEASE}
        WHERE {{scope}} AND n.charge = 'rent' AND n.received_on < t.starts_on
        """,
    )
)

register(
    Rule(
        code="rents-after-lease",
        kind="rents",
        title="合同结束了还有租金",
        message="第 {row} 行：合同 {contract} {how}，应收日期写的是 {due_on}。续租了的，请先公开新合同",
        source=_LAW,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'due_on', n.due_on, 'how', CASE WHEN n.due_on > t.ends_on
                THEN to_char(t.ends_on, 'YYYY-MM-DD') || ' 到期' ELSE '已经解除' END)
        FROM villages_rent n {_LEASE} JOIN releases_release r ON r.id = n.release_id
        WHERE {{scope}} AND n.charge = 'rent' AND (n.due_on > t.ends_on
            OR (t.state = 'terminated' AND n.due_on >= r.start_on))
        """,
    )
)

register(
    Rule(
        code="rents-half-told",
        kind="rents",
        title="收没收到只写了一半",
        message="第 {row} 行合同 {contract}：{said}。请更正",
        source=_LAW,
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'said', CASE WHEN n.received_on IS NULL THEN '写了实收金额，没写实收日期'
                ELSE '写了实收日期，没写实收金额，公开后算没收到' END)
        FROM villages_rent n WHERE {scope} AND (n.received_amount > 0) <> (n.received_on IS NOT NULL)
        """,
    )
)

register(
    Rule(
        code="rents-reduction-no-basis",
        kind="rents",
        title="减免了租金，没写依据",
        message="第 {row} 行合同 {contract} 减免 {reduction} 元，没写凭什么减免，如哪次会议定的",
        source=_LAW,
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'reduction', to_char(n.reduction, '{MONEY}'))
        FROM villages_rent n WHERE {{scope}} AND n.reduction > 0 AND n.reduction_basis = ''
        """,
    )
)
