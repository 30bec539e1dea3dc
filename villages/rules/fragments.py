"""Pieces of SQL that the rules of village books share."""

from __future__ import annotations

MONEY = "FM999G999G999G990D00"
# The first twenty, in one order: a warning that stands is known again by its rows, and keeps its answer.
ROWS = "(array_agg(n.id ORDER BY n.position, n.id))[1:20]"
NUMBERS = """array_to_string((array_agg(n.position ORDER BY n.position, n.id))[1:20], '、')
    || CASE WHEN count(*) > 20 THEN ' 等 ' || count(*) ELSE '' END"""
# Rows a hit may be compared with: published and standing, and not about to be replaced by this very draft.
PUBLISHED = """(EXISTS (SELECT 1 FROM releases_release r
        WHERE r.id = {0}.release_id AND r.state = 'published')
    AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = {0}.id)
    AND NOT EXISTS (SELECT 1 FROM releases_replacement y
        WHERE y.release_id = %(release)s AND y.row_id = {0}.id))"""
STANDING = PUBLISHED.format("o")
# Who keeps money of a village in an account of somebody's own writes it like this.
PRIVATE_ACCOUNT = "个人|私人|微信|支付宝|收款码|零钱"
