"""The one door to a row's private columns (full names, last digits), for officials' screens.

The app's role may not SELECT those columns; `releases_hide` takes the right away, and
`releases_private` gives them back for named rows only.
"""

from __future__ import annotations

from django.db import connections, migrations

FUNCTIONS = """
CREATE FUNCTION releases_private(tbl regclass, ids uuid[], fields text[])
RETURNS TABLE (id uuid, value jsonb) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    -- This runs with the owner's rights: a table (or view) of the caller's own making must not be read here.
    IF NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.oid = tbl AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                AND t.tgfoid = 'releases_freeze_rows()'::regprocedure) THEN
        RAISE EXCEPTION '% holds no disclosed rows', tbl USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT r.id, (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(r)) WHERE key = ANY ($2))
         FROM %s r WHERE r.id = ANY ($1)', tbl) USING ids, fields;
END $$;

CREATE PROCEDURE releases_hide(tbl regclass, fields text[], app name) LANGUAGE plpgsql AS $$
DECLARE readable text;
BEGIN
    SELECT string_agg(quote_ident(attname), ', ') INTO readable FROM pg_attribute
        WHERE attrelid = tbl AND attnum > 0 AND NOT attisdropped AND attname <> ALL (fields);
    EXECUTE format('REVOKE SELECT ON %s FROM %I', tbl, app);
    EXECUTE format('GRANT SELECT (%s) ON %s TO %I', readable, tbl, app);
END $$;
"""

BACK = """
DROP PROCEDURE releases_hide(regclass, text[], name);
DROP FUNCTION releases_private(regclass, uuid[], text[]);
"""


def grant(apps, schema_editor):
    app = connections["default"].settings_dict["USER"]
    quoted = schema_editor.quote_name(app)
    schema_editor.execute(
        "REVOKE ALL ON FUNCTION releases_private(regclass, uuid[], text[]) FROM PUBLIC"
    )
    schema_editor.execute(
        f"GRANT EXECUTE ON FUNCTION releases_private(regclass, uuid[], text[]) TO {quoted}"
    )


class Migration(migrations.Migration):
    dependencies = [("releases", "0003_states")]
    operations = [
        migrations.RunSQL(FUNCTIONS, BACK),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
