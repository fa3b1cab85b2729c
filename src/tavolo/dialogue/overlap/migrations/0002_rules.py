"""What must never happen in a blind overlap, refused by the database itself."""

from django.db import migrations

# Nothing is shown before every party has said yes to exactly this step, and what was shown never changes.
OUTCOME = """
CREATE FUNCTION overlap_outcome_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'what a blind overlap has shown never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overlap_outcome_kept';
    END IF;
    IF EXISTS (
        SELECT FROM overlap_participant p WHERE p.exercise_id = NEW.exercise_id AND NOT EXISTS (
            SELECT FROM overlap_agreement a WHERE a.exercise_id = p.exercise_id AND a.party_id = p.party_id
                AND a.step = CASE NEW.stage WHEN 'overlap' THEN 'look' ELSE 'packages' END)
    ) THEN
        RAISE EXCEPTION 'a blind overlap shows nothing before every party has agreed to look'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overlap_outcome_agreed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER overlap_outcome_agreed BEFORE INSERT OR UPDATE OR DELETE ON overlap_outcome
    FOR EACH ROW EXECUTE FUNCTION overlap_outcome_agreed();
"""

# An exercise cannot end with anything lodged left over, and an ended one never begins again.
ENDED = """
CREATE FUNCTION overlap_exercise_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('finished', 'stopped', 'expired')
        AND EXISTS (SELECT FROM overlap_lodging l WHERE l.exercise_id = NEW.id) THEN
        RAISE EXCEPTION 'an exercise ends only when what was lodged is deleted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overlap_exercise_destroyed';
    END IF;
    IF OLD.state IN ('finished', 'stopped', 'expired') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'an exercise that has ended does not begin again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overlap_exercise_over';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER overlap_exercise_ended BEFORE UPDATE ON overlap_exercise
    FOR EACH ROW EXECUTE FUNCTION overlap_exercise_ended();
"""

# The list is fixed from the moment all have agreed to it; the parties from the first request.
FROZEN = """
CREATE FUNCTION overlap_list_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found uuid;
BEGIN
    IF TG_TABLE_NAME = 'overlap_issue' THEN
        found := CASE WHEN TG_OP = 'DELETE' THEN OLD.exercise_id ELSE NEW.exercise_id END;
    ELSE
        SELECT i.exercise_id INTO found FROM overlap_issue i
            WHERE i.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.issue_id ELSE NEW.issue_id END;
    END IF;
    IF EXISTS (SELECT FROM overlap_exercise e WHERE e.id = found AND e.state <> 'listing') THEN
        RAISE EXCEPTION 'the list of a blind overlap is fixed once all parties agree to it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overlap_list_frozen';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER overlap_issue_frozen BEFORE INSERT OR UPDATE OR DELETE ON overlap_issue
    FOR EACH ROW EXECUTE FUNCTION overlap_list_frozen();
CREATE TRIGGER overlap_option_frozen BEFORE INSERT OR UPDATE OR DELETE ON overlap_option
    FOR EACH ROW EXECUTE FUNCTION overlap_list_frozen();
CREATE FUNCTION overlap_participant_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR NOT EXISTS (
        SELECT FROM overlap_exercise e WHERE e.id = NEW.exercise_id AND e.state = 'asked') THEN
        RAISE EXCEPTION 'the parties of a blind overlap are those at the table when it is first asked for'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overlap_participant_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER overlap_participant_fixed BEFORE INSERT OR UPDATE ON overlap_participant
    FOR EACH ROW EXECUTE FUNCTION overlap_participant_fixed();
"""

# 159 bytes of payload, a nonce of 12 and a tag of 16: no lodging is longer or shorter than another.
LODGING = """
ALTER TABLE overlap_lodging ADD CONSTRAINT overlap_lodging_one_length CHECK (octet_length(sealed) = 187);
CREATE FUNCTION overlap_lodging_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM overlap_exercise e WHERE e.id = NEW.exercise_id
            AND e.state IN ('listing', 'lodging', 'ready')) THEN
        RAISE EXCEPTION 'nothing is lodged before the list is agreed or after the look'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overlap_lodging_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER overlap_lodging_open BEFORE INSERT OR UPDATE ON overlap_lodging
    FOR EACH ROW EXECUTE FUNCTION overlap_lodging_open();
"""

UNDO = """
DROP TRIGGER overlap_outcome_agreed ON overlap_outcome;
DROP TRIGGER overlap_exercise_ended ON overlap_exercise;
DROP TRIGGER overlap_issue_frozen ON overlap_issue;
DROP TRIGGER overlap_option_frozen ON overlap_option;
DROP TRIGGER overlap_participant_fixed ON overlap_participant;
DROP TRIGGER overlap_lodging_open ON overlap_lodging;
ALTER TABLE overlap_lodging DROP CONSTRAINT overlap_lodging_one_length;
DROP FUNCTION overlap_outcome_agreed();
DROP FUNCTION overlap_exercise_ended();
DROP FUNCTION overlap_list_frozen();
DROP FUNCTION overlap_participant_fixed();
DROP FUNCTION overlap_lodging_open();
"""


class Migration(migrations.Migration):
    dependencies = [("overlap", "0001_initial")]

    operations = [migrations.RunSQL(OUTCOME + ENDED + FROZEN + LODGING, UNDO)]
