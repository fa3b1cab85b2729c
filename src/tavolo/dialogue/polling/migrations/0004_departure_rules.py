"""Only promoters of the side of the party that left have a say in what becomes of its list."""

from django.db import migrations

SAME_SIDE = """
CREATE FUNCTION polling_asks(a_consultation uuid, a_party uuid, a_side text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM dialogue_group g WHERE g.consultation_id = a_consultation
        AND g.party_id = a_party AND g.side = a_side)
$$;
CREATE FUNCTION polling_succession_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_side text;
BEGIN
    SELECT p.side INTO the_side FROM dialogue_party p WHERE p.id = NEW.party_id;
    IF NOT polling_asks(NEW.consultation_id, NEW.party_id, the_side)
        OR NOT polling_asks(NEW.consultation_id, NEW.proposer_id, the_side) THEN
        RAISE EXCEPTION 'only promoters of the same side decide what becomes of a list'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_succession_same_side';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER polling_succession_rules BEFORE INSERT OR UPDATE ON polling_succession
    FOR EACH ROW EXECUTE FUNCTION polling_succession_rules();

CREATE FUNCTION polling_succession_consent_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM polling_succession s JOIN dialogue_party p ON p.id = s.party_id
        WHERE s.id = NEW.succession_id AND s.party_id <> NEW.party_id
            AND polling_asks(s.consultation_id, NEW.party_id, p.side)
    ) THEN
        RAISE EXCEPTION 'only promoters of the same side consent to what becomes of a list'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_succession_consent_same_side';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER polling_succession_consent_rules BEFORE INSERT ON polling_successionconsent
    FOR EACH ROW EXECUTE FUNCTION polling_succession_consent_rules();
"""

UNDO = """
DROP TRIGGER polling_succession_consent_rules ON polling_successionconsent;
DROP TRIGGER polling_succession_rules ON polling_succession;
DROP FUNCTION polling_succession_consent_rules();
DROP FUNCTION polling_succession_rules();
DROP FUNCTION polling_asks(uuid, uuid, text);
"""


class Migration(migrations.Migration):
    dependencies = [("polling", "0003_departures"), ("dialogue", "0006_ended_without_result")]

    operations = [migrations.RunSQL(SAME_SIDE, UNDO)]
