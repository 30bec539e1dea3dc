"""What the demo county pays to enterprises, and the fees it may charge: one paid late, one made cheaper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from portal.columns.identity import credit_check
from portal.columns.periods import Granularity, Period
from portal.demo.listings import Cells, Form, Listing
from portal.demo.policies import COUNTY_CODE
from portal.demo.year import DemoYear, payday

FUNDS, FEES = "YS-01", "YS-03"
# Invented, and of no office that registers: 9999 stands where the office's number is.
_ENTERPRISES = (
    "示例赣西竹木有限公司",
    "示例明月茶业有限公司",
    "示例彬江农机有限公司",
    "示例袁河食品有限公司",
    "示例大浦建材有限公司",
    "示例油茶专业合作社",
)
_WORKERS, _MACHINES, _FOUNDERS = "稳岗返还", "技术改造补助", "创业补贴"
# Name, unit, standard, measure, basis, type, relief or term of refund.
_LIST = (
    ("不动产登记费（住房）", "区不动产登记中心", "80 元", "件", "发改价格规〔2016〕2559号", "", ""),
    ("不动产登记费（厂房）", "区不动产登记中心", "550 元", "件", "发改价格规〔2016〕2559号", "小微免收", ""),
    ("单位污水处理费", "区水务公司代收", "1.20 元", "吨", "示价费〔2022〕5号", "", ""),
    ("城镇垃圾处理费", "区城管局", "每月 30 元", "户", "示价费〔2019〕8号", "", ""),
    ("电梯检验费", "区特种设备检验所", "360 元", "台", "示价费〔2021〕6号", "", ""),
    ("压力容器检验费", "区特种设备检验所", "按设备原值 0.6%", "台", "示价费〔2021〕6号", "", ""),
    ("占道费", "区城管局", "每天 0.50 元", "平方米", "示价费〔2018〕11号", "", ""),
    ("防空地下室费", "区国防动员办", "1,300 元", "平方米", "示防办〔2017〕9号", "学校、养老院免收", ""),
    ("水土保持补偿费", "区水利局", "0.80 元", "平方米", "示发改收费〔2021〕1号", "小微企业减半", ""),
    ("森林植被恢复费", "区林业局", "10 元", "平方米", "财税〔2015〕122号", "", ""),
    ("农民工工资保证金", "区人社局", "合同价的 1.5%", "", "人社部发〔2021〕65号", "", "付清工资后 10 日内"),
    ("工程质量保证金", "建设单位", "不超过结算价的 3%", "", "建质〔2017〕138号", "", "保修期满后 14 日内"),
)  # fmt: skip


class Enterprises:
    """The lists of one year."""

    def __init__(self, year: DemoYear) -> None:
        """Know the months."""
        self.year = year

    def everything(self) -> Iterator[Listing]:
        """Yield the list of fees and the payments, in no order."""
        yield self._fees()
        last, before = self.year.months[-1], self.year.months[-2]
        yield self._funds(last, list(self._paid_last(last)))
        yield self._funds(before, list(self._paid_before(before)))

    def _fees(self) -> Listing:
        changed, ended = self.year.months[-3].start, self.year.months[-2].start
        rows = [_fee(*told, start="2022-01-01") for told in _LIST]
        truck = ("叉车检验费", "区特种设备检验所")
        rows += [
            _fee(*truck, "300 元", "台", "示价费〔2021〕6号", "", "", start="2022-01-01", end=changed),
            _fee(*truck, "240 元", "台", f"示价费〔{changed.year}〕3号", "", "", start=changed.isoformat()),
            _fee(
                "电梯年检证书工本费", "区特种设备检验所", "10 元", "本", "示价费〔2009〕4号", "", "",
                start="2009-05-01", end=ended,
            ),
        ]  # fmt: skip
        return Listing(
            kind="enterprise_fees",
            stem="SF-2026",
            body=COUNTY_CODE,
            period=Period.containing(ended, Granularity.MONTH),
            item=FEES,
            published_on=self.year.published_after(ended, 6),
            form=Form.WORKBOOK,
            title="袁州区涉企收费清单",
            rows=rows,
        )

    def _funds(self, period: Period, rows: list[Cells]) -> Listing:
        return Listing(
            kind="enterprise_funds",
            stem=f"HQ-{period.label()}",
            body=COUNTY_CODE,
            period=period,
            item=FUNDS,
            published_on=self.year.published_after(period.end, 6),
            title=f"袁州区{period.label()}惠企资金",
            rows=rows,
        )

    def _paid_last(self, period: Period) -> Iterator[Cells]:
        day = payday(period, 16)
        for at, name in enumerate(_ENTERPRISES):
            amount = f"{18_000 + at * 4_350}.00"
            yield _paid(_WORKERS, name, amount, day, "区人社局", 免申即享="是", 政策文号="示人社〔2026〕9号")
        person = {"统一社会信用代码": "", "政策文号": "示人社〔2025〕4号"}
        yield _paid(_FOUNDERS, "彭秋生", "5000.00", payday(period, 20), "区人社局", **person)

    def _paid_before(self, period: Period) -> Iterator[Cells]:
        day = payday(period, 20)
        for at, name in enumerate(_ENTERPRISES[:4]):
            amount = f"{460_000 - at * 90_000}.00"
            promised = day - timedelta(days=12 if at == 1 else -5)
            yield _paid(
                _MACHINES,
                name,
                amount,
                day,
                "区工业和信息化局",
                申报金额=amount,
                核定金额=amount,
                申报日期=(day - timedelta(days=70)).isoformat(),
                承诺兑现日期=promised.isoformat(),
                政策文号="示府发〔2025〕12号",
            )


def _fee(
    name: str,
    unit: str,
    standard: str,
    measure: str,
    basis: str,
    relief: str,
    refund: str,
    *,
    start: str,
    end: date | None = None,
) -> Cells:
    cells = {
        "收费项目": name,
        "收费单位": unit,
        "标准": standard,
        "计量单位": measure,
        "依据": basis,
        "生效日期": start,
        "失效日期": end.isoformat() if end else "",
        "收费类型": "保证金" if refund else "行政事业性收费",
        "减免政策": relief,
        "退还期限": refund,
    }
    return {header: text for header, text in cells.items() if text}


def _paid(policy: str, name: str, amount: str, day: date, office: str, **more: str) -> Cells:
    cells = {
        "政策名称": policy,
        "企业名称": name,
        "统一社会信用代码": _code(name),
        "金额": amount,
        "兑现日期": day.isoformat(),
        "主管部门": office,
    } | more
    return {header: text for header, text in cells.items() if text}


def _code(name: str) -> str:
    number = _ENTERPRISES.index(name) + 1 if name in _ENTERPRISES else 0
    text = f"91999999MA00000{number:02d}"
    return text + credit_check(text + "0")
