"""Rules between tables that a check constraint cannot express, kept by triggers.

A role fits the kind of its organisation; dated rows join the right kinds; workers are asked only by a
union or by the workplace representation; the kind of an organisation never changes, because all of
this hangs on it.
"""

from django.db import migrations

# `enable_seqscan = off`: a plan made while a table was small is kept for the session, and a list of many
# thousand rows written in that session would scan the whole table for each of them.
FORWARD = """
CREATE FUNCTION people_kind(organisation uuid, row_territory uuid) RETURNS text
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
    found record;
BEGIN
    SELECT kind, territory_id INTO found FROM people_organisation WHERE id = organisation;
    IF found.territory_id IS DISTINCT FROM row_territory THEN
        RAISE EXCEPTION 'the organisation belongs to another territory'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'people_same_territory';
    END IF;
    RETURN found.kind;
END $$;

CREATE FUNCTION people_organisation_kind_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind <> OLD.kind OR NEW.territory_id <> OLD.territory_id THEN
        RAISE EXCEPTION 'kind and territory of an organisation never change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'people_organisation_kind_is_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_organisation_kind_is_fixed BEFORE UPDATE OF kind, territory_id ON people_organisation
    FOR EACH ROW EXECUTE FUNCTION people_organisation_kind_is_fixed();

CREATE FUNCTION people_role_fits(role text, kind text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE role
        WHEN 'owner' THEN kind = 'firm'
        WHEN 'hr' THEN kind = 'firm'
        WHEN 'rsu' THEN kind NOT IN ('employers_association', 'union')
        WHEN 'worker' THEN true
        WHEN 'member' THEN kind NOT IN ('union', 'firm')
        WHEN 'operator' THEN kind = 'other'
        WHEN 'secretary' THEN kind <> 'firm'
        WHEN 'officer' THEN kind <> 'firm'
        WHEN 'delegate' THEN kind <> 'firm'
        ELSE false
    END
$$;

CREATE FUNCTION people_role_fits_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT people_role_fits(NEW.role, people_kind(NEW.organisation_id, NEW.territory_id)) THEN
        RAISE EXCEPTION 'the role % does not fit this kind of organisation', NEW.role
            USING ERRCODE = 'check_violation', CONSTRAINT = 'people_membership_role_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_membership_role_fits
    BEFORE INSERT OR UPDATE OF role, organisation_id, territory_id ON people_membership
    FOR EACH ROW EXECUTE FUNCTION people_role_fits_organisation();

-- Spans of one role do not overlap. Two rows without an end meet in a unique index; every row with an end
-- takes the account's row for itself, which waits for whoever is writing a role of that account (a foreign
-- key holds a share of it), and looks again. It runs after the check of the foreign key: the names say so.
CREATE FUNCTION people_membership_no_overlap() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    IF NEW.ends_on IS NOT NULL THEN
        PERFORM 1 FROM people_account WHERE id = NEW.account_id FOR UPDATE;
    END IF;
    IF EXISTS (
        SELECT 1 FROM people_membership AS other
        WHERE other.account_id = NEW.account_id AND other.organisation_id = NEW.organisation_id
            AND other.role = NEW.role AND other.id <> NEW.id
            AND daterange(other.starts_on, other.ends_on, '[)') && daterange(NEW.starts_on, NEW.ends_on, '[)')
    ) THEN
        RAISE EXCEPTION 'this person already holds this role in these days'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'people_membership_no_overlap';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER people_membership_no_overlap
    AFTER INSERT OR UPDATE OF account_id, organisation_id, role, starts_on, ends_on ON people_membership
    FOR EACH ROW EXECUTE FUNCTION people_membership_no_overlap();

CREATE FUNCTION people_unionmembership_no_overlap() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    IF NEW.ends_on IS NOT NULL THEN
        PERFORM 1 FROM people_account WHERE id = NEW.account_id FOR UPDATE;
    END IF;
    IF EXISTS (
        SELECT 1 FROM people_unionmembership AS other
        WHERE other.account_id = NEW.account_id AND other.union_id = NEW.union_id AND other.id <> NEW.id
            AND daterange(other.starts_on, other.ends_on, '[)') && daterange(NEW.starts_on, NEW.ends_on, '[)')
    ) THEN
        RAISE EXCEPTION 'this union membership is already recorded for these days'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'people_unionmembership_no_overlap';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER people_unionmembership_no_overlap
    AFTER INSERT OR UPDATE OF account_id, union_id, starts_on, ends_on ON people_unionmembership
    FOR EACH ROW EXECUTE FUNCTION people_unionmembership_no_overlap();

CREATE FUNCTION people_affiliation_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF people_kind(NEW.firm_id, NEW.territory_id) <> 'firm'
       OR people_kind(NEW.association_id, NEW.territory_id) <> 'employers_association' THEN
        RAISE EXCEPTION 'an affiliation joins a firm to an employers'' association'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'people_affiliation_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_affiliation_fits
    BEFORE INSERT OR UPDATE OF firm_id, association_id, territory_id ON people_affiliation
    FOR EACH ROW EXECUTE FUNCTION people_affiliation_fits();

CREATE FUNCTION people_unionmembership_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF people_kind(NEW.union_id, NEW.territory_id) <> 'union' THEN
        RAISE EXCEPTION 'a union membership needs a union'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'people_unionmembership_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_unionmembership_fits
    BEFORE INSERT OR UPDATE OF union_id, territory_id ON people_unionmembership
    FOR EACH ROW EXECUTE FUNCTION people_unionmembership_fits();

CREATE FUNCTION people_constituency_owner_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner_kind text := people_kind(NEW.organisation_id, NEW.territory_id);
    subject_kind text;
    fits boolean;
BEGIN
    IF NEW.subject_id IS NOT NULL THEN
        subject_kind := people_kind(NEW.subject_id, NEW.territory_id);
    END IF;
    fits := CASE NEW.kind
        WHEN 'workers_of_member_firms' THEN
            owner_kind = 'union' AND NOT NEW.held_by_rsu AND subject_kind = 'employers_association'
        WHEN 'firms_of_association' THEN owner_kind = 'employers_association' AND NOT NEW.held_by_rsu
        WHEN 'members_of_union' THEN owner_kind = 'union' AND NOT NEW.held_by_rsu
        WHEN 'workers_of_firm' THEN subject_kind = 'firm' AND (
            (owner_kind = 'union' AND NOT NEW.held_by_rsu)
            OR (owner_kind = 'firm' AND NEW.held_by_rsu AND NEW.subject_id = NEW.organisation_id))
        WHEN 'listed' THEN (owner_kind = 'firm') = NEW.held_by_rsu
        ELSE false
    END;
    IF NOT fits THEN
        RAISE EXCEPTION 'this organisation may not own a constituency of the kind %', NEW.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'people_constituency_owner_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_constituency_owner_fits
    BEFORE INSERT OR UPDATE OF kind, organisation_id, subject_id, held_by_rsu, territory_id
    ON people_constituency
    FOR EACH ROW EXECUTE FUNCTION people_constituency_owner_fits();
"""

BACKWARD = """
DROP TRIGGER people_constituency_owner_fits ON people_constituency;
DROP FUNCTION people_constituency_owner_fits();
DROP TRIGGER people_unionmembership_fits ON people_unionmembership;
DROP FUNCTION people_unionmembership_fits();
DROP TRIGGER people_affiliation_fits ON people_affiliation;
DROP FUNCTION people_affiliation_fits();
DROP TRIGGER people_unionmembership_no_overlap ON people_unionmembership;
DROP FUNCTION people_unionmembership_no_overlap();
DROP TRIGGER people_membership_no_overlap ON people_membership;
DROP FUNCTION people_membership_no_overlap();
DROP TRIGGER people_membership_role_fits ON people_membership;
DROP FUNCTION people_role_fits_organisation();
DROP FUNCTION people_role_fits(text, text);
DROP TRIGGER people_organisation_kind_is_fixed ON people_organisation;
DROP FUNCTION people_organisation_kind_is_fixed();
DROP FUNCTION people_kind(uuid, uuid);
"""


class Migration(migrations.Migration):
    """Add the triggers."""

    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
