"""What must never happen to a table's course, refused by the database itself."""

from django.db import migrations

PASSAGE = """
CREATE FUNCTION course_passage_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (
        (NEW.course_id, NEW.phase_id, NEW.number, NEW.entered_on, NEW.reason)
            IS DISTINCT FROM (OLD.course_id, OLD.phase_id, OLD.number, OLD.entered_on, OLD.reason)
        OR OLD.left_on IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'where a table has been is not rewritten'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_passage_fixed';
    END IF;
    IF NOT EXISTS (SELECT FROM course_phase p WHERE p.id = NEW.phase_id AND p.course_id = NEW.course_id) THEN
        RAISE EXCEPTION 'a table enters a phase of its own course'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_passage_own_phase';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER course_passage_rules BEFORE INSERT OR UPDATE ON course_passage
    FOR EACH ROW EXECUTE FUNCTION course_passage_rules();
"""

INTERRUPTION = """
CREATE FUNCTION course_interruption_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'dispute' AND NOT EXISTS (
        SELECT FROM dialogue_party p WHERE p.id = NEW.party_id AND p.side = 'workers'
    ) THEN
        RAISE EXCEPTION 'a state of agitation is recorded by a party of the workers'' side'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_dispute_of_workers';
    END IF;
    IF NEW.party_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM dialogue_party p JOIN course_course c ON c.table_id = p.table_id
        WHERE p.id = NEW.party_id AND c.id = NEW.course_id
    ) THEN
        RAISE EXCEPTION 'who records something sits at this table'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_interruption_own_party';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (NEW.course_id, NEW.kind, NEW.party_id, NEW.text, NEW.starts_on, NEW.pauses)
            IS DISTINCT FROM (OLD.course_id, OLD.kind, OLD.party_id, OLD.text, OLD.starts_on, OLD.pauses)
        OR (OLD.ends_on IS NOT NULL AND NEW.ends_on IS DISTINCT FROM OLD.ends_on)
    ) THEN
        RAISE EXCEPTION 'what a party has recorded is not rewritten'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_interruption_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER course_interruption_rules BEFORE INSERT OR UPDATE ON course_interruption
    FOR EACH ROW EXECUTE FUNCTION course_interruption_rules();
"""

RECORD = """
CREATE FUNCTION course_record_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_on IS NOT NULL THEN
        RAISE EXCEPTION 'a closed record of no agreement does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_record_kept';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER course_record_kept BEFORE UPDATE OR DELETE ON course_noagreement
    FOR EACH ROW EXECUTE FUNCTION course_record_kept();
CREATE FUNCTION course_statement_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.record_id ELSE NEW.record_id END;
BEGIN
    IF EXISTS (SELECT FROM course_noagreement r WHERE r.id = wanted AND r.closed_on IS NOT NULL) THEN
        RAISE EXCEPTION 'the statements of a closed record do not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_statement_kept';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER course_statement_kept BEFORE INSERT OR UPDATE OR DELETE ON course_partystatement
    FOR EACH ROW EXECUTE FUNCTION course_statement_kept();
"""

UNDO = """
DROP TRIGGER course_passage_rules ON course_passage;
DROP TRIGGER course_interruption_rules ON course_interruption;
DROP TRIGGER course_record_kept ON course_noagreement;
DROP TRIGGER course_statement_kept ON course_partystatement;
DROP FUNCTION course_passage_rules();
DROP FUNCTION course_interruption_rules();
DROP FUNCTION course_record_kept();
DROP FUNCTION course_statement_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("course", "0001_initial"), ("dialogue", "0002_rules")]

    operations = [migrations.RunSQL(PASSAGE + INTERRUPTION + RECORD, UNDO)]
