"""What must never happen in a poll, refused by the database itself."""

from django.db import migrations

MEMBER = """
CREATE FUNCTION polling_member_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM dialogue_group g WHERE g.consultation_id = NEW.consultation_id
            AND g.party_id = NEW.party_id AND g.side = NEW.side
    ) THEN
        RAISE EXCEPTION 'an electoral committee is named by the parties that promote the consultation'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_member_of_promoter';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER polling_member_rules BEFORE INSERT OR UPDATE ON polling_committeemember
    FOR EACH ROW EXECUTE FUNCTION polling_member_rules();
"""

# A list is frozen with the roll. While voting is open only how somebody votes may change, and where the
# code is sent; after the close retention may delete.
LISTED = """
CREATE FUNCTION polling_state_of(a_group uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT c.state FROM dialogue_group g JOIN dialogue_consultation c ON c.id = g.consultation_id
    WHERE g.id = a_group
$$;
CREATE FUNCTION polling_listed_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_is text;
BEGIN
    now_is := polling_state_of(CASE WHEN TG_OP = 'INSERT' THEN NEW.group_id ELSE OLD.group_id END);
    IF (TG_OP = 'INSERT' AND now_is <> 'draft') OR (TG_OP = 'DELETE' AND now_is = 'open')
        OR (TG_OP = 'UPDATE' AND now_is <> 'draft'
            AND (NEW.name, NEW.detail, NEW.group_id) IS DISTINCT FROM (OLD.name, OLD.detail, OLD.group_id)) THEN
        RAISE EXCEPTION 'the list of a consultation is frozen at its opening'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_listed_frozen';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER polling_listed_frozen BEFORE INSERT OR UPDATE OR DELETE ON polling_listedvoter
    FOR EACH ROW EXECUTE FUNCTION polling_listed_frozen();

CREATE FUNCTION polling_otherway_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_is text;
BEGIN
    now_is := polling_state_of(NEW.group_id);
    IF now_is NOT IN ('draft', 'open') OR (now_is = 'open' AND NOT EXISTS (
        SELECT FROM dialogue_roll r WHERE r.group_id = NEW.group_id AND r.account_id = NEW.account_id
    )) THEN
        RAISE EXCEPTION 'only people on the roll of the group vote in it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_otherway_on_roll';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER polling_otherway_rules BEFORE INSERT OR UPDATE ON polling_otherway
    FOR EACH ROW EXECUTE FUNCTION polling_otherway_rules();
"""

# Never more valid slips or paper ballots than people who vote that way, and never more papers in the box
# than were handed out. Every change of one side locks the group, so that two cannot pass each other.
BOUND = """
CREATE FUNCTION polling_check_bound(a_group uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    people RECORD;
BEGIN
    PERFORM FROM dialogue_group WHERE id = a_group FOR UPDATE;
    IF polling_state_of(a_group) <> 'open' THEN
        RETURN;
    END IF;
    SELECT count(*) FILTER (WHERE way = 'slip') AS slip, count(*) FILTER (WHERE way = 'paper') AS paper,
           count(*) FILTER (WHERE way = 'paper' AND handed) AS paper_handed INTO people
        FROM (SELECT way, handed FROM polling_listedvoter WHERE group_id = a_group
              UNION ALL SELECT way, handed FROM polling_otherway WHERE group_id = a_group) voters;
    IF (SELECT count(*) FROM polling_slip WHERE group_id = a_group AND NOT void) > people.slip THEN
        RAISE EXCEPTION 'there would be more valid slips than people who vote by slip'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_slips_bounded';
    END IF;
    IF (SELECT count(*) FROM polling_paper WHERE group_id = a_group AND NOT void) > people.paper THEN
        RAISE EXCEPTION 'there would be more paper ballots than people who vote on paper'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_papers_bounded';
    END IF;
    IF (SELECT coalesce(sum(l.found), 0) FROM polling_lot l WHERE l.group_id = a_group) > people.paper_handed THEN
        RAISE EXCEPTION 'there would be more paper ballots in the box than were handed out'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_papers_handed_out';
    END IF;
END $$;
CREATE FUNCTION polling_bound_many() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM polling_check_bound(group_id) FROM (SELECT DISTINCT group_id FROM changed) groups;
    RETURN NULL;
END $$;
CREATE FUNCTION polling_bound_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM polling_check_bound(OLD.group_id);
    RETURN NULL;
END $$;
CREATE TRIGGER polling_slips_added AFTER INSERT ON polling_slip
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION polling_bound_many();
CREATE TRIGGER polling_slips_changed AFTER UPDATE ON polling_slip
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION polling_bound_many();
CREATE TRIGGER polling_papers_added AFTER INSERT ON polling_paper
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION polling_bound_many();
CREATE TRIGGER polling_papers_changed AFTER UPDATE ON polling_paper
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION polling_bound_many();
CREATE TRIGGER polling_lots_added AFTER INSERT ON polling_lot
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION polling_bound_many();
CREATE TRIGGER polling_lots_changed AFTER UPDATE ON polling_lot
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION polling_bound_many();
CREATE TRIGGER polling_listed_bound AFTER UPDATE ON polling_listedvoter FOR EACH ROW
    WHEN (OLD.way IS DISTINCT FROM NEW.way OR (OLD.handed AND NOT NEW.handed))
    EXECUTE FUNCTION polling_bound_one();
CREATE TRIGGER polling_otherway_bound AFTER UPDATE ON polling_otherway FOR EACH ROW
    WHEN (OLD.way IS DISTINCT FROM NEW.way OR (OLD.handed AND NOT NEW.handed))
    EXECUTE FUNCTION polling_bound_one();
CREATE TRIGGER polling_otherway_gone AFTER DELETE ON polling_otherway FOR EACH ROW
    EXECUTE FUNCTION polling_bound_one();
"""

RECORD = """
CREATE FUNCTION polling_record_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'final' THEN
        RAISE EXCEPTION 'a record of the count that all approved never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_record_kept';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER polling_record_kept BEFORE UPDATE OR DELETE ON polling_countrecord
    FOR EACH ROW EXECUTE FUNCTION polling_record_kept();
CREATE FUNCTION polling_remark_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR EXISTS (
        SELECT FROM polling_countrecord r WHERE r.id = NEW.record_id AND r.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'what a member put on record stays, and nothing is added once it is put to approval'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'polling_remark_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER polling_remark_kept BEFORE INSERT OR UPDATE OR DELETE ON polling_remark
    FOR EACH ROW EXECUTE FUNCTION polling_remark_kept();
"""

UNDO = """
DROP TRIGGER polling_member_rules ON polling_committeemember;
DROP TRIGGER polling_listed_frozen ON polling_listedvoter;
DROP TRIGGER polling_otherway_rules ON polling_otherway;
DROP TRIGGER polling_slips_added ON polling_slip;
DROP TRIGGER polling_slips_changed ON polling_slip;
DROP TRIGGER polling_papers_added ON polling_paper;
DROP TRIGGER polling_papers_changed ON polling_paper;
DROP TRIGGER polling_lots_added ON polling_lot;
DROP TRIGGER polling_lots_changed ON polling_lot;
DROP TRIGGER polling_listed_bound ON polling_listedvoter;
DROP TRIGGER polling_otherway_bound ON polling_otherway;
DROP TRIGGER polling_otherway_gone ON polling_otherway;
DROP TRIGGER polling_record_kept ON polling_countrecord;
DROP TRIGGER polling_remark_kept ON polling_remark;
DROP FUNCTION polling_member_rules();
DROP FUNCTION polling_listed_frozen();
DROP FUNCTION polling_otherway_rules();
DROP FUNCTION polling_bound_many();
DROP FUNCTION polling_bound_one();
DROP FUNCTION polling_check_bound(uuid);
DROP FUNCTION polling_state_of(uuid);
DROP FUNCTION polling_record_kept();
DROP FUNCTION polling_remark_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("polling", "0001_initial"), ("dialogue", "0003_kind_of_consultation")]

    operations = [migrations.RunSQL(MEMBER + LISTED + BOUND + RECORD, UNDO)]
