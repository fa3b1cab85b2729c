"""Each union that consults separately has a vote of its own on the same frozen text."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

# What was tied as the one vote stays tied.
KEPT = """
INSERT INTO signing_vote (id, territory_id, agreement_id, consultation_id, hash, linked_at)
SELECT gen_random_uuid(), territory_id, agreement_id, ballot_id, hash, coalesce(frozen_at, now())
  FROM signing_frozen WHERE ballot_id IS NOT NULL AND version_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""

# A vote is tied to the text frozen now, by its hash, and stays once it has begun.
VOTE = """
CREATE FUNCTION signing_vote_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a tied vote stays as it was tied'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_vote_kept';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM dialogue_consultation c
                        WHERE c.id = OLD.consultation_id AND c.state = 'draft') THEN
            RAISE EXCEPTION 'a vote that has begun stays tied to its text'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_vote_kept';
        END IF;
        RETURN OLD;
    END IF;
    PERFORM 1 FROM signing_frozen f
      JOIN agreements_agreement a ON a.id = f.agreement_id
      JOIN dialogue_consultation c ON c.table_id = a.table_id
      JOIN plain_ballots_plainballot b ON b.consultation_id = c.id
     WHERE f.agreement_id = NEW.agreement_id AND f.version_id IS NOT NULL AND f.hash = NEW.hash
       AND c.id = NEW.consultation_id AND b.text_hash = NEW.hash
       FOR SHARE OF f;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a vote is tied to the text it asks about'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_vote_exact';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_vote_rules BEFORE INSERT OR UPDATE OR DELETE ON signing_vote
    FOR EACH ROW EXECUTE FUNCTION signing_vote_rules();
"""

# When a tied vote opens it still asks about that text, and no party in it is asked in another that began.
OPENS = """
CREATE FUNCTION signing_vote_opens() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE tied signing_vote%ROWTYPE;
BEGIN
    SELECT * INTO tied FROM signing_vote v WHERE v.consultation_id = NEW.id;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM signing_frozen f WHERE f.agreement_id = tied.agreement_id FOR UPDATE;
    IF NOT EXISTS (SELECT FROM plain_ballots_plainballot b
                    WHERE b.consultation_id = NEW.id AND b.text_hash = tied.hash) THEN
        RAISE EXCEPTION 'a tied vote asks about another text'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_vote_exact';
    END IF;
    IF EXISTS (
        SELECT FROM signing_vote w
          JOIN dialogue_consultation c ON c.id = w.consultation_id AND c.state NOT IN ('draft', 'void')
          JOIN dialogue_group theirs ON theirs.consultation_id = c.id
          JOIN dialogue_group own ON own.consultation_id = NEW.id AND own.party_id = theirs.party_id
         WHERE w.agreement_id = tied.agreement_id AND w.consultation_id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'a party''s members are asked once on a text'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_party_asked_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_vote_opens BEFORE UPDATE OF state ON dialogue_consultation
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'open') EXECUTE FUNCTION signing_vote_opens();
"""

# What a party says after the vote of its members names its own vote, or none.
OWN = """
CREATE FUNCTION signing_reply_own_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.ballot_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM signing_vote v JOIN dialogue_group g ON g.consultation_id = v.consultation_id
         WHERE v.agreement_id = NEW.agreement_id AND v.consultation_id = NEW.ballot_id
           AND g.party_id = NEW.party_id
    ) THEN
        RAISE EXCEPTION 'a party answers by the vote of its own members'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_reply_own_vote';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_reply_own_vote BEFORE INSERT ON signing_reply
    FOR EACH ROW EXECUTE FUNCTION signing_reply_own_vote();
"""

BACK = """
DROP TRIGGER signing_reply_own_vote ON signing_reply;
DROP FUNCTION signing_reply_own_vote;
DROP TRIGGER signing_vote_opens ON dialogue_consultation;
DROP FUNCTION signing_vote_opens;
DROP TRIGGER signing_vote_rules ON signing_vote;
DROP FUNCTION signing_vote_rules;
"""


class Migration(migrations.Migration):
    dependencies = (
        ("agreements", "0002_walls"),
        ("common", "0003_alter_notice_mail"),
        ("dialogue", "0004_parties_leave_one_head"),
        ("plain_ballots", "0001_initial"),
        ("signing", "0002_rules"),
    )
    operations = (
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "hash",
                    models.CharField(
                        max_length=64,
                        validators=[django.core.validators.RegexValidator("^[0-9a-f]{64}$")],
                    ),
                ),
                ("linked_by_id", models.UUIDField(blank=True, null=True)),
                ("linked_at", models.DateTimeField()),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="votes",
                        to="agreements.agreement",
                    ),
                ),
                (
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tied_to",
                        to="dialogue.consultation",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="common.territory"
                    ),
                ),
            ],
            options={
                "ordering": ("linked_at", "id"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("territory", "id"), name="signing_vote_territory_id"),
                    models.CheckConstraint(
                        condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")), name="signing_vote_has_hash"
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="frozen", name="ballot"),
        migrations.RunSQL(VOTE + OPENS + OWN, BACK),
    )  # fmt: skip
