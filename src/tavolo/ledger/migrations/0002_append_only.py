"""Acts, leaves, nodes, checkpoints and keys can only be added; what an act says can be erased, never changed.

The application's role additionally lacks the rights: see `tavolo.ledger.apps`.
"""

from django.db import migrations

APPEND_ONLY = ["ledger_act", "ledger_leaf", "ledger_node", "ledger_checkpoint", "ledger_registerkey"]

FUNCTION = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the register is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
"""


def refuse(table: str, operations: str) -> str:
    """Return the triggers that refuse the row operations named, and TRUNCATE."""
    return f"""
    CREATE TRIGGER {table}_append_only BEFORE {operations} ON {table}
        FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
    """


def release(table: str) -> str:
    return f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION ledger_refuse_change()"),
        *[migrations.RunSQL(refuse(table, "UPDATE OR DELETE"), release(table)) for table in APPEND_ONLY],
        migrations.RunSQL(refuse("ledger_actcontent", "UPDATE"), release("ledger_actcontent")),
    ]
