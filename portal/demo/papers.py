"""What stands on the drawn papers behind the lines of 大浦村's books."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portal.demo.vouchers import Sheet

BUYER = "大浦村股份经济合作社"


def invoice(
    party: str, what: str, amount: Decimal, day: date, *, number: str, hands: tuple[str, ...], located: bool
) -> Sheet:
    """Return the invoice of a seller, signed behind by who handled, saw and approved the expense."""
    return Sheet(
        look="invoice",
        title="电子发票（普通发票）",
        facts=(("发票号码", number), ("开票日期", _day(day)), ("购买方", BUYER), ("销售方", party)),
        table=(("项目", "数量", "金额"), (what, "1", _money(amount))),
        total=f"价税合计（小写） ¥{_money(amount)}",
        signed=tuple(zip(("经手人", "证明人", "审批人"), hands, strict=False)),
        seal=party,
        located=located,
    )


def receipt(payer: str, what: str, amount: Decimal, day: date, *, hand: str) -> Sheet:
    """Return the receipt that the village gives to who pays it."""
    return Sheet(
        look="receipt",
        title="收 款 收 据",
        facts=(("日期", _day(day)), ("交款人", payer), ("事由", what), ("金额", f"¥{_money(amount)}")),
        signed=(("收款人", hand),),
        seal=BUYER,
    )


def paid_out(what: str, rows: tuple[tuple[str, str], ...], amount: Decimal, day: date, *, hand: str) -> Sheet:
    """Return the sheet on which wages are handed out; by duty, not by name."""
    return Sheet(
        look="detail",
        title=f"{what}发放表",
        facts=(("单位", BUYER), ("日期", _day(day))),
        table=(("岗位", "金额", "签收"), *((duty, money, "") for duty, money in rows)),
        total=f"合计 ¥{_money(amount)}",
        signed=(("经手人", hand),),
    )


def hours(rows: tuple[tuple[str, str, str, str], ...], amount: Decimal, *, hand: str, driver: str) -> Sheet:
    """Return the sheet on which a machine's hours are written down."""
    return Sheet(
        look="detail",
        title="机械作业工时明细",
        facts=(("用工单位", BUYER), ("机械", "挖掘机（60型）")),
        table=(("作业内容", "日期", "工时", "单价"), *rows),
        total=f"合计 21 工时　¥{_money(amount)}",
        signed=(("经手人", hand), ("机手", driver)),
    )


def slip(party: str, amount: Decimal, day: date, *, incoming: bool = False) -> Sheet:
    """Return the bank's slip of a transfer."""
    sides = (party, BUYER) if incoming else (BUYER, party)
    return Sheet(
        look="slip",
        title="网上银行电子回单",
        facts=(
            ("日期", _day(day)),
            ("付款人", sides[0]),
            ("收款人", sides[1]),
            ("金额", f"¥{_money(amount)}"),
            ("摘要", "转账"),
        ),
        seal="农商银行业务专用章",
    )


def contract(party: str, what: str, amount: Decimal, *, hand: str) -> tuple[Sheet, Sheet]:
    """Return the two pages of a contract."""
    first = Sheet(
        look="detail",
        title="小型工程施工合同",
        facts=(("甲方", BUYER), ("乙方", party), ("工程", what), ("合同价", f"¥{_money(amount)}")),
        table=(
            ("分项", "工程量", "金额"),
            ("路基整修", "180米", "9,600.00"),
            ("混凝土路面", "180米", "26,400.00"),
        ),
    )
    second = Sheet(
        look="detail",
        title="小型工程施工合同（续）",
        facts=(("付款", "验收合格后一次付清"), ("质保", "一年")),
        signed=(("甲方代表", hand), ("乙方代表", party)),
        seal=BUYER,
    )
    return first, second


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"
