"""Rules of suspicion over payments for projects; each runs on a draft, a release, or everything published."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, NUMBERS, PUBLISHED, ROWS, STANDING
from villages.rules.repeated import identical_rows

_PROJECT = f"""JOIN funds_livelihoodproject g ON g.county = n.county AND g.project_no = n.project_no
    AND {PUBLISHED.format("g")}"""
_AGREED = "(g.contract_amount + COALESCE(g.change_amount, 0))"
# Villagers who build for themselves sign no contract with anybody.
_WITHOUT_CONTRACT = "('villagers', 'relief', 'none')"


def _money(amount: str) -> str:
    return f"to_char({amount}, '{MONEY}')"


register(
    Rule(
        code="disbursement-above-contract",
        kind="disbursements",
        title="付的比合同多",
        message="“{name}”加上第 {rows} 行共付 {paid} 元，合同和变更是 {agreed} 元。有补充合同的，先更正项目",
        source="建设工程价款结算暂行办法（财建〔2004〕369号）：按合同约定结算",
        severity=Severity.HIGH,
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'name', g.name,
            'paid', {_money("sum(n.amount) + t.before")}, 'agreed', {_money(_AGREED)})
        FROM funds_disbursement n {_PROJECT} CROSS JOIN LATERAL (
            SELECT COALESCE(sum(o.amount), 0) AS before FROM funds_disbursement o
            WHERE o.county = n.county AND o.project_no = n.project_no AND o.release_id <> n.release_id
                AND {STANDING}) t
        WHERE {{scope}} AND g.contract_amount IS NOT NULL
        GROUP BY n.release_id, g.id, g.name, g.contract_amount, g.change_amount, t.before
        HAVING sum(n.amount) + t.before > {_AGREED}
        """,
    )
)
register(
    Rule(
        code="disbursement-no-contract",
        kind="disbursements",
        title="没有合同就付钱",
        message="“{name}”没有写合同，第 {rows} 行付了 {paid} 元。签了合同的，先更正项目",
        source="建设工程价款结算暂行办法（财建〔2004〕369号）：按合同约定结算",
        severity=Severity.HIGH,
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'name', g.name,
            'paid', {_money("sum(n.amount)")})
        FROM funds_disbursement n {_PROJECT}
        WHERE {{scope}} AND n.amount > 0 AND g.contract_amount IS NULL AND g.signed_on IS NULL
            AND g.method NOT IN {_WITHOUT_CONTRACT}
        GROUP BY n.release_id, g.id, g.name
        """,
    )
)
register(
    Rule(
        code="disbursement-early",
        kind="disbursements",
        title="付得太早",
        message="第 {row} 行 {paid} 付钱，“{name}”{day} 才{said}",
        source="招标投标法第46条：中标以后订立合同；按合同付款",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', g.name,
            'paid', n.paid_on,
            'day', CASE WHEN n.paid_on < g.awarded_on THEN g.awarded_on ELSE g.signed_on END,
            'said', CASE WHEN n.paid_on < g.awarded_on THEN '中标' ELSE '签合同' END)
        FROM funds_disbursement n {_PROJECT}
        WHERE {{scope}} AND n.amount > 0 AND (n.paid_on < g.awarded_on OR n.paid_on < g.signed_on)
        """,
    )
)
register(
    Rule(
        code="disbursement-unaccepted",
        kind="disbursements",
        title="还没验收就付尾款",
        message="第 {row} 行 {paid} 付{type}，“{name}”{said}",
        source="建设工程价款结算暂行办法（财建〔2004〕369号）：竣工验收以后结算",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', g.name,
            'paid', n.paid_on, 'type', CASE n.type WHEN 'retention' THEN '质保金' ELSE '结算款' END,
            'said', COALESCE(g.accepted_on || ' 才验收', '还没有写验收日期'))
        FROM funds_disbursement n {_PROJECT}
        WHERE {{scope}} AND n.type IN ('settlement', 'retention')
            AND (g.accepted_on IS NULL OR n.paid_on < g.accepted_on)
        """,
    )
)
register(
    Rule(
        code="disbursement-other-payee",
        kind="disbursements",
        title="收钱的不是中标的",
        message="第 {row} 行付给 {payee}，“{name}”的中标单位是 {winner}。监理费、设计费、工人工资，说明即可",
        source="民法典第788条：建设工程合同是承包人施工、发包人付款的合同",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', g.name,
            'payee', n.payee_public, 'winner', g.winner_public)
        FROM funds_disbursement n {_PROJECT}
        WHERE {{scope}} AND n.amount > 0 AND g.winner_public <> ''
            AND n.payee_public NOT IN (g.winner_public, g.supervisor)
        """,
    )
)
identical_rows(
    "disbursement-identical-rows",
    "disbursements",
    "funds_disbursement",
    "project_no paid_on amount payee_public voucher_no purpose type document_no payer progress invoice_no"
    " note",
)
