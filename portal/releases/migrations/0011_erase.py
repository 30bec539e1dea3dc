"""The one door through the freeze: personal values of published rows go, by a decision of two persons.

The application's role may not change a published row. This function runs with the owner's rights, for the
rows of one decided erasure, and leaves the row's leaf, amounts, dates and places as they are. The permit
it writes for itself is taken away before it returns.
"""

from __future__ import annotations

from django.db import connections, migrations

FORWARD = """
CREATE TABLE releases_permit (row_id uuid PRIMARY KEY);

CREATE OR REPLACE FUNCTION releases_freeze_rows() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE stray bigint;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'disclosed rows are never truncated'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_rows_frozen';
    END IF;
    -- Only releases_erase can have written here: nobody else has a right on the table.
    IF TG_OP = 'UPDATE' THEN
        IF EXISTS (SELECT 1 FROM releases_permit) AND NOT EXISTS (SELECT 1 FROM old_rows o
                WHERE NOT EXISTS (SELECT 1 FROM releases_permit p WHERE p.row_id = o.id)) THEN
            RETURN NULL;
        END IF;
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

CREATE FUNCTION releases_erase(decision uuid, tbl regclass, new_salts bytea[], fields text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE e releases_erasure%ROWTYPE; changes text; n int; done int; mask int;
BEGIN
    SELECT * INTO e FROM releases_erasure WHERE id = decision FOR UPDATE;
    IF e.decided_by_id IS NULL OR cardinality(new_salts) <> cardinality(e.rows) THEN
        RAISE EXCEPTION 'erasure % is not decided', decision USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.oid = tbl AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                AND t.tgfoid = 'releases_freeze_rows()'::regprocedure) THEN
        RAISE EXCEPTION '% holds no disclosed rows', tbl USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Texts and digests only: amounts, dates, places, counts and what makes the leaf are out of reach.
    SELECT string_agg(format('%I = %s', attname, CASE WHEN attnotnull THEN '''''' ELSE 'NULL' END), ', '),
            count(*) INTO changes, n FROM pg_attribute
        WHERE attrelid = tbl AND attname = ANY (fields) AND attnum > 0 AND NOT attisdropped
            AND atttypid IN ('text'::regtype, 'varchar'::regtype, 'bytea'::regtype)
            AND attname NOT IN ('leaf', 'seed', 'salts', 'county');
    IF n <> cardinality(fields) THEN
        RAISE EXCEPTION 'not every field may be erased' USING ERRCODE = 'insufficient_privilege';
    END IF;
    mask := CASE WHEN 'who' = ANY (e.groups) THEN 1 ELSE 0 END + CASE WHEN 'kept' = ANY (e.groups) THEN 2 ELSE 0 END;
    INSERT INTO releases_permit SELECT unnest(e.rows);
    EXECUTE format('UPDATE %s AS r SET %s, seed = NULL, salts = told.salts, erased = r.erased | $3
        FROM unnest($1, $2) AS told(id, salts) WHERE r.id = told.id AND r.release_id = $4',
        tbl, concat_ws(', ', changes)) USING e.rows, new_salts, mask, e.release_id;
    GET DIAGNOSTICS done = ROW_COUNT;
    DELETE FROM releases_permit;
    IF done <> cardinality(e.rows) THEN
        RAISE EXCEPTION 'not every row is of the release' USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

-- A decision stands; what was asked may be decided once.
CREATE FUNCTION releases_erasure_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.decided_at IS NULL AND (NEW.id, NEW.release_id, NEW.rows, NEW.groups, NEW.ground, NEW.asked_by_id,
                NEW.asked_at) IS NOT DISTINCT FROM (OLD.id, OLD.release_id, OLD.rows, OLD.groups, OLD.ground,
                OLD.asked_by_id, OLD.asked_at) THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.decided_at IS NULL THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'erasure % stands', OLD.id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_erasure_stands';
END $$;
CREATE TRIGGER erasure_stands BEFORE UPDATE OR DELETE ON releases_erasure
    FOR EACH ROW EXECUTE FUNCTION releases_erasure_stands();
"""

BACK = """
DROP TRIGGER erasure_stands ON releases_erasure;
DROP FUNCTION releases_erasure_stands();
DROP FUNCTION releases_erase(uuid, regclass, bytea[], text[]);
CREATE OR REPLACE FUNCTION releases_freeze_rows() RETURNS trigger LANGUAGE plpgsql
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
DROP TABLE releases_permit;
"""


def grant(apps, editor):
    role = connections["default"].settings_dict["USER"]
    function = "releases_erase(uuid, regclass, bytea[], text[])"
    editor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    if role != editor.connection.settings_dict["USER"]:
        quoted = editor.quote_name(role)
        editor.execute(f"REVOKE ALL ON releases_permit FROM {quoted}")
        # The trigger asks, as whoever writes, whether there is a permit.
        editor.execute(f"GRANT SELECT ON releases_permit TO {quoted}")
        editor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {quoted}")


class Migration(migrations.Migration):
    dependencies = [("releases", "0010_erasure")]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
