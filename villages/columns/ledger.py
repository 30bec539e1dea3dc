"""Columns of a village's ledger (村级收支明细)."""

from __future__ import annotations

from portal.columns.cells import (
    Choice,
    Code,
    Count,
    Date,
    Files,
    Money,
    OfficialName,
    PartyName,
    Quantity,
    Text,
)
from portal.columns.column import Column
from portal.columns.usual import NOTE
from villages.columns.usual import UNIT, VILLAGE
from villages.models import (
    CounterpartyType,
    Direction,
    Nature,
    PaymentMethod,
)

LEDGER = (
    VILLAGE,
    Column(
        header="日期",
        field="happened_on",
        cell=Date(past=True),
        required=True,
        aliases=("记账日期", "发生日期", "收支日期"),
        example="2026-10-14",
    ),
    Column(
        header="凭证号",
        field="voucher_no",
        cell=Code(40),
        required=True,
        aliases=("凭证编号", "凭证字号", "记账凭证号"),
        example="记-012",
    ),
    Column(
        header="收支",
        field="direction",
        cell=Choice.of(Direction.choices),
        required=True,
        aliases=("收支类型", "收支方向", "收/支", "收入/支出"),
        instead=("income_amount", "expense_amount"),
        example="支出",
    ),
    Column(
        header="科目",
        field="account",
        cell=Text(60),
        required=True,
        aliases=("科目名称", "会计科目", "收支项目"),
        help="照账上写；系统按日期对到会计制度的科目",
        example="管理费用",
    ),
    Column(
        header="摘要",
        field="summary",
        cell=Text(200),
        required=True,
        group="who",
        aliases=("事由", "内容", "用途"),
        help="做了什么事，一句话；不写私人的全名",
        example="办公打印纸墨",
    ),
    Column(
        header="往来单位",
        field="counterparty",
        cell=PartyName(),
        conditional=True,
        group="who",
        aliases=("对方单位", "收款单位", "收款人", "往来单位(个人)", "往来单位（个人）", "交款人", "对方"),
        help="钱付给谁、谁交的；支出必填。个人写全名，公开时自动遮盖",
        example="便民文具店",
    ),
    Column(
        header="金额",
        field="amount",
        cell=Money(allow_negative=True),
        required=True,
        aliases=("收支金额", "发生额"),
        instead=("income_amount", "expense_amount"),
        help="与票据一致；红字冲销写负数",
        example="1480.00",
    ),
    Column(
        header="经手人",
        field="handler",
        cell=OfficialName(),
        conditional=True,
        group="who",
        aliases=("经办人",),
        help="支出必填",
        example="王小平",
    ),
    Column(
        header="证明人",
        field="witness",
        cell=OfficialName(),
        group="who",
        aliases=("证明", "监督员", "监委会"),
        example="张水生",
    ),
    Column(
        header="审批人",
        field="approver",
        cell=OfficialName(),
        conditional=True,
        group="who",
        aliases=("审批", "批准人"),
        help="支出必填",
        example="刘建华",
    ),
    Column(header="发票号码", field="invoice_no", cell=Code(40), aliases=("发票号",)),
    Column(
        header="附件",
        field="attachments",
        cell=Files(),
        group="kept",
        public=False,
        aliases=("票据", "凭证附件", "附件名称"),
        help="票据照片或扫描件的文件名，多个用分号隔开；文件和表一起交",
        example="012-发票.jpg;012-明细.jpg",
    ),
    UNIT,
    Column(header="村民小组", field="group_name", cell=Text(40), group="who", aliases=("小组", "组别")),
    Column(header="分录号", field="entry_no", cell=Code(20)),
    Column(header="科目编码", field="account_code", cell=Code(20), aliases=("科目代码",)),
    Column(
        header="款项性质",
        field="nature",
        cell=Choice.of(Nature.choices),
        help="押金、代收代付、借款、转存不算村里的收入支出",
        example="本村收支",
    ),
    Column(header="资金账户", field="fund_account", cell=Text(60), example="基本户"),
    Column(header="支付方式", field="method", cell=Choice.of(PaymentMethod.choices), example="转账"),
    Column(
        header="往来类型", field="counterparty_type", cell=Choice.of(CounterpartyType.choices), example="单位"
    ),
    Column(header="附件张数", field="attachment_count", cell=Count(999), aliases=("单据张数",)),
    Column(header="发票代码", field="invoice_code", cell=Code(20)),
    Column(header="合同编号", field="contract_no", cell=Code(64)),
    Column(header="项目编号", field="project_no", cell=Code(64)),
    Column(header="事项编号", field="matter_no", cell=Code(64)),
    Column(header="误工天数", field="work_days", cell=Quantity()),
    Column(header="误工日标准", field="work_rate", cell=Money()),
    Column(header="冲销凭证号", field="reverses_no", cell=Code(40), help="红字冲销时写原来的凭证号"),
    NOTE,
)

# As many village books are kept: two columns of money in place of 收支 and 金额.
TWO_SIDES = (
    Column(
        header="收入金额",
        field="income_amount",
        cell=Money(allow_zero=True, allow_negative=True),
        aliases=("收入", "收入(元)", "收入（元）", "借方金额"),
    ),
    Column(
        header="支出金额",
        field="expense_amount",
        cell=Money(allow_zero=True, allow_negative=True),
        aliases=("支出", "支出(元)", "支出（元）", "贷方金额"),
    ),
)
