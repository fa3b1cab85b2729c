"""What must never happen to a plain ballot, refused by the database itself."""

from django.db import migrations

# From opening on, nothing people vote on may change: rule, text, questions, options, wordings, translations.
FROZEN = """
CREATE FUNCTION plain_ballots_open(a_consultation uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM dialogue_consultation
                   WHERE id = a_consultation AND kind = 'ballot' AND state <> 'draft')
$$;
CREATE FUNCTION plain_ballots_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held uuid;
    changed record;
BEGIN
    IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
    held := CASE TG_TABLE_NAME
        WHEN 'plain_ballots_plainballot' THEN (to_jsonb(changed)->>'consultation_id')::uuid
        WHEN 'plain_ballots_question' THEN (SELECT b.consultation_id FROM plain_ballots_plainballot b
                                            WHERE b.id = (to_jsonb(changed)->>'ballot_id')::uuid)
        WHEN 'plain_ballots_option' THEN (SELECT b.consultation_id FROM plain_ballots_plainballot b
                                          JOIN plain_ballots_question q ON q.ballot_id = b.id
                                          WHERE q.id = (to_jsonb(changed)->>'question_id')::uuid)
        WHEN 'dialogue_translation' THEN (SELECT v.consultation_id FROM dialogue_statementversion v
                                          WHERE v.id = (to_jsonb(changed)->>'version_id')::uuid)
        ELSE (to_jsonb(changed)->>'consultation_id')::uuid
    END;
    IF plain_ballots_open(held) THEN
        RAISE EXCEPTION 'what a ballot asks, and its rule, never change once it is open'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plain_ballots_frozen';
    END IF;
    RETURN changed;
END $$;
"""
TABLES = (
    "plain_ballots_plainballot", "plain_ballots_question", "plain_ballots_option",
    "dialogue_statement", "dialogue_statementversion", "dialogue_translation",
)
# Only one kind of constituency's side, and only a ballot with a rule and a question, may open.
OPENING = """
CREATE FUNCTION plain_ballots_ready() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'ballot' AND NEW.state = 'open' AND OLD.state = 'draft' AND NOT EXISTS (
        SELECT FROM plain_ballots_plainballot b JOIN plain_ballots_question q ON q.ballot_id = b.id
        WHERE b.consultation_id = NEW.id AND b.rule_set <> ''
    ) THEN
        RAISE EXCEPTION 'a ballot opens only with its rule and at least one question'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plain_ballots_ready';
    END IF;
    IF NEW.kind <> OLD.kind AND OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'the kind of a consultation is fixed at its opening'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plain_ballots_kind';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plain_ballots_ready BEFORE UPDATE ON dialogue_consultation
    FOR EACH ROW EXECUTE FUNCTION plain_ballots_ready();
"""
GUARDS = "".join(
    f"CREATE TRIGGER plain_ballots_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION plain_ballots_frozen();\n"
    for table in TABLES
)
UNDO = "".join(f"DROP TRIGGER plain_ballots_frozen ON {table};\n" for table in TABLES) + """
DROP TRIGGER plain_ballots_ready ON dialogue_consultation;
DROP FUNCTION plain_ballots_ready();
DROP FUNCTION plain_ballots_frozen();
DROP FUNCTION plain_ballots_open(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("plain_ballots", "0001_initial"), ("dialogue", "0003_kind_of_consultation")]

    operations = [migrations.RunSQL(FROZEN + GUARDS + OPENING, UNDO)]
