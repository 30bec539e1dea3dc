"""Notices, decisions and debts of the demo: what 大浦村 and a few others told, with odd cases worth seeing.

| what | where | what is seen |
|---|---|---|
| 宅基地审批公示 | 大浦村，彬江镇公示 | 今天是公示第 3 天，还能提意见 |
| 收益分配方案 | 大浦村 | 公示到期了 |
| 上季度监督报告 | 大浦村 | 写了原件，没有交来：缺 |
| SY-01 上坊路硬化 | 大浦村 | 四议齐全，通过了，账上的工程款指回这件事 |
| SY-02 旧村部出租 | 大浦村 | 没有公开党员审议这一步 |
| SY-03 买一台面包车 | 大浦村 | 没有通过 |
| SY-04 鱼塘续包 | 大浦村 | 来的人不到三分之二，写的是通过 |
| 彬江砖厂的租金 | 大浦村 | 过期没还 |
| 鱼塘承包款 | 大浦村，个人 | 一季一季在还 |
| 欠建设公司的工程款 | 大浦村欠别人 | 还没到期 |
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from portal.columns.periods import Granularity, Period
from portal.demo.listings import Cells, Listing
from portal.demo.policies import COUNTY_CODE
from portal.demo.population import BINJIANG, DAPU
from portal.demo.vouchers import Sheet
from portal.demo.year import DemoYear, weekday_from

_ROAD, _HOUSE, _VAN, _POND = "SY-01", "SY-02", "SY-03", "SY-04"
_DAPU = "大浦村"
_SUPERVISORS = "大浦村村务监督委员会"
_MATTERS = {
    _ROAD: ("上坊路硬化，用村集体资金和上级补助", "集体资金使用", "106000.00"),
    _HOUSE: ("旧村部出租，租期三年", "集体资产出租", "67200.00"),
    _VAN: ("买一台村务用面包车", "集体资金使用", "58000.00"),
    _POND: ("鱼塘续包给原承包人", "集体资源发包", "12000.00"),
}
_STEPS = (
    ("党组织提议", "", "7"),
    ("两委商议", "两委会", "9"),
    ("党员审议", "党员大会", "38"),
    ("村民决议", "村民代表会议", "34"),
)

# Village, side, party, what for, opening, increase and decrease of both quarters, since when, due when.
_DEBTS = (
    "大浦村|债权|彬江砖厂|欠厂房租金|36000 0 0|36000 0 0|-2/01-10|-1/12-31",
    "大浦村|债权|李春根|欠鱼塘承包款|12000 0 3000|9000 0 3000|-2/03-15|",
    "大浦村|债权|彬江家电维修部|多付的维修费|860 0 0|860 0 860|-1/11-06|",
    "大浦村|债务|江西赣袁建设有限公司|欠上坊路工程款||0 70000 36000||1/12-31",
    "大浦村|债务|彭水生|欠看水误工补助|1600 0 0|1600 0 0|-1/09-01|",
    "前白村|债权|前白粮油加工厂|欠场地租金|8000 2000 2000|8000 2000 4000|-2/06-01|",
    "三姑桥社区|债务|农商银行彬江支行|建综合楼的借款|150000 0 0|150000 0 0|-2/05-20|2/05-20",
)


def lists(year: DemoYear) -> list[Listing]:
    """Return the lists in no order."""
    return [
        _supervision(year, year.quarters[-2], has_file=True),
        _supervision(year, year.quarters[-1], has_file=False),
        _share_out(year),
        _building_land(year),
        _vehicles(year),
        _county(year),
        _decisions(year),
        _debts(year, year.quarters[-2], is_last=False),
        _debts(year, year.quarters[-1], is_last=True),
    ]


def link(listings: Iterable[Listing]) -> None:
    """Let the ledger's lines on the road name the matter they carry out."""
    for listing in listings:
        if listing.kind == "ledger" and listing.body == DAPU:
            for row in listing.rows:
                if "上坊路" in row.get("摘要", ""):
                    row["事项编号"] = _ROAD


def _listing(
    kind: str, item: str, body: str, period: Period, published_on: date, rows: list[Cells], *, title: str
) -> Listing:
    return Listing(
        kind=kind,
        stem=f"{item}-{body[6:]}-{period.label()}",
        body=body,
        period=period,
        item=item,
        published_on=published_on,
        title=title,
        rows=rows,
    )


def _supervision(year: DemoYear, quarter: Period, *, has_file: bool) -> Listing:
    """Return a quarter's report of those who watch over the village; of the newest the scan is missing."""
    issued_on = year.published_after(quarter.end, 8)
    name = f"{_quarter(quarter)}村务监督报告"
    row = {
        "标题": name,
        "类别": "村务监督",
        "发布单位": _SUPERVISORS,
        "正文": "一、查了什么：三个月的收支票据、误工登记和一项工程的签证。\n\n"
        "二、发现什么：有 2 笔维修没有附明细单，有 1 笔误工补助没有考勤表。\n\n"
        "三、怎么改：已经退回补齐，下个季度再看。\n\n"
        "四、下季度重点看上坊路工程款和租金收缴。",
        "发布日期": issued_on.isoformat(),
        "所属期": quarter.label(),
        "附件": "监督报告.jpg",
    }
    listing = _listing("notices", "XX-02", DAPU, quarter, issued_on, [row], title=name)
    if has_file:
        listing.pictures["监督报告.jpg"] = (
            Sheet(
                look="detail",
                title=name,
                facts=(("村", _DAPU), ("期间", _quarter(quarter))),
                table=(
                    ("看了什么", "几份", "要改的"),
                    ("收支票据", "46", "2"),
                    ("误工登记", "18", "1"),
                    ("工程签证", "3", "0"),
                ),
                signed=(("主任", "张水生"), ("委员", "李春生")),
                seal=_SUPERVISORS,
            ),
        )
    return listing


def _share_out(year: DemoYear) -> Listing:
    last = year.months[-2]
    start = weekday_from(last.start + timedelta(days=9))
    row = {
        "标题": f"{start.year}年村集体收益分配方案",
        "类别": "收益分配",
        "发布单位": "大浦村股份经济合作社",
        "正文": "今年可以分的收益 82,600.00 元。\n\n提公积公益金 24,780.00 元，其余 57,820.00 元"
        "按 1,180 股分，每股 49.00 元。\n\n方案已经成员代表大会表决。有意见的，请在公示期里提。",
        "发布日期": start.isoformat(),
        "公示起始日期": start.isoformat(),
        "公示终止日期": (start + timedelta(days=6)).isoformat(),
    }
    period = Period.containing(start, Granularity.YEAR)
    return _listing("notices", "MS-Z04", DAPU, period, start, [row], title="收益分配方案")


def _building_land(year: DemoYear) -> Listing:
    """Return a window of seven days of which today is the third."""
    start = year.today - timedelta(days=2)
    row = {
        "标题": "宅基地审批公示",
        "地区代码": _DAPU,
        "类别": "宅基地",
        "发布单位": "彬江镇人民政府",
        "正文": "经本人申请、村民小组和村委会审查，拟同意下面 2 户建房，现在公示。\n\n"
        "第3组 张*明，120 平方米，东至村道、西至自留地、南至水渠、北至李*根屋。\n\n"
        "第5组 王*根，110 平方米，旧屋拆了原地建。\n\n没有意见的，报镇里批。",
        "发布日期": start.isoformat(),
        "公示起始日期": start.isoformat(),
        "公示终止日期": (start + timedelta(days=6)).isoformat(),
    }
    period = Period.containing(start, Granularity.MONTH)
    return _listing("notices", "XX-08", BINJIANG, period, start, [row], title="宅基地审批公示")


def _vehicles(year: DemoYear) -> Listing:
    month = year.months[-1]
    issued_on = year.published_after(month.end, 6)
    row = {
        "标题": f"{month.start.month}月公务用车使用和费用",
        "类别": "公务用车",
        "发布单位": "彬江镇人民政府",
        "正文": "镇里有公务用车 2 台。\n\n尾号 316：出车 21 次，1,460 公里，油费 986.00 元，过路 120.00 元。"
        "\n\n尾号 528：出车 17 次，1,102 公里，油费 744.00 元，维修 380.00 元。",
        "发布日期": issued_on.isoformat(),
    }
    return _listing("notices", "GW-04", BINJIANG, month, issued_on, [row], title="公务用车")


def _county(year: DemoYear) -> Listing:
    quarter = year.quarters[-1]
    issued_on = year.published_after(quarter.end, 12)
    row = {
        "标题": f"{_quarter(quarter)}涉企行政检查结果",
        "类别": "涉企检查",
        "发布单位": "袁州区人民政府",
        "正文": "这个季度计划检查 36 家，实际检查 34 家，发现问题 9 个，已经改好 7 个。\n\n"
        "没有列入计划的检查，企业可以拒绝，也可以举报。",
        "发布日期": issued_on.isoformat(),
        "文号": f"袁府办〔{issued_on.year}〕{10 + quarter.start.month}号",
    }
    return _listing("notices", "YS-05", COUNTY_CODE, quarter, issued_on, [row], title="涉企检查")


def _decisions(year: DemoYear) -> Listing:
    """Return a township's file: four matters of 大浦村, one of a neighbour's."""
    begin = year.months[-5].start
    period = Period.containing(begin, Granularity.YEAR)
    rows = [
        *_matter(_ROAD, begin, agreed=("7", "9", "36", "31"), result="通过", told=60),
        *(row for row in _matter(_HOUSE, begin, agreed=("7", "9", "36", "30")) if row["环节"] != "党员审议"),
        *_matter(_VAN, begin, agreed=("5", "6", "21", "11"), result="没有通过"),
        *_matter(_POND, begin, agreed=("6", "8", "33", "20"), present="22"),
    ]
    neighbour = [
        row | {"村代码": "前白村", "事项": "水塔维修", "类别": "公益事业", "涉及金额": "18600.00"}
        for row in _matter(_ROAD, begin, agreed=("7", "9", "34", "29"))
    ]
    for row in neighbour:
        row.pop("附件", None)
    published_on = year.published_after(begin, 34)
    listing = _listing(
        "decisions", "XX-01", BINJIANG, period, published_on, [*rows, *neighbour], title="四议两公开"
    )
    listing.pictures["会议记录.jpg"] = (
        Sheet(
            look="detail",
            title="大浦村村民代表会议记录",
            facts=(("议题", "上坊路硬化"), ("应到", "36 人"), ("实到", "33 人")),
            table=(("表决", "人数"), ("同意", "31"), ("反对", "1"), ("弃权", "1")),
            signed=(("主持", "刘建华"), ("记录", "王小平")),
            seal="大浦村村民委员会",
        ),
    )
    return listing


def _matter(
    number: str,
    begin: date,
    *,
    agreed: tuple[str, ...],
    result: str = "通过",
    present: str = "33",
    told: int = 0,
) -> list[Cells]:
    """Return the four steps of a matter, a week between two."""
    matter, category, amount = _MATTERS[number]
    first = begin + timedelta(days=2 * int(number[-1]))
    rows = []
    for at, (step, meeting, called) in enumerate(_STEPS):
        met_on = first + timedelta(days=7 * at)
        is_last = step == "村民决议"
        row = {
            "村代码": _DAPU,
            "事项编号": number,
            "事项": matter,
            "类别": category,
            "会议日期": met_on.isoformat(),
            "应到人数": "36" if is_last else called,
            "实到人数": present if is_last else called,
            "同意人数": agreed[at],
            "结果": result if is_last else "同意",
            "会议类型": meeting or "两委会",
            "环节": step,
            "涉及金额": amount,
        }
        if is_last:
            row["决议公开日期"] = (met_on + timedelta(days=2)).isoformat()
            row |= {"附件": "会议记录.jpg"} if number == _ROAD else {}
            row |= {"反对人数": "1", "弃权人数": "1"} if number == _ROAD else {}
            row |= {"结果公开日期": (met_on + timedelta(days=told)).isoformat()} if told else {}
        rows.append(row)
    return rows


def _debts(year: DemoYear, quarter: Period, *, is_last: bool) -> Listing:
    """Return a township's quarter: 大浦村 closely, two others with a line each."""
    rows = []
    for line in _DEBTS:
        village, side, party, nature, first, second, incurred_on, due_on = line.split("|")
        moved = [int(amount) for amount in (second if is_last else first).split()]
        if not moved:
            continue
        opening, increase, decrease = moved
        row = {
            "村代码": village,
            "所属期": quarter.label(),
            "类型": side,
            "对方": party,
            "性质": nature,
            "期初余额": f"{opening}.00",
            "本期增加": f"{increase}.00",
            "本期减少": f"{decrease}.00",
            "期末余额": f"{opening + increase - decrease}.00",
            "形成日期": _years_off(year, incurred_on),
            "到期日": _years_off(year, due_on),
            "年利率": "4.35" if "借款" in nature else "",
        }
        rows.append({header: text for header, text in row.items() if text})
    published_on = year.published_after(quarter.end, 11)
    return _listing("debts", "MS-Z02", BINJIANG, quarter, published_on, rows, title="债权债务")


def _years_off(year: DemoYear, told: str) -> str:
    """Return the day that lies so many years from this one: -2/03-15."""
    if not told:
        return ""
    years, _, day = told.partition("/")
    return f"{year.quarters[-2].start.year + int(years)}-{day}"


def _quarter(quarter: Period) -> str:
    return f"{quarter.start.year}年第{(quarter.start.month - 1) // 3 + 1}季度"
