"""Rules of suspicion over projects; each runs on a draft, a release, or everything published.

A hit asks a question, and its message names the innocent answer where there is a usual one.
"""

from __future__ import annotations

from funds.models.project import TENDERS
from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, STANDING
from villages.rules.repeated import known_by_name
from villages.thresholds import threshold_sql

_TENDERED = ", ".join(f"'{method.value}'" for method in TENDERS)
_ENDED = "COALESCE(n.audited_on, n.completed_on)"


def _begun(row: str) -> str:
    """Return the first day that a project's table tells."""
    return f"COALESCE({row}.announced_on, {row}.awarded_on, {row}.signed_on, {row}.planned_start_on)"


def _worth(row: str) -> str:
    """Return what a project comes to, as far as it is known."""
    return f"COALESCE({row}.contract_amount, {row}.award_amount, {row}.budget)"


def _limit(name: str, day: str) -> str:
    return threshold_sql(f"project_{name}", day=day, place="n.county")


def _money(amount: str) -> str:
    return f"to_char({amount}, '{MONEY}')"


def _ask(
    code: str,
    title: str,
    message: str,
    *,
    source: str,
    facts: str,
    where: str,
    severity: Severity = Severity.MEDIUM,
) -> None:
    """Declare a rule that looks at each project by itself; `facts` are pairs of name and SQL."""
    register(
        Rule(
            code=f"project-{code}",
            kind="projects",
            title=title,
            message="第 {row} 行“{name}”" + message,
            source=source,
            severity=severity,
            sql=f"""
            SELECT ARRAY[n.id], n.position,
                jsonb_build_object('row', n.position, 'name', n.name, {facts})
            FROM funds_livelihoodproject n WHERE {{scope}} AND {where}
            """,
        )
    )


known_by_name("projects", "funds_livelihoodproject", "project_no", sign="XM")
_ask(
    "contract-differs",
    "合同金额和中标金额不一样",
    "中标 {award} 元，合同 {contract} 元。分几份签的，说明即可",
    source="招标投标法第46条：按招标文件和中标人的投标文件订立合同",
    severity=Severity.HIGH,
    facts=f"'award', {_money('n.award_amount')}, 'contract', {_money('n.contract_amount')}",
    where="n.contract_amount <> n.award_amount",
)
_ask(
    "above-ceiling",
    "中标金额高过最高限价",
    "最高限价 {ceiling} 元，中标 {award} 元",
    source="招标投标法实施条例第51条：高于最高投标限价的应当否决",
    severity=Severity.HIGH,
    facts=f"'award', {_money('n.award_amount')}, 'ceiling', {_money('n.ceiling')}",
    where="n.award_amount > n.ceiling",
)
_ask(
    "final-over-budget",
    "决算比预算多得多",
    "预算 {budget} 元，决算 {final} 元，多 {percent}%。批复调整过的，写明文号",
    source="政府投资条例第23条：建设投资原则上不得超过核定的概算；比例见 thresholds.csv",
    severity=Severity.HIGH,
    facts=f"'budget', {_money('n.budget')}, 'final', {_money('n.final_amount')}, "
    "'percent', round((n.final_amount / n.budget - 1) * 100, 1)",
    where=f"n.final_amount > n.budget * (1 + {_limit('over_budget', _ENDED)})",
)
_ask(
    "final-over-submitted",
    "审定的比送审的还多",
    "送审 {submitted} 元，决算 {final} 元",
    source="建设工程价款结算暂行办法（财建〔2004〕369号）：审查以后确认结算价款",
    facts=f"'submitted', {_money('n.submitted_amount')}, 'final', {_money('n.final_amount')}",
    where="n.final_amount > n.submitted_amount",
)
_ask(
    "changes",
    "变更的钱多",
    "合同 {contract} 元，变更 {change} 元。群众要求加的、开会定过的，说明即可",
    source="疑点规则的建议值，见 thresholds.csv",
    facts=f"'contract', {_money('n.contract_amount')}, 'change', {_money('n.change_amount')}",
    where=f"n.change_amount > n.contract_amount * {_limit('changes', 'n.signed_on')}",
)
_ask(
    "no-tender",
    "到了招标的数，没有招标",
    "{worth} 元，要招标的数是 {limit} 元，没有写招标。抢险救灾等不宜招标的，说明即可",
    source="招标投标法第3条；限额见 thresholds.csv",
    severity=Severity.HIGH,
    facts=f"'worth', {_money(_worth('n'))}, 'limit', {_money(_limit('tender', _begun('n')))}",
    where=f"n.method NOT IN ('', 'none', {_TENDERED}) AND {_worth('n')} >= {_limit('tender', _begun('n'))}",
)
_ask(
    "single-source",
    "单一来源采购金额大",
    "单一来源，{worth} 元，限额是 {limit} 元。公示过、批准过的，说明即可",
    source="政府采购法第31、39条；限额见 thresholds.csv",
    severity=Severity.HIGH,
    facts=f"'worth', {_money(_worth('n'))}, 'limit', {_money(_limit('single_source', _begun('n')))}",
    where=f"n.method = 'single' AND {_worth('n')} > {_limit('single_source', _begun('n'))}",
)
_ask(
    "contract-before-award",
    "还没中标就签了合同",
    "{signed} 签合同，{awarded} 才中标",
    source="招标投标法第46条：自中标通知书发出之日起三十日内订立合同",
    severity=Severity.HIGH,
    facts="'signed', n.signed_on, 'awarded', n.awarded_on",
    where="n.signed_on < n.awarded_on",
)
_ask(
    "built-before-contract",
    "还没签合同就完工了",
    "{completed} 完工，{signed} 才签合同。抢险抢修后补签的，说明即可",
    source="民法典第789条：建设工程合同应当采用书面形式",
    severity=Severity.HIGH,
    facts="'signed', n.signed_on, 'completed', n.completed_on",
    where="n.completed_on < n.signed_on",
)
_ask(
    "late",
    "完工晚了",
    "计划 {planned} 完工，实际 {completed}，晚了 {days} 天。下雨、停工顺延的，说明即可",
    source="合同约定的工期",
    severity=Severity.LOW,
    facts="'planned', n.planned_end_on, 'completed', n.completed_on, "
    "'days', n.completed_on - n.planned_end_on",
    where="n.completed_on > n.planned_end_on",
)
_NEEDED = f"({_limit('bid_days', 'n.announced_on')} + {_limit('posting_days', 'n.announced_on')})"
_ask(
    "hurried",
    "从公告到中标太快",
    "公告到中标只有 {days} 天，投标和公示至少要 {needed} 天",
    source="招标投标法第24条（投标不少于20日）、招标投标法实施条例第54条（公示不少于3日）",
    severity=Severity.HIGH,
    facts=f"'days', n.awarded_on - n.announced_on, 'needed', {_NEEDED}",
    where=f"n.method IN ({_TENDERED}) AND n.awarded_on - n.announced_on < {_NEEDED}",
)
_BUILT = "n.state IN ('completed', 'settled')"


def _told(*cases: tuple[str, str]) -> str:
    """Return as one SQL text the words of every condition that holds."""
    words = ", ".join(f"CASE WHEN {condition} THEN '{said}' END" for condition, said in cases)
    return f"concat_ws('，', {words})"


_LACKS = _told(
    (f"{_BUILT} AND n.completed_on IS NULL", "做完了，没写实际竣工"),
    ("n.state = 'settled' AND n.final_amount IS NULL", "状态是决算，没写决算金额"),
    ("n.audited_on IS NOT NULL AND n.final_amount IS NULL", "写了决算审定日期，没写决算金额"),
    (f"n.final_amount IS NOT NULL AND n.completed_on IS NULL AND NOT {_BUILT}", "写了决算金额，没写实际竣工"),
    (f"n.accepted_on IS NOT NULL AND n.completed_on IS NULL AND NOT {_BUILT}", "写了验收日期，没写实际竣工"),
    (
        "(n.award_amount IS NOT NULL OR n.awarded_on IS NOT NULL) AND n.winner_public = ''",
        "写了中标金额或日期，没写中标单位",
    ),
)
_ask(
    "lacks",
    "写了后面的，没写前面的",
    "{lacks}。查不到的，说明即可",
    source="录入检查",
    facts=f"'lacks', {_LACKS}",
    where=f"{_LACKS} <> ''",
)
_CONTRADICTS = _told(
    ("n.accepted_on < n.completed_on", "验收日期在实际竣工之前"),
    ("n.audited_on < n.completed_on", "决算审定日期在实际竣工之前"),
    (
        "n.state IN ('planned', 'procuring') AND n.completed_on IS NOT NULL",
        "竣工了，状态还是立项或采购",
    ),
)
_ask(
    "contradicts",
    "前后对不上",
    "{contradicts}。分段验收、补签的，说明即可",
    source="录入检查",
    facts=f"'contradicts', {_CONTRADICTS}",
    where=f"{_CONTRADICTS} <> ''",
)
_ask(
    "retention",
    "质保金比合同还多",
    "质保金 {retention} 元，合同 {contract} 元",
    source="建设工程质量保证金管理办法（建质〔2017〕138号）第7条：不得高于工程价款结算总额的3%",
    facts=f"'retention', {_money('n.retention')}, 'contract', {_money('n.contract_amount')}",
    where="n.retention > n.contract_amount",
)
_PARTS = ("central_amount", "province_amount", "city_amount", "county_amount", "own_amount")
_SUM = " + ".join(f"COALESCE(n.{part}, 0)" for part in _PARTS)
_ask(
    "parts",
    "各级资金加起来不等于预算",
    "各级资金一共 {parts} 元，预算 {budget} 元。还有别的来源的，写在资金来源里",
    source="录入检查",
    facts=f"'parts', {_money(_SUM)}, 'budget', {_money('n.budget')}",
    where=f"num_nonnulls({', '.join(f'n.{part}' for part in _PARTS)}) > 0 AND {_SUM} <> n.budget",
)

_KEPT = {
    "winner_public": "中标单位",
    "award_amount": "中标金额",
    "contract_amount": "合同金额",
    "signed_on": "合同签订日期",
    "planned_end_on": "计划竣工",
    "completed_on": "实际竣工",
    "accepted_on": "验收日期",
    "final_amount": "决算金额",
}
_FORGOTTEN = _told(
    *(
        (f"n.{field}::text IS DISTINCT FROM o.{field}::text AND COALESCE(n.{field}::text, '') = ''", header)
        for field, header in _KEPT.items()
    )
)
register(
    Rule(
        code="project-forgets",
        kind="projects",
        title="公开过的，这一版没有写",
        message="第 {row} 行“{name}”，这些公开过，这一版空着：{forgotten}。前面写错了的，说明即可",
        source="录入检查",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position,
            jsonb_build_object('row', n.position, 'name', n.name, 'forgotten', {_FORGOTTEN})
        FROM funds_livelihoodproject n
        JOIN releases_replacement p ON p.release_id = n.release_id AND p.by_row_id = n.id
        JOIN funds_livelihoodproject o ON o.id = p.row_id
        WHERE {{scope}} AND {_FORGOTTEN} <> ''
        """,
    )
)
register(
    Rule(
        code="project-split",
        kind="projects",
        title="几个小工程加起来到了招标的数",
        message="第 {row} 行“{name}”和半年内同一个地方、同一个部门的 {others}，"
        "每个都不到招标的数，加起来 {sum} 元。不同资金、不同工程的，说明即可",
        source="招标投标法第4条：不得将必须招标的项目化整为零；限额见 thresholds.csv",
        # Counted back from each project, so that a chain is asked about where it reaches the limit.
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'name', n.name,
            'others', t.named, 'sum', {_money(f"t.sum + {_worth('n')}")})
        FROM funds_livelihoodproject n CROSS JOIN LATERAL (
            SELECT sum({_worth("o")}) AS sum,
                string_agg('“' || o.name || '”', '、' ORDER BY {_begun("o")}, o.id) AS named
            FROM funds_livelihoodproject o
            WHERE o.county = n.county AND o.region_id = n.region_id AND o.department = n.department
                AND o.id <> n.id AND o.method NOT IN ('', {_TENDERED}) AND o.state <> 'stopped'
                AND {_worth("o")} < {_limit("tender", _begun("n"))}
                AND {_begun("n")} - {_begun("o")} BETWEEN 0 AND {_limit("split_days", _begun("n"))}
                AND ({_begun("o")}, o.project_no) < ({_begun("n")}, n.project_no)
                AND (o.release_id = n.release_id OR {STANDING})) t
        WHERE {{scope}} AND n.method NOT IN ('', {_TENDERED}) AND n.state <> 'stopped'
            AND {_worth("n")} < {_limit("tender", _begun("n"))}
            AND t.sum + {_worth("n")} >= {_limit("tender", _begun("n"))}
        """,
    )
)
