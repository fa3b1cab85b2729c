"""What must never happen at a table, refused by the database itself."""

from django.db import migrations

GROUP = """
CREATE FUNCTION dialogue_group_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asks RECORD;
BEGIN
    SELECT o.kind, p.as_rsu, p.side, p.organisation_id, p.table_id INTO asks
        FROM dialogue_party p JOIN people_organisation o ON o.id = p.organisation_id WHERE p.id = NEW.party_id;
    IF asks.side <> NEW.side OR NOT (
        (NEW.promoter_kind = 'union' AND asks.kind = 'union' AND NOT asks.as_rsu)
        OR (NEW.promoter_kind = 'rsu' AND asks.as_rsu)
        OR (NEW.promoter_kind = 'employers_association' AND asks.kind = 'employers_association')
        OR (NEW.promoter_kind = 'public_body' AND asks.kind = 'public_body')
    ) THEN
        RAISE EXCEPTION 'workers are asked only by unions or RSU/RSA, firms only by their association'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dialogue_group_promoter';
    END IF;
    IF NOT EXISTS (SELECT FROM people_constituency c
                   WHERE c.id = NEW.constituency_id AND c.organisation_id = asks.organisation_id
                     AND c.held_by_rsu = asks.as_rsu) THEN
        RAISE EXCEPTION 'a constituency is asked by the organisation that owns it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dialogue_group_owner';
    END IF;
    IF EXISTS (SELECT FROM dialogue_consultation c LEFT JOIN dialogue_party creator ON creator.id = c.creator_id
               WHERE c.id = NEW.consultation_id
                 AND (c.table_id <> asks.table_id
                      OR (NEW.side = 'workers' AND creator.side = 'employers'))) THEN
        RAISE EXCEPTION 'workers are not asked in a consultation created by the employers'' side'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dialogue_group_creator';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dialogue_group_rules BEFORE INSERT OR UPDATE ON dialogue_group
    FOR EACH ROW EXECUTE FUNCTION dialogue_group_rules();
"""

ROLL = """
CREATE FUNCTION dialogue_roll_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (
        SELECT FROM changed r JOIN dialogue_consultation c ON c.id = r.consultation_id WHERE c.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'the roll of a consultation is frozen at its opening'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dialogue_roll_frozen';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER dialogue_roll_added AFTER INSERT ON dialogue_roll
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION dialogue_roll_frozen();
CREATE TRIGGER dialogue_roll_changed AFTER UPDATE ON dialogue_roll
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION dialogue_roll_frozen();
"""

VERSION = """
CREATE FUNCTION dialogue_version_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.text, NEW.slot, NEW.number, NEW.language, NEW.statement_id, NEW.consultation_id)
        IS DISTINCT FROM (OLD.text, OLD.slot, OLD.number, OLD.language, OLD.statement_id, OLD.consultation_id) THEN
        RAISE EXCEPTION 'a version of a statement never changes: write a new version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dialogue_version_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dialogue_version_fixed BEFORE UPDATE ON dialogue_statementversion
    FOR EACH ROW EXECUTE FUNCTION dialogue_version_fixed();
"""

RELEASE = """
CREATE FUNCTION dialogue_release_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a release of results cannot be undone'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'dialogue_release_kept';
END $$;
CREATE TRIGGER dialogue_release_kept BEFORE UPDATE OR DELETE ON dialogue_release
    FOR EACH ROW EXECUTE FUNCTION dialogue_release_kept();
"""

# Room on each page lets a resealed ballot stay where it is, and unused pages are given back early.
BALLOT = """
ALTER TABLE dialogue_ballot SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE dialogue_change SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000);
"""

UNDO = """
DROP TRIGGER dialogue_group_rules ON dialogue_group;
DROP TRIGGER dialogue_roll_added ON dialogue_roll;
DROP TRIGGER dialogue_roll_changed ON dialogue_roll;
DROP TRIGGER dialogue_version_fixed ON dialogue_statementversion;
DROP TRIGGER dialogue_release_kept ON dialogue_release;
DROP FUNCTION dialogue_group_rules();
DROP FUNCTION dialogue_roll_frozen();
DROP FUNCTION dialogue_version_fixed();
DROP FUNCTION dialogue_release_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0001_initial"), ("people", "0002_rules")]

    operations = [migrations.RunSQL(GROUP + ROLL + VERSION + RELEASE + BALLOT, UNDO)]
