"""Columns of payments for projects (项目资金拨付)."""

from __future__ import annotations

from funds.models import DisbursementType
from portal.columns.cells import Choice, Code, Date, Money, PartyName, Place, Text
from portal.columns.column import Column
from portal.columns.usual import NOTE

DISBURSEMENT = (
    Column(
        header="项目编号",
        field="project_no",
        cell=Text(100),
        required=True,
        aliases=("项目", "项目名称"),
        help="编号或项目的名称；要先公开项目",
        example="XM-2026-001",
    ),
    Column(
        header="拨付日期",
        field="paid_on",
        cell=Date(past=True),
        required=True,
        aliases=("付款日期", "支付日期"),
        example="2026-06-18",
    ),
    Column(
        header="金额",
        field="amount",
        cell=Money(),
        required=True,
        aliases=("拨付金额", "付款金额"),
        help="退回的也写正数，拨付类型选“退回”",
        example="138690.00",
    ),
    Column(
        header="收款单位",
        field="payee",
        cell=PartyName(),
        required=True,
        group="who",
        aliases=("收款人",),
        help="个人写全名，公开时自动遮盖",
        example="江西赣袁建设有限公司",
    ),
    Column(
        header="凭证号",
        field="voucher_no",
        cell=Code(40),
        required=True,
        aliases=("凭证编号", "支付凭证号"),
        example="记-022",
    ),
    Column(header="用途", field="purpose", cell=Text(200), group="who", example="第一次进度款"),
    Column(
        header="所在地代码",
        field="region",
        cell=Place(),
        conditional=True,
        aliases=("所在地", "村代码", "村名"),
        help="项目在哪里；只有几个项目同名时才要写",
    ),
    Column(
        header="拨付类型",
        field="type",
        cell=Choice.of(DisbursementType.choices, minus="退回"),
        example="进度款",
    ),
    Column(header="资金文号", field="document_no", cell=Text(100)),
    Column(header="付款单位", field="payer", cell=Text(80), example="彬江镇财政所"),
    Column(header="形象进度", field="progress", cell=Text(100), group="who", example="路基完成"),
    Column(header="发票号码", field="invoice_no", cell=Code(40)),
    NOTE,
)
