"""Attachments change only while their release is a draft, as rows do (0002); published, they stay."""

from __future__ import annotations

from django.db import migrations

FREEZE = """
CREATE FUNCTION releases_freeze_attachments() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'attachments are never truncated'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_rows_frozen';
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        PERFORM releases_check_rows(ARRAY(SELECT DISTINCT release_id FROM old_rows));
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        PERFORM releases_check_rows(ARRAY(SELECT DISTINCT release_id FROM new_rows));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER freeze_insert AFTER INSERT ON releases_attachment REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION releases_freeze_attachments();
CREATE TRIGGER freeze_update AFTER UPDATE ON releases_attachment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION releases_freeze_attachments();
CREATE TRIGGER freeze_delete AFTER DELETE ON releases_attachment REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION releases_freeze_attachments();
CREATE TRIGGER freeze_truncate BEFORE TRUNCATE ON releases_attachment
    FOR EACH STATEMENT EXECUTE FUNCTION releases_freeze_attachments();
"""

THAW = """
DROP TRIGGER freeze_insert ON releases_attachment;
DROP TRIGGER freeze_update ON releases_attachment;
DROP TRIGGER freeze_delete ON releases_attachment;
DROP TRIGGER freeze_truncate ON releases_attachment;
DROP FUNCTION releases_freeze_attachments();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0006_attachment"), ("releases", "0002_freeze_rows")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
