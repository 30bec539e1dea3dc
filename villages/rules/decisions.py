"""Rules of suspicion over what a village decides together."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.models import Step
from villages.rules.fragments import STANDING
from villages.thresholds import threshold_sql
from villages.votes import NOT_PASSED, PASSED, values_sql

_LAW = f"""(VALUES {values_sql()})
    AS v (meeting, start_on, end_on, pn, pd, p_more, an, ad, a_more, agreed_of, quorum, majority, source)"""
_IN_FORCE = "v.meeting = n.meeting AND n.met_on >= v.start_on AND (v.end_on IS NULL OR n.met_on < v.end_on)"
_QUORUM = """CASE WHEN v.p_more THEN n.present * v.pd > n.entitled * v.pn
    ELSE n.present * v.pd >= n.entitled * v.pn END"""
_WHOLE = "CASE v.agreed_of WHEN 'entitled' THEN n.entitled ELSE n.present END"
_MAJORITY = f"""CASE WHEN v.a_more THEN n.agreed * v.ad > ({_WHOLE}) * v.an
    ELSE n.agreed * v.ad >= ({_WHOLE}) * v.an END"""
_PASSED = f"(n.result ~ '{PASSED}' AND n.result !~ '{NOT_PASSED}')"
_SAME_MATTER = f"""o.region_id = n.region_id AND o.matter_no = n.matter_no
    AND (o.release_id = n.release_id OR {STANDING})"""

register(
    Rule(
        code="decision-quorum",
        kind="decisions",
        title="到会的人不够",
        message="第 {row} 行“{matter}”应到 {entitled} 人，实到 {present} 人，没到{quorum}。"
        "按户派代表开的、分片开的，说明即可（{source}）",
        source="村民委员会组织法第22、26条；农村集体经济组织法第27条（votes.csv，按开会那天）",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'matter', n.matter,
            'entitled', n.entitled, 'present', n.present, 'quorum', v.quorum, 'source', v.source)
        FROM villages_decision n JOIN {_LAW} ON {_IN_FORCE}
        WHERE {{scope}} AND NOT {_QUORUM}
        """,
    )
)

register(
    Rule(
        code="decision-majority",
        kind="decisions",
        title="写了通过，同意的人不够",
        message="第 {row} 行“{matter}”写的是“{result}”，{whole} 人里 {agreed} 人同意，"
        "没到{majority}（{source}）",
        source="村民委员会组织法第22、26条；农村集体经济组织法第27、28条（votes.csv，按开会那天）",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'matter', n.matter,
            'result', n.result, 'whole', {_WHOLE}, 'agreed', n.agreed, 'majority', v.majority,
            'source', v.source)
        FROM villages_decision n JOIN {_LAW} ON {_IN_FORCE}
        WHERE {{scope}} AND {_PASSED} AND NOT ({_MAJORITY})
        """,
    )
)

register(
    Rule(
        code="decision-no-meeting-type",
        kind="decisions",
        title="没写是什么会",
        message="第 {row} 行“{matter}”没有写会议类型，算不出到会和同意的人够不够",
        source="村民委员会组织法第22、26条：不同的会，人数要求不同",
        severity=Severity.LOW,
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'matter', n.matter)
        FROM villages_decision n WHERE {scope} AND n.meeting = ''
        """,
    )
)

register(
    Rule(
        code="decision-late",
        kind="decisions",
        title="决议公开得晚",
        message="第 {row} 行“{matter}”{met_on} 决议，{posted_on} 才公开，过了 {days} 天",
        source="村民委员会组织法第30条：及时公布；天数见 thresholds.csv",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'matter', n.matter,
            'met_on', n.met_on, 'posted_on', n.decision_posted_on,
            'days', n.decision_posted_on - n.met_on)
        FROM villages_decision n
        WHERE {{scope}} AND n.step IN ('', '{Step.VILLAGERS}')
            AND n.decision_posted_on - n.met_on
                > {threshold_sql("decision_days", day="n.met_on", place="n.county")}
        """,
    )
)

register(
    Rule(
        code="decision-steps",
        kind="decisions",
        title="四议缺了环节",
        message="第 {row} 行“{matter}”已经村民决议，还缺：{missing}。以前的会没有录的，补录或说明",
        source="四议两公开工作法：党组织提议、两委商议、党员审议、村民决议",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'matter', n.matter,
            'missing', t.missing)
        FROM villages_decision n CROSS JOIN LATERAL (
            SELECT string_agg(w.word, '、' ORDER BY w.at) AS missing
            FROM (VALUES (1, '{Step.PROPOSAL}', '{Step.PROPOSAL.label}'),
                (2, '{Step.COMMITTEES}', '{Step.COMMITTEES.label}'),
                (3, '{Step.PARTY}', '{Step.PARTY.label}')) AS w (at, step, word)
            WHERE NOT EXISTS (SELECT FROM villages_decision o WHERE {_SAME_MATTER} AND o.step = w.step)) t
        WHERE {{scope}} AND n.step = '{Step.VILLAGERS}' AND t.missing IS NOT NULL
        """,
    )
)

register(
    Rule(
        code="decision-two-matters",
        kind="decisions",
        title="一个编号写了两件事",
        message="第 {row} 行编号 {number} 写的是“{matter}”，别处写的是“{other}”。只是写法不同的，说明即可",
        source="公开目录 XX-01：一件事一个编号",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'number', n.matter_no,
            'matter', n.matter, 'other', t.matter)
        FROM villages_decision n CROSS JOIN LATERAL (
            SELECT o.matter FROM villages_decision o
            WHERE {_SAME_MATTER} AND o.matter <> n.matter
                AND (o.release_id <> n.release_id OR o.position < n.position)
            ORDER BY o.met_on, o.id LIMIT 1) t
        WHERE {{scope}}
        """,
    )
)

register(
    Rule(
        code="decision-same-day",
        kind="decisions",
        title="一件事一天写了两次会",
        message="第 {row} 行“{matter}”{met_on} 的这个环节还有一行。分片开的、一天开两次的，说明即可",
        source="录入检查",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'matter', n.matter,
            'met_on', n.met_on)
        FROM villages_decision n
        WHERE {{scope}} AND EXISTS (SELECT FROM villages_decision o
            WHERE {_SAME_MATTER} AND o.step = n.step AND o.met_on = n.met_on AND o.id <> n.id
                AND (o.release_id <> n.release_id OR (o.position, o.id) < (n.position, n.id)))
        """,
    )
)
