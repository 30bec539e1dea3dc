"""A year of an invented city as contract files: every kind, seeded, in proportion to 10.4 million payments.

2,500 villages of ten counties with 4,160 payments each are the whole; a share of them keeps the proportions.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VILLAGES = 2_500
PAYMENTS_PER_VILLAGE = 4_160
YEAR = 2025
_SURNAMES, _GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞"
_UNITS = ("便民文具店", "农资供销社", "宏达建材公司", "区自来水公司", "为民商行", "电力公司")
Row = dict[str, str]


@dataclass
class City:
    """Writes the files and remembers what the manifest must say of each."""

    folder: Path
    villages: list[str]
    payments: int
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    manifest: list[Row] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def townships(self) -> list[tuple[str, list[str]]]:
        """Each township's code with its villages."""
        return [
            (code + "000", list(inside)) for code, inside in groupby(self.villages, lambda code: code[:9])
        ]

    @property
    def counties(self) -> list[tuple[str, list[str]]]:
        """Each county's code with its villages."""
        return [
            (code + "000000", list(inside)) for code, inside in groupby(self.villages, lambda code: code[:6])
        ]

    def write(self, kind: str, body: str, period: str, rows: Iterator[Row], **more: str) -> None:
        """Write one file and its line of the manifest; a file without rows is not written."""
        first = next(rows, None)
        if first is None:
            return
        name = f"{kind}-{body}-{period}{more.get('item', '')}.csv"
        with (self.folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, first.keys(), lineterminator="\r\n")
            writer.writeheader()
            writer.writerow(first)
            self.rows[kind] = self.rows.get(kind, 0) + 1
            for row in rows:
                writer.writerow(row)
                self.rows[kind] += 1
        self.manifest.append({"kind": kind, "file": name, "body": body, "period": period, **more})

    def write_manifest(self) -> Path:
        """Write the list of all files in the order in which they refer to one another."""
        path = self.folder / "manifest.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, ("kind", "file", "body", "period", "item"), restval="")
            writer.writeheader()
            writer.writerows(self.manifest)
        return path

    def name(self) -> str:
        """Return somebody's name."""
        return self.chance.choice(_SURNAMES) + self.chance.choice(_GIVEN) + self.chance.choice(_GIVEN)

    def yuan(self, most: int) -> str:
        """Return a sum between one yuan and `most`."""
        return f"{self.chance.randrange(100, most * 100) / 100:.2f}"

    def day(self, month: int) -> str:
        """Return a day of a month."""
        return f"{YEAR}-{month:02d}-{self.chance.randrange(1, 28):02d}"


def villages(count: int) -> list[str]:
    """Return the codes of that many real villages, in their order."""
    with (ROOT / "portal/places/data/regions-yichun.csv").open(encoding="utf-8") as stream:
        return [line.split(",")[0] for line in stream if ",village," in line][:count]


def build(folder: Path, *, share: float) -> City:
    """Write a share of the city's year."""
    codes = villages(max(int(VILLAGES * share), 12))
    city = City(folder, codes, len(codes) * PAYMENTS_PER_VILLAGE)
    for make in (_masters, _payments, _books, _property, _projects, _spending, _business, _information):
        make(city)
    return city


def _masters(city: City) -> None:
    for county, _ in city.counties:
        city.write(
            "programmes",
            county,
            str(YEAR),
            iter(
                [
                    {
                        "补贴项目编码": "GD",
                        "补贴项目": "耕地地力保护补贴",
                        "主管部门": "农业农村局",
                        "公开目录编码": "MS-P02",
                        "计算方式": "按标准",
                    }
                ]
            ),
        )
        city.write(
            "standards",
            county,
            f"{YEAR}-01",
            iter(
                [
                    {
                        "补贴项目编码": "GD",
                        "标准名称": "耕地补贴",
                        "计量单位": "亩",
                        "补贴标准": "100.00",
                        "起始日期": f"{YEAR}-01-01",
                    }
                ]
            ),
            item="MS-P01",
        )


def _payments(city: City) -> None:
    from portal.columns.identity import identity_check

    def rows(inside: list[str]) -> Iterator[Row]:
        for at, village in enumerate(inside):
            for number in range(PAYMENTS_PER_VILLAGE):
                i = at * PAYMENTS_PER_VILLAGE + number
                born = f"999999{1940 + i % 60}{1 + i % 12:02d}{1 + i % 28:02d}{i // 7 % 1000:03d}"
                cents = city.chance.randrange(50, 1200)
                yield {
                    "补贴项目编码": "GD",
                    "村代码": village,
                    "姓名": city.name(),
                    "身份证号": born + identity_check(born + "0"),
                    "银行账号": f"999{i:016d}",
                    "标准名称": "耕地补贴",
                    "补贴数量": f"{cents / 100:.2f}",
                    "补贴标准": "100.00",
                    "补贴金额": f"{cents}.00",
                    "所属期": str(YEAR),
                    "发放日期": f"{YEAR}-06-20",
                }

    for county, inside in city.counties:
        city.write("payments", county, str(YEAR), rows(inside), item="MS-P02")


def _books(city: City) -> None:
    for township, inside in city.townships:
        for month in range(1, 13):
            city.write("ledger", township, f"{YEAR}-{month:02d}", _ledger(city, inside, month), item="MS-Z01")
            city.write("balances", township, f"{YEAR}-{month:02d}", _balances(inside, month))
        for quarter in range(1, 5):
            city.write("debts", township, f"{YEAR}Q{quarter}", _debts(city, inside, quarter))


def _ledger(city: City, inside: list[str], month: int) -> Iterator[Row]:
    for village in inside:
        for number in range(15):
            is_out = number % 4 != 0
            yield {
                "村代码": village,
                "日期": city.day(month),
                "凭证号": f"记-{month:02d}{number:03d}",
                "收支": "支出" if is_out else "收入",
                "科目": "管理费用" if is_out else "发包及上交收入",
                "摘要": "办公打印纸墨" if is_out else "鱼塘承包款",
                "往来单位": city.chance.choice(_UNITS),
                "金额": city.yuan(9_000),
                "经手人": "王小平",
                "证明人": "张水生",
                "审批人": "刘建华",
                "合同编号": "" if is_out else f"{village}-HT-1",
            }


def _balances(inside: list[str], month: int) -> Iterator[Row]:
    for village in inside:
        yield {
            "村代码": village,
            "所属期": f"{YEAR}-{month:02d}",
            "资金账户": "基本户",
            "账户类型": "基本户",
            "期初余额": f"{1000 * month}.00",
            "本期收入": "3000.00",
            "本期支出": "2000.00",
            "期末余额": f"{1000 * (month + 1)}.00",
        }


def _debts(city: City, inside: list[str], quarter: int) -> Iterator[Row]:
    for village in inside:
        for number in range(3):
            yield {
                "村代码": village,
                "所属期": f"{YEAR}Q{quarter}",
                "类型": "债务" if number else "债权",
                "对方": _UNITS[number],
                "性质": "工程欠款",
                "期初余额": "5000.00",
                "本期增加": "0.00",
                "本期减少": "500.00",
                "期末余额": "4500.00",
            }


def _property(city: City) -> None:
    for township, inside in city.townships:
        city.write(
            "assets",
            township,
            str(YEAR),
            (
                {
                    "村代码": village,
                    "资产编号": f"{village}-ZC-{number}",
                    "资产名称": f"旧村部第 {number} 间",
                    "类别": "房屋",
                    "数量": "1",
                    "计量单位": "间",
                    "取得日期": "2010-05-01",
                    "原值": city.yuan(90_000),
                    "坐落位置": "村口",
                    "使用状况": "出租" if number < 4 else "自用",
                }
                for village in inside
                for number in range(1, 13)
            ),
            item="MS-Z05",
        )
        city.write(
            "resources",
            township,
            str(YEAR),
            (
                {
                    "村代码": village,
                    "资源编号": f"{village}-ZY-{number}",
                    "资源名称": f"第 {number} 口塘",
                    "类别": "水面",
                    "面积亩": f"{number}.5",
                    "使用状况": "发包" if number < 4 else "自营",
                }
                for village in inside
                for number in range(1, 11)
            ),
        )
        city.write(
            "leases",
            township,
            f"{YEAR}-01",
            (
                {
                    "村代码": village,
                    "合同编号": f"{village}-HT-{number}",
                    "标的编号": f"{village}-{'ZC' if number < 4 else 'ZY'}-{number if number < 4 else number - 3}",
                    "承租人": city.name(),
                    "起始日期": f"{YEAR}-01-10",
                    "终止日期": f"{YEAR + 5}-01-09",
                    "年租金": "6000.00",
                    "每年应收月日": "06-30;12-31",
                    "公开竞价": "是",
                    "签订日期": f"{YEAR}-01-08",
                }
                for village in inside
                for number in range(1, 7)
            ),
        )
        for quarter, due in ((2, f"{YEAR}-06-30"), (4, f"{YEAR}-12-31")):
            city.write(
                "rents",
                township,
                f"{YEAR}Q{quarter}",
                (
                    {
                        "村代码": village,
                        "合同编号": f"{village}-HT-{number}",
                        "应收日期": due,
                        "应收金额": "3000.00",
                        "实收日期": due if number < 6 else "",
                        "实收金额": "3000.00" if number < 6 else "",
                    }
                    for village in inside
                    for number in range(1, 7)
                ),
            )


def _projects(city: City) -> None:
    for county, inside in city.counties:
        city.write(
            "projects",
            county,
            f"{YEAR}-03",
            (
                {
                    "项目编号": f"{village}-XM-{number}",
                    "项目名称": f"第 {number} 组水渠",
                    "所在地代码": village,
                    "板块": "民生项目" if number == 1 else "乡村振兴",
                    "主管部门": "农业农村局",
                    "建设内容": "水渠硬化 800 米",
                    "预算金额": "486000.00",
                    "采购方式": "公开招标",
                    "采购公告日期": f"{YEAR}-01-06",
                    "中标日期": f"{YEAR}-02-10",
                    "中标单位": "宏达建材公司",
                    "中标金额": "462300.00",
                    "合同金额": "462300.00",
                    "合同签订日期": f"{YEAR}-02-20",
                    "计划开工": f"{YEAR}-03-01",
                    "计划竣工": f"{YEAR}-09-30",
                    "状态": "在建",
                }
                for village in inside
                for number in (1, 2)
            ),
            item="MS-J03",
        )
        city.write(
            "disbursements",
            county,
            f"{YEAR}-06",
            (
                {
                    "项目编号": f"{village}-XM-{number}",
                    "拨付日期": f"{YEAR}-0{part + 3}-15",
                    "金额": "100000.00",
                    "收款单位": "宏达建材公司",
                    "凭证号": f"拨-{number}-{part}",
                }
                for village in inside
                for number in (1, 2)
                for part in (1, 2, 3)
            ),
        )


def _spending(city: City) -> None:
    for township, _ in city.townships:
        for month in range(1, 13):
            city.write(
                "receptions",
                township,
                f"{YEAR}-{month:02d}",
                (
                    {
                        "接待编号": f"{township}-JD-{month:02d}{number}",
                        "接待单位": "镇人民政府",
                        "接待日期": city.day(month),
                        "来访单位": "市农业农村局",
                        "来访人数": "6",
                        "陪同人数": "2",
                        "事由": "高标准农田验收",
                        "地点": "镇政府食堂",
                        "餐费": "360.00",
                        "总金额": "360.00",
                    }
                    for number in range(3)
                ),
                item="GW-01",
            )


def _business(city: City) -> None:
    from portal.columns.identity import credit_check

    def credit(number: int) -> str:
        start = f"91360900MA{number:07d}"
        return start + credit_check(start + "0")

    for county, inside in city.counties:
        city.write(
            "enterprise_funds",
            county,
            f"{YEAR}-10",
            (
                {
                    "政策名称": "稳岗返还",
                    "企业名称": f"第{number}号制造有限公司",
                    "统一社会信用代码": credit(number),
                    "金额": city.yuan(90_000),
                    "兑现日期": f"{YEAR}-10-15",
                    "主管部门": "人力资源和社会保障局",
                }
                for number in range(len(inside) * 2)
            ),
        )
        city.write(
            "enterprise_fees",
            county,
            f"{YEAR}-01",
            (
                {
                    "收费项目": f"登记费第 {number} 项",
                    "收费单位": "不动产登记中心",
                    "标准": "每件 550 元",
                    "依据": "示价费〔2023〕12号",
                    "生效日期": f"{YEAR}-01-01",
                }
                for number in range(37)
            ),
            item="YS-03",
        )


def _information(city: City) -> None:
    for township, inside in city.townships:
        city.write(
            "notices",
            township,
            f"{YEAR}-05",
            (
                {
                    "标题": f"宅基地审批结果第 {number} 号",
                    "地区代码": village,
                    "类别": "宅基地",
                    "发布单位": "镇人民政府",
                    "正文": "经审核，同意下列农户建房。",
                    "发布日期": f"{YEAR}-05-10",
                }
                for village in inside
                for number in range(5)
            ),
            item="XX-08",
        )
        city.write(
            "decisions",
            township,
            f"{YEAR}-04",
            (
                {
                    "村代码": village,
                    "事项编号": f"{village}-SX-{number}",
                    "事项": "鱼塘发包",
                    "类别": "发包",
                    "会议日期": f"{YEAR}-04-08",
                    "应到人数": "40",
                    "实到人数": "36",
                    "同意人数": "33",
                    "结果": "通过",
                }
                for village in inside
                for number in range(4)
            ),
        )
