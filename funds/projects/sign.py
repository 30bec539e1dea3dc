"""What stands on the sign beside a building site: what it costs, who builds, by when."""

from __future__ import annotations

from funds.models import LivelihoodProject
from portal.pages import words
from portal.releases.plates import Plate, Plated


def _sign(project: LivelihoodProject) -> Plate:
    """Return the words of a project's sign; what is not known yet is left out."""
    money = words.money(project.budget, in_wan=project.budget >= words.WAN_FROM)
    facts = (
        ("建什么", project.content),
        ("预算", f"{money.figure} {money.unit}"),
        ("谁来建", project.winner_public or project.implementer),
        ("谁监理", project.supervisor),
        ("哪天建好", words.full_day(project.planned_end_on) if project.planned_end_on else ""),
        ("谁主管", project.department),
        ("找谁问", project.responsible),
    )
    return Plate(name=project.name, facts=tuple((label, value) for label, value in facts if value))


SITE_SIGN = Plated(
    number="project_no",
    word="工地公示牌",
    call="扫一扫，看钱花到哪一步",
    plate=_sign,
    is_sign=True,
)
