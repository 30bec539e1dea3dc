"""A full tile keeps the root of its hashes: a proof reads roots instead of folding 256 tiles of 8 KiB."""

from __future__ import annotations

from django.db import migrations, models

# What stands there is computed once; the trigger that forbids changes is put back in the same transaction.
FILL = """
ALTER TABLE log_tile DISABLE TRIGGER append_only;
UPDATE log_tile SET root = log_fold(data);
ALTER TABLE log_tile ENABLE TRIGGER append_only;
ALTER TABLE log_tile ALTER COLUMN root SET NOT NULL;
"""

APPEND = r"""
CREATE OR REPLACE FUNCTION log_append(new_entry bytea) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
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
            SELECT string_agg(t.root, ''::bytea ORDER BY t.number) INTO packed
                FROM log_tile t WHERE t.level = tile_level - 1 AND t.number >= (tiles - 1) * 256;
        END IF;
        INSERT INTO log_tile (level, number, data, root)
            VALUES (tile_level, tiles - 1, packed, log_fold(packed));
        tile_level := tile_level + 1;
    END LOOP;
    UPDATE log_head SET size = head.size + 1, frontier = head.frontier, root = log_bag(head.frontier)
        WHERE id = 1;
    RETURN head.size;
END $$;
"""

BEFORE = r"""
CREATE OR REPLACE FUNCTION log_append(new_entry bytea) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
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
"""


class Migration(migrations.Migration):
    dependencies = [("log", "0002_append")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE log_tile ADD COLUMN root bytea", "ALTER TABLE log_tile DROP COLUMN root"
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="tile",
                    name="root",
                    field=models.BinaryField(max_length=32),
                    preserve_default=False,
                )
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND, BEFORE),
    ]
