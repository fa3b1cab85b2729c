"""A canary in every field of a restricted meeting, of a party's own meeting, and of its private papers.

These rows are guarded by policies alone (no row security): the search of whole tables leaves them aside.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tavolo.dialogue.meetings.models import Meeting
from tavolo.dialogue.meetings.services import approving, communiques, convening, documents, drafting, running
from tavolo.dialogue.models import Delegate, Party, Table

Plant = Any
PAIR = ("union_delegate", "employer_delegate")
CGIL = ("union_delegate",)
UNIONS = ("union_delegate", "other_union_delegate")


def plant(world: Any, plant: Plant) -> None:
    """Convene two discreet meetings and write into every field they have."""
    table = Table.objects.get(pk=world.arguments["table_id"])
    cgil = world.people["union_delegate"].pk
    own = _own_people(world)
    _restricted(world, table, cgil, plant)
    _own_meeting(table, cgil, own, plant)
    _documents(world, table, cgil, own, plant)
    _communique(table, cgil, own, plant)


def _own_people(world: Any) -> frozenset[Any]:
    """Return everybody who sits for CGIL: what is theirs is told to them."""
    return frozenset(
        Delegate.objects.filter(party_id=world.arguments["party_id"]).values_list("account_id", flat=True)
    )


def _restricted(world: Any, table: Table, actor: Any, plant: Plant) -> None:
    """A restricted meeting of CGIL's and the employers' heads, held, with minutes out for approval."""
    other = world.people["employer_delegate"].pk

    def put(field: str, readers: tuple[str, ...] = PAIR) -> Callable[[Callable[[str], Any]], Any]:
        return lambda write: plant(f"restricted meeting: {field}", write, *readers, guarded=False)

    meeting = put("title")(lambda word: _convene(table, actor, other, title=word))
    plant.at(meeting_id=meeting.pk)
    for field in ("place", "note"):
        put(field)(lambda word, field=field: convening.change(meeting, actor_id=actor, **{field: word}))
    put("link")(lambda word: convening.change(meeting, actor_id=actor, link=f"https://video.example/{word}"))
    put("title of the agenda")(lambda word: running.add_item(meeting, actor_id=actor, title=word))
    item = put("text of the agenda")(
        lambda word: running.add_item(meeting, actor_id=actor, title="P", text=word)
    )
    plant.at(item_id=item.pk)
    put("reason for short notice")(
        lambda word: _convene(table, actor, other, title="Urgente", days=0, urgent_reason=word)
    )
    lost = _convene(table, actor, other, title="Annullata")
    put("reason for calling it off")(lambda word: convening.cancel(lost, actor_id=actor, reason=word))
    _held(meeting, actor, other, put, plant)


def _convene(table: Table, actor: Any, other: Any, *, days: int = 9, **facts: Any) -> Meeting:
    return convening.convene(
        table, actor_id=actor, kind="restricted", starts_at=timezone.now() + timedelta(days=days, hours=1),
        place="Qui", people=[other], **facts,
    )  # fmt: skip


def _held(meeting: Meeting, actor: Any, other: Any, put: Any, plant: Plant) -> None:
    began = timezone.now() - timedelta(days=1)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=began)
    meeting.refresh_from_db()
    put("guest")(
        lambda word: running.record_attendance(
            meeting, {actor: "present", other: "present"}, actor_id=actor, guests=[(word, "ospite")]
        )
    )
    decision = put("decision")(lambda word: running.add_decision(meeting, actor_id=actor, text=word))
    plant.at(decision_id=decision.pk)
    minutes = put("minutes")(lambda word: drafting.write(meeting, actor_id=actor, text=word))
    plant.at(minutes_id=minutes.pk)
    minutes = drafting.send(minutes, actor_id=actor)
    put("correction asked")(
        lambda word: approving.answer(minutes, minutes.current_id, "correct", actor_id=other, text=word)
    )
    document = put("document's title")(
        lambda word: documents.add_document(
            meeting.table, actor_id=actor, source=b"testo\n", name="a.txt", title=word, audience="meeting",
            meeting=meeting,
        )
    )  # fmt: skip
    plant.at(document_id=document.pk)
    put("document's name")(lambda word: _version(document, actor, name=f"{word}.txt"))
    put("document's content")(lambda word: _version(document, actor, source=f"{word}\n".encode()))
    put("document's note")(lambda word: _version(document, actor, note=word))
    for version in document.versions.all():
        plant.at(file_id=version.file_id)


def _version(
    document: Any, actor: Any, source: bytes = b"testo\n", name: str = "a.txt", note: str = ""
) -> Any:
    return documents.add_version(document, actor_id=actor, source=source, name=name, note=note)


def _own_meeting(table: Table, actor: Any, own: frozenset[Any], plant: Plant) -> None:
    meeting = plant(
        "party meeting: title",
        lambda word: convening.convene(
            table, actor_id=actor, kind="party", title=word, place="Sede",
            starts_at=timezone.now() + timedelta(days=9),
        ),
        *CGIL, guarded=False, also=own,
    )  # fmt: skip
    plant.at(meeting_id=meeting.pk)
    plant(
        "party meeting: agenda", lambda word: running.add_item(meeting, actor_id=actor, title=word), *CGIL,
        guarded=False, also=own,
    )  # fmt: skip


def _documents(world: Any, table: Table, actor: Any, own: frozenset[Any], plant: Plant) -> None:
    """A document for the workers' side, and one for CGIL and the employers only."""
    employers = Party.objects.get(table=table, side="employers").pk
    for name, readers, options in (
        ("document for the side", UNIONS, {"audience": "side"}),
        ("document for two parties", PAIR, {"audience": "parties", "parties": [employers]}),
    ):
        made = plant(
            name,
            lambda word, options=options: documents.add_document(
                table, actor_id=actor, source=f"{word}\n".encode(), name=f"{word}.txt", **options
            ),
            *readers, guarded=False, also=own,
        )  # fmt: skip
        plant.at(document_id=made.pk)
        plant.at(file_id=made.versions.get().file_id)


def _communique(table: Table, actor: Any, own: frozenset[Any], plant: Plant) -> None:
    """A party's own communiqué, not published yet."""
    made = plant(
        "own communiqué: title",
        lambda word: communiques.draft(table, actor_id=actor, title=word, text="x", joint=False),
        *CGIL, guarded=False, also=own,
    )  # fmt: skip
    plant(
        "own communiqué: text",
        lambda word: communiques.revise(made, actor_id=actor, title="T", text=word),
        *CGIL, guarded=False, also=own,
    )  # fmt: skip
    plant.at(communique_id=made.pk)
