"""Rules of suspicion over contracts: too long, too cheap, over one thing twice, over nothing registered."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, PUBLISHED, STANDING
from villages.rules.repeated import known_by_name
from villages.thresholds import threshold_sql

known_by_name(
    "leases", "villages_lease", "contract_no", sign="HT", same=("object_no", "starts_on"), name="object_no"
)
_LAW = "农村集体经济组织财务公开规定（农经发〔2011〕13号）：资产资源台账和合同相符"
_DAY, _PLACE = "n.starts_on", "n.county"
_LIMIT = f"""CASE WHEN n.method = 'household' THEN {threshold_sql("household_years", day=_DAY, place=_PLACE)}
    WHEN t.is_wasteland THEN {threshold_sql("wasteland_years", day=_DAY, place=_PLACE)}
    ELSE {threshold_sql("lease_years", day=_DAY, place=_PLACE)} END"""
_THING = PUBLISHED.format("t")
_FORCE = "state NOT IN ('renewed', 'terminated')"

register(
    Rule(
        code="leases-too-long",
        kind="leases",
        title="合同比法律准许的还长",
        message="第 {row} 行合同 {contract} 从 {start} 到 {end}，超过 {years} 年。"
        "是家庭承包、四荒的，请在发包方式和台账里写明",
        source="民法典第705条；农村土地承包法第21条；年限见 thresholds.csv",
        severity=Severity.HIGH,
        # A lease for twenty years from 1 January ends on 31 December: its last day counts.
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'start', n.starts_on, 'end', n.ends_on, 'years', trim_scale({_LIMIT}))
        FROM villages_lease n LEFT JOIN LATERAL (
            SELECT t.is_wasteland FROM villages_villageresource t
            WHERE t.region_id = n.region_id AND t.resource_no = n.object_no AND {_THING} LIMIT 1) t ON true
        WHERE {{scope}} AND n.ends_on >= n.starts_on + make_interval(years => ({_LIMIT})::int)
        """,
    )
)

register(
    Rule(
        code="leases-below-floor",
        kind="leases",
        title="成交价比底价低",
        message="第 {row} 行合同 {contract} 底价 {floor} 元，成交 {deal} 元。底价按几年算的，说明即可",
        source="村民委员会组织法第24条：集体资产的承包方案由村民会议决定",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'floor', to_char(n.floor_price, '{MONEY}'),
            'deal', to_char(COALESCE(n.deal_price, n.annual_rent), '{MONEY}'))
        FROM villages_lease n
        WHERE {{scope}} AND COALESCE(n.deal_price, n.annual_rent) < n.floor_price
        """,
    )
)

register(
    Rule(
        code="leases-overlap",
        kind="leases",
        title="一样东西同时租给了两家",
        message="第 {row} 行合同 {contract} 和 {others} 租的是同一样东西，时间有重叠。"
        "分片、分层出租的，说明即可；已经解除的，请更正合同的状态",
        source=_LAW,
        severity=Severity.HIGH,
        # Pieces of land that together are no larger than the whole may be let to several.
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'others', t.said)
        FROM villages_lease n CROSS JOIN LATERAL (
            SELECT string_agg(o.contract_no, '、' ORDER BY o.starts_on, o.id) AS said, sum(o.area) AS area,
                bool_and(o.area IS NOT NULL) AS is_measured
            FROM villages_lease o
            WHERE o.region_id = n.region_id AND o.object_no = n.object_no AND o.id <> n.id AND o.{_FORCE}
                AND o.starts_on <= n.ends_on AND o.ends_on >= n.starts_on
                AND (o.release_id = n.release_id OR {STANDING})) t
        WHERE {{scope}} AND n.object_no <> '' AND n.{_FORCE} AND t.said IS NOT NULL
            AND NOT (t.is_measured AND n.area IS NOT NULL AND EXISTS (
                SELECT 1 FROM villages_villageresource t2
                WHERE t2.region_id = n.region_id AND t2.resource_no = n.object_no
                    AND n.area + t.area <= t2.area_mu AND {PUBLISHED.format("t2")}))
        """,
    )
)

register(
    Rule(
        code="leases-of-idle",
        kind="leases",
        title="台账上写着闲置的东西租出去了",
        message="第 {row} 行合同 {contract} 租的“{name}”，台账上写着闲置。新租出去的，说明即可，台账下次更新",
        source=_LAW,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'name', t.name)
        FROM villages_lease n JOIN releases_release r ON r.id = n.release_id
        CROSS JOIN LATERAL (
            SELECT t.name FROM villages_villageasset t WHERE t.region_id = n.region_id
                AND t.asset_no = n.object_no AND t.use_state = 'idle' AND {_THING}
            UNION ALL
            SELECT t.name FROM villages_villageresource t WHERE t.region_id = n.region_id
                AND t.resource_no = n.object_no AND t.use_state = 'idle' AND {_THING}
            LIMIT 1) t
        WHERE {{scope}} AND n.{_FORCE} AND n.ends_on >= r.start_on
        """,
    )
)

register(
    Rule(
        code="leases-area",
        kind="leases",
        title="租出去的比台账上的还大",
        message="第 {row} 行合同 {contract} 出租面积 {area}，台账上“{name}”只有 {whole}{unit}",
        source=_LAW,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'area', trim_scale(n.area), 'name', t.name, 'whole', trim_scale(t.area), 'unit', t.unit)
        FROM villages_lease n CROSS JOIN LATERAL (
            SELECT t.name, t.floor_area AS area, '平方米' AS unit FROM villages_villageasset t
            WHERE t.region_id = n.region_id AND t.asset_no = n.object_no AND {_THING}
            UNION ALL
            SELECT t.name, t.area_mu, '亩' FROM villages_villageresource t
            WHERE t.region_id = n.region_id AND t.resource_no = n.object_no AND {_THING}
            LIMIT 1) t
        WHERE {{scope}} AND n.area > t.area
        """,
    )
)

register(
    Rule(
        code="leases-unregistered",
        kind="leases",
        title="租出去的东西不在台账上",
        message="第 {row} 行合同 {contract} 租的“{name}”没有标的编号。请查台账；台账漏了的，写明哪天补上",
        source=_LAW,
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'contract', n.contract_no,
            'name', n.object_name)
        FROM villages_lease n WHERE {scope} AND n.object_no = ''
        """,
    )
)
