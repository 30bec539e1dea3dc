"""Questions that are asked of several kinds in the same way."""

from __future__ import annotations

from portal.findings.rules import Rule, Severity, register
from villages.rules.fragments import MONEY, NUMBERS, ROWS, STANDING


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


def other_period(
    code: str, kind: str, table: str, *, day: str = "", said: str = "写的是 {said}", hint: str = ""
) -> None:
    """Ask about rows whose day, or where they have none whose own period, lies outside their release's."""
    if day:
        title = "日期不在这一期里"
        inside = f"n.{day} >= r.start_on AND n.{day} < r.end_on"
        same, told = f"date_trunc('month', n.{day})", f"to_char(date_trunc('month', n.{day}), 'YYYY-MM')"
    else:
        title = "所属期不在这一批里"
        inside = "n.start_on >= r.start_on AND n.end_on <= r.end_on"
        same = "n.start_on, n.end_on"
        told = "to_char(n.start_on, 'YYYY-MM') || ' 至 ' || to_char(n.end_on - 1, 'YYYY-MM')"
    register(
        Rule(
            code=code,
            kind=kind,
            title=title,
            message=f"第 {{row}} 行起有 {{count}} 行{said}，不在这一批的所属期里{hint and '。'}{hint}",
            source="公开目录：一批一期",
            severity=Severity.LOW,
            sql=f"""
            SELECT {ROWS}, min(n.position), jsonb_build_object('row', min(n.position), 'count', count(*),
                'said', {told})
            FROM {table} n JOIN releases_release r ON r.id = n.release_id
            WHERE {{scope}} AND NOT ({inside})
            GROUP BY n.release_id, {same}
            """,
        )
    )


def identical_rows(
    code: str, kind: str, table: str, same: str, *, amount: str = "", what: str = "", where: str = "true"
) -> None:
    """Ask about rows of one place that agree in all of the columns `same` (names, between blanks).

    Where there is an `amount` it is named, and the question weighs more.
    """
    repeated = f"，{what}{{amount}} 元记了 {{count}} 次。确实有两笔的，说明即可" if amount else ""
    told = f", 'amount', to_char(n.{amount}, '{MONEY}'), 'count', count(*)" if amount else ""
    columns = ", ".join(f"n.{column}" for column in same.split())
    register(
        Rule(
            code=code,
            kind=kind,
            title="完全一样的行",
            message="第 {rows} 行完全一样" + repeated,
            source="录入检查",
            severity=Severity.MEDIUM if amount else Severity.LOW,
            sql=f"""
            SELECT {ROWS}, min(n.position), jsonb_build_object('rows', {NUMBERS}{told})
            FROM {table} n WHERE {{scope}} AND {where}
            GROUP BY n.release_id, n.region_id, {columns}
            HAVING count(*) > 1
            """,
        )
    )
