"""Rules of suspicion over what stood in a village's accounts."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, NUMBERS, PRIVATE_ACCOUNT, ROWS, STANDING
from villages.rules.repeated import other_period

# What the name of an account's holder ends in where it is no person; names of persons are short.
_UNIT_NAME = "(社|会|村|组|队|公司|中心|站|所|处|办|户|政府|财政|银行)$"

register(
    Rule(
        code="balance-arithmetic",
        kind="balances",
        title="期末余额算不出来",
        message="第 {row} 行“{account}”：期初 {opening} ＋ 收入 {income} － 支出 {expense} 应是 {due} 元，"
        "表里期末是 {closing} 元",
        source="农村集体经济组织财务公开规定（农经发〔2011〕13号）：账款相符",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'account', n.fund_account,
            'opening', to_char(n.opening, '{MONEY}'), 'income', to_char(n.income, '{MONEY}'),
            'expense', to_char(n.expense, '{MONEY}'), 'closing', to_char(n.closing, '{MONEY}'),
            'due', to_char(n.opening + n.income - n.expense, '{MONEY}'))
        FROM villages_balance n
        WHERE {{scope}} AND n.opening + n.income - n.expense <> n.closing
        """,
    )
)

register(
    Rule(
        code="balance-opening",
        kind="balances",
        title="期初余额接不上前一期",
        message="第 {row} 行“{account}”期初 {opening} 元，前一期（到 {until}）期末是 {closing} 元，"
        "相差 {difference} 元",
        source="农村集体经济组织财务公开规定（农经发〔2011〕13号）：账款相符",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'account', n.fund_account,
            'opening', to_char(n.opening, '{MONEY}'), 'closing', to_char(t.closing, '{MONEY}'),
            'until', t.end_on - 1, 'difference', to_char(n.opening - t.closing, '{MONEY}'))
        FROM villages_balance n CROSS JOIN LATERAL (
            SELECT o.closing, o.end_on FROM villages_balance o
            WHERE o.region_id = n.region_id AND o.unit = n.unit AND o.fund_account = n.fund_account
                AND o.account_end = n.account_end AND o.end_on <= n.start_on
                AND (o.release_id = n.release_id OR {STANDING})
            ORDER BY o.end_on DESC, o.release_id = n.release_id DESC, o.id DESC LIMIT 1) t
        WHERE {{scope}} AND n.opening <> t.closing
        """,
    )
)

register(
    Rule(
        code="balance-bank",
        kind="balances",
        title="和银行对账单不一样",
        message="第 {row} 行“{account}”账上 {closing} 元，银行对账单 {bank} 元，没有写未达账项说明",
        source="农村集体经济组织财务制度（财农〔2021〕121号）：定期与银行核对",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'account', n.fund_account,
            'closing', to_char(n.closing, '{MONEY}'), 'bank', to_char(n.bank_closing, '{MONEY}'))
        FROM villages_balance n
        WHERE {{scope}} AND n.bank_closing <> n.closing AND n.outstanding_note = ''
        """,
    )
)

register(
    Rule(
        code="balance-personal-holder",
        kind="balances",
        title="集体的钱存在个人名下",
        message="第 {row} 行“{account}”的户名是“{holder}”，不像是单位。是单位简称的，说明即可",
        source="农村集体经济组织法第44条：集体资金不得存入个人账户",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'account', n.fund_account,
            'holder', n.holder)
        FROM villages_balance n
        WHERE {{scope}} AND n.account_type <> 'cash' AND n.holder <> ''
            AND ((length(n.holder) <= 4 AND n.holder !~ '{_UNIT_NAME}')
                OR n.fund_account ~ '{PRIVATE_ACCOUNT}')
        """,
    )
)

register(
    Rule(
        code="balance-ledger",
        kind="balances",
        title="余额的变化和逐笔的账对不上",
        message="这一期各账户余额一共变化 {moved} 元，"
        "公开的逐笔明细收支相抵是 {booked} 元，相差 {difference} 元",
        source="农村集体经济组织财务公开规定（农经发〔2011〕13号）：账款相符",
        # Only where the books of every month of the period are public; what moves between the own accounts
        # of the village is often written on one side only.
        sql=f"""
        WITH moved AS (
            SELECT n.release_id, n.region_id, n.start_on, n.end_on, {ROWS} AS ids,
                min(n.position) AS position, (SELECT sum(o.closing - o.opening) FROM villages_balance o
                    WHERE o.region_id = n.region_id AND o.start_on = n.start_on AND o.end_on = n.end_on
                        AND (o.release_id = n.release_id OR {STANDING})) AS amount
            FROM villages_balance n WHERE {{scope}}
            GROUP BY n.release_id, n.region_id, n.start_on, n.end_on
        ), booked AS (
            SELECT m.*, (SELECT COALESCE(sum(CASE o.direction WHEN 'in' THEN o.amount ELSE -o.amount END), 0)
                FROM villages_ledgerentry o
                WHERE o.region_id = m.region_id AND o.nature <> 'transfer'
                    AND o.happened_on >= m.start_on AND o.happened_on < m.end_on AND {STANDING}) AS booked
            FROM moved m
            WHERE NOT EXISTS (
                SELECT 1 FROM generate_series(m.start_on, m.end_on - 1, interval '1 month') AS g(month)
                WHERE NOT EXISTS (SELECT 1 FROM releases_release r
                    JOIN places_body b ON b.id = r.body_id
                    WHERE r.kind = 'ledger' AND r.state = 'published' AND b.region_id = m.region_id
                        AND r.start_on <= g.month AND r.end_on > g.month))
        )
        SELECT b.ids, b.position, jsonb_build_object('moved', to_char(b.amount, '{MONEY}'),
            'booked', to_char(b.booked, '{MONEY}'), 'difference', to_char(b.amount - b.booked, '{MONEY}'))
        FROM booked b WHERE b.amount <> b.booked
        """,
    )
)

register(
    Rule(
        code="balance-twice",
        kind="balances",
        title="一个账户写了两行",
        message="第 {rows} 行都是“{account}”，同一期",
        source="录入检查",
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'account', n.fund_account)
        FROM villages_balance n WHERE {{scope}}
        GROUP BY n.release_id, n.region_id, n.unit, n.fund_account, n.account_end, n.start_on, n.end_on
        HAVING count(*) > 1
        """,
    )
)

other_period("balance-other-period", "balances", "villages_balance")
