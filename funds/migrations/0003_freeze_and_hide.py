"""Freeze the rows of funds; keep full names and last digits where the app may write but not read.

`funds_own_payments` is the payee's own door: who gives the name and the last four digits of the
account gets the ids of that person's public rows in that village, and nothing else. It compares in
the database, so that the application never holds the name of anybody who did not ask.
"""

from __future__ import annotations

from django.db import connections, migrations

TABLES = """
CALL releases_freeze('funds_programme');
CALL releases_freeze('funds_standard');
CALL releases_freeze('funds_payment');
ALTER TABLE funds_payment
    ADD COLUMN name varchar(60) COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN householder varchar(60) NOT NULL DEFAULT '',
    ADD COLUMN account_holder varchar(60) NOT NULL DEFAULT '',
    ADD COLUMN identity_tail varchar(4) NOT NULL DEFAULT '',
    ADD COLUMN account_tail varchar(4) NOT NULL DEFAULT '';

CREATE FUNCTION funds_own_payments(place bigint, person text, tail text)
RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    WITH found AS (
        SELECT p.id, p.identity_digest FROM funds_payment p
        JOIN releases_release r ON r.id = p.release_id AND r.state = 'published'
        -- What the public sees of this name, by each policy: the one index on names serves them all.
        WHERE p.region_id = place AND p.name_public IN (person, '', CASE length(person)
                WHEN 1 THEN '*' WHEN 2 THEN left(person, 1) || '*'
                ELSE left(person, 1) || repeat('*', length(person) - 2) || right(person, 1) END)
            AND p.name = person AND p.account_tail = tail AND tail ~ '^[0-9]{4}$'
    )
    SELECT p.id FROM funds_payment p
    JOIN releases_release r ON r.id = p.release_id AND r.state = 'published'
    WHERE p.region_id = place
        AND (p.id IN (SELECT id FROM found) OR (p.name = person AND p.identity_digest IN
            (SELECT identity_digest FROM found WHERE identity_digest IS NOT NULL)))
        AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = p.id)
$$;
REVOKE ALL ON FUNCTION funds_own_payments(bigint, text, text) FROM PUBLIC;
"""

BACK = """
DROP FUNCTION funds_own_payments(bigint, text, text);
ALTER TABLE funds_payment DROP COLUMN name, DROP COLUMN householder, DROP COLUMN account_holder,
    DROP COLUMN identity_tail, DROP COLUMN account_tail;
CALL releases_unfreeze('funds_payment');
CALL releases_unfreeze('funds_standard');
CALL releases_unfreeze('funds_programme');
"""

PRIVATE = "ARRAY['name', 'householder', 'account_holder', 'identity_tail', 'account_tail']"


def hide(apps, schema_editor):
    app = connections["default"].settings_dict["USER"]
    quoted = schema_editor.quote_name(app)
    schema_editor.execute(
        f"GRANT EXECUTE ON FUNCTION funds_own_payments(bigint, text, text) TO {quoted}"
    )
    if app != schema_editor.connection.settings_dict["USER"]:
        schema_editor.execute(f"CALL releases_hide('funds_payment', {PRIVATE}, '{app}')")


def show(apps, schema_editor):
    app = connections["default"].settings_dict["USER"]
    schema_editor.execute(f"GRANT SELECT ON funds_payment TO {schema_editor.quote_name(app)}")


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_app_role"),
        ("funds", "0002_initial"),
        ("releases", "0004_private_columns"),
    ]
    operations = [migrations.RunSQL(TABLES, BACK), migrations.RunPython(hide, show)]
