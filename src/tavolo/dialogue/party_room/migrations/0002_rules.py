"""What must never happen in a party's room, refused by the database itself.

- Every row of a room is there only where the room is open in the transaction (row security).
- Rows that belong together lie in one room.
- What was lodged or let out never changes; a version, a named vote and a private position neither.
- A party's room, its side's joint room and the table's tray stand from the moment a party is seated;
  a table's theme is a point from the moment it is written.
"""

from django.db import migrations

from tavolo.common.row_security import guard

GUARDED = (
    "note", "draft", "draftversion", "roomfile", "approval", "position", "release", "delivery", "question",
    "voteoption", "votecast", "namedvote",
)  # fmt: skip

# Child, its column, parent: both in the same room.
SAME_ROOM = (
    ("note", "draft_id", "draft"),
    ("draftversion", "draft_id", "draft"),
    ("approval", "version_id", "draftversion"),
    ("approval", "file_id", "roomfile"),
    ("release", "version_id", "draftversion"),
    ("release", "file_id", "roomfile"),
    ("release", "supersedes_id", "release"),
    ("voteoption", "question_id", "question"),
    ("votecast", "question_id", "question"),
    ("namedvote", "cast_id", "votecast"),
    ("namedvote", "option_id", "voteoption"),
)

REFUSE = """
CREATE FUNCTION party_room_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was lodged, let out, voted or written as a version is never changed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'party_room_kept';
END $$;
"""

# Table -> what it refuses.
KEPT = {
    "lodgedposition": "UPDATE OR DELETE",
    "release": "UPDATE OR DELETE",
    "delivery": "UPDATE OR DELETE",
    "draftversion": "UPDATE",
    "position": "UPDATE",
    "votecast": "UPDATE OR DELETE",
    "namedvote": "UPDATE OR DELETE",
}

ROOMS = """
CREATE FUNCTION party_room_make_rooms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO party_room_room (id, territory_id, table_id, kind, party_id, side) VALUES
        (gen_random_uuid(), NEW.territory_id, NEW.table_id, 'party', NEW.id, ''),
        (gen_random_uuid(), NEW.territory_id, NEW.table_id, 'side', NULL, NEW.side),
        (gen_random_uuid(), NEW.territory_id, NEW.table_id, 'table', NULL, '')
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER party_room_make_rooms AFTER INSERT ON dialogue_party
    FOR EACH ROW EXECUTE FUNCTION party_room_make_rooms();
INSERT INTO party_room_room (id, territory_id, table_id, kind, party_id, side)
    SELECT gen_random_uuid(), territory_id, table_id, 'party', id, '' FROM dialogue_party;
INSERT INTO party_room_room (id, territory_id, table_id, kind, party_id, side)
    SELECT gen_random_uuid(), territory_id, table_id, 'side', NULL, side
    FROM dialogue_party GROUP BY territory_id, table_id, side;
INSERT INTO party_room_room (id, territory_id, table_id, kind, party_id, side)
    SELECT gen_random_uuid(), territory_id, table_id, 'table', NULL, ''
    FROM dialogue_party GROUP BY territory_id, table_id;
"""

POINTS = """
CREATE FUNCTION party_room_make_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO party_room_point (id, territory_id, table_id, theme_id, title, description, number, created_at)
        VALUES (gen_random_uuid(), NEW.territory_id, NEW.table_id, NEW.id, '', '', NEW.position, now());
    RETURN NULL;
END $$;
CREATE TRIGGER party_room_make_point AFTER INSERT ON dialogue_theme
    FOR EACH ROW EXECUTE FUNCTION party_room_make_point();
INSERT INTO party_room_point (id, territory_id, table_id, theme_id, title, description, number, created_at)
    SELECT gen_random_uuid(), territory_id, table_id, id, '', '', position, now() FROM dialogue_theme;
"""

UNDO = """
DROP TRIGGER party_room_make_rooms ON dialogue_party;
DROP FUNCTION party_room_make_rooms();
DROP TRIGGER party_room_make_point ON dialogue_theme;
DROP FUNCTION party_room_make_point();
"""


def together(child: str, column: str, parent: str) -> migrations.RunSQL:
    """Return the operation that keeps a row in the room of the row it points to."""
    name = f"party_room_{child}_{column[:-3]}_room"
    return migrations.RunSQL(
        f"ALTER TABLE party_room_{child} ADD CONSTRAINT {name} FOREIGN KEY (room_id, {column}) "
        f"REFERENCES party_room_{parent} (room_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE party_room_{child} DROP CONSTRAINT {name}",
    )


def kept(table: str, operations: str) -> migrations.RunSQL:
    """Return the operation that makes a table refuse changes."""
    return migrations.RunSQL(
        f"CREATE TRIGGER party_room_{table}_kept BEFORE {operations} ON party_room_{table} "
        "FOR EACH ROW EXECUTE FUNCTION party_room_refuse_change()",
        f"DROP TRIGGER party_room_{table}_kept ON party_room_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("party_room", "0001_initial"), ("dialogue", "0002_rules")]

    operations = [
        migrations.RunSQL(ROOMS + POINTS, UNDO),
        *[together(*one) for one in SAME_ROOM],
        migrations.RunSQL(REFUSE, "DROP FUNCTION party_room_refuse_change()"),
        *[kept(table, operations) for table, operations in KEPT.items()],
        *[guard(f"party_room_{table}") for table in GUARDED],
        guard("party_room_point", shared_without_room=True),
    ]
