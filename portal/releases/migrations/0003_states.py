"""A release walks its states only forward; steps and replacements are append-only; four eyes.

The state of a release, its approvals, what it replaced and its totals agree, whoever writes them.
"""

from __future__ import annotations

from django.db import migrations

STATES = """
CREATE FUNCTION releases_walk_states() RETURNS trigger LANGUAGE plpgsql
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

CREATE TRIGGER walk_states BEFORE INSERT OR UPDATE OR DELETE ON releases_release
    FOR EACH ROW EXECUTE FUNCTION releases_walk_states();
CREATE TRIGGER walk_states_truncate BEFORE TRUNCATE ON releases_release
    FOR EACH STATEMENT EXECUTE FUNCTION releases_walk_states();

CREATE FUNCTION releases_append_only() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_append_only';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON releases_step
    FOR EACH STATEMENT EXECUTE FUNCTION releases_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON releases_replaced
    FOR EACH STATEMENT EXECUTE FUNCTION releases_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON releases_total
    FOR EACH STATEMENT EXECUTE FUNCTION releases_append_only();

CREATE FUNCTION releases_replace_in_draft() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        PERFORM releases_check_rows(ARRAY(SELECT DISTINCT release_id FROM old_rows));
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        PERFORM releases_check_rows(ARRAY(SELECT DISTINCT release_id FROM new_rows));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER replace_insert AFTER INSERT ON releases_replacement REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION releases_replace_in_draft();
CREATE TRIGGER replace_update AFTER UPDATE ON releases_replacement
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION releases_replace_in_draft();
CREATE TRIGGER replace_delete AFTER DELETE ON releases_replacement REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION releases_replace_in_draft();
CREATE TRIGGER replace_truncate BEFORE TRUNCATE ON releases_replacement
    FOR EACH STATEMENT EXECUTE FUNCTION releases_append_only();

CREATE FUNCTION releases_while_publishing() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows n WHERE NOT EXISTS (
            SELECT 1 FROM releases_release r WHERE r.id = n.release_id AND r.state = 'in_review')) THEN
        RAISE EXCEPTION '% is written by publication only', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_while_publishing';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION releases_with_publication() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM releases_release r
            WHERE r.id = NEW.release_id AND r.state IN ('published', 'withdrawn')) THEN
        RAISE EXCEPTION '% of release % came without its publication', TG_TABLE_NAME, NEW.release_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_while_publishing';
    END IF;
    RETURN NULL;
END $$;

-- A total or a replacement added by hand would change what is public: both come in the transaction
-- that publishes their release, after its review and before its new state.
CREATE TRIGGER while_publishing AFTER INSERT ON releases_replaced REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION releases_while_publishing();
CREATE TRIGGER while_publishing AFTER INSERT ON releases_total REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION releases_while_publishing();
CREATE CONSTRAINT TRIGGER with_publication AFTER INSERT ON releases_replaced
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION releases_with_publication();
CREATE CONSTRAINT TRIGGER with_publication AFTER INSERT ON releases_total
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION releases_with_publication();

CREATE FUNCTION releases_as_planned() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows n WHERE NOT EXISTS (SELECT 1 FROM releases_replacement p
            WHERE p.release_id = n.release_id AND p.row_id = n.row_id
                AND p.by_row_id IS NOT DISTINCT FROM n.by_row_id)) THEN
        RAISE EXCEPTION 'a replacement was never reviewed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_while_publishing';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER as_planned AFTER INSERT ON releases_replaced REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION releases_as_planned();

CREATE FUNCTION releases_four_eyes() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE r releases_release%ROWTYPE;
BEGIN
    IF NEW.verb <> 'approve' THEN
        RETURN NEW;
    END IF;
    SELECT * INTO r FROM releases_release WHERE id = NEW.release_id;
    IF (r.state, r.review_level, r.round, r.root)
            IS DISTINCT FROM ('in_review', NEW.level, NEW.round, NEW.root) THEN
        RAISE EXCEPTION 'release % does not wait for this approval', NEW.release_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_step_in_turn';
    END IF;
    IF r.via <> 'bulk' AND (NEW.by_id = r.drafted_by_id OR EXISTS (
            SELECT 1 FROM releases_step s WHERE s.release_id = NEW.release_id AND s.by_id = NEW.by_id
                AND (s.verb IN ('edit', 'submit') OR (s.verb = 'approve' AND s.round = NEW.round)))) THEN
        RAISE EXCEPTION 'four eyes: user % already acted on release %', NEW.by_id, NEW.release_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_step_four_eyes';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER four_eyes BEFORE INSERT ON releases_step
    FOR EACH ROW EXECUTE FUNCTION releases_four_eyes();

CREATE FUNCTION releases_publication_is_approved() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state = 'published' AND OLD.state = 'in_review' AND EXISTS (
            SELECT 1 FROM unnest(NEW.review_path) AS wanted(name) WHERE NOT EXISTS (
                SELECT 1 FROM releases_step s WHERE s.release_id = NEW.id AND s.round = NEW.round
                    AND s.verb = 'approve' AND s.level = wanted.name AND s.root = NEW.root)) THEN
        RAISE EXCEPTION 'release % lacks an approval of its root', NEW.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_approved';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER publication_is_approved AFTER UPDATE ON releases_release
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION releases_publication_is_approved();
"""

BACK = """
DROP TRIGGER publication_is_approved ON releases_release;
DROP FUNCTION releases_publication_is_approved();
DROP TRIGGER four_eyes ON releases_step;
DROP FUNCTION releases_four_eyes();
DROP TRIGGER as_planned ON releases_replaced;
DROP FUNCTION releases_as_planned();
DROP TRIGGER with_publication ON releases_total;
DROP TRIGGER with_publication ON releases_replaced;
DROP FUNCTION releases_with_publication();
DROP TRIGGER while_publishing ON releases_total;
DROP TRIGGER while_publishing ON releases_replaced;
DROP FUNCTION releases_while_publishing();
DROP TRIGGER replace_truncate ON releases_replacement;
DROP TRIGGER replace_delete ON releases_replacement;
DROP TRIGGER replace_update ON releases_replacement;
DROP TRIGGER replace_insert ON releases_replacement;
DROP FUNCTION releases_replace_in_draft();
DROP TRIGGER append_only ON releases_total;
DROP TRIGGER append_only ON releases_replaced;
DROP TRIGGER append_only ON releases_step;
DROP FUNCTION releases_append_only();
DROP TRIGGER walk_states_truncate ON releases_release;
DROP TRIGGER walk_states ON releases_release;
DROP FUNCTION releases_walk_states();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0002_freeze_rows")]
    operations = [migrations.RunSQL(STATES, BACK)]
