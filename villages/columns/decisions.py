"""Columns of what a village decides together (四议两公开)."""

from __future__ import annotations

from portal.columns.cells import Choice, Code, Count, Date, Files, Money, Text
from portal.columns.column import Column
from portal.columns.usual import NOTE
from villages.columns.usual import VILLAGE
from villages.models import MeetingType, Step

_VOTERS = Count(99_999)
DECISION = (
    VILLAGE,
    Column(
        header="事项编号",
        field="matter_no",
        cell=Code(64),
        required=True,
        aliases=("议事编号",),
        help="一件事一个号；四个环节写同一个号",
        example="2026-SY-003",
    ),
    Column(
        header="事项",
        field="matter",
        cell=Text(200),
        required=True,
        group="who",
        aliases=("议题", "事项名称"),
        help="决定什么事，一句话；不写私人的全名",
        example="上坊路硬化，用村集体资金 36,000 元",
    ),
    Column(header="类别", field="category", cell=Text(40), required=True, example="集体资金使用"),
    Column(
        header="会议日期",
        field="met_on",
        cell=Date(past=True),
        required=True,
        aliases=("开会日期",),
        example="2026-08-20",
    ),
    Column(header="应到人数", field="entitled", cell=_VOTERS, required=True, example="32"),
    Column(header="实到人数", field="present", cell=_VOTERS, required=True, example="29"),
    Column(
        header="同意人数",
        field="agreed",
        cell=_VOTERS,
        required=True,
        aliases=("赞成人数", "同意票"),
        example="27",
    ),
    Column(header="结果", field="result", cell=Text(100), required=True, group="who", example="通过"),
    Column(
        header="附件",
        field="attachments",
        cell=Files(),
        group="kept",
        public=False,
        aliases=("会议记录",),
        help="会议记录、照片的文件名，多个用分号隔开；文件和表一起交",
        example="003-会议记录.pdf;003-照片.jpg",
    ),
    Column(header="会议类型", field="meeting", cell=Choice.of(MeetingType.choices), example="村民代表会议"),
    Column(header="环节", field="step", cell=Choice.of(Step.choices), example="村民决议"),
    Column(header="反对人数", field="opposed", cell=_VOTERS, aliases=("反对票",), example="1"),
    Column(header="弃权人数", field="abstained", cell=_VOTERS, aliases=("弃权票",), example="1"),
    Column(header="涉及金额", field="amount", cell=Money(allow_zero=True), example="36000.00"),
    Column(header="关联编号", field="related_no", cell=Code(64), help="由它而来的合同、项目、资产的编号"),
    Column(header="决议公开日期", field="decision_posted_on", cell=Date(past=True), example="2026-08-21"),
    Column(header="结果公开日期", field="result_posted_on", cell=Date(past=True)),
    NOTE,
)
