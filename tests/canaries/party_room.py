"""A canary in every private field of CGIL's room and of the joint room."""

from __future__ import annotations

from typing import Any

from tavolo.common.row_security import opened
from tavolo.dialogue.party_room.models import Room
from tavolo.dialogue.party_room.services import positions, releasing, texts, voting

CGIL = ("union_delegate",)
UNIONS = ("union_delegate", "other_union_delegate")
Plant = Any


def plant(world: Any, plant: Plant) -> None:
    """Fill both rooms."""
    own = Room.objects.get(pk=world.arguments["room_id"])
    joint = Room.objects.get(table_id=own.table_id, kind="side", side="workers")
    actor = world.people["union_delegate"].pk
    for room, readers, where in ((own, CGIL, "room"), (joint, UNIONS, "joint room")):
        _texts(room, readers, where, actor, plant)
        _vote(room, readers, where, actor, plant)
    _positions(own, actor, plant)
    _released(own, actor, plant)


def _texts(room: Room, readers: tuple[str, ...], where: str, actor: Any, plant: Plant) -> None:
    plant(f"{where}: note", lambda word: texts.add_note(room, actor_id=actor, text=word), *readers)
    draft = plant(
        f"{where}: draft title",
        lambda word: texts.create_draft(room, actor_id=actor, title=word, text="x"), *readers,
    )  # fmt: skip
    plant.at(room_id=room.pk, room_draft_id=draft.pk)
    plant(
        f"{where}: draft text",
        lambda word: texts.write_version(
            room, draft.pk, actor_id=actor, title="T", text=word, based_on=1
        ), *readers,
    )  # fmt: skip
    plant(
        f"{where}: remark on a version",
        lambda word: texts.write_version(
            room, draft.pk, actor_id=actor, title="T", text="y", based_on=2, remark=word
        ), *readers,
    )  # fmt: skip
    plant(
        f"{where}: note beside a draft",
        lambda word: texts.add_note(room, actor_id=actor, text=word, draft_id=draft.pk), *readers,
    )  # fmt: skip
    plant(
        f"{where}: file name",
        lambda word: texts.store_file(room, b"%PDF-1.4 x", name=f"{word}.pdf", actor_id=actor), *readers,
    )  # fmt: skip
    plant(
        f"{where}: file content",
        lambda word: texts.store_file(room, word.encode(), name="a.txt", actor_id=actor), *readers,
    )  # fmt: skip
    plant(
        f"{where}: remark on a file",
        lambda word: texts.store_file(room, b"%PDF-1.4 y", name="b.pdf", actor_id=actor, remark=word),
        *readers,
    )


def _vote(room: Room, readers: tuple[str, ...], where: str, actor: Any, plant: Plant) -> None:
    def put(text: str, option: str) -> Any:
        return voting.put_question(room, actor_id=actor, text=text, options=[option, "No"], secret=False)

    plant(f"{where}: question", lambda word: put(word, "Sì"), *readers)
    question = plant(f"{where}: option", lambda word: put("?", word), *readers)
    with opened([room.pk]):
        option = question.options.first()
    plant.at(room_id=room.pk, room_vote_id=question.pk)
    voting.cast(room, question.pk, option.pk, actor_id=actor)
    voting.close(room, question.pk, actor_id=actor)


def _positions(own: Room, actor: Any, plant: Plant) -> None:
    point = plant(
        "title of a point of one's own",
        lambda word: positions.add_private_point(own, actor_id=actor, title=word), *CGIL,
    )  # fmt: skip
    plant(
        "description of a point of one's own",
        lambda word: positions.add_private_point(own, actor_id=actor, title="P", description=word), *CGIL,
    )  # fmt: skip
    plant(
        "condition held",
        lambda word: positions.hold(own, point.pk, actor_id=actor, kind="accept_if", condition=word), *CGIL,
    )  # fmt: skip
    plant.at(room_id=own.pk, position_point_id=point.pk)
    plant(
        "motivation",
        lambda word: positions.hold(own, point.pk, actor_id=actor, kind="reject", motivation=word), *CGIL,
    )  # fmt: skip


def _released(own: Room, actor: Any, plant: Plant) -> None:
    """A text for CISL alone: other versions and other people do not meet it."""
    cisl = Room.objects.get(table_id=own.table_id, kind="party", party__organisation__name__startswith="CISL")
    draft = plant(
        "the version before the released one",
        lambda word: texts.create_draft(own, actor_id=actor, title="R", text=word), *CGIL,
    )  # fmt: skip
    version = plant(
        "released to one party",
        lambda word: texts.write_version(own, draft.pk, actor_id=actor, title="R", text=word, based_on=1),
        *UNIONS,
    )
    releasing.release(own, actor_id=actor, to=[cisl.pk], version_id=version.pk)
