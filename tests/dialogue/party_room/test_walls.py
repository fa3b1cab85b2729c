"""The second wall: as the application's own role, around every manager, a closed room holds no row."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tavolo.common.database.settings import ROLES, uses_external_server
from tavolo.common.row_security import guarded_tables, opened
from tavolo.dialogue.party_room.models import Delivery, Room
from tavolo.dialogue.party_room.services import positions, releasing, texts, voting

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(uses_external_server(), reason="about the embedded server's roles"),
]
TABLES = (
    "note", "draft", "draftversion", "roomfile", "approval", "position", "release", "delivery", "question",
    "voteoption", "votecast", "namedvote",
)  # fmt: skip


def fill(house):
    """Put a row of every kind into CGIL's room and the joint room."""
    own, joint, actor = house.rooms["CGIL"], house.rooms["workers"], house.people["CGIL"].pk
    for room in (own, joint):
        texts.add_note(room, actor_id=actor, text="CANARINO")
        draft = texts.create_draft(room, actor_id=actor, title="CANARINO", text="CANARINO")
        texts.store_file(room, b"%PDF-1.4 CANARINO", name="CANARINO.pdf", actor_id=actor)
        question = voting.put_question(
            room, actor_id=actor, text="CANARINO", options=["CANARINO 1", "CANARINO 2"], secret=False
        )
        with opened([room.pk]):
            option, version = question.options.first(), draft.versions.get()
        voting.cast(room, question.pk, option.pk, actor_id=actor)
    for name in ("CGIL", "CISL", "UIL"):
        releasing.approve(joint, actor_id=house.people[name].pk, version_id=version.pk)
    releasing.release(joint, actor_id=actor, to=[house.rooms["Associazione"].pk], version_id=version.pk)
    positions.hold(own, house.point().pk, actor_id=actor, kind="reject", motivation="CANARINO")
    positions.add_private_point(own, actor_id=actor, title="CANARINO")


def as_app(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{ROLES["app"]}"')
        cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else cursor.rowcount
        cursor.execute("RESET ROLE")
        return found


def test_every_table_of_a_room_is_guarded():
    guarded = guarded_tables()
    for table in (*TABLES, "point"):
        assert guarded[f"party_room_{table}"] is True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'room_id'"
            " AND table_name LIKE 'party\\_room\\_%'"
        )
        assert {row[0] for row in cursor.fetchall()} == {f"party_room_{t}" for t in (*TABLES, "point")}


def test_with_no_room_open_the_application_reads_nothing(house):
    fill(house)
    for table in TABLES:
        assert as_app(f"SELECT * FROM party_room_{table}") == [], table
    assert "CANARINO" not in str(as_app("SELECT * FROM party_room_point"))


def test_with_another_room_open_it_reads_nothing_either(house):
    fill(house)
    others = [
        room.pk for name, room in house.rooms.items() if name not in ("CGIL", "workers", "Associazione")
    ]
    with opened(others):
        for table in TABLES:
            assert as_app(f"SELECT * FROM party_room_{table}") == [], table


def test_what_a_receiver_has_open_holds_the_frozen_copy_alone(house):
    fill(house)
    with opened([house.rooms["Associazione"].pk]):
        found = {table: len(as_app(f"SELECT * FROM party_room_{table}")) for table in TABLES}
    assert {table: count for table, count in found.items() if count} == {"delivery": 1}


def test_with_its_own_room_open_every_row_is_there(house):
    fill(house)
    with opened([house.rooms["CGIL"].pk, house.rooms["workers"].pk]):
        empty = [table for table in TABLES if not as_app(f"SELECT * FROM party_room_{table}")]
    assert empty == ["delivery"]


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_changed_or_deleted_in_a_closed_room(house, table):
    fill(house)
    with opened([house.rooms["UIL"].pk]):
        for statement in (
            "UPDATE party_room_{} SET territory_id = territory_id",
            "DELETE FROM party_room_{}",
        ):
            assert refused_or_nothing(statement.format(table))


def refused_or_nothing(statement):
    """Say whether a statement finds no row, or is not the application's to run at all."""
    try:
        return as_app(statement) == 0
    except DatabaseError as error:
        return "permission denied" in str(error)


def test_nothing_is_put_into_a_closed_room(house):
    room = house.rooms["CGIL"]
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        opened([house.rooms["CISL"].pk]),
    ):
        as_app(
            "INSERT INTO party_room_note (id, territory_id, room_id, text, author_id, created_at) VALUES "
            f"(gen_random_uuid(), '{room.territory_id}', '{room.pk}', 'x', '{house.people['CISL'].pk}', "
            "now())"
        )


def test_the_whole_of_a_rooms_work_runs_with_the_applications_rights(house):
    """Policies, locks, triggers and restricted tables together: no service needs more than the app has."""
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{ROLES["app"]}"')
        fill(house)
        positions.lodge(house.rooms["CGIL"], house.point().pk, actor_id=house.people["CGIL"].pk, kind="open")
        cursor.execute("RESET ROLE")
    with opened([house.rooms["Associazione"].pk]):
        assert Delivery.objects.count() == 1


def test_rooms_themselves_tell_nothing():
    columns = {field.name for field in Room._meta.get_fields() if field.concrete}
    assert columns == {"id", "territory", "table", "kind", "party", "side"}
