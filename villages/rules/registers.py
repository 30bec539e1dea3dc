"""Rules of suspicion over what a village owns: registers that do not fit the contracts."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, STANDING

_LAW = "农村集体经济组织财务公开规定（农经发〔2011〕13号）：资产资源台账和合同相符"
# A register tells how things stood when they were counted, or at the end of its period.
_TOLD_ON = {
    "assets": "COALESCE(n.inventory_on, r.end_on - 1)",
    "resources": "(r.end_on - 1)",
}
_TABLES = {
    "assets": ("villages_villageasset", "asset_no"),
    "resources": ("villages_villageresource", "resource_no"),
}


def _running(number: str, day: str) -> str:
    """Return the SQL of a public contract over a thing that was in force on a day (alias `o`)."""
    return f"""SELECT o.contract_no FROM villages_lease o
        WHERE o.region_id = n.region_id AND o.object_no = n.{number}
            AND o.state NOT IN ('renewed', 'terminated')
            AND {day} BETWEEN o.starts_on AND o.ends_on AND {STANDING}
        ORDER BY o.starts_on DESC, o.id LIMIT 1"""


def _register(kind: str, word: str) -> None:
    table, number = _TABLES[kind]
    running = _running(number, _TOLD_ON[kind])
    register(
        Rule(
            code=f"{kind}-let-without-lease",
            kind=kind,
            title=f"写着{word}，没有公开合同",
            message="第 {row} 行“{name}”写着" + word + "，没有公开的合同。合同随后就交的，写明哪天交",
            source=_LAW,
            sql=f"""
            SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', n.name)
            FROM {table} n JOIN releases_release r ON r.id = n.release_id
            WHERE {{scope}} AND n.use_state = 'let' AND NOT EXISTS ({running})
            """,
        )
    )
    register(
        Rule(
            code=f"{kind}-idle-with-lease",
            kind=kind,
            title="写着闲置，合同还没到期",
            message="第 {row} 行“{name}”写着闲置，合同 {contract} 还没到期。已经解除的，请更正合同的状态",
            source=_LAW,
            sql=f"""
            SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', n.name,
                'contract', t.contract_no)
            FROM {table} n JOIN releases_release r ON r.id = n.release_id
            CROSS JOIN LATERAL ({running}) t
            WHERE {{scope}} AND n.use_state = 'idle'
            """,
        )
    )


_register("assets", "出租")
_register("resources", "发包")

register(
    Rule(
        code="assets-depreciation-over",
        kind="assets",
        title="累计折旧比原值还多",
        message="第 {row} 行“{name}”累计折旧 {depreciation} 元，原值只有 {value} 元",
        source="录入检查",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', n.name,
            'depreciation', to_char(n.depreciation, '{MONEY}'),
            'value', to_char(n.original_value, '{MONEY}'))
        FROM villages_villageasset n WHERE {{scope}} AND n.depreciation > n.original_value
        """,
    )
)

register(
    Rule(
        code="assets-disposed-untold",
        kind="assets",
        title="写着已处置，没写怎么处置的",
        message="第 {row} 行“{name}”写着已处置，没有写{lacking}",
        source="村民委员会组织法第24条：处分集体财产由村民会议决定；第30条：公布",
        severity=Severity.HIGH,
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', n.name,
            'lacking', concat_ws('、', CASE WHEN n.disposed_on IS NULL THEN '处置日期' END,
                CASE WHEN n.disposal_way = '' THEN '处置方式' END,
                CASE WHEN n.disposal_amount IS NULL THEN '处置金额' END,
                CASE WHEN n.buyer_public = '' THEN '受让方' END))
        FROM villages_villageasset n
        WHERE {scope} AND n.use_state = 'disposed' AND (n.disposed_on IS NULL OR n.disposal_way = ''
            OR n.disposal_amount IS NULL OR n.buyer_public = '')
        """,
    )
)
