"""Who stands in a name: surely an organisation, or perhaps a private person (pure)."""

from __future__ import annotations

import re

# What the name of an organisation ends in, and no name of a person does.
_UNIT = re.compile(
    r"(公司|集团|厂|店|部|所|局|站|院|小学|中学|大学|学校|中心|银行|支行|委|队|办|处|馆|户|基地|工会|协会|超市"
    r"|商行|合作社|供销社|信用社|幼儿园|政府|财政)$"
)
# Endings that a given name may have too (王建社, 李新村): only behind what is no family name.
_UNIT_OR_NAME = re.compile(r"(社|会|村|组|园|行|校|学)$")
_FAMILY_NAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤易柳晏辛甘柏巫欧温庄文章聂兰施颜倪盛游鲁简"
)
_LONGEST_PERSON = 4
_BETWEEN_NAMES = re.compile(r"[、，,;；/\s]+")
# 彭水生等5人 names a person; 保洁员5人 does not.
_AND_OTHERS = re.compile(r"等(?:[\d一二三四五六七八九十两]*[人户个位])?$")
_HEADS = re.compile(r"\d+[人户]$")


def is_unit(party: str) -> bool:
    """Say whether a party is surely no private person; in doubt it is one: what was shown stays known.

    Of several joined by signs (张三、李四) none may be a person.
    """
    if "·" in party:
        return False
    names = [name for name in _BETWEEN_NAMES.split(_AND_OTHERS.sub("", party)) if name]
    return bool(names) and all(map(_is_unit_name, names))


def _is_unit_name(name: str) -> bool:
    if len(name) > _LONGEST_PERSON or _UNIT.search(name) or _HEADS.search(name):
        return True
    return bool(_UNIT_OR_NAME.search(name)) and name[0] not in _FAMILY_NAMES
