"""No release becomes public without its line in the log, and no line says so of a release that is not.

Both are looked at when the transaction ends, whoever wrote.
"""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION releases_act_is_logged() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM log_leaf l WHERE l.release = NEW.id
            AND l.kind = CASE NEW.state WHEN 'published' THEN 'release' ELSE 'withdraw' END) THEN
        RAISE EXCEPTION 'release % is not in the log', NEW.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_release_logged';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER act_is_logged AFTER UPDATE OF state ON releases_release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state IN ('published', 'withdrawn') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION releases_act_is_logged();

CREATE FUNCTION releases_log_is_true() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE told jsonb := convert_from(NEW.entry, 'UTF8')::jsonb;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM releases_release r WHERE r.id = NEW.release AND CASE NEW.kind
            WHEN 'release' THEN r.state IN ('published', 'withdrawn')
                AND encode(r.root, 'hex') = told ->> 'root' AND r.row_count::text = told ->> 'rows'
            ELSE r.state = 'withdrawn' END) THEN
        RAISE EXCEPTION 'the log says of release % what is not so', NEW.release
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_log_true';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER log_is_true AFTER INSERT ON log_leaf
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind IN ('release', 'withdraw'))
    EXECUTE FUNCTION releases_log_is_true();
"""

BACK = """
DROP TRIGGER log_is_true ON log_leaf;
DROP FUNCTION releases_log_is_true();
DROP TRIGGER act_is_logged ON releases_release;
DROP FUNCTION releases_act_is_logged();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0008_release_tiles"), ("log", "0002_append")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
