"""What must never happen to initials and signatures, refused by the database itself."""

from django.db import migrations

APPEND_ONLY = (
    "initial", "withdrawal", "reply", "copy", "signature", "declined", "sealed", "deposit",
)  # fmt: skip
ON_TEXT = ("initial", "reply", "copy", "signature", "declined", "sealed")

KEPT = """
CREATE FUNCTION signing_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'initials, signatures and what belongs to them stay as they were given'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_kept';
END $$;
""" + "".join(
    f"CREATE TRIGGER signing_{table}_kept BEFORE UPDATE OR DELETE ON signing_{table}"
    " FOR EACH ROW EXECUTE FUNCTION signing_kept();\n"
    for table in APPEND_ONLY
)

# Whatever speaks of a text speaks of the one frozen now, of this agreement, by its hash.
EXACT = """
CREATE FUNCTION signing_exact_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM signing_frozen f JOIN agreements_version v ON v.id = f.version_id
     WHERE f.agreement_id = NEW.agreement_id AND f.version_id = NEW.version_id
       AND f.hash = NEW.hash AND v.hash = NEW.hash AND v.agreement_id = NEW.agreement_id
       FOR SHARE OF f;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this is not the text frozen for the agreement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_exact_text';
    END IF;
    RETURN NEW;
END $$;
""" + "".join(
    f"CREATE TRIGGER signing_{table}_exact BEFORE INSERT ON signing_{table}"
    " FOR EACH ROW EXECUTE FUNCTION signing_exact_text();\n"
    for table in ON_TEXT
)

# A frozen text is let go only while nobody's signature and nobody's standing initials hold it.
FROZEN = """
CREATE FUNCTION signing_frozen_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.agreement_id <> OLD.agreement_id THEN
        RAISE EXCEPTION 'a frozen text stays with its agreement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_frozen_stays';
    END IF;
    IF OLD.version_id IS NOT NULL AND NEW.version_id IS DISTINCT FROM OLD.version_id AND EXISTS (
        SELECT 1 FROM signing_initial i LEFT JOIN signing_withdrawal w ON w.initial_id = i.id
         WHERE i.agreement_id = OLD.agreement_id AND i.round = OLD.round AND w.id IS NULL
    ) THEN
        RAISE EXCEPTION 'the text is held by a party''s initials'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_frozen_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_frozen_stays BEFORE UPDATE OR DELETE ON signing_frozen
    FOR EACH ROW EXECUTE FUNCTION signing_frozen_stays();

CREATE FUNCTION signing_no_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM signing_frozen
                WHERE agreement_id = NEW.agreement_id AND version_id IS NOT NULL) THEN
        RAISE EXCEPTION 'the text is frozen: a party has initialled it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_no_new_version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_no_new_version BEFORE INSERT ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION signing_no_new_version();
"""

UNDO = (
    "DROP TRIGGER signing_no_new_version ON agreements_version;"
    + "".join(f"DROP TRIGGER signing_{table}_kept ON signing_{table};" for table in APPEND_ONLY)
    + "".join(f"DROP TRIGGER signing_{table}_exact ON signing_{table};" for table in ON_TEXT)
    + "DROP TRIGGER signing_frozen_stays ON signing_frozen;"
    "DROP FUNCTION signing_no_new_version; DROP FUNCTION signing_frozen_stays;"
    "DROP FUNCTION signing_exact_text; DROP FUNCTION signing_kept;"
)


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]

    operations = [migrations.RunSQL(KEPT + EXACT + FROZEN, UNDO)]
