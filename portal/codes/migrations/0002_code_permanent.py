"""A printed code can be withdrawn, and nothing else: not moved, not deleted, not brought back."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION codes_code_is_permanent() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'codes_code: a printed code is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (old.id, old.slug, old.target, old.county, old.region_id, old.programme, old.created_at)
        IS DISTINCT FROM
       (new.id, new.slug, new.target, new.county, new.region_id, new.programme, new.created_at)
    THEN
        RAISE EXCEPTION 'codes_code: a printed code leads where it always led'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF old.withdrawn_at IS NOT NULL AND new IS DISTINCT FROM old THEN
        RAISE EXCEPTION 'codes_code: a withdrawn code stays as it is'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER codes_code_is_permanent BEFORE UPDATE OR DELETE ON codes_code
FOR EACH ROW EXECUTE FUNCTION codes_code_is_permanent();
"""
REVERSE = """
DROP TRIGGER codes_code_is_permanent ON codes_code;
DROP FUNCTION codes_code_is_permanent();
"""


class Migration(migrations.Migration):
    """Arm the trigger."""

    dependencies = [("codes", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
