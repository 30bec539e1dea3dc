"""The second door through the freeze: the names of a whole release are shown less than before.

The application's role may not change a published row. This function runs with the owner's rights and can
only go one way: full, masked, expired, hidden. It changes what is shown of names and nothing that makes the
leaf; the stored names stay, so every row still gives its leaf again (`releases.committed`). Rows that can
no longer do that (`cut`) keep the digest of their group `who` in place of its salt.
"""

from __future__ import annotations

from django.db import connections, migrations

FORWARD = """
CREATE OR REPLACE FUNCTION releases_walk_states() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE walking text[];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'releases are never truncated'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a release begins as a draft'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'release % is not a draft', OLD.id
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
        END IF;
        RETURN OLD;
    END IF;
    -- Only releases_narrow can have written here: nobody else has a right on the table.
    IF EXISTS (SELECT 1 FROM releases_permit WHERE row_id = OLD.id) AND to_jsonb(NEW)
            - ARRAY['names', 'names_published'] = to_jsonb(OLD) - ARRAY['names', 'names_published'] THEN
        RETURN NEW;
    END IF;
    IF NOT ((OLD.state, NEW.state) IN (
            ('draft', 'draft'), ('draft', 'in_review'), ('draft', 'discarded'),
            ('in_review', 'in_review'), ('in_review', 'draft'), ('in_review', 'published'),
            ('published', 'withdrawn'))) THEN
        RAISE EXCEPTION 'release % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
    END IF;
    -- Rows were checked against the body and masked by the policy when they came in; four eyes count
    -- from the drafter: none of these may move under a release that has rows.
    IF (NEW.id, NEW.item_id, NEW.kind, NEW.body_id, NEW.county, NEW.via, NEW.names, NEW.names_published, NEW.drafted_by_id,
            NEW.corrects_id) IS DISTINCT FROM (OLD.id, OLD.item_id, OLD.kind, OLD.body_id, OLD.county,
            OLD.via, OLD.names, OLD.names_published, OLD.drafted_by_id, OLD.corrects_id) THEN
        RAISE EXCEPTION 'release % keeps its item, body, policy and drafter', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_frozen';
    END IF;
    -- Reviewers approve a root along a path; both stay as submitted.
    walking := CASE OLD.state
        WHEN 'in_review' THEN ARRAY['state', 'review_level', 'round', 'published_at', 'published_on', 'names_until']
        ELSE ARRAY['state', 'withdrawn_at', 'withdrawal_reason'] END;
    IF OLD.state <> 'draft' AND to_jsonb(NEW) - walking IS DISTINCT FROM to_jsonb(OLD) - walking THEN
        RAISE EXCEPTION 'release % is frozen', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_frozen';
    END IF;
    IF NEW.state = 'in_review' AND cardinality(NEW.review_path) = 0 THEN
        RAISE EXCEPTION 'release % has nobody to review it', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_approved';
    END IF;
    -- What a correction replaced would be gone with it.
    IF NEW.state = 'withdrawn' AND (NEW.corrects_id IS NOT NULL
            OR EXISTS (SELECT 1 FROM releases_replaced x WHERE x.release_id = NEW.id)
            OR EXISTS (SELECT 1 FROM releases_release c
                WHERE c.corrects_id = NEW.id AND c.state = 'published')) THEN
        RAISE EXCEPTION 'release % corrects or is corrected', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION releases_freeze_rows() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE stray bigint;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'disclosed rows are never truncated'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_rows_frozen';
    END IF;
    -- Only releases_erase and releases_narrow can have written here: nobody else has a right on the table.
    IF TG_OP = 'UPDATE' THEN
        IF EXISTS (SELECT 1 FROM releases_permit) THEN
            -- A release as a whole (releases_narrow), or row by row.
            IF NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT release_id FROM old_rows) o
                    WHERE NOT EXISTS (SELECT 1 FROM releases_permit p WHERE p.row_id = o.release_id))
                OR NOT EXISTS (SELECT 1 FROM old_rows o
                    WHERE NOT EXISTS (SELECT 1 FROM releases_permit p WHERE p.row_id = o.id)) THEN
                RETURN NULL;
            END IF;
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

-- As portal/releases/masking.py shows it; a test compares the two.
CREATE FUNCTION releases_masked(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE char_length(name) WHEN 0 THEN '' WHEN 1 THEN '*' WHEN 2 THEN left(name, 1) || '*'
        ELSE left(name, 1) || repeat('*', char_length(name) - 2) || right(name, 1) END
$$;

CREATE FUNCTION releases_narrow(told jsonb, tbl regclass, fields text[], texts text[],
    named text, organisations text[], cut_salts bytea[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ranks CONSTANT text[] := ARRAY['full', 'masked', 'expired', 'hidden'];
    act releases_narrowing%ROWTYPE := jsonb_populate_record(NULL::releases_narrowing, told);
    r releases_release%ROWTYPE;
    found int;
    cuts bigint;
    field text;
    part text;
    word text;
    changes text[] := ARRAY['seed = NULL', 'salts = told.salts'];
    touched text[] := ARRAY[]::text[];
BEGIN
    SELECT * INTO r FROM releases_release WHERE id = act.release_id FOR UPDATE;
    IF r.state IS NULL OR r.state NOT IN ('published', 'withdrawn') OR r.names <> act.before
            OR array_position(ranks, act.after::text) IS NULL
            OR array_position(ranks, act.after::text) <= array_position(ranks, act.before::text) THEN
        RAISE EXCEPTION 'names of release % do not go from % to %', act.release_id, act.before, act.after
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_narrowing_stricter';
    END IF;
    IF act.cause = 'expired' AND (r.names_until IS NULL OR act.from_on <> r.names_until
            OR (act.at AT TIME ZONE 'Asia/Shanghai')::date < act.from_on) THEN
        RAISE EXCEPTION 'names of release % have not expired', act.release_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_narrowing_due';
    END IF;
    IF act.cause = 'stricter' AND NOT EXISTS (SELECT 1 FROM releases_namesorder o WHERE o.id = act.order_id
            AND o.decided_at IS NOT NULL AND o.item_id = r.item_id AND o.after = act.after
            AND EXISTS (SELECT 1 FROM unnest(o.places) AS p JOIN places_body b ON b.id = r.body_id
                JOIN places_region g ON g.id = b.region_id AND starts_with(g.code, p))) THEN
        RAISE EXCEPTION 'no order says so of release %', act.release_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_narrowing_ordered';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.oid = tbl AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                AND t.tgfoid = 'releases_freeze_rows()'::regprocedure) THEN
        RAISE EXCEPTION '% holds no disclosed rows', tbl USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT count(*) INTO found FROM pg_attribute
        WHERE attrelid = tbl AND attname = ANY (fields || texts) AND attnum > 0 AND NOT attisdropped
            AND atttypid IN ('text'::regtype, 'varchar'::regtype) AND attname <> 'county';
    IF found <> cardinality(fields || texts)
            OR EXISTS (SELECT 1 FROM unnest(fields) AS f WHERE right(f, 7) <> '_public') THEN
        RAISE EXCEPTION 'these fields hold no public names' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO releases_permit VALUES (r.id);
    IF cardinality(act.cut) > 0 THEN
        -- A text that repeats a name says it as it is shown from now on; 某某 where it is shown no more.
        FOREACH part IN ARRAY texts LOOP
            word := format('r.%I', part);
            FOREACH field IN ARRAY fields LOOP
                word := format('CASE WHEN char_length(r.%2$I) > 1 THEN replace(%1$s, r.%2$I, %3$s) ELSE %1$s END',
                    word, field, CASE act.after WHEN 'masked' THEN format('releases_masked(r.%I)', field)
                        ELSE quote_literal('某某') END);
            END LOOP;
            changes := changes || format('%I = %s', part, word);
        END LOOP;
        EXECUTE format('UPDATE %s AS r SET %s FROM unnest($1, $2) AS told(id, salts)
            WHERE r.id = told.id AND r.release_id = $3', tbl, array_to_string(changes, ', '))
            USING act.cut, cut_salts, r.id;
        GET DIAGNOSTICS cuts = ROW_COUNT;
        IF cuts <> cardinality(act.cut) OR cuts <> cardinality(cut_salts) THEN
            RAISE EXCEPTION 'not every row is of the release' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    act.rows := 0;
    changes := ARRAY[]::text[];
    FOREACH field IN ARRAY fields LOOP
        word := CASE act.after WHEN 'masked' THEN format('releases_masked(r.%I)', field) ELSE quote_literal('') END;
        part := format('r.%I <> %L', field, '');
        IF field = named AND cardinality(organisations) > 1 THEN
            word := format('CASE WHEN r.%I = ANY ($2) THEN r.%I ELSE %s END', organisations[1], field, word);
            part := format('(%s AND r.%I <> ALL ($2))', part, organisations[1]);
        END IF;
        changes := changes || format('%I = %s', field, word);
        touched := touched || part;
    END LOOP;
    IF cardinality(fields) > 0 THEN
        EXECUTE format('UPDATE %s AS r SET %s WHERE r.release_id = $1 AND (%s)', tbl,
            array_to_string(changes, ', '), array_to_string(touched, ' OR ')) USING r.id, organisations[2:];
        GET DIAGNOSTICS act.rows = ROW_COUNT;
    END IF;
    UPDATE releases_release SET names = act.after,
            names_published = CASE names_published WHEN '' THEN names ELSE names_published END
        WHERE id = r.id;
    DELETE FROM releases_permit;
    INSERT INTO releases_narrowing SELECT act.*;
    RETURN act.rows;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON releases_narrowing
    FOR EACH STATEMENT EXECUTE FUNCTION releases_append_only();

-- No act without its line in the log, no line without its act.
CREATE FUNCTION releases_narrowing_is_logged() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM log_leaf l WHERE l.kind = 'policy' AND l.release = NEW.release_id
            AND convert_from(l.entry, 'UTF8')::jsonb ->> 'after' = NEW.after) THEN
        RAISE EXCEPTION 'names of release % changed without a line in the log', NEW.release_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_narrowing_logged';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER narrowing_is_logged AFTER INSERT ON releases_narrowing
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION releases_narrowing_is_logged();

CREATE FUNCTION releases_policy_is_true() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE told jsonb := convert_from(NEW.entry, 'UTF8')::jsonb;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM releases_narrowing n WHERE n.release_id = NEW.release
            AND n.cause = told ->> 'cause' AND n.before = told ->> 'before' AND n.after = told ->> 'after'
            AND n.from_on::text = told ->> 'from' AND n.rows::text = told ->> 'rows') THEN
        RAISE EXCEPTION 'the log says of the names of release % what is not so', NEW.release
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_log_true';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER policy_is_true AFTER INSERT ON log_leaf
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'policy')
    EXECUTE FUNCTION releases_policy_is_true();

-- What was taken from the public does not come back in a corrected version. At the end of the transaction:
-- names past their day and decided orders are carried out right after the publication.
CREATE FUNCTION releases_correction_is_as_strict() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE ranks CONSTANT text[] := ARRAY['full', 'masked', 'expired', 'hidden'];
BEGIN
    IF EXISTS (SELECT 1 FROM releases_release c JOIN releases_release o ON o.id = c.corrects_id
            WHERE c.id = NEW.id
                AND array_position(ranks, c.names::text) < array_position(ranks, o.names::text)) THEN
        RAISE EXCEPTION 'correction % shows names more than what it corrects', NEW.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_correction_as_strict';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER correction_is_as_strict AFTER UPDATE ON releases_release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.corrects_id IS NOT NULL AND OLD.state <> 'published' AND NEW.state = 'published')
    EXECUTE FUNCTION releases_correction_is_as_strict();

-- An order stands once it is decided.
CREATE FUNCTION releases_namesorder_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.decided_at IS NULL AND to_jsonb(NEW) - ARRAY['decided_at', 'decided_by_id', 'places']
                = to_jsonb(OLD) - ARRAY['decided_at', 'decided_by_id', 'places'] THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.decided_at IS NULL THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'order % stands', OLD.id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_namesorder_stands';
END $$;
CREATE TRIGGER order_stands BEFORE UPDATE OR DELETE ON releases_namesorder
    FOR EACH ROW EXECUTE FUNCTION releases_namesorder_stands();

-- What was published before this day was stored keeps its item's months of today; a correction ends with
-- what it corrects.
ALTER TABLE releases_release DISABLE TRIGGER walk_states;
UPDATE releases_release r SET names_until = first.published_on + make_interval(months => i.names_months)
    FROM releases_release first, catalogue_catalogueitem i
    WHERE first.id = coalesce(r.corrects_id, r.id) AND i.id = r.item_id AND i.names_months IS NOT NULL
        AND r.published_on IS NOT NULL AND r.names <> 'hidden';
ALTER TABLE releases_release ENABLE TRIGGER walk_states;
"""

BACK = """
DROP TRIGGER order_stands ON releases_namesorder;
DROP FUNCTION releases_namesorder_stands();
DROP TRIGGER correction_is_as_strict ON releases_release;
DROP FUNCTION releases_correction_is_as_strict();
DROP TRIGGER policy_is_true ON log_leaf;
DROP FUNCTION releases_policy_is_true();
DROP TRIGGER narrowing_is_logged ON releases_narrowing;
DROP FUNCTION releases_narrowing_is_logged();
DROP TRIGGER append_only ON releases_narrowing;
DROP FUNCTION releases_narrow(jsonb, regclass, text[], text[], text, text[], bytea[]);
DROP FUNCTION releases_masked(text);
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
CREATE OR REPLACE FUNCTION releases_walk_states() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE walking text[];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'releases are never truncated'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a release begins as a draft'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'release % is not a draft', OLD.id
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
        END IF;
        RETURN OLD;
    END IF;
    IF NOT ((OLD.state, NEW.state) IN (
            ('draft', 'draft'), ('draft', 'in_review'), ('draft', 'discarded'),
            ('in_review', 'in_review'), ('in_review', 'draft'), ('in_review', 'published'),
            ('published', 'withdrawn'))) THEN
        RAISE EXCEPTION 'release % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
    END IF;
    -- Rows were checked against the body and masked by the policy when they came in; four eyes count
    -- from the drafter: none of these may move under a release that has rows.
    IF (NEW.id, NEW.item_id, NEW.kind, NEW.body_id, NEW.county, NEW.via, NEW.names, NEW.drafted_by_id,
            NEW.corrects_id) IS DISTINCT FROM (OLD.id, OLD.item_id, OLD.kind, OLD.body_id, OLD.county,
            OLD.via, OLD.names, OLD.drafted_by_id, OLD.corrects_id) THEN
        RAISE EXCEPTION 'release % keeps its item, body, policy and drafter', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_frozen';
    END IF;
    -- Reviewers approve a root along a path; both stay as submitted.
    walking := CASE OLD.state
        WHEN 'in_review' THEN ARRAY['state', 'review_level', 'round', 'published_at', 'published_on']
        ELSE ARRAY['state', 'withdrawn_at', 'withdrawal_reason'] END;
    IF OLD.state <> 'draft' AND to_jsonb(NEW) - walking IS DISTINCT FROM to_jsonb(OLD) - walking THEN
        RAISE EXCEPTION 'release % is frozen', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_frozen';
    END IF;
    IF NEW.state = 'in_review' AND cardinality(NEW.review_path) = 0 THEN
        RAISE EXCEPTION 'release % has nobody to review it', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_approved';
    END IF;
    -- What a correction replaced would be gone with it.
    IF NEW.state = 'withdrawn' AND (NEW.corrects_id IS NOT NULL
            OR EXISTS (SELECT 1 FROM releases_replaced x WHERE x.release_id = NEW.id)
            OR EXISTS (SELECT 1 FROM releases_release c
                WHERE c.corrects_id = NEW.id AND c.state = 'published')) THEN
        RAISE EXCEPTION 'release % corrects or is corrected', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_states';
    END IF;
    RETURN NEW;
END $$;
"""

DOOR = "releases_narrow(jsonb, regclass, text[], text[], text, text[], bytea[])"


def grant(apps, editor):
    role = connections["default"].settings_dict["USER"]
    editor.execute(f"REVOKE ALL ON FUNCTION {DOOR} FROM PUBLIC")
    if role != editor.connection.settings_dict["USER"]:
        quoted = editor.quote_name(role)
        editor.execute(f"REVOKE INSERT, UPDATE, DELETE ON releases_narrowing FROM {quoted}")
        editor.execute(f"GRANT EXECUTE ON FUNCTION {DOOR} TO {quoted}")


class Migration(migrations.Migration):
    dependencies = [("releases", "0013_names")]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
