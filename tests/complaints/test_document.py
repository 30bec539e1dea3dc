"""The documents say what the code does."""

from __future__ import annotations

from django.conf import settings

from complaints import states
from complaints.tickets.deadlines import shipped_rules

BEGIN, END = "<!-- states.diagram() -->\n", "\n<!-- end -->"


def test_the_diagram_in_the_document_is_the_table() -> None:
    text = (settings.BASE_DIR / "docs" / "complaints.md").read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0] == states.diagram()


def test_the_inspectors_handbook_names_every_button() -> None:
    text = (settings.BASE_DIR / "docs" / "inspector.md").read_text(encoding="utf-8")
    staff = {states.Actor.INSPECTOR, states.Actor.CHIEF, states.Actor.SECOND}
    missing = [one.word for one in states.TRANSITIONS if one.actor in staff and one.word not in text]
    assert not missing


def test_the_inspectors_handbook_names_every_limit() -> None:
    text = (settings.BASE_DIR / "docs" / "inspector.md").read_text(encoding="utf-8")
    days = {f"{rule.days} {'个工作日' if rule.unit == 'workdays' else '天'}" for rule in shipped_rules()}
    assert not [one for one in days if one not in text]
