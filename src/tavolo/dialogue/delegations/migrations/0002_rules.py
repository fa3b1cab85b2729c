"""What must never happen to joint decisions, refused by the database itself."""

from django.db import migrations

DECISION = """
CREATE FUNCTION delegations_decision_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.table_id, NEW.kind, NEW.title, NEW.content, NEW.subject_id, NEW.needs, NEW.party_id, NEW.proposed_by_id,
        NEW.proposed_at)
        IS DISTINCT FROM (OLD.table_id, OLD.kind, OLD.title, OLD.content, OLD.subject_id, OLD.needs, OLD.party_id,
        OLD.proposed_by_id, OLD.proposed_at) THEN
        RAISE EXCEPTION 'what was proposed never changes: withdraw it and propose anew'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_decision_fixed';
    END IF;
    IF OLD.state <> 'open' AND (NEW.state, NEW.closed_at) IS DISTINCT FROM (OLD.state, OLD.closed_at) THEN
        RAISE EXCEPTION 'a joint decision is closed once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_decision_closed_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER delegations_decision_rules BEFORE UPDATE ON delegations_jointdecision
    FOR EACH ROW EXECUTE FUNCTION delegations_decision_rules();
"""

ANSWER = """
CREATE FUNCTION delegations_answer_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'an answer to a joint decision stays'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_answer_kept';
    END IF;
    IF NOT EXISTS (SELECT FROM delegations_jointdecision d JOIN dialogue_party p ON p.table_id = d.table_id
                   WHERE d.id = NEW.decision_id AND d.state = 'open' AND p.id = NEW.party_id) THEN
        RAISE EXCEPTION 'a joint decision is answered while it is open, by a party of its table'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_answer_in_time';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER delegations_answer_rules BEFORE INSERT OR UPDATE OR DELETE ON delegations_answer
    FOR EACH ROW EXECUTE FUNCTION delegations_answer_rules();
"""

UNDO = """
DROP TRIGGER delegations_decision_rules ON delegations_jointdecision;
DROP TRIGGER delegations_answer_rules ON delegations_answer;
DROP FUNCTION delegations_decision_rules();
DROP FUNCTION delegations_answer_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("delegations", "0001_initial"), ("dialogue", "0004_parties_leave_one_head")]

    operations = [migrations.RunSQL(DECISION + ANSWER, UNDO)]
