"""What a party writes for itself lies behind its own wall, and what was lodged never changes."""

from django.db import migrations, models

from tavolo.common.row_security import guard

REFUSE = """
CREATE FUNCTION agreements_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version, a lodged wording, a stance or a comment is never changed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_kept';
END $$;
"""


def kept(table: str) -> migrations.RunSQL:
    """Return the operation that makes a table refuse changes and deletions."""
    return migrations.RunSQL(
        f"CREATE TRIGGER agreements_{table}_kept BEFORE UPDATE OR DELETE ON agreements_{table} "
        "FOR EACH ROW EXECUTE FUNCTION agreements_refuse_change()",
        f"DROP TRIGGER agreements_{table}_kept ON agreements_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial")]

    operations = [
        migrations.AddField("draft", "found", models.JSONField(default=dict)),
        guard("agreements_draft", "party_id"),
        guard("agreements_remark", "party_id"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION agreements_refuse_change()"),
        *[kept(table) for table in ("version", "revision", "stance", "comment")],
    ]
