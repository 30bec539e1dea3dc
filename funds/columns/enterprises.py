"""Columns of support paid to enterprises (惠企资金) and of fees that may be charged (涉企收费清单)."""

from __future__ import annotations

from funds.models import FeeType
from portal.columns.cells import Choice, CreditCode, Date, Money, PartyName, Place, Text, YesNo
from portal.columns.column import Column
from portal.columns.usual import NOTE

_PLACE = Column(
    header="地区代码",
    field="region",
    cell=Place(any_level=True),
    conditional=True,
    aliases=("所在地", "地区"),
    help="12 位代码或地名；空着就是本单位所在的地方",
    example="袁州区",
)

ENTERPRISE_FUND = (
    Column(
        header="政策名称",
        field="policy",
        cell=Text(60),
        required=True,
        aliases=("惠企政策", "补助项目"),
        example="技术改造补助",
    ),
    _PLACE,
    Column(
        header="企业名称",
        field="enterprise",
        cell=PartyName(),
        required=True,
        group="who",
        aliases=("企业", "收款企业", "单位名称"),
        help="付给个人的写全名，公开时自动遮盖",
        example="宜春赣西竹木有限公司",
    ),
    Column(
        header="统一社会信用代码",
        field="credit_code",
        cell=CreditCode(),
        conditional=True,
        aliases=("信用代码",),
        help="18 位；付给个人的可以空着",
        example="91360902MA35XK2A11",
    ),
    Column(
        header="金额",
        field="amount",
        cell=Money(),
        required=True,
        aliases=("兑现金额", "到账金额", "补助金额"),
        example="200000.00",
    ),
    Column(
        header="兑现日期",
        field="paid_on",
        cell=Date(past=True),
        required=True,
        aliases=("到账日期", "拨付日期"),
        example="2026-09-20",
    ),
    Column(
        header="主管部门",
        field="department",
        cell=Text(80),
        required=True,
        example="区工业和信息化局",
    ),
    NOTE,
    Column(header="政策文号", field="document_no", cell=Text(100), example="袁府发〔2026〕5号"),
    Column(header="申报日期", field="applied_on", cell=Date(past=True)),
    Column(header="申报金额", field="applied_amount", cell=Money()),
    Column(header="核定金额", field="approved_amount", cell=Money()),
    Column(
        header="承诺兑现日期",
        field="promised_on",
        cell=Date(),
        aliases=("承诺日期",),
        help="说好哪天前到账",
        example="2026-09-30",
    ),
    Column(header="兑现批次", field="batch_label", cell=Text(40)),
    Column(
        header="免申即享", field="is_automatic", cell=YesNo(), help="不用申请、系统直接发的写是", example="否"
    ),
)

ENTERPRISE_FEE = (
    Column(
        header="收费项目",
        field="name",
        cell=Text(100),
        required=True,
        aliases=("收费项目名称",),
        example="不动产登记费（厂房店面）",
    ),
    _PLACE,
    Column(
        header="收费单位",
        field="charging_unit",
        cell=Text(80),
        required=True,
        aliases=("执收单位",),
        example="区不动产登记中心",
    ),
    Column(
        header="标准",
        field="standard",
        cell=Text(200),
        required=True,
        aliases=("收费标准",),
        help="写清楚多少钱，如 550 元；按比例的写比例",
        example="550 元",
    ),
    Column(header="计量单位", field="unit", cell=Text(40), aliases=("单位",), example="件"),
    Column(
        header="依据",
        field="basis",
        cell=Text(300),
        required=True,
        aliases=("收费依据", "文件依据"),
        help="文件名和文号",
        example="发改价格规〔2016〕2559号",
    ),
    Column(header="生效日期", field="start_on", cell=Date(), required=True, example="2026-01-01"),
    Column(header="失效日期", field="end_on", cell=Date(), help="当天起不再收"),
    Column(header="收费类型", field="type", cell=Choice.of(FeeType.choices), example="行政事业性收费"),
    Column(header="减免政策", field="relief", cell=Text(300), example="小微企业免收"),
    Column(header="退还期限", field="refund_term", cell=Text(100), help="保证金要写什么时候退"),
    NOTE,
)
