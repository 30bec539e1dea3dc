"""Names for invented villagers: surnames by frequency, given names by generation and sex."""

from __future__ import annotations

from random import Random

# Roughly the commonest of western Jiangxi, with weights in thousandths.
SURNAMES = {
    "刘": 84, "李": 78, "黄": 66, "陈": 62, "王": 55, "张": 53, "易": 46, "彭": 42, "袁": 38, "吴": 36,
    "钟": 34, "谢": 33, "罗": 32, "杨": 31, "胡": 29, "周": 28, "曾": 27, "徐": 25, "邹": 23, "何": 22,
    "欧阳": 16, "郭": 15, "熊": 14, "朱": 13, "林": 12, "龙": 11, "潘": 10, "柳": 9, "严": 8, "晏": 8,
    "辛": 7, "甘": 6, "柏": 4, "巫": 3,
}  # fmt: skip
_WEIGHTS = list(SURNAMES.values())
_SURNAMES = list(SURNAMES)
# From which year of birth the names of a generation were given: (first, second) for men and women.
_GENERATIONS = (
    (2005, ("子浩宇俊梓泽文嘉", "轩睿涵宇阳晨博杰"), ("梓雨欣思可诗佳紫", "涵萱彤怡琪妍瑶曦")),
    (1980, ("志建文小海伟俊国", "强军勇辉鹏杰斌亮"), ("丽小艳晓雪婷海玉", "娟红萍燕敏霞芳琴")),
    (1955, ("建国志水新明细清", "华平生林明兵根民"), ("秀春桂小冬玉爱细", "英兰香莲花娥珍连")),
    (1880, ("长水火木金炳生福", "根生发仁元保祥茂"), ("桂菊金银秀冬满桃", "英莲秀香娇兰妹姑")),
)


def surname(chance: Random) -> str:
    """Return a surname, common ones more often."""
    return chance.choices(_SURNAMES, _WEIGHTS)[0]


def given_name(chance: Random, *, born: int, is_woman: bool) -> str:
    """Return what parents of that year called a child; one name in ten has a single character."""
    men, women = next((men, women) for since, men, women in _GENERATIONS if born >= since)
    first, second = women if is_woman else men
    if chance.random() < 0.1:
        return chance.choice(second)
    return chance.choice(first) + chance.choice(second)
