"""What must never happen to commitments, refused by the database itself."""

from django.db import migrations

# The side that answers is never the side that spoke, and only the newest claim of a period is answered.
ANSWER = """
CREATE FUNCTION commitments_answer_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'an answer to a claim stays'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitments_answer_kept';
    END IF;
    IF EXISTS (SELECT FROM commitments_claim c WHERE c.id = NEW.claim_id AND c.side = NEW.side)
        OR NOT EXISTS (SELECT FROM dialogue_party p WHERE p.id = NEW.party_id AND p.side = NEW.side) THEN
        RAISE EXCEPTION 'a claim is answered by another side than the one that made it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitments_answer_other_side';
    END IF;
    IF EXISTS (SELECT FROM commitments_claim c JOIN commitments_claim later
               ON later.commitment_id = c.commitment_id AND later.period = c.period AND later.number > c.number
               WHERE c.id = NEW.claim_id) THEN
        RAISE EXCEPTION 'only the newest claim of a period is answered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitments_answer_newest';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER commitments_answer_rules BEFORE INSERT OR UPDATE OR DELETE ON commitments_answer
    FOR EACH ROW EXECUTE FUNCTION commitments_answer_rules();
"""

CLAIM = """
CREATE FUNCTION commitments_claim_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'what a party said of a commitment stays'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitments_claim_kept';
    END IF;
    IF NOT EXISTS (SELECT FROM dialogue_party p WHERE p.id = NEW.party_id AND p.side = NEW.side) THEN
        RAISE EXCEPTION 'a claim carries the side of the party that makes it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitments_claim_side';
    END IF;
    IF NOT EXISTS (SELECT FROM commitments_commitment c WHERE c.id = NEW.commitment_id
                   AND c.holds_from IS NOT NULL) THEN
        RAISE EXCEPTION 'a commitment holds before its state is spoken of'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitments_claim_holds';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER commitments_claim_rules BEFORE INSERT OR UPDATE OR DELETE ON commitments_claim
    FOR EACH ROW EXECUTE FUNCTION commitments_claim_rules();
"""

EVIDENCE = """
CREATE FUNCTION commitments_evidence_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'evidence stays as it was brought'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'commitments_evidence_kept';
END $$;
CREATE TRIGGER commitments_evidence_rules BEFORE UPDATE OR DELETE ON commitments_evidence
    FOR EACH ROW EXECUTE FUNCTION commitments_evidence_rules();
"""

COMMITMENT = """
CREATE FUNCTION commitments_commitment_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.holds_from IS NOT NULL
        OR (to_jsonb(NEW) - 'holds_from') IS DISTINCT FROM (to_jsonb(OLD) - 'holds_from') THEN
        RAISE EXCEPTION 'a commitment as entered never changes: enter another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitments_commitment_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER commitments_commitment_rules BEFORE UPDATE OR DELETE ON commitments_commitment
    FOR EACH ROW EXECUTE FUNCTION commitments_commitment_rules();
"""


def _gone(table: str) -> str:
    return f"DROP FUNCTION commitments_{table}_rules() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_initial")]
    operations = [
        migrations.RunSQL(ANSWER, _gone("answer")),
        migrations.RunSQL(CLAIM, _gone("claim")),
        migrations.RunSQL(EVIDENCE, _gone("evidence")),
        migrations.RunSQL(COMMITMENT, _gone("commitment")),
    ]
