"""A refusal takes two people, and a decided text is never opened for another decision: by the database."""

from django.db import migrations

RULES = """
CREATE FUNCTION voices_proposal_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.author, NEW.request, NEW.sealed, NEW.number, NEW.consultation_id, NEW.book_id)
        IS DISTINCT FROM (OLD.author, OLD.request, OLD.sealed, OLD.number, OLD.consultation_id, OLD.book_id) THEN
        RAISE EXCEPTION 'a proposal never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voices_proposal_fixed';
    END IF;
    IF NEW.state = 'refused' AND OLD.state <> 'refused' AND (
        SELECT count(DISTINCT moderator_id) FROM voices_review WHERE proposal_id = NEW.id AND NOT accepts
    ) < 2 THEN
        RAISE EXCEPTION 'a refusal takes two people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voices_proposal_two_people';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'waiting' AND NEW.state IN ('doubted', 'accepted'))
        OR (OLD.state = 'doubted' AND NEW.state IN ('refused', 'accepted'))
        OR (OLD.state = 'refused' AND NEW.state = 'appealed')
        OR (OLD.state = 'appealed' AND NEW.state IN ('upheld', 'reinstated'))
    ) THEN
        RAISE EXCEPTION 'a decision on a proposal is not taken back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voices_proposal_order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voices_proposal_rules BEFORE UPDATE ON voices_proposal
    FOR EACH ROW EXECUTE FUNCTION voices_proposal_rules();
"""

UNDO = """
DROP TRIGGER voices_proposal_rules ON voices_proposal;
DROP FUNCTION voices_proposal_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("voices", "0001_initial")]

    operations = [migrations.RunSQL(RULES, UNDO)]
