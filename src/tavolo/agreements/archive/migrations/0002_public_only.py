"""What must never happen in the archive, refused by the database itself."""

from django.db import migrations

# Nothing is found that is not public, and an entry speaks of the territory of its agreement.
PUBLIC = """
CREATE FUNCTION archive_entry_public() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM agreements_agreement a WHERE a.id = NEW.agreement_id
            AND a.territory_id = NEW.territory_id AND a.state IN ('signed', 'deposited', 'ended')
    ) THEN
        RAISE EXCEPTION 'only a signed agreement is found in the archive'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'archive_entry_public';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER archive_entry_public BEFORE INSERT OR UPDATE ON archive_entry
    FOR EACH ROW EXECUTE FUNCTION archive_entry_public();
"""

# What was brought from elsewhere is never changed: a correction is another record.
KEPT = """
CREATE FUNCTION archive_elsewhere_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an agreement brought from elsewhere is corrected by a new record'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'archive_elsewhere_kept';
END $$;
CREATE TRIGGER archive_elsewhere_kept BEFORE UPDATE OR DELETE ON archive_elsewhere
    FOR EACH ROW EXECUTE FUNCTION archive_elsewhere_kept();
"""

BACK = """
DROP TRIGGER IF EXISTS archive_elsewhere_kept ON archive_elsewhere;
DROP FUNCTION IF EXISTS archive_elsewhere_kept;
DROP TRIGGER IF EXISTS archive_entry_public ON archive_entry;
DROP FUNCTION IF EXISTS archive_entry_public;
"""


class Migration(migrations.Migration):
    dependencies = (("archive", "0001_initial"),)
    operations = (migrations.RunSQL(PUBLIC + KEPT, BACK),)
