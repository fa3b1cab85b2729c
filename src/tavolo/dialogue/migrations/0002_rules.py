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

# One vote: two calls whose plans the server keeps. Each statement of a volatile function sees what was
# committed before it began, so the ballot is read after the lock was granted.
VOTE = """
CREATE FUNCTION dialogue_ballot_for_vote(
    a_lock bigint, an_address bytea, a_version uuid, a_consultation uuid, a_territory uuid
) RETURNS TABLE (sealed bytea, slot smallint, open_to_votes boolean) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(a_lock);
    RETURN QUERY
        SELECT b.sealed, v.slot, v.open_to_votes
        FROM dialogue_consultation c
        JOIN dialogue_ballot b ON b.consultation_id = c.id AND b.address = an_address
        LEFT JOIN dialogue_statementversion v ON v.consultation_id = c.id AND v.id = a_version
        WHERE c.id = a_consultation AND c.territory_id = a_territory AND c.state = 'open'
        FOR UPDATE OF b;
END $$;
CREATE FUNCTION dialogue_store_vote(
    a_ballot bytea, a_consultation uuid, an_address bytea, an_id uuid, a_territory uuid, a_change bytea
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dialogue_ballot SET sealed = a_ballot
        WHERE consultation_id = a_consultation AND address = an_address;
    INSERT INTO dialogue_change (id, territory_id, consultation_id, sealed)
        VALUES (an_id, a_territory, a_consultation, a_change);
END $$;
"""

UNDO = """
DROP FUNCTION dialogue_ballot_for_vote(bigint, bytea, uuid, uuid, uuid);
DROP FUNCTION dialogue_store_vote(bytea, uuid, bytea, uuid, uuid, bytea);
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

    operations = [migrations.RunSQL(GROUP + ROLL + VERSION + RELEASE + BALLOT + VOTE, UNDO)]
