"""The projects of the demo county, and what was paid for them: most in 大浦村, each with something to see.

| project | where | what is seen |
|---|---|---|
| 上坊路硬化工程 | 大浦村 | 完工晚了，验收单没交；最后一笔付款和村账是同一张凭证 |
| 安全饮水管网 | 大浦村 | 从预算到决算都齐 |
| 文化广场 | 大浦村 | 村里自己的小工程，决算过了日子没公开 |
| 机耕路补坑 | 大浦村 | 直接发包给一个村民：名字遮住 |
| 油茶加工车间 | 大浦村 | 乡村振兴，过了工期没完工 |
| 灌溉水渠 | 前白村 | 付的比合同多，有一笔退回 |
| 村道路灯 | 白源村 | 决算比预算多一成以上 |
| 卫生室改造 | 横山村 | 终止 |
| 冷链仓库、产业路 | 竹亭镇、前白村 | 刚立项；正在采购 |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from portal.columns.periods import Granularity, Period
from portal.demo import papers
from portal.demo.books import Book
from portal.demo.dapu import ROAD, ROAD_PAYMENT
from portal.demo.listings import Cells, Form, Listing
from portal.demo.policies import COUNTY_CODE
from portal.demo.population import DAPU
from portal.demo.vouchers import Sheet
from portal.demo.year import DemoYear, payday

BASICS, SMALL, FUNDS, PAYMENTS = "MS-J03", "MS-Z11", "XC-02", "MS-J04"
_BUILDER = "江西赣袁建设有限公司"
_WATER, _OIL, _LAMPS = "宜春清泉水务工程有限公司", "江西秀江建筑有限公司", "宜春明光照明工程有限公司"
_WATCH = "宜春诚信工程监理有限公司"
_TOWN = "彬江镇财政所"
# How many months back, and which day of that month.
_Day = tuple[int, int]


class Projects:
    """All lists of projects and of payments for them in one year."""

    def __init__(self, year: DemoYear, last_book: Book) -> None:
        """Know the year, and the month of 大浦村's books in which the road is paid."""
        self.year, self.months = year, year.months
        row = next(row for row in last_book.rows(DAPU) if row["摘要"] == ROAD_PAYMENT)
        self.road_voucher = {"凭证号": row["凭证号"], "拨付日期": row["日期"], "金额": row["金额"]}

    def everything(self) -> list[Listing]:
        """Return the lists in no order."""
        return [
            self._list("早", BASICS, [self._water()], back=-11, pictures=_settled_papers()),
            self._list("村", SMALL, [self._square(), self._pits()], back=-8, body=DAPU),
            self._list("旧", BASICS, [self._canal(), self._lights(), self._clinic()], back=-4),
            self._list("路", BASICS, [self._road()], back=-1, pictures=_road_papers()),
            self._list("振兴", FUNDS, [*self._revitalization()], back=-3, form=Form.WORKBOOK),
            self._list("款", PAYMENTS, [*self._payments()], back=-1, kind="disbursements"),
        ]

    def _day(self, back: int, day: int) -> str:
        """Return a working day of one of the last months."""
        return payday(self.months[back], day).isoformat()

    def _later(self, days: int) -> str:
        return (self.months[-1].end + timedelta(days=days)).isoformat()

    def _list(
        self,
        stem: str,
        item: str,
        rows: Iterable[Cells],
        *,
        back: int,
        kind: str = "projects",
        body: str = COUNTY_CODE,
        form: Form = Form.CSV,
        pictures: dict[str, tuple[Sheet, ...]] | None = None,
    ) -> Listing:
        """Return a list of what happened up to one of the last months, published in the days after it."""
        period = Period.containing(self.months[back].start, Granularity.MONTH)
        name = "项目" if kind == "projects" else "拨付"
        return Listing(
            kind=kind,
            # What was paid is published behind the projects it was paid for.
            stem=f"{'XM' if kind == 'projects' else 'XZ'}-{stem}-{period.label()}",
            body=body,
            period=period,
            item=item,
            published_on=max(self.year.published_after(period.end, 14), self.year.opened_on),
            form=form,
            title=f"{period.label()} {name}",
            rows=list(rows),
            pictures=pictures or {},
        )

    def _road(self) -> Cells:
        return {
            **_project(ROAD, "上坊路硬化工程", "大浦村", "区交通运输局", "486000", "在建"),
            "建设内容": "上坊路 1.3 公里，铺水泥，厚 18 厘米，宽 4.5 米",
            "资金来源": "区交通补助和村里自筹",
            "县级资金": "300000",
            "自筹资金": "186000",
            **self._tendered("公开招标", (-8, 26), (-6, 20), _BUILDER, "462300", (-6, 28)),
            "最高限价": "480000",
            "招标编号": "YZ-GC-021",
            "计划开工": self._day(-5, 5),
            "计划竣工": self._day(-2, 10),
            "实际竣工": self._day(-2, 22),
            "验收日期": self._day(-1, 10),
            "状态": "完工",
            "附件": "上坊路-合同.pdf;上坊路-中标通知书.jpg;上坊路-验收单.jpg",
            "实施单位": "大浦村股份经济合作社",
            "责任人": "刘建华",
            "项目类别": "村道",
            "监理单位": _WATCH,
            "质保金": "13869",
            "受益户数": "126",
        }

    def _tendered(
        self, how: str, announced: _Day | None, awarded: _Day, winner: str, amount: str, signed: _Day
    ) -> Cells:
        days = [self._day(*day) if day else "" for day in (announced, awarded, signed)]
        return _tendered(how, days[0], days[1], winner, amount, days[2])

    def _water(self) -> Cells:
        old = self.months[0].start
        return {
            **_project("XM-DP-002", "安全饮水管网", "大浦村", "区水利局", "312000", "决算"),
            "建设内容": "主管 4.2 公里，入户 218 户",
            "资金来源": "中央水利资金和区里配套",
            "中央资金": "200000",
            "县级资金": "112000",
            **_tendered(
                "公开招标", _before(old, 420), _before(old, 380), _WATER, "305600", _before(old, 370)
            ),
            "计划开工": _before(old, 360),
            "计划竣工": _before(old, 200),
            "实际竣工": _before(old, 204),
            "验收日期": _before(old, 190),
            "送审金额": "318200",
            "决算金额": "309800",
            "决算审定日期": _before(old, 60),
            "变更累计金额": "4200",
            "变更次数": "1",
            "附件": "饮水-合同.pdf;饮水-中标通知书.jpg;饮水-验收单.jpg;饮水-决算书.jpg;饮水-审计报告.jpg",
            "实施单位": "区水利工程建设中心",
            "责任人": "曾卫东",
            "监理单位": _WATCH,
            "受益户数": "218",
            "绩效目标": "218 户喝上自来水，水质合格",
        }

    def _square(self) -> Cells:
        return {
            **_project("XM-DP-003", "文化广场", "", "大浦村委会", "96000", "完工"),
            "建设内容": "广场 620 平方米，健身器材 8 件",
            "资金来源": "区文化补助和村里自筹",
            "县级资金": "50000",
            "自筹资金": "46000",
            **self._tendered("限额以下", (-12, 8), (-12, 18), "大浦建材店", "93400", (-12, 24)),
            "计划竣工": self._day(-8, 28),
            "实际竣工": self._day(-8, 20),
            "验收日期": self._day(-8, 28),
            "状态": "完工",
            "责任人": "刘建华",
        }

    def _pits(self) -> Cells:
        return {
            **_project("", "机耕路补坑", "", "大浦村委会", "18600", "完工"),
            "建设内容": "补坑 14 处，清边沟 600 米",
            "资金来源": "村里自筹",
            **self._tendered("直接发包", None, (-9, 6), "张细明", "18200", (-9, 8)),
            "计划竣工": self._day(-8, 10),
            "实际竣工": self._day(-8, 8),
            "验收日期": self._day(-8, 12),
            "决算金额": "18200",
            "决算审定日期": self._day(-8, 14),
            "状态": "决算",
            "责任人": "刘建华",
        }

    def _canal(self) -> Cells:
        return {
            **_project("XM-QB-001", "灌溉水渠", "前白村", "区水利局", "228000", "完工"),
            "建设内容": "水渠 1.8 公里，闸门 3 处",
            "资金来源": "省水利资金",
            "省级资金": "228000",
            **self._tendered("竞争性磋商", (-11, 12), (-10, 20), _WATER, "221500", (-10, 26)),
            "计划竣工": self._day(-5, 28),
            "实际竣工": self._day(-5, 20),
            "验收日期": self._day(-4, 10),
            "监理单位": _WATCH,
        }

    def _lights(self) -> Cells:
        return {
            **_project("XM-BY-001", "村道路灯", "白源村", "区农业农村局", "120000", "决算"),
            "建设内容": "太阳能路灯 60 盏",
            "资金来源": "区里补助",
            "县级资金": "120000",
            **self._tendered("询价", (-10, 6), (-10, 16), _LAMPS, "118800", (-10, 22)),
            "计划竣工": self._day(-8, 20),
            "实际竣工": self._day(-8, 16),
            "验收日期": self._day(-8, 26),
            "送审金额": "139600",
            "决算金额": "135400",
            "决算审定日期": self._day(-5, 14),
            "变更累计金额": "16600",
            "变更次数": "2",
            "备注": "两个新村点加了 8 盏，村民代表会定过",
        }

    def _clinic(self) -> Cells:
        return {
            **_project("XM-HS-001", "卫生室改造", "横山村", "区卫生健康委", "150000", "终止"),
            "建设内容": "旧卫生室翻修",
            "备注": "选址改到彬江村，另外立项",
        }

    def _revitalization(self) -> Iterator[Cells]:
        helps = "收油茶籽、请本村人做工，每年分红 3 万元"
        yield {
            **_project("XM-ZX-001", "油茶加工车间", "大浦村", "区农业农村局", "860000", "在建", "乡村振兴"),
            "建设内容": "车间 480 平方米，榨油设备一套",
            "资金来源": "衔接资金",
            "中央资金": "600000",
            "省级资金": "160000",
            "县级资金": "100000",
            "资金文号": "袁财农〔示例〕12号",
            **self._tendered("公开招标", (-10, 10), (-9, 20), _OIL, "842000", (-9, 28)),
            "计划开工": self._day(-8, 5),
            "计划竣工": self._day(-2, 18),
            "责任人": "王小平",
            "监理单位": _WATCH,
            "受益户数": "86",
            "绩效目标": "一年榨油 60 吨，带动 86 户",
            "联农带农机制": helps,
        }
        yield {
            **_project("XM-ZX-002", "冷链仓库", "竹亭镇", "区农业农村局", "1200000", "立项", "乡村振兴"),
            "建设内容": "冷库 900 立方米",
            "资金来源": "衔接资金",
            "中央资金": "1200000",
            "计划开工": self._later(40),
            "计划竣工": self._later(220),
        }
        yield {
            **_project("XM-ZX-003", "产业路", "前白村", "区农业农村局", "380000", "采购", "乡村振兴"),
            "建设内容": "产业路 1.1 公里",
            "资金来源": "衔接资金",
            "省级资金": "380000",
            "采购方式": "公开招标",
            "采购公告日期": self._day(-3, 20),
            "计划竣工": self._later(120),
        }

    def _payments(self) -> Iterator[Cells]:
        road = {"项目编号": ROAD, "收款单位": _BUILDER}
        yield road | self._paid(-5, 12, "138690", "预付款", "路基开工")
        yield road | self._paid(-3, 20, "195150", "进度款", "路面做完")
        yield road | {
            **self.road_voucher,
            "用途": ROAD_PAYMENT,
            "拨付类型": "进度款",
            "付款单位": "大浦村股份经济合作社",
            "形象进度": "验收合格",
        }
        yield {"项目编号": "XM-DP-003", "收款单位": "大浦建材店"} | self._paid(-7, 16, "90000", "结算款", "")
        yield {"项目编号": "机耕路补坑", "收款单位": "张细明"} | self._paid(-7, 18, "18200", "结算款", "")
        oil = {"项目编号": "XM-ZX-001", "收款单位": _OIL}
        yield oil | self._paid(-8, 20, "252600", "预付款", "进场")
        yield oil | self._paid(-4, 18, "294700", "进度款", "主体封顶")
        canal = {"项目编号": "XM-QB-001", "收款单位": _WATER}
        yield canal | self._paid(-9, 10, "66450", "预付款", "进场")
        yield canal | self._paid(-4, 22, "165000", "结算款", "验收合格")
        yield canal | self._paid(-2, 12, "4950", "退回", "") | {"用途": "退回多付的"}
        yield {"项目编号": "XM-BY-001", "收款单位": _LAMPS} | self._paid(
            -5, 26, "135400", "结算款", "验收合格"
        )

    def _paid(self, back: int, day: int, amount: str, what: str, progress: str) -> Cells:
        on = self._day(back, day)
        return {
            "拨付日期": on,
            "金额": amount,
            "凭证号": f"拨-{on[5:7]}{on[8:]}",
            "拨付类型": what,
            "付款单位": _TOWN,
            "形象进度": progress,
        }


def _before(day: date, days: int) -> str:
    return (day - timedelta(days=days)).isoformat()


def _project(
    number: str, name: str, place: str, office: str, budget: str, state: str, board: str = "民生项目"
) -> Cells:
    """Return what every project says; a village's own list needs no place."""
    return {
        "项目编号": number,
        "项目名称": name,
        "所在地代码": place,
        "板块": board,
        "主管部门": office,
        "预算金额": budget,
        "状态": state,
    }


def _tendered(how: str, announced: str, awarded: str, winner: str, amount: str, signed: str) -> Cells:
    return {
        "采购方式": how,
        "采购公告日期": announced,
        "中标日期": awarded,
        "中标单位": winner,
        "中标金额": amount,
        "合同金额": amount,
        "合同签订日期": signed,
    }


def _paper(title: str, *facts: tuple[str, str], seal: str) -> tuple[Sheet, ...]:
    return (Sheet(look="detail", title=title, facts=facts, seal=seal),)


def _road_papers() -> dict[str, tuple[Sheet, ...]]:
    """Return the papers of the road that were handed in: the certificate of acceptance was not."""
    return {
        "上坊路-合同.pdf": papers.contract(_BUILDER, "上坊路硬化工程", Decimal(462_300), hand="刘建华"),
        "上坊路-中标通知书.jpg": _paper(
            "中标通知书",
            ("工程", "上坊路硬化工程"),
            ("中标人", _BUILDER),
            ("中标价", "¥462,300.00"),
            seal="大浦村股份经济合作社",
        ),
    }


def _settled_papers() -> dict[str, tuple[Sheet, ...]]:
    name = ("工程", "安全饮水管网")
    builder = ("施工", _WATER)
    office = "袁州区水利局"
    return {
        "饮水-合同.pdf": papers.contract(_WATER, "安全饮水管网", Decimal(305_600), hand="曾卫东"),
        "饮水-中标通知书.jpg": _paper("中标通知书", name, ("中标人", _WATER), seal=office),
        "饮水-验收单.jpg": _paper("竣工验收单", name, builder, ("结论", "合格"), seal=office),
        "饮水-决算书.jpg": _paper("竣工决算书", name, ("决算", "¥309,800.00"), seal=office),
        "饮水-审计报告.jpg": _paper(
            "工程审计报告", name, ("送审", "¥318,200.00"), ("审定", "¥309,800.00"), seal="袁州区审计局"
        ),
    }
