"""Verbs on warnings: run the rules over a draft, answer what they found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.findings.rules import Rule, rules_for
from portal.people.models import User
from portal.releases.actions.drafting import may_draft
from portal.releases.actions.steps import locked
from portal.releases.errors import NotAllowedError, NotReadyError
from portal.releases.models import Release, State, Via

# A rule that hits more rows than this says something of the file, not of rows.
LISTED = 500

_RUN = """
WITH hits (ids, position, facts) AS ({sql}),
listed AS (SELECT * FROM hits ORDER BY position LIMIT {limit})
INSERT INTO findings_warning AS w (release_id, rule_code, rows, position, facts, answer)
SELECT %(release)s, %(code)s, ids, position, facts, '' FROM listed
ON CONFLICT ON CONSTRAINT findings_warning_once DO UPDATE SET
    position = EXCLUDED.position,
    facts = EXCLUDED.facts,
    answer = CASE WHEN w.facts = EXCLUDED.facts THEN w.answer ELSE '' END,
    answered_at = CASE WHEN w.facts = EXCLUDED.facts THEN w.answered_at END,
    answered_by_id = CASE WHEN w.facts = EXCLUDED.facts THEN w.answered_by_id END
RETURNING id
"""


@transaction.atomic
def run_rules(release: Release) -> int:
    """Run every rule of the kind over a draft; return the number of warnings.

    A warning that stands with the same figures keeps its answer; one that no longer fires disappears.
    """
    standing: list[int] = []
    with connection.cursor() as cursor:
        # Rows just loaded have no statistics: the planner takes a million of them for one, and loops.
        cursor.execute("SET LOCAL enable_nestloop = off")
        for rule in rules_for(release.kind):
            standing += _run(rule, release)
        cursor.execute("SET LOCAL enable_nestloop = on")
    Warning.objects.filter(release=release).exclude(pk__in=standing).delete()
    return len(standing)


def _run(rule: Rule, release: Release) -> list[int]:
    sql = rule.sql.format(scope="n.release_id = %(release)s")
    told: dict[str, str | UUID] = {"release": release.pk, "county": release.county, "code": rule.code}
    with connection.cursor() as cursor:
        cursor.execute(_RUN.format(sql=sql, limit=LISTED), told)
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def answer(release_id: UUID, warnings: Iterable[int], *, by: User, at: datetime, text: str) -> int:
    """Answer warnings of a draft with one sentence; return how many.

    Raises:
        NotAllowedError: not a clerk of the body. NotReadyError: no answer given.
        WrongStateError: no draft any more.
    """
    release = locked(release_id, State.DRAFT)
    if not may_draft(by, release.body):
        raise NotAllowedError("只有录入员能答复提醒。")
    if not text.strip():
        raise NotReadyError(["答复要写一句话，说明为什么没错。"])
    return Warning.objects.filter(release=release, pk__in=list(warnings)).update(
        answer=text.strip()[:300], answered_by=by, answered_at=at
    )


def unanswered(release: Release) -> list[str]:
    """Return the reason why a draft with open warnings may not be submitted (history is exempt)."""
    if release.via == Via.BULK:
        return []
    count = Warning.objects.filter(release=release).unanswered().count()
    return [f"还有 {count} 条提醒没有答复。"] if count else []
