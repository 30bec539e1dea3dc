"""Rules of suspicion over income and expense, line by line."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.accounts import other_codes
from villages.rules.fragments import MONEY, NUMBERS, PRIVATE_ACCOUNT, PUBLISHED, ROWS, STANDING
from villages.rules.repeated import identical_rows, other_period
from villages.thresholds import threshold_sql

# Of a file with many villages each has its draft: they are compared with each other too.
_SAME_FILE = """EXISTS (SELECT 1 FROM releases_release r JOIN releases_release own ON own.id = %(release)s
    WHERE r.id = o.release_id AND r.state = 'draft' AND r.file_sha256 = own.file_sha256)"""
_COMPARED = f"(o.release_id = %(release)s OR {STANDING} OR {_SAME_FILE})"


def _other_codes() -> str:
    """Return the codes of 其他 with the days on which they mean it, as rows of VALUES."""
    return ", ".join(f"('{code}', '{start}'::date, '{end}'::date)" for code, start, end in other_codes())


register(
    Rule(
        code="ledger-two-payees",
        kind="ledger",
        title="一个凭证号付给了几家",
        message="第 {rows} 行都是凭证 {voucher}，付给了 {payees}。"
        "一张表发给几个人的，说明即可；号码写错的请改",
        source="会计基础工作规范（财政部）第51条：记账凭证连续编号",
        # Numbers begin again each month.
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'voucher', n.voucher_no,
            'payees', array_to_string((array_agg(DISTINCT n.counterparty_public))[1:5], '、')
                || CASE WHEN count(DISTINCT n.counterparty_public) > 5
                    THEN ' 等 ' || count(DISTINCT n.counterparty_public) || ' 家' ELSE '' END)
        FROM villages_ledgerentry n
        WHERE {{scope}} AND n.direction = 'out' AND n.amount > 0 AND n.counterparty_public <> ''
        GROUP BY n.release_id, n.region_id, n.unit, n.group_name, n.voucher_no,
            date_trunc('month', n.happened_on)
        HAVING count(DISTINCT n.counterparty_public) > 1
        """,
    )
)

register(
    Rule(
        code="ledger-invoice-twice",
        kind="ledger",
        title="一张发票报了两次",
        message="第 {rows} 行的发票 {invoice} 还记在：{others}。一张发票分几笔记的、冲了重记的，说明即可",
        source="发票管理办法：不符合规定的发票不得作为财务报销凭证",
        severity=Severity.HIGH,
        # A fully digital invoice (20 digits) has no code. One voucher may split an invoice over its lines.
        # What was reversed by a red letter does not count, nor does the red letter itself.
        sql=f"""
        WITH used AS MATERIALIZED (
            SELECT o.id, o.region_id, o.unit, o.group_name, o.voucher_no, o.happened_on, o.amount,
                o.invoice_no, CASE WHEN length(o.invoice_no) = 20 THEN '' ELSE o.invoice_code END AS code
            FROM villages_ledgerentry o
            WHERE o.county = %(county)s AND o.invoice_no <> '' AND o.amount > 0 AND {_COMPARED}
                AND NOT EXISTS (SELECT 1 FROM villages_ledgerentry m
                    WHERE m.region_id = o.region_id AND m.amount = -o.amount AND m.reverses_no = o.voucher_no
                        AND m.happened_on >= o.happened_on AND m.happened_on < o.happened_on + 366
                        AND (m.release_id = %(release)s OR {PUBLISHED.format("m")})))
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'invoice', n.invoice_no,
            'others', (array_agg(t.said ORDER BY n.position, n.id))[1])
        FROM villages_ledgerentry n JOIN used u ON u.id = n.id CROSS JOIN LATERAL (
            SELECT string_agg(g.short_name || ' ' || o.voucher_no || '（' || o.happened_on || '，'
                || to_char(o.amount, '{MONEY}') || ' 元）', '、' ORDER BY o.happened_on, o.id) AS said
            FROM used o JOIN places_region g ON g.id = o.region_id
            WHERE o.invoice_no = u.invoice_no AND o.code = u.code AND o.id <> u.id
                AND (o.region_id, o.unit, o.group_name, o.voucher_no, date_trunc('month', o.happened_on))
                    <> (u.region_id, u.unit, u.group_name, u.voucher_no, date_trunc('month', u.happened_on))
        ) t
        WHERE {{scope}} AND t.said IS NOT NULL
        GROUP BY n.release_id, u.code, n.invoice_no
        """,
    )
)

register(
    Rule(
        code="ledger-reversal",
        kind="ledger",
        title="红字冲销对不上原来的凭证",
        message="第 {row} 行红字冲销 {amount} 元，{said}",
        source="会计基础工作规范（财政部）第51条：更正错账注明原凭证的日期和号数",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'amount', to_char(-n.amount, '{MONEY}'), 'said', CASE
                WHEN n.reverses_no = '' THEN '没有写冲销凭证号'
                WHEN t.amount IS NULL THEN
                    '账上没有凭证 ' || n.reverses_no || '；更早的账没有公开的，说明即可'
                ELSE '比原来的凭证 ' || n.reverses_no || '（' || to_char(t.amount, '{MONEY}') || ' 元）还多'
                END)
        FROM villages_ledgerentry n LEFT JOIN LATERAL (
            SELECT sum(o.amount) AS amount FROM villages_ledgerentry o
            WHERE o.region_id = n.region_id AND o.unit = n.unit AND o.direction = n.direction
                AND o.voucher_no = n.reverses_no AND o.amount > 0 AND o.happened_on <= n.happened_on
                AND (o.release_id = n.release_id OR {STANDING})) t ON true
        WHERE {{scope}} AND n.amount < 0
            AND (n.reverses_no = '' OR t.amount IS NULL OR t.amount < -n.amount)
        """,
    )
)

_VOUCHER_LIMIT = threshold_sql("voucher", day="n.happened_on", place="n.county")

register(
    Rule(
        code="ledger-no-voucher",
        kind="ledger",
        title="大额支出没有票据",
        message="第 {row} 行支出 {amount} 元，没有写一个附件。票据还在补的，写明哪天补齐",
        source="会计法第14条：办理经济业务必须填制或取得原始凭证；限额见 thresholds.csv",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'amount', to_char(n.amount, '{MONEY}'))
        FROM villages_ledgerentry n
        WHERE {{scope}} AND n.direction = 'out' AND n.nature = 'own' AND n.attachments = ''
            AND NOT EXISTS (SELECT FROM releases_attachment a WHERE a.row_id = n.id)
            AND n.amount >= {_VOUCHER_LIMIT}
        """,
    )
)

register(
    Rule(
        code="ledger-fewer-files",
        kind="ledger",
        title="附件比写的张数少",
        message="第 {row} 行写了附件 {told} 张，交来的只有 {given} 个文件。几张拍在一个文件里的，说明即可",
        source="会计基础工作规范（财政部）第51条：记账凭证注明所附原始凭证张数",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'told', n.attachment_count, 'given', t.given)
        FROM villages_ledgerentry n CROSS JOIN LATERAL (
            SELECT GREATEST(COALESCE(cardinality(string_to_array(NULLIF(n.attachments, ''), ';')), 0),
                (SELECT count(*) FROM releases_attachment a WHERE a.row_id = n.id)) AS given) t
        WHERE {{scope}} AND n.attachment_count > t.given AND n.amount > 0
            AND NOT (n.direction = 'out' AND n.nature = 'own' AND t.given = 0
                AND n.amount >= COALESCE({_VOUCHER_LIMIT}, n.amount + 1))
        """,
    )
)

_APPROVAL_LIMIT = threshold_sql("approval", day="o.happened_on", place="o.county")

register(
    Rule(
        code="ledger-split-expense",
        kind="ledger",
        title="几笔都差一点到审批限额",
        message="30 天里付给{payee} {count} 笔，共 {total} 元，每笔都刚好不到 {limit} 元{approver}。"
        "按月的工资水电、按合同分期付的，说明即可",
        source="村级财务审批限额（thresholds.csv）：不得化整为零",
        # Each in [80 %, 100 %) of the limit: two of them are above it together.
        sql=f"""
        WITH near AS MATERIALIZED (
            SELECT o.id, o.position, o.region_id, o.counterparty_public, o.account_code, o.happened_on,
                o.voucher_no, o.amount, o.approver, {_APPROVAL_LIMIT} AS threshold
            FROM villages_ledgerentry o
            WHERE o.county = %(county)s AND o.direction = 'out' AND o.nature = 'own'
                AND o.counterparty_public <> '' AND o.amount >= 0.8 * {_APPROVAL_LIMIT}
                AND o.amount < {_APPROVAL_LIMIT} AND (o.release_id = %(release)s OR {STANDING})
        ), pairs AS (
            SELECT n.id AS mine, o.id AS other FROM villages_ledgerentry n
            JOIN near u ON u.id = n.id
            JOIN near o ON o.region_id = n.region_id AND o.counterparty_public = n.counterparty_public
                AND o.account_code = n.account_code AND o.id <> n.id
                AND abs(o.happened_on - n.happened_on) <= 30
                AND (o.voucher_no, date_trunc('month', o.happened_on))
                    <> (n.voucher_no, date_trunc('month', n.happened_on))
            WHERE {{scope}}
        ), involved AS (
            SELECT mine AS id FROM pairs UNION SELECT other FROM pairs
        )
        SELECT (array_agg(i.id ORDER BY i.position, i.id) FILTER (WHERE i.is_mine))[1:20],
            min(i.position) FILTER (WHERE i.is_mine), jsonb_build_object('payee', i.counterparty_public,
            'count', count(*), 'total', to_char(sum(i.amount), '{MONEY}'),
            'limit', to_char(max(i.threshold), '{MONEY}'),
            'approver', CASE WHEN count(DISTINCT i.approver) = 1 AND max(i.approver) <> ''
                THEN '，都是' || max(i.approver) || '批的' ELSE '' END)
        FROM (SELECT near.*, near.id IN (SELECT mine FROM pairs) AS is_mine
            FROM near WHERE near.id IN (SELECT id FROM involved)) i
        GROUP BY i.region_id, i.counterparty_public, i.account_code
        """,
    )
)

register(
    Rule(
        code="ledger-personal-account",
        kind="ledger",
        title="集体的收入进了个人的账户",
        message="第 {row} 行收入 {amount} 元，资金账户写的是“{account}”。三天内转进了基本户的，附上回单说明",
        source="农村集体经济组织法第44条：集体资金不得存入个人账户",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'amount', to_char(n.amount, '{MONEY}'), 'account', n.fund_account)
        FROM villages_ledgerentry n
        WHERE {{scope}} AND n.direction = 'in' AND n.amount > 0 AND n.nature <> 'transfer'
            AND (n.fund_account ~ '{PRIVATE_ACCOUNT}'
                OR (n.handler <> '' AND position(n.handler IN n.fund_account) > 0)
                OR (n.approver <> '' AND position(n.approver IN n.fund_account) > 0))
        """,
    )
)

register(
    Rule(
        code="ledger-other-share",
        kind="ledger",
        title="记在“其他”里的太多",
        message="{quarter}到现在，{side}里有 {other} 元记在“其他”，占 {share}%。"
        "科目名系统不认识的也算“其他”：请写会计科目，或说明是什么",
        source="农村集体经济组织会计制度（财会〔2023〕14号）；比例见 thresholds.csv",
        severity=Severity.LOW,
        sql=f"""
        WITH others (code, start_on, end_on) AS (VALUES {_other_codes()}),
        touched AS (
            SELECT DISTINCT n.region_id, n.direction, date_trunc('quarter', n.happened_on)::date AS start_on
            FROM villages_ledgerentry n WHERE {{scope}} AND n.nature = 'own'
        ), sums AS (
            SELECT t.region_id, t.direction, t.start_on, max(o.county) AS county, sum(o.amount) AS total,
                sum(o.amount) FILTER (WHERE EXISTS (SELECT 1 FROM others x
                    WHERE o.account_code LIKE x.code || '%%'
                        AND o.happened_on >= x.start_on AND o.happened_on < x.end_on)) AS other
            FROM touched t JOIN villages_ledgerentry o ON o.region_id = t.region_id
                AND o.direction = t.direction AND o.nature = 'own' AND o.happened_on >= t.start_on
                AND o.happened_on < t.start_on + interval '3 months'
                AND (o.release_id = %(release)s OR {STANDING})
            GROUP BY t.region_id, t.direction, t.start_on
        )
        SELECT {ROWS}, min(n.position), jsonb_build_object(
            'quarter', extract(year FROM s.start_on) || '年第' || extract(quarter FROM s.start_on) || '季度',
            'side', CASE s.direction WHEN 'in' THEN '收入' ELSE '支出' END,
            'other', to_char(s.other, '{MONEY}'), 'share', round(100 * s.other / s.total, 1))
        FROM sums s JOIN villages_ledgerentry n ON n.region_id = s.region_id AND n.direction = s.direction
            AND n.nature = 'own' AND date_trunc('quarter', n.happened_on)::date = s.start_on
            AND EXISTS (SELECT 1 FROM others x WHERE n.account_code LIKE x.code || '%%'
                AND n.happened_on >= x.start_on AND n.happened_on < x.end_on)
        WHERE {{scope}} AND s.total > 0
            AND s.other > {threshold_sql("other_amount", day="s.start_on", place="s.county")}
            AND s.other > s.total * {threshold_sql("other_share", day="s.start_on", place="s.county")}
        GROUP BY n.release_id, s.region_id, s.direction, s.start_on, s.other, s.total
        """,
    )
)

register(
    Rule(
        code="ledger-work-days",
        kind="ledger",
        title="误工天数比这个月的天数多",
        message="第 {rows} 行：{payee} {month} 误工 {told} 天，这个月只有 {most} 天。"
        "几个人合在一行、或是两个人名字遮盖后一样的，说明即可",
        source="村民委员会组织法第24条：误工补贴的人员和标准由村民会议决定",
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS},
            'payee', n.counterparty_public, 'month', to_char(t.month, 'YYYY-MM'),
            'told', trim_scale(sum(n.work_days)), 'most', t.days)
        FROM villages_ledgerentry n CROSS JOIN LATERAL (
            SELECT date_trunc('month', n.happened_on)::date AS month, extract(day FROM
                date_trunc('month', n.happened_on) + interval '1 month' - interval '1 day')::int AS days) t
        WHERE {{scope}} AND n.work_days IS NOT NULL AND n.amount > 0 AND n.counterparty_type <> 'unit'
        GROUP BY n.release_id, n.region_id, n.counterparty_public, t.month, t.days
        HAVING sum(n.work_days) > t.days
        """,
    )
)

register(
    Rule(
        code="ledger-work-amount",
        kind="ledger",
        title="误工补助不等于天数乘标准",
        message="第 {row} 行：{days} 天 × {rate} 元应是 {due} 元，表里是 {amount} 元",
        source="村民委员会组织法第24条：误工补贴的人员和标准由村民会议决定",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'days', trim_scale(n.work_days), 'rate', trim_scale(n.work_rate),
            'due', to_char(round(n.work_days * n.work_rate, 2), '{MONEY}'),
            'amount', to_char(n.amount, '{MONEY}'))
        FROM villages_ledgerentry n
        WHERE {{scope}} AND n.work_days IS NOT NULL AND n.work_rate IS NOT NULL
            AND abs(n.amount) <> round(n.work_days * n.work_rate, 2)
        """,
    )
)

other_period(
    "ledger-other-period",
    "ledger",
    "villages_ledgerentry",
    day="happened_on",
    said="是 {said} 的账",
    hint="补记以前的账，说明即可",
)

identical_rows(
    "ledger-identical-rows",
    "ledger",
    "villages_ledgerentry",
    "unit group_name happened_on voucher_no entry_no direction nature account account_code summary amount"
    " counterparty_public fund_account invoice_code invoice_no work_days reverses_no note",
    amount="amount",
)
