"""Columns of receptions of official guests (公务接待)."""

from __future__ import annotations

from funds.models import MealType, ReceptionPayment, VenueType
from portal.columns.cells import Choice, Code, Count, Date, Files, Money, OfficialName, Place, Text
from portal.columns.column import Column
from portal.columns.usual import NOTE
from portal.releases.models.attachment import Caption

_PART = Money(allow_zero=True)
_NAMES = OfficialName(200)


def _document(header: str, field: str, caption: Caption, example: str, *aliases: str) -> Column:
    """Return the column of one of the five documents."""
    return Column(
        header=header,
        field=field,
        cell=Files(caption=caption.value),
        group="kept",
        public=False,
        aliases=aliases,
        help="照片或扫描件的文件名，多个用分号隔开；文件和表一起交。没有的会显示“缺”",
        example=example,
    )


RECEPTION = (
    Column(
        header="接待编号",
        field="number",
        cell=Code(64),
        conditional=True,
        aliases=("编号", "接待单号"),
        help="空着由系统编",
        example="2026-09-004",
    ),
    Column(
        header="接待单位",
        field="unit",
        cell=Text(60),
        required=True,
        aliases=("接待部门",),
        example="彬江镇人民政府",
    ),
    Column(
        header="地区代码",
        field="region",
        cell=Place(any_level=True),
        conditional=True,
        aliases=("所在地", "村代码", "村名", "地区"),
        help="12 位代码或地名；空着就是本单位所在的地方",
        example="彬江镇",
    ),
    Column(
        header="接待日期",
        field="received_on",
        cell=Date(past=True),
        required=True,
        aliases=("日期", "来访日期"),
        example="2026-09-18",
    ),
    Column(
        header="来访单位",
        field="guest_unit",
        cell=Text(100),
        required=True,
        aliases=("来宾单位",),
        example="市农业农村局",
    ),
    Column(
        header="来访人数",
        field="guests",
        cell=Count(9999),
        required=True,
        aliases=("来宾人数",),
        example="6",
    ),
    Column(
        header="主要来宾",
        field="chief_guests",
        cell=_NAMES,
        group="who",
        help="姓名和职务，几个人用分号隔开；公务人员写全名",
        example="赵志明 科长",
    ),
    Column(
        header="陪同人数",
        field="companions",
        cell=Count(9999),
        required=True,
        aliases=("陪餐人数",),
        example="2",
    ),
    Column(
        header="事由",
        field="reason",
        cell=Text(200),
        required=True,
        group="who",
        aliases=("接待事由", "公务内容"),
        example="高标准农田验收",
    ),
    Column(
        header="地点",
        field="venue",
        cell=Text(100),
        required=True,
        aliases=("接待地点", "用餐地点"),
        example="镇政府食堂",
    ),
    Column(header="用餐次数", field="meals", cell=Count(99), help="几顿饭", example="1"),
    Column(header="餐费", field="meal_cost", cell=_PART, required=True, example="360.00"),
    Column(header="住宿费", field="lodging_cost", cell=_PART, example="0"),
    Column(header="其他费用", field="other_cost", cell=_PART),
    Column(
        header="总金额",
        field="amount",
        cell=Money(),
        required=True,
        aliases=("合计金额", "金额"),
        example="360.00",
    ),
    Column(
        header="公函号",
        field="letter_no",
        cell=Text(60),
        aliases=("公函文号",),
        example="宜农函〔2026〕88号",
    ),
    Column(header="发票号码", field="invoice_no", cell=Code(40), aliases=("发票号",)),
    _document("公函", "letter", Caption.LETTER, "0918公函.jpg", "公函文件"),
    _document("申请单", "application", Caption.APPLICATION, "0918申请单.jpg", "接待申请单", "审批单"),
    _document("账单或菜单", "bill", Caption.BILL, "0918菜单.jpg", "账单", "菜单", "账单/菜单"),
    _document("转账凭证", "transfer", Caption.TRANSFER, "0918转账.jpg", "支付凭证"),
    _document("发票", "invoice", Caption.INVOICE, "0918发票.jpg", "发票文件"),
    Column(header="结束日期", field="end_on", cell=Date(past=True), help="只来一天的空着"),
    Column(
        header="陪同人员",
        field="companion_names",
        cell=_NAMES,
        group="who",
        aliases=("陪餐人员",),
        help="姓名和职务，几个人用分号隔开",
        example="李春林 副镇长；王小平 干事",
    ),
    Column(header="接待对象级别", field="guest_rank", cell=Text(40), example="科级"),
    Column(header="场所类型", field="venue_type", cell=Choice.of(VenueType.choices), example="内部食堂"),
    Column(header="用餐类型", field="meal_type", cell=Choice.of(MealType.choices), example="工作餐"),
    Column(header="公函日期", field="letter_on", cell=Date(past=True)),
    Column(header="申请日期", field="applied_on", cell=Date(past=True)),
    Column(header="发票日期", field="invoiced_on", cell=Date(past=True)),
    Column(header="支付方式", field="method", cell=Choice.of(ReceptionPayment.choices), example="转账"),
    Column(
        header="凭证号",
        field="voucher_no",
        cell=Code(40),
        aliases=("记账凭证号",),
        help="村里的接待写账本上的凭证号，两边能对着看",
    ),
    Column(header="经手人", field="handler", cell=OfficialName(), group="who", example="王小平"),
    Column(header="审批人", field="approver", cell=OfficialName(), group="who", example="刘建华"),
    NOTE,
)
