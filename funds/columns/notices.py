"""Columns of notices (信息公开)."""

from __future__ import annotations

from portal.columns.cells import Code, Date, Files, PeriodCell, Place, Text
from portal.columns.column import Column
from portal.columns.paragraphs import Paragraphs
from portal.columns.usual import NOTE

NOTICE = (
    Column(
        header="标题",
        field="title",
        cell=Text(200),
        required=True,
        aliases=("公告标题", "名称"),
        example="2026年第三季度村务监督报告",
    ),
    Column(
        header="地区代码",
        field="region",
        cell=Place(any_level=True),
        conditional=True,
        aliases=("地区", "村", "村名", "村代码", "乡镇"),
        help="12 位代码或地名；说的是本单位自己的地方，可以空着",
        example="大浦村",
    ),
    Column(
        header="类别",
        field="category",
        cell=Text(40),
        required=True,
        help="村民看得懂的一个词，如 村务监督、宅基地、预算",
        example="村务监督",
    ),
    Column(
        header="发布单位",
        field="publisher",
        cell=Text(80),
        required=True,
        aliases=("公示单位", "发文单位"),
        example="大浦村村务监督委员会",
    ),
    Column(
        header="正文",
        field="text",
        cell=Paragraphs(),
        conditional=True,
        group="who",
        aliases=("内容", "公告内容"),
        help="原话，分段保留，最多 20,000 字；有附件的可以空着。不公开的私人姓名先遮盖",
        example="这个季度查了 3 个月的账，看了 46 张票据。",
    ),
    Column(
        header="发布日期",
        field="issued_on",
        cell=Date(past=True),
        required=True,
        aliases=("公告日期", "发文日期"),
        example="2026-10-12",
    ),
    Column(
        header="附件",
        field="attachments",
        cell=Files(),
        group="kept",
        public=False,
        help="原件照片或扫描件的文件名，多个用分号隔开；文件和表一起交",
        example="第三季度监督报告.pdf",
    ),
    Column(
        header="公开目录编码",
        field="item_code",
        cell=Code(20),
        help="公开目录里的编码；空着就是这一批的事项",
        example="XX-02",
    ),
    Column(header="所属期", field="period", cell=PeriodCell(), example="2026Q3"),
    Column(header="文号", field="document_no", cell=Text(100), aliases=("文件号", "发文字号")),
    Column(
        header="公示起始日期",
        field="window_start_on",
        cell=Date(),
        aliases=("公示开始日期",),
        help="要听意见的才写",
    ),
    Column(
        header="公示终止日期",
        field="window_end_on",
        cell=Date(),
        aliases=("公示结束日期", "公示截止日期"),
        help="最后一天，这一天还可以提意见",
    ),
    NOTE,
)
