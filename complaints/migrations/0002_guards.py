"""What the database itself refuses: a step without its event, an event out of order, anything taken back."""

from __future__ import annotations

from django.db import migrations

# `complaints_moves()` holds the rows of complaints.states.moves(); a test compares them.
GUARDS = """
CREATE FUNCTION complaints_moves() RETURNS TABLE (verb text, source text, target text)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    VALUES
        ('receive', '', 'received'),
        ('triage', 'received', 'received'),
        ('accept', 'received', 'accepted'),
        ('refuse', 'received', 'not_accepted'),
        ('assign', 'accepted', 'assigned'),
        ('reassign', 'assigned', 'assigned'),
        ('reassign', 'verifying', 'assigned'),
        ('start', 'assigned', 'verifying'),
        ('conclude', 'verifying', 'concluded'),
        ('publish', 'concluded', 'published'),
        ('seal_result', 'concluded', 'written_off'),
        ('send_back', 'concluded', 'verifying'),
        ('write_off', 'published', 'written_off'),
        ('write_off', 'not_accepted', 'written_off'),
        ('suspend', 'accepted', 'suspended'),
        ('suspend', 'assigned', 'suspended'),
        ('suspend', 'verifying', 'suspended'),
        ('resume', 'suspended', 'accepted'),
        ('resume', 'suspended', 'assigned'),
        ('resume', 'suspended', 'verifying'),
        ('ask_extension', 'accepted', 'accepted'),
        ('ask_extension', 'assigned', 'assigned'),
        ('ask_extension', 'verifying', 'verifying'),
        ('grant_extension', 'accepted', 'accepted'),
        ('grant_extension', 'assigned', 'assigned'),
        ('grant_extension', 'verifying', 'verifying'),
        ('deny_extension', 'accepted', 'accepted'),
        ('deny_extension', 'assigned', 'assigned'),
        ('deny_extension', 'verifying', 'verifying'),
        ('merge', 'received', 'merged'),
        ('merge', 'accepted', 'merged'),
        ('merge', 'assigned', 'merged'),
        ('merge', 'verifying', 'merged'),
        ('transfer', 'received', 'transferred'),
        ('transfer', 'accepted', 'transferred'),
        ('take', 'transferred', 'received'),
        ('give_back', 'transferred', 'received'),
        ('return_late', 'transferred', 'received'),
        ('reopen', 'not_accepted', 'accepted'),
        ('reopen', 'concluded', 'accepted'),
        ('reopen', 'published', 'accepted'),
        ('reopen', 'written_off', 'accepted'),
        ('object', 'not_accepted', 'not_accepted'),
        ('object', 'concluded', 'concluded'),
        ('object', 'published', 'published'),
        ('object', 'written_off', 'written_off'),
        ('answer_objection', 'not_accepted', 'not_accepted'),
        ('answer_objection', 'concluded', 'concluded'),
        ('answer_objection', 'published', 'published'),
        ('answer_objection', 'written_off', 'written_off'),
        ('settle_funds', 'concluded', 'concluded'),
        ('settle_funds', 'published', 'published'),
        ('ask', 'received', 'received'),
        ('ask', 'transferred', 'transferred'),
        ('ask', 'accepted', 'accepted'),
        ('ask', 'assigned', 'assigned'),
        ('ask', 'verifying', 'verifying'),
        ('ask', 'suspended', 'suspended'),
        ('ask', 'not_accepted', 'not_accepted'),
        ('ask', 'concluded', 'concluded'),
        ('ask', 'published', 'published'),
        ('ask', 'written_off', 'written_off'),
        ('note', 'received', 'received'),
        ('note', 'transferred', 'transferred'),
        ('note', 'accepted', 'accepted'),
        ('note', 'assigned', 'assigned'),
        ('note', 'verifying', 'verifying'),
        ('note', 'suspended', 'suspended'),
        ('note', 'not_accepted', 'not_accepted'),
        ('note', 'concluded', 'concluded'),
        ('note', 'published', 'published'),
        ('note', 'written_off', 'written_off'),
        ('supplement', 'received', 'received'),
        ('supplement', 'transferred', 'transferred'),
        ('supplement', 'accepted', 'accepted'),
        ('supplement', 'assigned', 'assigned'),
        ('supplement', 'verifying', 'verifying'),
        ('supplement', 'suspended', 'suspended'),
        ('supplement', 'not_accepted', 'not_accepted'),
        ('supplement', 'concluded', 'concluded'),
        ('supplement', 'published', 'published'),
        ('supplement', 'written_off', 'written_off'),
        ('supplement', 'merged', 'merged'),
        ('rate', 'not_accepted', 'not_accepted'),
        ('rate', 'concluded', 'concluded'),
        ('rate', 'published', 'published'),
        ('rate', 'written_off', 'written_off'),
        ('grant', 'received', 'received'),
        ('grant', 'transferred', 'transferred'),
        ('grant', 'accepted', 'accepted'),
        ('grant', 'assigned', 'assigned'),
        ('grant', 'verifying', 'verifying'),
        ('grant', 'suspended', 'suspended'),
        ('grant', 'not_accepted', 'not_accepted'),
        ('grant', 'concluded', 'concluded'),
        ('grant', 'published', 'published'),
        ('grant', 'written_off', 'written_off'),
        ('new_calendar', 'received', 'received'),
        ('new_calendar', 'transferred', 'transferred'),
        ('new_calendar', 'accepted', 'accepted'),
        ('new_calendar', 'assigned', 'assigned'),
        ('new_calendar', 'verifying', 'verifying'),
        ('new_calendar', 'suspended', 'suspended')
$$;

CREATE FUNCTION complaints_event_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    held complaints_ticket%ROWTYPE;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'a ticket''s events are append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT * INTO held FROM complaints_ticket WHERE id = NEW.ticket_id FOR UPDATE;
    IF NEW.seq <> held.last_seq + 1 THEN
        RAISE EXCEPTION 'event % of a ticket at %', NEW.seq, held.last_seq USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.seq > 1 AND NEW.source <> held.state THEN
        RAISE EXCEPTION 'event from % of a ticket in %', NEW.source, held.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.seq = 1) <> (NEW.verb = 'receive') OR NOT EXISTS (
        SELECT FROM complaints_moves() AS move
        WHERE move.verb = NEW.verb AND move.source = NEW.source AND move.target = NEW.target
    ) THEN
        RAISE EXCEPTION 'no transition % from % to %', NEW.verb, NEW.source, NEW.target
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.verb = 'resume' AND NEW.target <> held.suspended_from THEN
        RAISE EXCEPTION 'resumed to % instead of %', NEW.target, held.suspended_from
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.mark := coalesce(nullif(current_setting('complaints.mark', true), '')::uuid, gen_random_uuid());
    PERFORM set_config('complaints.mark', NEW.mark::text, true);
    RETURN NEW;
END $$;
CREATE TRIGGER complaints_event_guard BEFORE INSERT OR UPDATE OR DELETE ON complaints_event
    FOR EACH ROW EXECUTE FUNCTION complaints_event_guard();

CREATE FUNCTION complaints_ticket_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    after complaints_ticket%ROWTYPE := NEW;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'tickets are never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'received' OR NEW.last_seq <> 0 THEN
            RAISE EXCEPTION 'a ticket begins as received' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.received_on <> OLD.received_on THEN
        RAISE EXCEPTION 'a ticket keeps its number and day' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.last_seq = OLD.last_seq THEN
        -- Without an event only its size and the destruction of its content may be noted.
        after.padded_size := OLD.padded_size;
        after.destroyed_on := OLD.destroyed_on;
        IF after IS DISTINCT FROM OLD THEN
            RAISE EXCEPTION 'a ticket moved without an event' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.last_seq <> OLD.last_seq + 1 OR NOT EXISTS (
        SELECT FROM complaints_event
        WHERE ticket_id = NEW.id AND seq = NEW.last_seq AND target = NEW.state AND mark = nullif(current_setting('complaints.mark', true), '')::uuid
            AND (seq = 1 OR source = OLD.state)
    ) THEN
        RAISE EXCEPTION 'a ticket moved without its event' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER complaints_ticket_guard BEFORE INSERT OR UPDATE OR DELETE ON complaints_ticket
    FOR EACH ROW EXECUTE FUNCTION complaints_ticket_guard();

CREATE FUNCTION complaints_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER complaints_entry_guard BEFORE UPDATE OR DELETE ON complaints_entry
    FOR EACH ROW EXECUTE FUNCTION complaints_append_only();
CREATE TRIGGER complaints_escalation_guard BEFORE UPDATE OR DELETE ON complaints_escalation
    FOR EACH ROW EXECUTE FUNCTION complaints_append_only();
CREATE TRIGGER complaints_inbox_guard BEFORE UPDATE OR DELETE ON complaints_inbox
    FOR EACH ROW EXECUTE FUNCTION complaints_append_only();
CREATE TRIGGER complaints_inboxleaf_guard BEFORE UPDATE OR DELETE ON complaints_inboxleaf
    FOR EACH ROW EXECUTE FUNCTION complaints_append_only();

-- An opening is reviewed once, by somebody else; nothing else of it changes.
CREATE FUNCTION complaints_reading_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    after complaints_reading%ROWTYPE := NEW;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.reviewed_by_id IS NULL THEN
        after.reviewed_by_id := NULL;
        after.reviewed_at := NULL;
        IF after IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'openings are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER complaints_reading_guard BEFORE UPDATE OR DELETE ON complaints_reading
    FOR EACH ROW EXECUTE FUNCTION complaints_reading_guard();

-- A published result is for ever; its number in the public log is noted once.
CREATE FUNCTION complaints_result_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    after complaints_result%ROWTYPE := NEW;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.index IS NULL THEN
        after.index := NULL;
        IF after IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'published results are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER complaints_result_guard BEFORE UPDATE OR DELETE ON complaints_result
    FOR EACH ROW EXECUTE FUNCTION complaints_result_guard();

-- An objection may come after the write-off; nothing is written off while one is open.
CREATE FUNCTION complaints_write_off_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'complaints_ticket_write_off: an objection is open' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER complaints_write_off_guard BEFORE UPDATE ON complaints_ticket FOR EACH ROW
    WHEN (NEW.state = 'written_off' AND OLD.state <> 'written_off' AND NEW.has_objection)
    EXECUTE FUNCTION complaints_write_off_guard();

CREATE TRIGGER complaints_no_truncate BEFORE TRUNCATE ON complaints_ticket
    FOR EACH STATEMENT EXECUTE FUNCTION complaints_append_only();
"""

UNGUARD = """
DROP TRIGGER complaints_write_off_guard ON complaints_ticket;
DROP FUNCTION complaints_write_off_guard();
DROP TRIGGER complaints_no_truncate ON complaints_ticket;
DROP TRIGGER complaints_result_guard ON complaints_result;
DROP FUNCTION complaints_result_guard();
DROP TRIGGER complaints_reading_guard ON complaints_reading;
DROP FUNCTION complaints_reading_guard();
DROP TRIGGER complaints_inboxleaf_guard ON complaints_inboxleaf;
DROP TRIGGER complaints_inbox_guard ON complaints_inbox;
DROP TRIGGER complaints_escalation_guard ON complaints_escalation;
DROP TRIGGER complaints_entry_guard ON complaints_entry;
DROP FUNCTION complaints_append_only();
DROP TRIGGER complaints_ticket_guard ON complaints_ticket;
DROP FUNCTION complaints_ticket_guard();
DROP TRIGGER complaints_event_guard ON complaints_event;
DROP FUNCTION complaints_event_guard();
DROP FUNCTION complaints_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_complaints")]

    operations = [
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
