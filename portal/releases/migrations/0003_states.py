"""A release walks its states only forward; steps and replacements are append-only; four eyes."""

from __future__ import annotations

from django.db import migrations

STATES = """
CREATE FUNCTION releases_walk_states() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
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
    IF OLD.state <> 'draft' AND
            to_jsonb(NEW) - ARRAY['state', 'review_level', 'round', 'published_at', 'published_on',
                'withdrawn_at', 'withdrawal_reason', 'root', 'review_path']
            IS DISTINCT FROM
            to_jsonb(OLD) - ARRAY['state', 'review_level', 'round', 'published_at', 'published_on',
                'withdrawn_at', 'withdrawal_reason', 'root', 'review_path'] THEN
        RAISE EXCEPTION 'release % is frozen', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_frozen';
    END IF;
    IF OLD.state = 'published' AND (OLD.root, OLD.round, OLD.review_path, OLD.published_at,
            OLD.published_on) IS DISTINCT FROM (NEW.root, NEW.round, NEW.review_path,
            NEW.published_at, NEW.published_on) THEN
        RAISE EXCEPTION 'release % is frozen', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_frozen';
    END IF;
    IF NEW.state = 'in_review' AND OLD.state = 'in_review' AND OLD.root <> NEW.root THEN
        RAISE EXCEPTION 'reviewers approve a root; release % changed it', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_frozen';
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
    PERFORM releases_check_rows(ARRAY[CASE WHEN TG_OP = 'DELETE' THEN OLD.release_id
        ELSE NEW.release_id END]);
    RETURN NULL;
END $$;

CREATE TRIGGER replace_in_draft AFTER INSERT OR UPDATE OR DELETE ON releases_replacement
    FOR EACH ROW EXECUTE FUNCTION releases_replace_in_draft();

CREATE FUNCTION releases_four_eyes() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE r releases_release%ROWTYPE;
BEGIN
    IF NEW.verb <> 'approve' THEN
        RETURN NEW;
    END IF;
    SELECT * INTO r FROM releases_release WHERE id = NEW.release_id;
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
DROP TRIGGER replace_in_draft ON releases_replacement;
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
