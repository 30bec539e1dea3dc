"""A page never changes, and a ready document keeps what it is: releases commit to their hashes."""

from __future__ import annotations

from django.db import migrations

FREEZE = """
CREATE FUNCTION documents_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is frozen', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER documents_page_frozen BEFORE UPDATE ON documents_page
    FOR EACH ROW EXECUTE FUNCTION documents_refuse_change();
CREATE TRIGGER documents_document_frozen BEFORE UPDATE ON documents_document
    FOR EACH ROW WHEN (
        OLD.state = 'ready' AND (
            (NEW.id, NEW.county, NEW.state, NEW.original_sha256, NEW.media_type, NEW.size, NEW.page_count,
             NEW.redacts_id, NEW.created_by_id, NEW.created_at)
            IS DISTINCT FROM
            (OLD.id, OLD.county, OLD.state, OLD.original_sha256, OLD.media_type, OLD.size, OLD.page_count,
             OLD.redacts_id, OLD.created_by_id, OLD.created_at)
        )
    ) EXECUTE FUNCTION documents_refuse_change();
"""
THAW = """
DROP TRIGGER documents_document_frozen ON documents_document;
DROP TRIGGER documents_page_frozen ON documents_page;
DROP FUNCTION documents_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_documents")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
