"""How decisions of villages are checked while they are read (pure)."""

from __future__ import annotations

from portal.columns.row import Given, Row


def prepare_decision(row: Row, _given: Given, _lookups: object) -> None:
    """Refuse votes that cannot be: more came than were called, more voted than came, told before it met."""
    entitled, present = row.get("entitled"), row.get("present")
    if entitled == 0:
        row.error("entitled", "应到人数要大于 0，请核对")
    elif entitled is not None and present is not None and present > entitled:
        row.error("present", f"应到 {entitled} 人，实到不能比应到多，请核对")
    votes = [row.get(name) or 0 for name in ("agreed", "opposed", "abstained")]
    if present is not None and sum(votes) > present:
        row.error("agreed", f"同意、反对、弃权一共 {sum(votes)} 人，比实到的 {present} 人还多，请核对")
    met_on = row.get("met_on")
    for name, word in (("decision_posted_on", "决议公开日期"), ("result_posted_on", "结果公开日期")):
        if met_on and (day := row.get(name)) and day < met_on:
            row.error(name, f"{word}在会议日期之前，请核对年月日")
