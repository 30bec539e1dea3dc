"""Questions that are asked of several kinds in the same way."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import NUMBERS, ROWS, STANDING


def known_by_name(
    kind: str, table: str, number: str, *, sign: str, same: tuple[str, ...] = ("name",), name: str = "name"
) -> None:
    """Ask about rows without a number that look like a public row of their place, and name its number.

    Their number was proposed by the load (see `portal.releases.numbering`) and is not public yet; the
    public row is another release's and stays beside them. What is `same` in both may not be blank.
    """
    alike = " AND ".join(f"o.{one} = n.{one} AND n.{one}::text <> ''" for one in same)
    register(
        Rule(
            code=f"{kind}-known-by-name",
            kind=kind,
            title="没写编号，看起来公开过",
            message="第 {rows} 行“{name}”没有写编号，公开的里面已经有一样的，编号是 {known}。"
            "是同一个的，请写上这个编号，不然会公开两遍；不是的，说明即可",
            source="公开目录：一样东西一个编号，登记一次",
            severity=Severity.HIGH,
            sql=f"""
            SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}, 'name', n.{name},
                'known', min(t.known))
            FROM {table} n CROSS JOIN LATERAL (
                SELECT string_agg(f.{number}, '、' ORDER BY f.{number}) AS known FROM (
                    SELECT o.{number} FROM {table} o
                    WHERE o.region_id = n.region_id AND {alike} AND o.{number} <> n.{number}
                        AND o.release_id <> n.release_id AND {STANDING}
                    ORDER BY o.{number} LIMIT 3) f) t
            WHERE {{scope}} AND n.{number} ~ '^[0-9]+-{sign}-[0-9]+$' AND t.known IS NOT NULL
                AND NOT EXISTS (SELECT FROM releases_replacement y WHERE y.by_row_id = n.id)
                AND NOT EXISTS (SELECT FROM releases_replaced x WHERE x.by_row_id = n.id)
            GROUP BY n.release_id, n.region_id, n.{name}, t.known
            """,
        )
    )
