"""The one rule that every kind with documents has: a row names a file that is not there."""

from __future__ import annotations

from django.db import connection

from portal.findings.rules import Rule, Severity
from portal.releases.registry import Disclosure


def rule_of(disclosure: Disclosure) -> Rule:
    """Return the rule for a kind whose rows name files."""
    quote = connection.ops.quote_name
    cells = ", ".join(f"NULLIF(n.{quote(field)}, '')" for field in disclosure.files)
    names, table = f"concat_ws(';', {cells})", quote(disclosure.model._meta.db_table)
    return Rule(
        code=f"{disclosure.code}-lost-files",
        kind=disclosure.code,
        title="写了文件，没有交来",
        message="第 {row} 行写了 {names}，没有交来。请补上；确实没有的，删掉名字，或写明为什么",
        source="会计法第14条：办理经济业务必须填制或取得原始凭证并及时送交",
        severity=Severity.MEDIUM,
        sql=f"""
        SELECT ARRAY[n.id], n.position, jsonb_build_object('row', n.position,
            'names', string_agg(t.name, '、' ORDER BY t.at))
        FROM {table} n
        CROSS JOIN LATERAL (SELECT s.name, min(s.at) AS at
            FROM unnest(string_to_array({names}, ';')) WITH ORDINALITY AS s (name, at) GROUP BY s.name) t
        WHERE {{scope}} AND {names} <> '' AND NOT EXISTS (
            SELECT FROM releases_attachment a JOIN documents_document d ON d.id = a.document_id
            WHERE a.row_id = n.id AND (a.name = t.name AND d.state <> 'refused' OR a.erased_at IS NOT NULL))
        GROUP BY n.id, n.position
        """,  # noqa: S608 # declared names
    )
