"""What must never happen to terms, notices, applications and joint texts, refused by the database itself."""

from django.db import migrations


def _fixed(table: str, *free: str) -> str:
    """Return a trigger that lets only the columns `free` of a table change, and no row go."""
    taken = " - ".join(["to_jsonb({0})", *(f"'{name}'" for name in free)])
    return f"""
CREATE FUNCTION life_{table}_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR ({taken.format("NEW")}) IS DISTINCT FROM ({taken.format("OLD")}) THEN
        RAISE EXCEPTION 'what was recorded stays as it was'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'life_{table}_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER life_{table}_rules BEFORE UPDATE OR DELETE ON life_{table}
    FOR EACH ROW EXECUTE FUNCTION life_{table}_rules();
"""


JOINT = """
CREATE FUNCTION life_jointtext_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.confirmed_on IS NOT NULL THEN
        RAISE EXCEPTION 'a joint text that both sides confirmed never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'life_jointtext_confirmed_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER life_jointtext_closed BEFORE UPDATE ON life_jointtext
    FOR EACH ROW EXECUTE FUNCTION life_jointtext_closed();
"""

# A firm without workplace representation applies only after the committee's word, or its silence.
APPLIES = """
CREATE FUNCTION life_application_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('refused', 'withdrawn') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'an application is closed once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'life_application_closed_once';
    END IF;
    IF NEW.state = 'applies' AND OLD.state = 'waiting' AND NEW.through = 'committee'
        AND NOT EXISTS (SELECT FROM life_jointtext t WHERE t.application_id = NEW.id
                        AND t.outcome = 'positive' AND t.confirmed_on IS NOT NULL)
        AND NOT (NEW.closed_on > NEW.opinion_by AND EXISTS (
            SELECT FROM life_terms s WHERE s.agreement_id = NEW.agreement_id AND s.silence_applies
            AND s.holds_from IS NOT NULL)) THEN
        RAISE EXCEPTION 'a firm without representation applies after the committee''s positive opinion'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'life_application_needs_opinion';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER life_application_closed BEFORE UPDATE ON life_application
    FOR EACH ROW EXECUTE FUNCTION life_application_closed();
"""
FREE = {
    "terms": ("holds_from",),
    "termsassent": (),
    "termination": (),
    "accession": ("state", "closed_on"),
    "accessionanswer": (),
    "application": ("state", "closed_on", "signed_by_id", "checklist"),
    "question": (),
    "sideanswer": (),
    "jointtext": ("confirmed_side", "confirmed_by_id", "confirmed_on"),
}


class Migration(migrations.Migration):
    dependencies = [("life", "0001_initial")]
    operations = [
        *[
            migrations.RunSQL(_fixed(table, *free), f"DROP FUNCTION life_{table}_rules() CASCADE")
            for table, free in FREE.items()
        ],
        migrations.RunSQL(JOINT, "DROP FUNCTION life_jointtext_closed() CASCADE"),
        migrations.RunSQL(APPLIES, "DROP FUNCTION life_application_closed() CASCADE"),
    ]
