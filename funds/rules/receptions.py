"""Rules of suspicion over receptions; each runs on a draft, a release, or everything published."""

from __future__ import annotations

from funds.columns.receptions import RECEPTION
from portal.columns.cells import Files
from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, NUMBERS, ROWS, STANDING
from villages.rules.repeated import other_period
from villages.thresholds import threshold_sql

_REGULATION = "《党政机关国内公务接待管理规定》（中办发〔2013〕22号）"
_LUXURIES = "烟酒|酒水|白酒|红酒|洋酒|香烟|名烟|茅台|五粮液|鱼翅|燕窝|野味"
_DOCUMENTS = [(one.header, one.field, one.cell.caption) for one in RECEPTION if isinstance(one.cell, Files)]


def _limit(name: str) -> str:
    return threshold_sql(name, day="n.received_on", place="n.county")


_MOST_COMPANIONS = f"""CASE WHEN n.guests <= {_limit("reception_few_guests")}
    THEN {_limit("reception_companions_of_few")}
    ELSE floor(n.guests / {_limit("reception_guests_a_companion")}) END"""


def _lacking() -> str:
    """Return SQL for the names of the documents that a row neither names nor has, joined by 、."""
    cases = ", ".join(
        f"""CASE WHEN n.{field} = '' AND NOT EXISTS (SELECT FROM releases_attachment a
            WHERE a.row_id = n.id AND a.caption = '{caption}') THEN '{header}' END"""
        for header, field, caption in _DOCUMENTS
    )
    return f"concat_ws('、', {cases})"


register(
    Rule(
        code="reception-arithmetic",
        kind="receptions",
        title="各项加起来不等于总金额",
        message="第 {row} 行：餐费、住宿费、其他费用加起来是 {sum} 元，总金额写的是 {amount} 元",
        source=_REGULATION + "第十三条：加强接待费预算管理，如实列支",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'sum', to_char(t.parts, '{MONEY}'), 'amount', to_char(n.amount, '{MONEY}'))
        FROM funds_reception n CROSS JOIN LATERAL (SELECT
            n.meal_cost + COALESCE(n.lodging_cost, 0) + COALESCE(n.other_cost, 0) AS parts) t
        WHERE {{scope}} AND t.parts <> n.amount
        """,
    )
)

register(
    Rule(
        code="reception-companions",
        kind="receptions",
        title="陪同的人超过规定",
        message="第 {row} 行来 {guests} 人，陪 {companions} 人；规定最多陪 {most} 人",
        source=_REGULATION + "第十条：10人以内陪餐不超过3人，超过10人的不超过三分之一",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'guests', n.guests, 'companions', n.companions, 'most', t.most::int)
        FROM funds_reception n CROSS JOIN LATERAL (SELECT {_MOST_COMPANIONS} AS most) t
        WHERE {{scope}} AND n.companions > t.most
        """,
    )
)

register(
    Rule(
        code="reception-no-letter",
        kind="receptions",
        title="没有公函",
        message="第 {row} 行没有写公函号，也没有交公函",
        source=_REGULATION + "：无公函的公务活动和来访人员一律不予接待",
        severity=Severity.HIGH,
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position)
        FROM funds_reception n
        WHERE {scope} AND n.letter_no = '' AND n.letter = '' AND NOT EXISTS (
            SELECT FROM releases_attachment a WHERE a.row_id = n.id AND a.caption = 'letter')
        """,
    )
)

register(
    Rule(
        code="reception-documents",
        kind="receptions",
        title="五样凭证不齐",
        message="第 {row} 行缺：{lacking}。还在补的，写明哪天补齐；确实没有的，公开时会写“缺”",
        source="公开目录：接待逐次公开公函、申请单、账单或菜单、转账凭证、发票",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'lacking', t.lacking)
        FROM funds_reception n CROSS JOIN LATERAL (SELECT {_lacking()} AS lacking) t
        WHERE {{scope}} AND t.lacking <> ''
        """,
    )
)

register(
    Rule(
        code="reception-late-papers",
        kind="receptions",
        title="公函或申请单在接待之后",
        message="第 {row} 行 {day} 接待，{said}。事后补的，写明原因",
        source=_REGULATION + "：先有公函、审批，后接待",
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'day', n.received_on,
            'said', concat_ws('，', CASE WHEN n.letter_on > n.received_on THEN '公函是 ' || n.letter_on END,
                CASE WHEN n.applied_on > n.received_on THEN '申请是 ' || n.applied_on END))
        FROM funds_reception n
        WHERE {scope} AND (n.letter_on > n.received_on OR n.applied_on > n.received_on)
        """,
    )
)

register(
    Rule(
        code="reception-luxuries",
        kind="receptions",
        title="写到了烟酒",
        message="第 {row} 行写到了“{word}”。不是这次接待用的，说明即可",
        source=_REGULATION + "第十条：不得提供香烟和高档酒水，不得提供鱼翅、燕窝和野生保护动物",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'word', t.word)
        FROM funds_reception n CROSS JOIN LATERAL (
            SELECT substring(concat_ws(' ', n.reason, n.note) FROM '{_LUXURIES}') AS word) t
        WHERE {{scope}} AND t.word IS NOT NULL
        """,
    )
)

register(
    Rule(
        code="reception-above-standard",
        kind="receptions",
        title="每人每餐超过标准",
        message="第 {row} 行每人每餐 {each} 元，公布的标准是 {rate} 元（{name}）",
        source=_REGULATION + "第十四条：工作餐开支标准由县级以上党委、政府制定；标准见公开的公务接待标准",
        severity=Severity.HIGH,
        # The guests' rank chooses among several; where it does not, the highest stands. A county's own
        # stand before the city's.
        sql=f"""
        WITH standards AS MATERIALIZED (
            SELECT s.name, s.rate, s.start_on, s.end_on, s.county
            FROM funds_standard s JOIN releases_release r ON r.id = s.release_id AND r.state = 'published'
            JOIN catalogue_catalogueitem i ON i.id = r.item_id AND i.section = '公务消费'
            WHERE s.county IN (%(county)s, left(%(county)s, 4) || '00')
                AND (position('餐' IN s.unit) > 0 OR position('餐' IN s.name) > 0)
                AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = s.id)
        )
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'each', to_char(t.each, '{MONEY}'), 'rate', trim_scale(t.rate), 'name', t.name)
        FROM funds_reception n CROSS JOIN LATERAL (
            SELECT s.name, s.rate, round(n.meal_cost / ((n.guests + n.companions) * n.meals), 2) AS each
            FROM standards s
            WHERE s.start_on <= n.received_on AND (s.end_on IS NULL OR s.end_on > n.received_on)
            ORDER BY s.county DESC, (n.guest_rank <> '' AND position(n.guest_rank IN s.name) > 0) DESC,
                s.rate DESC LIMIT 1) t
        WHERE {{scope}} AND n.meals > 0 AND t.each > t.rate
        """,
    )
)

register(
    Rule(
        code="reception-meals",
        kind="receptions",
        title="安排了几顿饭",
        message="第 {row} 行用餐 {meals} 次，规定可以安排工作餐 {most} 次。来宾自己付了的，说明即可",
        source=_REGULATION + "第十条：确因工作需要，接待单位可以安排工作餐一次",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'meals', n.meals, 'most', ({_limit("reception_meals")})::int)
        FROM funds_reception n
        WHERE {{scope}} AND n.meals > {_limit("reception_meals")}
        """,
    )
)

register(
    Rule(
        code="reception-same-guests",
        kind="receptions",
        title="同一天同一个来访单位有两次",
        message="{day} {unit}接待“{guests}”有 {count} 次：第 {rows} 行。真有两次的，说明即可",
        source=_REGULATION + "：能够合并的公务接待统筹安排",
        sql=f"""
        WITH compared AS (
            SELECT n.region_id, n.unit, n.received_on, n.guest_unit, count(*) AS count
            FROM (SELECT DISTINCT o.id, o.region_id, o.unit, o.received_on, o.guest_unit
                FROM funds_reception o JOIN funds_reception n ON n.region_id = o.region_id
                    AND n.unit = o.unit AND n.received_on = o.received_on AND n.guest_unit = o.guest_unit
                WHERE {{scope}} AND (o.release_id = n.release_id OR {STANDING})) n
            GROUP BY n.region_id, n.unit, n.received_on, n.guest_unit HAVING count(*) > 1)
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'day', n.received_on,
            'unit', n.unit, 'guests', n.guest_unit, 'count', max(c.count))
        FROM funds_reception n JOIN compared c USING (region_id, unit, received_on, guest_unit)
        WHERE {{scope}}
        GROUP BY n.release_id, n.region_id, n.unit, n.received_on, n.guest_unit
        """,
    )
)

register(
    Rule(
        code="reception-outside",
        kind="receptions",
        title="不在食堂，也不在定点饭店",
        message="第 {row} 行在“{venue}”接待。为什么不在食堂，请说明",
        source=_REGULATION + "第十条：不得使用私人会所、高消费餐饮场所",
        sql="""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'venue', n.venue)
        FROM funds_reception n WHERE {scope} AND n.venue_type = 'other'
        """,
    )
)

register(
    Rule(
        code="reception-cash",
        kind="receptions",
        title="付的是现金",
        message="第 {row} 行付的是现金 {amount} 元。为什么不转账、不刷公务卡，请说明",
        source=_REGULATION + "第十五条：采用银行转账或者公务卡方式结算，不得以现金方式支付",
        severity=Severity.HIGH,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'amount', to_char(n.amount, '{MONEY}'))
        FROM funds_reception n WHERE {{scope}} AND n.method = 'cash'
        """,
    )
)

register(
    Rule(
        code="reception-village",
        kind="receptions",
        title="村里有接待费",
        message="第 {row} 行是{place}的接待，{amount} 元。村里不安排接待的，请核对",
        source="assumed：各地“村级零接待”规定，文件以本县（市、区）的为准",
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position, 'place', g.short_name,
            'amount', to_char(n.amount, '{MONEY}'))
        FROM funds_reception n JOIN places_region g ON g.id = n.region_id AND g.level = 'village'
        WHERE {{scope}}
        """,
    )
)

register(
    Rule(
        code="reception-number-twice",
        kind="receptions",
        title="一个接待编号用了两次",
        message="第 {rows} 行的接待编号 {number} 还用在：{others}",
        source="录入检查",
        sql=f"""
        SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'number', n.number,
            'others', (array_agg(t.said ORDER BY n.position, n.id))[1])
        FROM funds_reception n CROSS JOIN LATERAL (
            SELECT string_agg(o.received_on || ' ' || o.guest_unit, '、' ORDER BY o.received_on, o.id) AS said
            FROM funds_reception o
            WHERE o.region_id = n.region_id AND o.unit = n.unit AND o.number = n.number AND o.id <> n.id
                AND (o.release_id = n.release_id OR {STANDING})) t
        WHERE {{scope}} AND t.said IS NOT NULL
        GROUP BY n.release_id, n.region_id, n.unit, n.number
        """,
    )
)

other_period(
    "reception-other-period",
    "receptions",
    "funds_reception",
    day="received_on",
    said="是 {said} 的接待",
    hint="补公开的，说明即可",
)
