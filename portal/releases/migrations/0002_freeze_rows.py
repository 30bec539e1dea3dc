"""Rows change only while their release is a draft, and lie in the releasing body's place.

The trigger locks the releases FOR SHARE in one statement and reads their state in the next: a trigger
that only reads lets rows into a release that is being submitted, and a single statement with the lock
in a subquery locks nothing, because the planner pushes the condition below it.
"""

from __future__ import annotations

from django.db import migrations

FREEZE = """
CREATE FUNCTION releases_check_rows(ids uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE bad uuid;
BEGIN
    PERFORM 1 FROM releases_release WHERE id = ANY (ids) ORDER BY id FOR SHARE;
    SELECT i INTO bad FROM unnest(ids) AS i
        WHERE NOT EXISTS (SELECT 1 FROM releases_release r WHERE r.id = i AND r.state = 'draft')
        LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'rows of release % are frozen', bad
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_rows_frozen';
    END IF;
END $$;

CREATE FUNCTION releases_freeze_rows() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE stray bigint;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'disclosed rows are never truncated'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_rows_frozen';
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        PERFORM releases_check_rows(ARRAY(SELECT DISTINCT release_id FROM old_rows));
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        PERFORM releases_check_rows(ARRAY(SELECT DISTINCT release_id FROM new_rows));
        SELECT n.region_id INTO stray
            FROM (SELECT DISTINCT release_id, region_id, county FROM new_rows) n
            JOIN releases_release r ON r.id = n.release_id
            JOIN places_body b ON b.id = r.body_id
            JOIN places_region o ON o.id = b.region_id
            LEFT JOIN places_region g ON g.id = n.region_id
            WHERE g.id IS NULL OR n.county <> r.county
                OR NOT starts_with(g.code, left(o.code, CASE o.level
                    WHEN 'city' THEN 4 WHEN 'county' THEN 6 WHEN 'township' THEN 9 ELSE 12 END))
            LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'rows lie outside the place of the releasing body'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_rows_in_place';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE PROCEDURE releases_freeze(tbl regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER freeze_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION releases_freeze_rows()', tbl);
    EXECUTE format('CREATE TRIGGER freeze_update AFTER UPDATE ON %s
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION releases_freeze_rows()', tbl);
    EXECUTE format('CREATE TRIGGER freeze_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION releases_freeze_rows()', tbl);
    EXECUTE format('CREATE TRIGGER freeze_truncate BEFORE TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION releases_freeze_rows()', tbl);
END $$;

CREATE PROCEDURE releases_unfreeze(tbl regclass) LANGUAGE plpgsql AS $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS freeze_%s ON %s', t, tbl);
    END LOOP;
END $$;
"""

UNFREEZE = """
DROP PROCEDURE releases_unfreeze(regclass);
DROP PROCEDURE releases_freeze(regclass);
DROP FUNCTION releases_freeze_rows();
DROP FUNCTION releases_check_rows(uuid[]);
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, UNFREEZE)]
