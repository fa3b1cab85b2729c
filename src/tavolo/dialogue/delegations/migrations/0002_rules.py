"""What must never happen to joint decisions and mandates, refused by the database itself."""

from django.db import migrations

from tavolo.common import row_security

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

MANDATE = """
CREATE FUNCTION delegations_mandate_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR (NEW.party_id, NEW.number, NEW.starts_on, NEW.digest, NEW.author_id, NEW.lodged_at)
            IS DISTINCT FROM (OLD.party_id, OLD.number, OLD.starts_on, OLD.digest, OLD.author_id, OLD.lodged_at)
        OR NEW.ends_on IS NULL AND OLD.ends_on IS NOT NULL OR NEW.ends_on > OLD.ends_on
        OR NEW.state <> OLD.state AND (OLD.state <> 'lodged' OR NEW.state = 'draft') THEN
        RAISE EXCEPTION 'a mandate that was lodged stays as it is: it is superseded, or ends earlier'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_mandate_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER delegations_mandate_rules BEFORE UPDATE OR DELETE ON delegations_mandate
    FOR EACH ROW EXECUTE FUNCTION delegations_mandate_rules();

CREATE FUNCTION delegations_mandate_private_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_now RECORD;
BEGIN
    row_now := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    IF NOT EXISTS (SELECT FROM delegations_mandate m
                   WHERE m.id = row_now.mandate_id AND m.party_id = row_now.party_id AND m.state = 'draft')
        OR TG_OP = 'UPDATE' AND NEW.mandate_id <> OLD.mandate_id THEN
        RAISE EXCEPTION 'what a mandate says is written while it is a draft'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_mandate_content_fixed';
    END IF;
    RETURN row_now;
END $$;
CREATE TRIGGER delegations_content_rules BEFORE INSERT OR UPDATE OR DELETE ON delegations_mandatecontent
    FOR EACH ROW EXECUTE FUNCTION delegations_mandate_private_rules();
CREATE TRIGGER delegations_redline_rules BEFORE INSERT OR UPDATE OR DELETE ON delegations_redline
    FOR EACH ROW EXECUTE FUNCTION delegations_mandate_private_rules();
"""

KEPT = """
CREATE FUNCTION delegations_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a formal act of the secretariat or of a party stays'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_kept';
END $$;
CREATE TRIGGER delegations_appointment_kept BEFORE UPDATE OR DELETE ON delegations_appointment
    FOR EACH ROW EXECUTE FUNCTION delegations_kept();
CREATE TRIGGER delegations_revocation_kept BEFORE UPDATE OR DELETE ON delegations_revocation
    FOR EACH ROW EXECUTE FUNCTION delegations_kept();
CREATE TRIGGER delegations_departure_kept BEFORE UPDATE OR DELETE ON delegations_departure
    FOR EACH ROW EXECUTE FUNCTION delegations_kept();
"""

UNDO = """
DROP TRIGGER delegations_appointment_kept ON delegations_appointment;
DROP TRIGGER delegations_revocation_kept ON delegations_revocation;
DROP TRIGGER delegations_departure_kept ON delegations_departure;
DROP FUNCTION delegations_kept();
DROP TRIGGER delegations_content_rules ON delegations_mandatecontent;
DROP TRIGGER delegations_redline_rules ON delegations_redline;
DROP TRIGGER delegations_mandate_rules ON delegations_mandate;
DROP FUNCTION delegations_mandate_private_rules();
DROP FUNCTION delegations_mandate_rules();
DROP TRIGGER delegations_decision_rules ON delegations_jointdecision;
DROP TRIGGER delegations_answer_rules ON delegations_answer;
DROP FUNCTION delegations_decision_rules();
DROP FUNCTION delegations_answer_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("delegations", "0001_initial"), ("dialogue", "0004_parties_leave_one_head")]

    operations = [
        migrations.RunSQL(DECISION + ANSWER + MANDATE + KEPT, UNDO),
        row_security.guard("delegations_mandatecontent", "party_id"),
        row_security.guard("delegations_redline", "party_id"),
    ]
