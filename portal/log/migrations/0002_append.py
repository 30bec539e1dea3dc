"""The one door into the log: entries are appended, hashed and tiled by the database itself.

The application's role may neither insert, change nor delete; it may call three functions. A trigger
refuses changes to everybody, the owner included. The head is locked first, so indexes have no gaps and
commit in order; a sequence would give neither.
"""

from __future__ import annotations

from django.db import connections, migrations

TABLES = ("log_leaf", "log_tile", "log_head", "log_checkpoint", "log_cosignature")
FUNCTIONS = (
    "log_take_turn()",
    "log_append(bytea)",
    "log_seal(bigint, bytea, text, timestamptz)",
    "log_cosign(bigint, text, text, timestamptz)",
)

FORWARD = r"""
CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'log_head' AND TG_OP = 'UPDATE' THEN
        IF NEW.id = OLD.id AND NEW.size = OLD.size + 1 THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'log_append_only';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_leaf
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_tile
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_head
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_checkpoint
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_cosignature
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON log_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON log_tile
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON log_head
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON log_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON log_cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();

-- One lock for whoever appends and whoever signs; the number is "log" in hexadecimal.
CREATE FUNCTION log_take_turn() RETURNS log_head LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE head log_head;
BEGIN
    PERFORM pg_advisory_xact_lock(x'6c6f67'::int);
    INSERT INTO log_head (id, size, root, frontier) VALUES (1, 0, sha256(''::bytea), ''::bytea)
        ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM log_head WHERE id = 1 FOR UPDATE;
    RETURN head;
END $$;

-- The root over hashes that stand side by side.
CREATE FUNCTION log_fold(packed bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE
SET search_path = public, pg_temp AS $$
DECLARE wide int := octet_length(packed) / 32; paired bytea;
BEGIN
    WHILE wide > 1 LOOP
        SELECT string_agg(CASE WHEN at = wide - 1 THEN substr(packed, 32 * at + 1, 32)
                ELSE sha256('\x01'::bytea || substr(packed, 32 * at + 1, 64)) END, ''::bytea ORDER BY at)
            INTO paired FROM generate_series(0, wide - 1, 2) AS at;
        packed := paired;
        wide := (wide + 1) / 2;
    END LOOP;
    RETURN packed;
END $$;

-- The root over perfect subtrees, largest first.
CREATE FUNCTION log_bag(frontier bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE
SET search_path = public, pg_temp AS $$
DECLARE node bytea := substr(frontier, octet_length(frontier) - 31);
BEGIN
    FOR at IN REVERSE octet_length(frontier) / 32 - 2 .. 0 LOOP
        node := sha256('\x01'::bytea || substr(frontier, 32 * at + 1, 32) || node);
    END LOOP;
    RETURN node;
END $$;

CREATE FUNCTION log_append(new_entry bytea) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    head log_head;
    told jsonb;
    node bytea;
    above bigint;
    tiles bigint;
    tile_level int := 0;
    packed bytea;
    roots bytea;
BEGIN
    IF octet_length(new_entry) > 4096 THEN
        RAISE EXCEPTION 'a log entry has at most 4096 bytes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'log_entry_small';
    END IF;
    told := convert_from(new_entry, 'UTF8')::jsonb;
    IF jsonb_typeof(told) <> 'object' OR told ->> 'v' IS DISTINCT FROM '1' OR told ->> 't' IS NULL
            OR EXISTS (SELECT 1 FROM jsonb_each(told) WHERE jsonb_typeof(value) <> 'string') THEN
        RAISE EXCEPTION 'a log entry is an object of strings'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'log_entry_of_strings';
    END IF;
    head := log_take_turn();
    node := sha256('\x00'::bytea || new_entry);
    INSERT INTO log_leaf (idx, entry, hash, kind, release)
        VALUES (head.size, new_entry, node, told ->> 't', (told ->> 'rel')::uuid);
    -- The new leaf closes one perfect subtree for each trailing one of the old size in binary.
    above := head.size;
    WHILE above % 2 = 1 LOOP
        node := sha256('\x01'::bytea || substr(head.frontier, octet_length(head.frontier) - 31) || node);
        head.frontier := substr(head.frontier, 1, octet_length(head.frontier) - 32);
        above := above / 2;
    END LOOP;
    head.frontier := head.frontier || node;
    tiles := head.size + 1;
    WHILE tiles % 256 = 0 LOOP
        tiles := tiles / 256;
        IF tile_level = 0 THEN
            SELECT string_agg(l.hash, ''::bytea ORDER BY l.idx) INTO packed
                FROM log_leaf l WHERE l.idx >= (tiles - 1) * 256;
        ELSE
            SELECT string_agg(log_fold(t.data), ''::bytea ORDER BY t.number) INTO packed
                FROM log_tile t WHERE t.level = tile_level - 1 AND t.number >= (tiles - 1) * 256;
        END IF;
        INSERT INTO log_tile (level, number, data) VALUES (tile_level, tiles - 1, packed);
        tile_level := tile_level + 1;
    END LOOP;
    UPDATE log_head SET size = head.size + 1, frontier = head.frontier, root = log_bag(head.frontier)
        WHERE id = 1;
    RETURN head.size;
END $$;

-- The caller holds the turn, so the head cannot have moved on since it was looked at.
CREATE FUNCTION log_seal(new_size bigint, new_root bytea, new_note text, new_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE head log_head;
BEGIN
    head := log_take_turn();
    IF head.size <> new_size OR head.root <> new_root THEN
        RAISE EXCEPTION 'a checkpoint covers the head'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'log_checkpoint_of_head';
    END IF;
    INSERT INTO log_checkpoint (size, root, note, at) VALUES (new_size, new_root, new_note, new_at);
END $$;

CREATE FUNCTION log_cosign(at_size bigint, by_witness text, new_line text, new_at timestamptz)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO log_cosignature (checkpoint_id, witness, line, at)
        VALUES (at_size, by_witness, new_line, new_at) ON CONFLICT DO NOTHING;
$$;
"""

BACK = """
DROP FUNCTION log_cosign(bigint, text, text, timestamptz);
DROP FUNCTION log_seal(bigint, bytea, text, timestamptz);
DROP FUNCTION log_append(bytea);
DROP FUNCTION log_bag(bytea);
DROP FUNCTION log_fold(bytea);
DROP FUNCTION log_take_turn();
""" + "".join(
    f"DROP TRIGGER append_only ON {table}; DROP TRIGGER append_only_truncate ON {table};\n" for table in TABLES
) + "DROP FUNCTION log_is_append_only();"


def _role(editor):
    """Return the application's role; None where one role does both, a county's own choice."""
    role = connections["default"].settings_dict["USER"]
    return None if role == editor.connection.settings_dict["USER"] else editor.quote_name(role)


def grant(apps, editor):
    for function in FUNCTIONS:
        editor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    if role := _role(editor):
        for table in TABLES:
            editor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}")
        for function in FUNCTIONS:
            editor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")


def revoke(apps, editor):
    if role := _role(editor):
        for table in TABLES:
            editor.execute(f"GRANT INSERT, UPDATE, DELETE ON {table} TO {role}")


class Migration(migrations.Migration):
    dependencies = [("log", "0001_initial")]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.RunPython(grant, revoke),
    ]
