"""The door of `releases_erase` also lets go of documents: their names, and that they are shown.

What the leaf of an attachment commits to (row, place, caption, hashes) stays.
"""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import connections, migrations, models

FREEZE = """
CREATE OR REPLACE FUNCTION releases_freeze_attachments() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'attachments are never truncated'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_rows_frozen';
    END IF;
    {permit}IF TG_OP IN ('UPDATE', 'DELETE') THEN
        PERFORM releases_check_rows(ARRAY(SELECT DISTINCT release_id FROM old_rows));
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        PERFORM releases_check_rows(ARRAY(SELECT DISTINCT release_id FROM new_rows));
    END IF;
    RETURN NULL;
END $$;
"""
PERMIT = """-- Only releases_erase_documents can have written here: nobody else has a right on the table.
    IF TG_OP = 'UPDATE' THEN
        IF EXISTS (SELECT 1 FROM releases_permit) AND NOT EXISTS (SELECT 1 FROM old_rows o
                WHERE NOT EXISTS (SELECT 1 FROM releases_permit p WHERE p.row_id = o.id)) THEN
            RETURN NULL;
        END IF;
    END IF;
    """
STANDS = """
CREATE OR REPLACE FUNCTION releases_erasure_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.decided_at IS NULL AND (NEW.id, NEW.release_id, NEW.rows, NEW.groups, {new}NEW.ground, NEW.asked_by_id,
                NEW.asked_at) IS NOT DISTINCT FROM (OLD.id, OLD.release_id, OLD.rows, OLD.groups, {old}OLD.ground,
                OLD.asked_by_id, OLD.asked_at) THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.decided_at IS NULL THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'erasure % stands', OLD.id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'releases_erasure_stands';
END $$;
"""
DOOR = """
CREATE FUNCTION releases_erase_documents(decision uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE e releases_erasure%ROWTYPE; done int;
BEGIN
    SELECT * INTO e FROM releases_erasure WHERE id = decision FOR UPDATE;
    IF e.decided_by_id IS NULL THEN
        RAISE EXCEPTION 'erasure % is not decided', decision USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO releases_permit SELECT unnest(e.documents);
    UPDATE releases_attachment SET name = '', erased_at = e.decided_at
        WHERE id = ANY (e.documents) AND row_id = ANY (e.rows) AND release_id = e.release_id;
    GET DIAGNOSTICS done = ROW_COUNT;
    DELETE FROM releases_permit;
    IF done <> cardinality(e.documents) THEN
        RAISE EXCEPTION 'not every document is of these rows' USING ERRCODE = 'restrict_violation';
    END IF;
END $$;
"""
FORWARD = FREEZE.format(permit=PERMIT) + STANDS.format(new="NEW.documents, ", old="OLD.documents, ") + DOOR
BACK = (
    "DROP FUNCTION releases_erase_documents(uuid);" + FREEZE.format(permit="") + STANDS.format(new="", old="")
)


def grant(apps, editor):
    role = connections["default"].settings_dict["USER"]
    function = "releases_erase_documents(uuid)"
    editor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    if role != editor.connection.settings_dict["USER"]:
        editor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {editor.quote_name(role)}")


class Migration(migrations.Migration):
    dependencies = [("releases", "0015_captions")]
    operations = [
        migrations.AddField(
            model_name="attachment",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="依法删除时间"),
        ),
        migrations.AddField(
            model_name="erasure",
            name="documents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), default=list, size=None, verbose_name="哪几张票据"
            ),
        ),
        migrations.RunSQL(FORWARD, BACK),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
