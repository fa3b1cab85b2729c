"""A record closed with a declaration never changes either."""

from django.db import migrations

KEPT = """
CREATE OR REPLACE FUNCTION polling_record_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN (%s) THEN
        RAISE EXCEPTION 'a record of the count that is closed never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_record_kept';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("polling", "0005_closed_with_a_declaration")]

    operations = [migrations.RunSQL(KEPT % "'final', 'declared'", KEPT % "'final'")]
