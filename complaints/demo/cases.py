"""What the demo's reporters wrote, invented, and how far each ticket came.

Days count back from today. The county has three or more in each month, so that its numbers show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from complaints.models import Outcome, Refusal, Topic
from portal.demo.population import BINJIANG, DAPU

Ending = Literal[
    "received", "triaged", "accepted", "assigned", "verifying", "asked", "extended", "waiting", "suspended",
    "refused", "refused-off", "merged", "transferred", "concluded", "published", "sealed", "off", "reopened",
]  # fmt: skip
COUNTY, QIANBAI = "360902000000", "360902100205"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the officer found and published."""

    topic: Topic
    outcome: Outcome
    title: str
    measures: str
    reply: str
    money: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One report: who it is about, its words, and where it stands today."""

    name: str
    days_ago: int
    track: str
    text: str
    ending: Ending
    about: str = "village"
    region: str = DAPU
    person: tuple[str, str] = ("", "")
    refusal: Refusal | None = None
    finding: Finding | None = None
    photos: int = 0
    stars: int = 0
    with_row: bool = field(default=False)


_LEDGER, _PAID, _ASSETS = Topic.LEDGER, Topic.PAYMENTS, Topic.ASSETS
EXCAVATOR, RENT = "excavator", "rent"
CASES = (
    Case(
        name="fee", days_ago=150, track="B", region=QIANBAI, ending="off", stars=5,
        text="医保代缴的时候多收了我家 40 块钱，说是手续费，没有收据。",
        finding=Finding(
            topic=Topic.CONDUCT, outcome=Outcome.TRUE, title="代缴医保多收手续费",
            measures="多收的 1,240.00 元全部退给 31 户，经办人写了检查，在村民会上说明。",
            reply="您说的属实，多收的钱已经退到户。", money=Decimal(1240),
        ),
    ),
    Case(
        name="lamp", days_ago=146, track="C", ending="off",
        text="去年装的路灯花了多少钱，村里的公开栏一直没有贴。",
        finding=Finding(
            topic=Topic.DISCLOSURE, outcome=Outcome.TRUE, title="路灯工程的账没有按时公开",
            measures="已经补上公开，镇里点名批评。", reply="账已经补上，扫村里的码就能看。",
        ),
    ),
    Case(
        name="aged", days_ago=140, track="B", region="360902115201", ending="published", stars=4,
        text="我父亲满八十岁半年了，高龄津贴还没有办下来，去村里问过三次。",
        person=("王大妈", "13900000001"),
        finding=Finding(
            topic=_PAID, outcome=Outcome.PARTLY, title="高龄津贴办得慢",
            measures="从满八十岁的当月起补发 600.00 元，镇里改为每月 5 日前办。",
            reply="从满八十岁那个月起补发，钱已经到账。", money=Decimal(600),
        ),
    ),
    Case(
        name="pond", days_ago=130, track="A", ending="reopened",
        text="鱼塘承包给了村干部的亲戚，没有开会，价钱比别村低一半。",
        finding=Finding(
            topic=_ASSETS, outcome=Outcome.FALSE, title="鱼塘承包按程序进行",
            measures="查看了会议记录和合同，开过会、有公示。", reply="查过了，开过会，有记录。",
        ),
    ),
    Case(
        name="dinner", days_ago=120, track="A", about="township", region=BINJIANG, ending="sealed",
        text="镇里有人收了工程老板的烟酒，我亲眼看见，不方便说在哪里。",
        finding=Finding(
            topic=Topic.CONDUCT, outcome=Outcome.PARTLY, title="收受礼品",
            measures="已按规定处理。", reply="已经处理，依法不公开细节。",
        ),
    ),
    Case(
        name="well", days_ago=118, track="D", region=QIANBAI, ending="off",
        text="建议把水井的水质检测结果也贴到村里的码上。",
        finding=Finding(
            topic=Topic.OTHER, outcome=Outcome.TRUE, title="水质检测结果开始公开",
            measures="区水利局答应每季度公开一次。", reply="谢谢您的建议，下个季度起公开。",
        ),
    ),
    Case(
        name="doubled", days_ago=110, track="C", ending="off",
        text="宣传栏喷绘的账记了两遍，是不是付了两次钱？",
        finding=Finding(
            topic=_LEDGER, outcome=Outcome.FALSE, title="一笔账录了两遍，钱只付了一次",
            measures="录重的一行已更正，银行回单只有一张。", reply="只付了一次，录重的已经更正。",
        ),
    ),
    Case(
        name="cousin", days_ago=100, track="A", region="360902115201", ending="published",
        text="村里的保洁员名单里有一个人常年在广东打工，工资照发。", photos=1,
        finding=Finding(
            topic=_LEDGER, outcome=Outcome.TRUE, title="不在岗的人领保洁工资",
            measures="停发工资，追回 7,200.00 元，村会计受到警告。", reply="查实了，钱已经追回。",
            money=Decimal(7200),
        ),
    ),
    Case(
        name="land", days_ago=95, track="B", ending="waiting",
        text="修路占了我家两分地，补偿款到现在没有给，村里说等等。", person=("李长根", "13900000002"),
    ),
    Case(
        name="subsidy", days_ago=80, track="B", region=QIANBAI, ending="extended",
        text="耕地补贴的亩数少算了一亩二，去年是对的，今年变少了。", person=("张细妹", ""),
    ),
    Case(
        name="dam", days_ago=72, track="A", ending="off", photos=1,
        text="山塘涵管材料的发票是大浦建材店开的，可是店早就关门了。",
        finding=Finding(
            topic=_LEDGER, outcome=Outcome.PARTLY, title="发票开具时间与送货不符",
            measures="材料确实用了，发票换开，会计受到批评教育。", reply="材料用了，发票已换，会计被批评。",
        ),
    ),
    Case(
        name="court", days_ago=66, track="B", region=QIANBAI, ending="refused-off", refusal=Refusal.IN_COURT,
        text="我和邻居争宅基地，法院判了我不服。",
    ),
    Case(
        name="traffic", days_ago=60, track="D", ending="refused-off", refusal=Refusal.NOT_OURS,
        text="镇上红绿灯坏了两个月没有人修。",
    ),
    Case(
        name="appraisal", days_ago=45, track="A", ending="suspended",
        text="上坊路的水泥厚度不够，说是 18 公分，我量了只有 12 公分。", photos=2,
    ),
    Case(
        name="vague", days_ago=40, track="A", ending="refused", refusal=Refusal.NOTHING_TO_CHECK,
        text="村里的人都不是好人，你们管管。",
    ),
    Case(
        name="helper", days_ago=33, track="A", ending="concluded",
        text="误工补助里有两天我们都在开会，没有人修行道树。",
        finding=Finding(
            topic=_LEDGER, outcome=Outcome.TRUE, title="误工补助多记了两天",
            measures="多领的 200.00 元已经退回村里的账。", reply="查实了，多领的钱退了。", money=Decimal(200),
        ),
    ),
    Case(
        name=EXCAVATOR, days_ago=16, track="A", ending="off", with_row=True, photos=1, stars=5,
        text="10月的挖掘机费 12600 元，发票和明细单上的签字不像一个人。那几天挖掘机只来了十来个钟头。",
        finding=Finding(
            topic=_LEDGER, outcome=Outcome.TRUE, title="挖掘机工时多记，重复报销",
            measures="12,600.00 元全部退回村里的账，按实际工时重新结算；经办人受到党内警告。",
            reply="您说的查实了：工时是补写的，签字是别人代签。钱已经退回，谢谢您。",
            money=Decimal(12600),
        ),
    ),
    Case(
        name=RENT, days_ago=14, track="A", ending="asked", photos=1,
        text="旧村部租给别人开店，街上的店一个月要八百多，村里的租金好像低了，也没有看见合同。",
    ),
    Case(
        name="rent-too", days_ago=9, track="A", ending="merged",
        text="旧村部的房租低，听说是亲戚租的。我这里有一张招租的照片。", photos=1,
    ),
    Case(
        name="poor", days_ago=12, track="B", ending="assigned", region=QIANBAI,
        text="我家今年的低保停了，没有人来说为什么。", person=("何桂莲", "13900000003"),
    ),
    Case(
        name="clean", days_ago=11, track="A", ending="accepted",
        text="垃圾清运费一个月 3600 元，车一个星期才来一次。",
    ),
    Case(
        name="papers", days_ago=6, track="C", ending="triaged",
        text="10月的账里空调维修那一笔没有票据，别的都有。",
    ),
    Case(
        name="bureau", days_ago=8, track="A", about="", region="", ending="transferred",
        text="区里有个单位的车周末停在饭店门口，我记了车牌，材料想交给市里。",
    ),
    Case(
        name="county", days_ago=20, track="A", about="county", region=COUNTY, ending="verifying",
        text="区里一个部门办补贴要先请吃饭，好几个合作社都知道。",
    ),
    Case(
        name="new", days_ago=2, track="", ending="received",
        text="公益林补偿我家 12 亩只发了 132 元，按标准应该是 258 元。",
    ),
)  # fmt: skip
