"""What must never happen to minutes, communiqués and documents, refused by the database itself."""

from django.db import migrations

APPEND_ONLY = (
    "minutesversion", "sending", "answer", "communiqueversion", "communiqueapproval", "documentversion",
)  # fmt: skip

KEPT = """
CREATE FUNCTION meetings_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was written, sent, answered or filed stays: write a new one'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_kept';
END $$;
""" + "".join(
    f"CREATE TRIGGER meetings_{table}_kept BEFORE UPDATE OR DELETE ON meetings_{table}"
    " FOR EACH ROW EXECUTE FUNCTION meetings_kept();\n"
    for table in APPEND_ONLY
)

# Minutes once closed, communiqués once published: neither changed nor removed, by anyone.
CLOSED = """
CREATE FUNCTION meetings_minutes_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'closed minutes never change: a correction is a new act'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_minutes_closed';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.meeting_id <> OLD.meeting_id OR NEW.corrects_id IS DISTINCT FROM OLD.corrects_id THEN
        RAISE EXCEPTION 'minutes stay with their meeting'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_minutes_closed';
    END IF;
    IF NEW.state = 'closed' AND OLD.state <> 'approval' THEN
        RAISE EXCEPTION 'minutes close only out of the parties'' approval'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_minutes_closed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_minutes_closed BEFORE UPDATE OR DELETE ON meetings_minutes
    FOR EACH ROW EXECUTE FUNCTION meetings_minutes_closed();

CREATE FUNCTION meetings_communique_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' THEN
        RAISE EXCEPTION 'a published communiqué never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_communique_published';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER meetings_communique_published BEFORE UPDATE OR DELETE ON meetings_communique
    FOR EACH ROW EXECUTE FUNCTION meetings_communique_published();
"""

# An answer speaks of the version that lies before the parties now, and of no other.
ANSWER = """
CREATE FUNCTION meetings_answer_current() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM meetings_minutes m WHERE m.current_id = NEW.version_id AND m.state = 'approval'
    ) THEN
        RAISE EXCEPTION 'an answer is given to the version that lies before the parties'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_answer_current';
    END IF;
    IF NOT EXISTS (
        SELECT FROM meetings_minutes m JOIN meetings_meetingparty c ON c.meeting_id = m.meeting_id
        WHERE m.current_id = NEW.version_id AND c.party_id = NEW.party_id
    ) THEN
        RAISE EXCEPTION 'only parties called to the meeting answer'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_answer_called';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_answer_current BEFORE INSERT ON meetings_answer
    FOR EACH ROW EXECUTE FUNCTION meetings_answer_current();
"""

# A discreet meeting never becomes a plenary; what minutes speak of is fixed while they are out or closed.
MEETING = """
CREATE FUNCTION meetings_kind_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.kind, NEW.table_id, NEW.number) IS DISTINCT FROM (OLD.kind, OLD.table_id, OLD.number) THEN
        RAISE EXCEPTION 'the kind of a meeting never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_kind_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_kind_fixed BEFORE UPDATE ON meetings_meeting
    FOR EACH ROW EXECUTE FUNCTION meetings_kind_fixed();

CREATE FUNCTION meetings_record_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM meetings_minutes m
        WHERE m.corrects_id IS NULL AND m.state <> 'draft'
          AND m.meeting_id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.meeting_id ELSE OLD.meeting_id END,
                               CASE WHEN TG_OP = 'DELETE' THEN OLD.meeting_id ELSE NEW.meeting_id END)
    ) THEN
        RAISE EXCEPTION 'the minutes that speak of this are out for approval or closed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_record_fixed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
""" + "".join(
    f"CREATE TRIGGER meetings_{table}_fixed BEFORE INSERT OR UPDATE OR DELETE ON meetings_{table}"
    " FOR EACH ROW EXECUTE FUNCTION meetings_record_fixed();\n"
    for table in ("agendaitem", "attendance", "decision", "meetingparty")
)

# The frozen files' rows: path, sum and size stay what they were when the act was recorded.
FILE = """
CREATE FUNCTION meetings_file_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the files of closed minutes and published communiqués never change'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_file_frozen';
END $$;
CREATE TRIGGER meetings_file_frozen BEFORE UPDATE OR DELETE ON common_storedfile
    FOR EACH ROW WHEN (OLD.kind = 'meetings.frozen') EXECUTE FUNCTION meetings_file_frozen();
"""

UNDO = (
    "DROP TRIGGER meetings_file_frozen ON common_storedfile; DROP FUNCTION meetings_file_frozen();"
    "DROP TRIGGER meetings_kind_fixed ON meetings_meeting; DROP FUNCTION meetings_kind_fixed();"
    "DROP TRIGGER meetings_answer_current ON meetings_answer; DROP FUNCTION meetings_answer_current();"
    "DROP TRIGGER meetings_minutes_closed ON meetings_minutes; DROP FUNCTION meetings_minutes_closed();"
    "DROP TRIGGER meetings_communique_published ON meetings_communique;"
    "DROP FUNCTION meetings_communique_published();"
    "DROP FUNCTION meetings_kept() CASCADE; DROP FUNCTION meetings_record_fixed() CASCADE;"
)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("common", "0002_shared_cache")]

    operations = [migrations.RunSQL([KEPT, CLOSED, ANSWER, MEETING, FILE], UNDO)]
